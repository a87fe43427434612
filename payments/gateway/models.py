"""Providers' accounts at Stripe, and the inbox of what Stripe tells us."""

from django.db import models
from django.db.models import Q

from providers.listings.models import Provider

from .states import AccountState, PayoutState, WebhookState


class ConnectedAccount(models.Model):
    """A provider's own account at Stripe. The money goes there, never through us.

    `requirements` is what Stripe still asks: {"currently_due": [...], "deadline": seconds or null, "reason": text}.
    """

    provider = models.OneToOneField(Provider, on_delete=models.PROTECT, related_name="connected_account")
    stripe_id = models.CharField(max_length=255, unique=True, null=True)
    state = models.CharField(max_length=20, choices=AccountState.choices, default=AccountState.OPENING)
    state_since = models.DateTimeField()
    charges_enabled = models.BooleanField(default=False)
    payouts_enabled = models.BooleanField(default=False)
    details_submitted = models.BooleanField(default=False)
    debits_enabled = models.BooleanField(default=False, help_text="Whether it can collect Bacs Direct Debits.")
    requirements = models.JSONField(default=dict)
    refreshed_at = models.DateTimeField(null=True)
    asked = models.JSONField(
        default=dict, help_text="What Stripe was asked when the account was opened, word for word."
    )
    generation = models.PositiveSmallIntegerField(default=0, help_text="How often Stripe refused to open it.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stripe_id__isnull=False) | Q(state=AccountState.OPENING), name="opened_account_has_its_id"
            ),
            models.CheckConstraint(
                condition=Q(charges_enabled=True) | ~Q(state=AccountState.READY), name="ready_account_can_charge"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.stripe_id or ''} ({self.state})"


class Payout(models.Model):
    """Money that Stripe sent from an account to its owner's bank, as last seen there. Pence."""

    account = models.ForeignKey(ConnectedAccount, on_delete=models.PROTECT, related_name="payouts")
    payout_id = models.CharField(max_length=255, unique=True)
    amount_pence = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=PayoutState.choices, default=PayoutState.ON_ITS_WAY)
    state_since = models.DateTimeField()
    arrives_on = models.DateField()
    failure = models.CharField(max_length=100, blank=True, help_text="Stripe's code for why the bank sent it back.")
    made_at = models.DateTimeField()
    carried = models.JSONField(default=dict, help_text="Pence by charge, less what went back of it; by earlier payout.")

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.payout_id} {self.amount_pence}p ({self.state})"


class WebhookEvent(models.Model):
    """One thing Stripe told us, once, word for word. A hint to go and look, never a fact to act on."""

    account = models.CharField(max_length=255, blank=True, help_text="Stripe's id; empty for the platform's own.")
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=100)
    object_kind = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=255, blank=True)
    body = models.TextField()
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, choices=WebhookState.choices, default=WebhookState.RECEIVED)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "event_id"], name="webhook_stored_once")]
        indexes = [
            models.Index(fields=["received_at"], condition=~Q(state=WebhookState.PROCESSED), name="webhook_not_done")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id} ({self.state})"
