"""The facts of a listing that take effect at once: its state, who keeps it, what hides it."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from marketplace.core.models import public_id
from marketplace.people.models import Council, User

from ..states import PUBLIC, HoldKind, ListingState
from .page import ListingPage
from .provider import Provider


class ListingQuerySet(models.QuerySet["Listing"]):
    def visible(self) -> "ListingQuerySet":
        """What strangers may see at this moment: published, and nothing holds it back.

        Told by rows alone, never by the clock or by who asks: `selectors.versions_seen` keeps the statement.
        """
        holds = Hold.objects.filter(provider=OuterRef("provider"), lifted_at=None).filter(
            Q(listing=None) | Q(listing=OuterRef("pk"))
        )
        return self.filter(~Exists(holds), state__in=PUBLIC, page__live=True)


class Listing(models.Model):
    """One listing. `page` holds its words; `version` rises with every change strangers can see."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="listings")
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="listings")
    page = models.OneToOneField(ListingPage, on_delete=models.PROTECT, related_name="listing")
    state = models.CharField(max_length=20, choices=ListingState.choices, default=ListingState.DRAFT)
    state_since = models.DateTimeField()
    assured_on = models.DateField(
        null=True, blank=True, help_text="The day its keeper last said that it is still right."
    )
    takes_direct_payments = models.BooleanField(default=False)
    answered = models.JSONField(default=list, blank=True, help_text="The questions its keeper has been through.")
    version = models.PositiveIntegerField(default=1)
    source = models.CharField(max_length=60, blank=True, help_text="The directory it was imported from.")
    external_id = models.CharField(max_length=120, blank=True)
    imported_mark = models.CharField(max_length=64, blank=True, help_text="A hash of what the source last said.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["council", "state"], name="listing_council_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "source", "external_id"], condition=~Q(external_id=""), name="listing_imported_once"
            )
        ]

    def __str__(self) -> str:
        return self.page.title


class Hold(models.Model):
    """Something that hides a provider's listings (or one of them) until it is lifted."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="holds")
    listing = models.ForeignKey(Listing, null=True, blank=True, on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=20, choices=HoldKind.choices)
    reason = models.CharField(max_length=600, blank=True)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "kind"], condition=Q(lifted_at=None, listing=None), name="one_open_hold_a_provider"
            ),
            models.UniqueConstraint(
                fields=["listing", "kind"],
                condition=Q(lifted_at=None, listing__isnull=False),
                name="one_open_hold_a_listing",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | Q(lifted_at__gte=F("placed_at")), name="lifted_after_placed"
            ),
        ]
        indexes = [models.Index(fields=["provider"], condition=Q(lifted_at=None), name="hold_open")]

    def __str__(self) -> str:
        return f"{self.kind} {self.provider}"
