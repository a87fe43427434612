"""Tries at holding a member's money. The gateway's record decides; these rows remember it."""

from django.db import models
from django.db.models import F, Q

from payments.gateway.models import ConnectedAccount

from ..states import LIVE, AttemptState
from .pledge import Pledge


class PledgeAttempt(models.Model):
    """One payment on the provider's account that holds the worst case and of which the share is taken, once.

    Committed before the gateway is asked, with every word of what it will be asked; `payment_intent` is stored before
    anything is confirmed. `generation` rises only after a confirmed failure. `page_url` leads to the gateway's page
    when the bank asks the person. Pence.
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="attempts")
    generation = models.PositiveSmallIntegerField()
    account = models.ForeignKey(ConnectedAccount, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=AttemptState.choices, default=AttemptState.STARTED)
    state_since = models.DateTimeField()
    created_at = models.DateTimeField()
    amount_pence = models.PositiveIntegerField()
    take_pence = models.PositiveIntegerField(null=True, blank=True)
    captured_pence = models.PositiveIntegerField(default=0)
    parameters = models.JSONField(default=dict)
    reference = models.CharField(max_length=60, unique=True)
    payment_intent = models.CharField(max_length=255, blank=True)
    page_id = models.CharField(max_length=255, blank=True)
    page_url = models.URLField(max_length=2000, blank=True)
    charge_id = models.CharField(max_length=255, blank=True)
    fee_pence = models.PositiveIntegerField(default=0)
    held_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pledge", "generation"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "generation"], name="pledge_attempt_generation_once"),
            models.UniqueConstraint(
                fields=["pledge"], condition=Q(state__in=sorted(LIVE)), name="one_live_attempt_a_pledge"
            ),
            models.UniqueConstraint(
                fields=["payment_intent"], condition=~Q(payment_intent=""), name="pledge_intent_once"
            ),
            models.CheckConstraint(condition=Q(amount_pence__gt=0), name="pledge_attempt_asks_for_money"),
            models.CheckConstraint(
                condition=Q(take_pence=None) | Q(take_pence__gt=0, take_pence__lte=F("amount_pence")),
                name="never_more_taken_than_held",
            ),
            models.CheckConstraint(
                condition=~Q(state="captured") | (Q(captured_pence=F("take_pence")) & ~Q(payment_intent="")),
                name="captured_pledge_has_its_money",
            ),
        ]
        indexes = [models.Index(fields=["state", "state_since"], name="pledge_attempt_unsettled")]

    def __str__(self) -> str:
        return self.reference
