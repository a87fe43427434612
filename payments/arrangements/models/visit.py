"""One visit of an arrangement, and the secret addresses by which calendars read them."""

from django.db import models
from django.db.models import Q

from marketplace.core.models import public_id
from marketplace.people.models import User
from providers.listings.models import Provider

from ..states import VisitState
from .arrangement import Arrangement, Terms
from .money import Bill


class Visit(models.Model):
    """`day` and `at`, the day and time on the clock it was planned for, make it one; `minutes` and `pence` are what
    really happened.

    `purchase` is the public id of the promise made for it in the books, "" when nothing is promised.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    arrangement = models.ForeignKey(Arrangement, on_delete=models.PROTECT, related_name="visits")
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="visits")
    day = models.DateField()
    at = models.TimeField()
    starts_at = models.DateTimeField()
    planned_minutes = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=VisitState.choices, default=VisitState.PLANNED)
    state_since = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    pence = models.PositiveIntegerField(default=0)
    query_by = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=400, blank=True, help_text="The provider's: why it was missed, or an answer.")
    query_words = models.CharField(max_length=400, blank=True)
    bill = models.ForeignKey(Bill, null=True, blank=True, on_delete=models.PROTECT, related_name="visits")
    purchase = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["arrangement", "day", "at"], name="one_visit_a_time"),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "queried", "due", "paid"]) | Q(minutes__isnull=False, pence__gt=0),
                name="a_visit_that_happened_has_its_length_and_price",
            ),
            models.CheckConstraint(condition=~Q(state="paid") | Q(bill__isnull=False), name="a_paid_visit_was_billed"),
        ]
        indexes = [
            models.Index(fields=["state", "query_by"], name="visit_query_by"),
            models.Index(fields=["state", "day"], name="visit_day"),
        ]

    def __str__(self) -> str:
        return f"{self.arrangement} {self.day}"


class Feed(models.Model):
    """A secret address under which somebody's calendar reads visits. Only its digest is kept."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="visit_feeds")
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    provider = models.ForeignKey(Provider, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, provider=None) | Q(person=None, provider__isnull=False),
                name="feed_is_of_one_side",
            ),
        ]

    def __str__(self) -> str:
        return f"feed {self.pk}"
