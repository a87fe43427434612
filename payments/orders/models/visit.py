"""A first visit: free, about twenty minutes, nobody promises anything."""

from django.db import models
from django.db.models import F, Q

from marketplace.core.models import public_id
from marketplace.people.models import Council, User
from providers.listings.models import Listing, Provider

from ..states import VISIT_OPEN, VisitState
from .order import Channel


class VisitRequest(models.Model):
    """Somebody would like to meet a provider before they buy. Either side may say no without a reason."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="visits")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="visits")
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="visits")
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="visits_placed")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.SELF)
    through = models.ForeignKey(Council, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=VisitState.choices, default=VisitState.ASKED)
    state_since = models.DateTimeField()
    asked_at = models.DateTimeField()
    when_words = models.CharField(max_length=200)
    note = models.CharField(max_length=600, blank=True)
    proposed_on = models.DateField(null=True, blank=True)
    proposed_words = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "listing"],
                condition=Q(state__in=sorted(VISIT_OPEN)),
                name="one_open_visit_a_listing",
            ),
            models.CheckConstraint(
                condition=(Q(channel="self") & Q(placed_by=F("person")))
                | (~Q(channel="self") & ~Q(placed_by=F("person"))),
                name="visit_says_who_asked",
            ),
        ]
        indexes = [models.Index(fields=["provider", "state"], name="visit_provider")]

    def __str__(self) -> str:
        return self.public_id
