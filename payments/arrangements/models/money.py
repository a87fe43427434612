"""What is collected for visits, and the card that was saved for it."""

from django.db import models
from django.db.models import Q

from marketplace.core.models import public_id
from payments.orders.models import Order

from ..rules import TOP_UPS
from ..states import CARD_READY, CARD_UNDER_WAY, BillState, CardState
from .arrangement import Arrangement


class Bill(models.Model):
    """One collection: an ordinary order below, whose payment is what its visits come to. Once a collecting day.

    `asked_at` is when the person was first asked to pay it themselves; `reminders` how often since.
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


class SavedCard(models.Model):
    """One try at saving a card for one arrangement; committed before the gateway is asked. Only Stripe has the number.

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
        ]

    def __str__(self) -> str:
        return self.reference
