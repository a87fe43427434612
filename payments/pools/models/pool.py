"""A group that buys one offer together, what its members say yes to, and how people are asked to join."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import public_id
from marketplace.people.models import Council, User
from providers.listings.models import Listing, Offer, Provider

from .. import rules
from ..rules import Price, Tier
from ..states import EndedBecause, PoolState

_PAST_DECISION = [PoolState.CONFIRMED.value, PoolState.DELIVERING.value, PoolState.COMPLETED.value]


class Visibility(models.TextChoices):
    INVITE = "invite", _("Only people who are invited")
    AREA = "area", _("Anybody in the area")


class Pricing(models.TextChoices):
    TOTAL_SPLIT = "total_split", _("One price, shared by everybody")
    PER_HEAD_TIERS = "per_head_tiers", _("A price for each person, lower in a larger group")


class Pool(models.Model):
    """One provider, one offer, a fixed block of dates. `taken` counts the places that pledges hold.

    `terms` is what members say yes to just now: price, dates, house rules. `by_provider` means that whoever keeps the
    listing started it; then `organiser` is that keeper, and not a member. `heir` is a member who has been asked to
    organise from now on. `heads` is how many it was confirmed with; `settled_at` when the last share was taken or
    given up.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="pools")
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="pools")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="pools")
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="pools")
    organiser = models.ForeignKey(User, on_delete=models.PROTECT, related_name="pools_organised")
    heir = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by_provider = models.BooleanField(default=False)
    renews = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="renewals")
    form_token = models.CharField(max_length=40)

    name = models.CharField(max_length=80)
    about = models.CharField(max_length=600, blank=True)
    place = models.CharField(max_length=160, blank=True, help_text=_("Where they meet, for everybody to read."))
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.INVITE)
    least = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    terms = models.OneToOneField("Terms", null=True, blank=True, on_delete=models.PROTECT, related_name="current_of")

    state = models.CharField(max_length=20, choices=PoolState.choices, default=PoolState.DRAFT)
    state_since = models.DateTimeField()
    created_at = models.DateTimeField()
    pledge_by = models.DateTimeField()
    locked_at = models.DateTimeField(null=True, blank=True)
    repair_until = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    heads = models.PositiveSmallIntegerField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=20, choices=EndedBecause.choices, blank=True)
    ended_words = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("most")), name="pool_never_more_than_its_places"),
            models.CheckConstraint(condition=Q(least__gte=2, most__gte=F("least")), name="pool_has_two_or_more"),
            models.CheckConstraint(
                condition=~Q(state__in=_PAST_DECISION) | Q(heads__gte=F("least")), name="pool_confirmed_with_enough"
            ),
            models.UniqueConstraint(fields=["organiser", "form_token"], name="one_pool_a_form"),
        ]
        indexes = [
            models.Index(fields=["state", "pledge_by"], name="pool_deadline"),
            models.Index(fields=["council", "state"], name="pool_council"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def places_left(self) -> int:
        return self.most - self.taken

    @property
    def current(self) -> "Terms":
        """The terms as they stand. Every pool has some from its first day."""
        assert self.terms is not None
        return self.terms

    @property
    def worst_pence(self) -> int:
        """What nobody will ever pay more than."""
        return rules.worst_case(self.current.price, self.least)


class Terms(models.Model):
    """What members say yes to. Never changed: other terms are a new row, and everybody is asked again.

    `total_pence` is the price of the whole block, `tiers` a list of [heads, pence each]; one of them. `alone_pence` is
    what one person would pay for the same alone. `house_rules` are the words by key of rules.HOUSE_RULES.
    `agreed_at` is when the provider said yes to these dates and this price.
    """

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="all_terms")
    number = models.PositiveSmallIntegerField()
    pricing = models.CharField(max_length=20, choices=Pricing.choices)
    total_pence = models.PositiveIntegerField(null=True, blank=True)
    tiers = models.JSONField(default=list, blank=True)
    alone_pence = models.PositiveIntegerField(null=True, blank=True)
    house_rules = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["pool", "number"]
        constraints = [
            models.UniqueConstraint(fields=["pool", "number"], name="pool_terms_number_once"),
            models.CheckConstraint(
                condition=Q(pricing="total_split", total_pence__gt=0) | Q(pricing="per_head_tiers", total_pence=None),
                name="pool_terms_have_a_price",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool} terms {self.number}"

    @property
    def price(self) -> Price:
        if self.pricing == Pricing.TOTAL_SPLIT:
            return Price(total_pence=self.total_pence)
        return Price(tiers=tuple(Tier(heads, pence) for heads, pence in self.tiers))

    @property
    def starts(self) -> list[datetime]:
        """Every date, the first one first. 1 query unless prefetched."""
        return [session.starts_at for session in self.sessions.all()]


class Session(models.Model):
    """One date of the block."""

    terms = models.ForeignKey(Terms, on_delete=models.CASCADE, related_name="sessions")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=60)

    class Meta:
        ordering = ["starts_at"]
        constraints = [models.UniqueConstraint(fields=["terms", "starts_at"], name="pool_date_once")]

    def __str__(self) -> str:
        return f"{self.terms} {self.starts_at:%Y-%m-%d %H:%M}"


class InvitationKind(models.TextChoices):
    LINK = "link", _("A link for anybody who has it")
    EMAIL = "email", _("A letter to one address")
    CARD = "card", _("A printed card with a code")
    MEMBER = "member", _("Somebody of the group before")


class Invitation(models.Model):
    """A way in. `public_id` is its code. A letter works once; a link or card until the pool is full or closed.

    `person` is known for a member of the group before; then nobody else can use it.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="invitations")
    kind = models.CharField(max_length=10, choices=InvitationKind.choices)
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=120, blank=True)
    sent_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField()
    open_until = models.DateTimeField()
    uses = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True, help_text="When name and address were taken out.")

    class Meta:
        ordering = ["sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "email"],
                condition=Q(used_at=None, declined_at=None, withdrawn_at=None) & ~Q(email=""),
                name="one_open_pool_invitation_an_address",
            ),
            models.CheckConstraint(
                condition=~Q(kind="email") | ~Q(email="") | Q(forgotten_at__isnull=False),
                name="pool_letter_has_an_address_till_forgotten",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.pool_id}"


class CalendarAddress(models.Model):
    """How often somebody took the address of their calendar back. Only an address with this number opens anything."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"calendar of {self.person_id}"


def tiers_as_row(price: Price) -> list[list[int]]:
    return [[tier.heads, tier.each_pence] for tier in sorted(price.tiers, key=lambda tier: tier.heads)]


def terms_facts(price: Price) -> dict[str, Any]:
    """The columns of Terms that hold this price."""
    pricing = Pricing.TOTAL_SPLIT if price.is_shared else Pricing.PER_HEAD_TIERS
    return {"pricing": pricing, "total_pence": price.total_pence, "tiers": tiers_as_row(price)}
