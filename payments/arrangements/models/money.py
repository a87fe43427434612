"""What is collected for visits, and the card that was saved for it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import public_id
from payments.orders.models import Order

from ..rules import TOP_UPS
from ..states import CARD_READY, CARD_UNDER_WAY, BillState, CardState
from .arrangement import Arrangement


class Bill(models.Model):
    """One collection: an ordinary order below, whose payment is what its visits come to. Once a collecting day.

    `asked_at` is when the person was first asked to pay it themselves; `reminders` how often since. `told_of` is the
    mandate that the person was told would pay it, on the order's `debit_on`. `holder_letters` is how often
    whoever holds the money was told that it waits for them, the last time at `holder_told_at`.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    arrangement = models.ForeignKey(Arrangement, on_delete=models.PROTECT, related_name="bills")
    collected_on = models.DateField()
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="visit_bill")
    pence = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=BillState.choices, default=BillState.COLLECTING)
    state_since = models.DateTimeField()
    made_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    told_of = models.ForeignKey("SavedCard", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    holder_letters = models.PositiveSmallIntegerField(default=0)
    holder_told_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=60, blank=True, help_text="Why the card was not charged, as Stripe says it.")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["arrangement", "collected_on"], name="one_bill_a_collection"),
            models.CheckConstraint(condition=Q(pence__gt=0), name="bill_asks_for_money"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_top_up(self) -> bool:
        """Whether a budget was to pay and own money would: then the person says so, and the card is never charged."""
        return self.refusal in TOP_UPS


class Way(models.TextChoices):
    """How an arrangement is paid without anybody there."""

    CARD = "card", _("Card")
    DEBIT = "debit", _("Direct Debit")


class SavedCard(models.Model):
    """One try at saving a way to pay for one arrangement: a card, or a mandate for Direct Debits. Committed before the
    gateway is asked; only Stripe has the number.

    A card lives on the platform. A mandate, by its id, lives on the `account` (Stripe's id) that collects.
    `parameters` holds the words the person said yes to.
    """

    arrangement = models.ForeignKey(Arrangement, on_delete=models.PROTECT, related_name="cards")
    generation = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=CardState.choices, default=CardState.STARTED)
    state_since = models.DateTimeField()
    created_at = models.DateTimeField()
    customer = models.CharField(max_length=255)
    parameters = models.JSONField()
    reference = models.CharField(max_length=60, unique=True)
    session_id = models.CharField(max_length=255, blank=True)
    session_url = models.URLField(max_length=2000, blank=True)
    payment_method = models.CharField(max_length=255, blank=True)
    brand = models.CharField(max_length=30, blank=True)
    last4 = models.CharField(max_length=4, blank=True)
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.CARD)
    account = models.CharField(max_length=255, blank=True)
    mandate = models.CharField(max_length=255, blank=True, db_index=True)
    expires = models.CharField(max_length=7, blank=True, help_text="Year and month, such as 2029-04.")

    class Meta:
        ordering = ["generation"]
        constraints = [
            models.UniqueConstraint(fields=["arrangement", "generation"], name="card_generation_once"),
            models.UniqueConstraint(
                fields=["arrangement"], condition=Q(state__in=sorted(CARD_UNDER_WAY)), name="one_card_page_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["arrangement"], condition=Q(state__in=sorted(CARD_READY)), name="one_saved_card"
            ),
            models.CheckConstraint(
                condition=~Q(state="saved") | ~Q(payment_method=""), name="saved_card_can_be_charged"
            ),
            models.CheckConstraint(
                condition=Q(way="card", account="") | (Q(way="debit") & ~Q(account="")),
                name="mandate_is_given_to_an_account",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_debit(self) -> bool:
        return self.way == Way.DEBIT
