"""What follows a payment: disputes, what a provider earned and owes, and where our rows and the gateway's disagree."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import public_id
from payments.gateway.models import ConnectedAccount, Payout
from providers.listings.models import Provider

from ..states import DifferenceState, DisputeState, EarningState, OrderState, ReceivableState
from .order import Order
from .payment import PaymentAttempt


class Dispute(models.Model):
    """The person's bank asks the provider about a payment, and meanwhile takes the money back.

    `order_was` is the state that the order returns to when the provider wins. `reason` is the gateway's code.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="disputes")
    dispute_id = models.CharField(max_length=255, unique=True)
    state = models.CharField(max_length=20, choices=DisputeState.choices)
    state_since = models.DateTimeField()
    amount_pence = models.PositiveIntegerField()
    reason = models.CharField(max_length=60, blank=True)
    due_by = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    order_was = models.CharField(max_length=20, choices=OrderState.choices, blank=True)

    class Meta:
        ordering = ["opened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.amount_pence}p ({self.state})"


class Earning(models.Model):
    """What one payment brought the provider, and how far it is on its way to their bank.

    A payout that the bank sends back opens it again: `payout` keeps the one it last left with.
    """

    attempt = models.OneToOneField(PaymentAttempt, on_delete=models.PROTECT, related_name="earning")
    state = models.CharField(max_length=20, choices=EarningState.choices, default=EarningState.EARNED)
    state_since = models.DateTimeField()
    payout = models.ForeignKey(Payout, null=True, on_delete=models.PROTECT, related_name="earnings")

    def __str__(self) -> str:
        return f"{self.attempt} ({self.state})"


class ReceivableKind(models.TextChoices):
    REFUND = "refund", _("Money back after it was paid out")
    DISPUTE = "dispute", _("A bank took it back after it was paid out")
    FAILED_REFUND = "failed_refund", _("Money back that the bank could not deliver")


class Receivable(models.Model):
    """A sum that a provider has to make good. The person had theirs first. Pence.

    Stripe collects the first two kinds from the provider's next payouts or their bank by itself; the third is owed to
    the person. What is owed at any moment is `amount_pence` less `settled_pence`.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="receivables")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="receivables")
    kind = models.CharField(max_length=20, choices=ReceivableKind.choices)
    key = models.CharField(max_length=100, unique=True)
    amount_pence = models.PositiveIntegerField()
    settled_pence = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=20, choices=ReceivableState.choices, default=ReceivableState.OWED)
    state_since = models.DateTimeField()
    raised_at = models.DateTimeField()

    class Meta:
        ordering = ["raised_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(settled_pence__lte=F("amount_pence")), name="receivable_settled_once"),
            models.CheckConstraint(
                condition=~Q(state=ReceivableState.OWED) | Q(amount_pence__gt=F("settled_pence")),
                name="receivable_owed_is_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.amount_pence}p ({self.state})"


class DifferenceKind(models.TextChoices):
    """How our rows and the gateway's record can disagree."""

    MISSING_HERE = "missing_here", _("A payment that we have no row for")
    MISSING_THERE = "missing_there", _("A payment that the gateway does not have")
    AMOUNT = "amount", _("Another amount")
    CURRENCY = "currency", _("Another currency")
    STATE = "state", _("Paid there and not here, or here and not there")
    ACCOUNT = "account", _("Paid on another provider’s account")
    DOUBLE = "double", _("Paid twice")
    ORPHAN_REFUND = "orphan_refund", _("Money back that we did not ask for")
    REFUND_MISSING = "refund_missing", _("Money back that the gateway does not have")
    REFUND_STATE = "refund_state", _("Money back that ended otherwise")
    DISPUTE = "dispute", _("A dispute that we did not hear of")
    PAYOUT = "payout", _("A payout that we did not hear of")
    UNDER_WAY = "under_way", _("A Direct Debit that the bank has not answered")


class Difference(models.Model):
    """One disagreement, found once. `ours` and `theirs` are what each side says, without names of people."""

    kind = models.CharField(max_length=20, choices=DifferenceKind.choices)
    subject = models.CharField(max_length=255, help_text="The gateway's id, or our reference where it has none.")
    account = models.ForeignKey(ConnectedAccount, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="differences")
    ours = models.CharField(max_length=200, blank=True)
    theirs = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20, choices=DifferenceState.choices, default=DifferenceState.OPEN)
    state_since = models.DateTimeField()
    found_at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="difference_found_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} ({self.state})"
