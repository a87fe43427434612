"""One person buys one offer from one provider; and what has happened to the order so far."""

from datetime import date, datetime, time

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.core import audit
from marketplace.core.models import public_id
from marketplace.people.models import Council, User
from providers.listings.models import Listing, Offer, OfferDate, Provider, Unit

from ..states import EventKind, OrderState


class Channel(models.TextChoices):
    """Who pressed the button."""

    SELF = audit.SELF, _("by the person")
    DELEGATE = audit.DELEGATE, _("by somebody who acts for them")
    PHONE = audit.PHONE, _("by telephone, through the council")


class Order(models.Model):
    """What was asked for, copied from the price list as it was: later changes there change nothing here.

    `note` is for the provider alone: never in mail, logs or at Stripe. `places_held` is how many places of
    `offer_date` this order counts in its `taken`. `begins` says when the help is to happen, as far as anybody knows.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="orders")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="orders")
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="orders")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="orders")
    offer_date = models.ForeignKey(OfferDate, null=True, blank=True, on_delete=models.PROTECT, related_name="orders")
    places_held = models.PositiveSmallIntegerField(default=0)

    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="orders_placed")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.SELF)
    through = models.ForeignKey(Council, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    form_token = models.CharField(max_length=40)

    state = models.CharField(max_length=20, choices=OrderState.choices)
    state_since = models.DateTimeField()

    title = models.CharField(max_length=120)
    unit = models.CharField(max_length=10, choices=Unit.choices)
    quantity = models.PositiveSmallIntegerField(default=1)
    unit_price_pence = models.PositiveIntegerField()
    total_pence = models.PositiveIntegerField()
    books_at_once = models.BooleanField(default=False)

    wanted_on = models.DateField(null=True, blank=True)
    wanted_words = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=600, blank=True)
    proposed_on = models.DateField(null=True, blank=True)
    proposed_words = models.CharField(max_length=200, blank=True)
    provider_words = models.CharField(max_length=400, blank=True)

    requested_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    pay_by = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    debit_on = models.DateField(
        null=True, blank=True, help_text="The day that the person was told it leaves their bank by Direct Debit."
    )
    cancel_until = models.DateField(null=True, blank=True, help_text="The last day of the right to cancel.")
    express_request_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person asked to begin before the right to cancel has run out."
    )

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_for_at_least_one"),
            models.CheckConstraint(
                condition=Q(total_pence=F("unit_price_pence") * F("quantity")), name="order_total_is_price_by_quantity"
            ),
            models.CheckConstraint(
                condition=Q(places_held=0) | Q(offer_date__isnull=False), name="places_are_held_on_a_date"
            ),
            models.CheckConstraint(
                condition=(Q(channel="self") & Q(placed_by=F("person")))
                | (~Q(channel="self") & ~Q(placed_by=F("person"))),
                name="order_says_who_placed_it",
            ),
            models.UniqueConstraint(fields=["placed_by", "form_token"], name="one_order_a_form"),
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="order_person"),
            models.Index(fields=["provider", "state"], name="order_provider"),
            models.Index(fields=["state", "answer_by"], name="order_answer_by"),
            models.Index(fields=["state", "pay_by"], name="order_pay_by"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_free(self) -> bool:
        return self.total_pence == 0

    @property
    def is_bill(self) -> bool:
        """Whether the help had happened before anything was to be paid, so that only the payment is left."""
        return self.delivered_at is not None and self.delivered_at == self.requested_at

    @property
    def day(self) -> date | None:
        """The day it is to happen on, or None when only words say it."""
        return timezone.localdate(self.offer_date.starts_at) if self.offer_date else self.wanted_on

    @property
    def begins(self) -> datetime | None:
        """The moment it begins; midnight of the day when no time is known; None when no day is."""
        if self.offer_date:
            return self.offer_date.starts_at
        return timezone.make_aware(datetime.combine(self.wanted_on, time())) if self.wanted_on else None


class OrderEvent(models.Model):
    """One line of an order's timeline. `words` may be shown to both sides; `by` is empty for the clock."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by_provider = models.BooleanField(default=False)
    words = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.order} {self.kind}"
