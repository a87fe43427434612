"""What can be bought, for how much, and when there are places."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import public_id

from .listing import Listing


class Unit(models.TextChoices):
    HOUR = "hour", _("an hour")
    SESSION = "session", _("a session")
    DAY = "day", _("a day")
    WEEK = "week", _("a week")
    FIXED = "fixed", _("for the whole job")
    FREE = "free", _("free")
    ASK = "ask", _("ask for a price")


class Offer(models.Model):
    """One thing on the price list. An order copies the price it was placed at, so this may change at once.

    `price_pence` is the whole price of one unit, with any VAT; null for ASK, 0 for FREE. `group_price_pence` is the
    price of the whole unit when several people share it.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="offers")
    title = models.CharField(max_length=120)
    details = models.CharField(max_length=400, blank=True)
    unit = models.CharField(max_length=10, choices=Unit.choices, default=Unit.HOUR)
    price_pence = models.PositiveIntegerField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    group_price_pence = models.PositiveIntegerField(null=True, blank=True)
    group_least = models.PositiveSmallIntegerField(null=True, blank=True)
    group_most = models.PositiveSmallIntegerField(null=True, blank=True)
    books_at_once = models.BooleanField(default=False, help_text=_("A class with dates and places: paid at once."))
    position = models.PositiveSmallIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit="ask", price_pence=None)
                | Q(unit="free", price_pence=0)
                | (~Q(unit__in=["ask", "free"]) & Q(price_pence__gt=0)),
                name="price_fits_unit",
            ),
            models.CheckConstraint(
                condition=Q(group_price_pence=None)
                | Q(group_least__gte=2, group_most__gte=F("group_least"), group_price_pence__gt=0),
                name="group_price_has_numbers",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class OfferDate(models.Model):
    """One date of a class: how many places it has, and how many are held or taken."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="dates")
    starts_at = models.DateTimeField()
    places = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("places")), name="never_more_taken_than_places"),
            models.UniqueConstraint(fields=["offer", "starts_at"], name="offer_date_once"),
        ]

    def __str__(self) -> str:
        return f"{self.offer} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def places_left(self) -> int:
        return self.places - self.taken
