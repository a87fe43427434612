"""Tries at paying an order, and money on its way back. The gateway's record decides; these rows remember it."""

from django.db import models
from django.db.models import F, Q

from marketplace.core.models import public_id
from payments.gateway.models import ConnectedAccount

from ..states import ONE_AT_A_TIME, AttemptState, RefundState
from .order import Order


class PaymentAttempt(models.Model):
    """One payment page. Committed before the gateway is asked, with every word of what it will be asked.

    `generation` rises only after a page is known to have closed without payment. `refund_asked_pence` counts every
    refund not known to have failed; `refunded_pence` is what the gateway says went back; `disputed_pence` what the
    person's bank took back. Amounts in pence.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="attempts")
    generation = models.PositiveSmallIntegerField()
    account = models.ForeignKey(ConnectedAccount, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=AttemptState.choices, default=AttemptState.STARTED)
    state_since = models.DateTimeField()
    created_at = models.DateTimeField()
    amount_pence = models.PositiveIntegerField()
    parameters = models.JSONField()
    reference = models.CharField(max_length=60, unique=True)
    idempotency_key = models.CharField(max_length=80, unique=True)
    session_id = models.CharField(max_length=255, blank=True)
    session_url = models.URLField(max_length=2000, blank=True)
    payment_intent = models.CharField(max_length=255, blank=True, db_index=True)
    captured_pence = models.PositiveIntegerField(default=0)
    refund_asked_pence = models.PositiveIntegerField(default=0)
    refunded_pence = models.PositiveIntegerField(default=0)
    refunds_returned = models.PositiveSmallIntegerField(default=0, help_text="How many refunds came back.")
    disputed_pence = models.PositiveIntegerField(default=0)
    fee_pence = models.PositiveIntegerField(default=0, help_text="What Stripe kept of it.")
    charge_id = models.CharField(max_length=255, blank=True, db_index=True)
    reason = models.CharField(max_length=300, blank=True)
    reconciled_at = models.DateTimeField(null=True, help_text="When it was last found in the gateway's own record.")

    class Meta:
        ordering = ["order", "generation"]
        constraints = [
            models.UniqueConstraint(fields=["order", "generation"], name="attempt_generation_once"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state__in=sorted(ONE_AT_A_TIME)), name="one_live_attempt_an_order"
            ),
            models.UniqueConstraint(fields=["session_id"], condition=~Q(session_id=""), name="attempt_session_once"),
            models.CheckConstraint(condition=Q(amount_pence__gt=0), name="attempt_asks_for_money"),
            models.CheckConstraint(
                condition=Q(captured_pence__gte=F("refund_asked_pence") + F("disputed_pence")),
                name="refunds_and_disputes_within_captured",
            ),
            models.CheckConstraint(
                condition=Q(refunded_pence__lte=F("captured_pence")), name="refunded_never_above_captured"
            ),
            models.CheckConstraint(
                condition=~Q(state="captured") | (Q(captured_pence=F("amount_pence")) & ~Q(payment_intent="")),
                name="captured_attempt_has_its_money",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_share(self) -> bool:
        """Taken from a larger sum that an app above held; there is no page, and nothing left to try."""
        return "held_pence" in self.parameters

    @property
    def off_session(self) -> bool:
        """A saved card charged with the person not there, so there is no page."""
        return "payment_method" in self.parameters


class Refund(models.Model):
    """Part or all of an attempt going back to the person. `reason` is ours, in a namespaced word."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="refunds")
    amount_pence = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=RefundState.choices, default=RefundState.STARTED)
    state_since = models.DateTimeField()
    created_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=80, unique=True)
    refund_id = models.CharField(max_length=255, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    words = models.CharField(max_length=400, blank=True, help_text="Why, in the provider's words; both sides read it.")
    reconciled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_pence__gt=0), name="refund_gives_something"),
            models.UniqueConstraint(fields=["refund_id"], condition=~Q(refund_id=""), name="refund_known_once"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.amount_pence}p ({self.state})"
