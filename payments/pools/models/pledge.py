"""One person's promise to pay their share, and where they were on each date."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core import audit
from marketplace.core.models import public_id
from marketplace.people.models import Council, User
from payments.budgets.models import Purchase
from payments.orders.models import Order

from .. import rules
from ..states import ACTIVE, PledgeState, Presence
from .pool import Invitation, Pool, Session, Terms


class Channel(models.TextChoices):
    """Who pressed the button."""

    SELF = audit.SELF, _("by the person")
    DELEGATE = audit.DELEGATE, _("by somebody who acts for them")
    PHONE = audit.PHONE, _("by telephone, through the council")


class Pledge(models.Model):
    """A place in a pool, and the most that it can cost. Pence.

    `terms` are the ones consented to: when the pool has others, this counts for nothing until they are consented to as
    well. `worst_pence` is what the card will be asked to hold, `share_pence` what is taken of it in the end. `purchase`
    is the promise of a budget; `order` the paid order that the share became. `by_funder` means that whoever holds the
    money pays, so there is no card. `replaces` is the pledge whose place this one took over, paying `share_pence` for
    the dates still to come. `left_at` is when somebody gave up a paid place.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="pledges")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="pledges")
    invitation = models.ForeignKey(Invitation, null=True, blank=True, on_delete=models.SET_NULL, related_name="pledges")
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.SELF)
    through = models.ForeignKey(Council, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    state = models.CharField(max_length=20, choices=PledgeState.choices, default=PledgeState.JOINING)
    state_since = models.DateTimeField()
    made_at = models.DateTimeField()
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="pledges")
    consented_at = models.DateTimeField()
    express_request_at = models.DateTimeField(null=True, blank=True)
    maximum_pence = models.PositiveIntegerField()
    worst_pence = models.PositiveIntegerField()
    share_pence = models.PositiveIntegerField(null=True, blank=True)
    place_until = models.DateTimeField(null=True, blank=True)

    purchase = models.OneToOneField(Purchase, null=True, blank=True, on_delete=models.PROTECT, related_name="pledge")
    by_funder = models.BooleanField(default=False)
    order = models.OneToOneField(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="pledge")
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    left_at = models.DateTimeField(null=True, blank=True)
    back_pence = models.PositiveIntegerField(null=True, blank=True, help_text="Asked back for a place taken over.")

    card_request = models.JSONField(default=dict, blank=True, help_text="What the gateway is asked, word for word.")
    card_session = models.CharField(max_length=255, blank=True)
    card_url = models.URLField(max_length=2000, blank=True)
    card_tries = models.PositiveSmallIntegerField(default=0)
    card_customer = models.CharField(max_length=255, blank=True)
    card_method = models.CharField(max_length=255, blank=True, help_text="The saved card, at the platform.")
    card_words = models.CharField(max_length=60, blank=True, help_text="Brand and last four digits.")
    card_until = models.DateField(null=True, blank=True, help_text="The last day on which the card is good.")

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "person"], condition=Q(state__in=sorted(ACTIVE)), name="one_active_pledge_a_person"
            ),
            models.CheckConstraint(
                condition=Q(worst_pence__gt=0, maximum_pence__gte=F("worst_pence")), name="pledge_covers_the_worst_case"
            ),
            models.CheckConstraint(
                condition=Q(share_pence=None) | Q(share_pence__lte=F("worst_pence")),
                name="share_never_above_the_worst_case",
            ),
            models.CheckConstraint(
                condition=(Q(channel="self") & Q(placed_by=F("person")))
                | (~Q(channel="self") & ~Q(placed_by=F("person"))),
                name="pledge_says_who_made_it",
            ),
        ]
        indexes = [models.Index(fields=["person", "state"], name="pledge_person")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def has_card(self) -> bool:
        return bool(self.card_method)

    @property
    def can_pay(self) -> bool:
        """Whether nothing more is needed of the person: a card is saved, or somebody else pays."""
        return self.has_card or self.by_funder

    @property
    def mend_until(self) -> datetime | None:
        """Until when a card that said no can be put right. A place that is taken over has its own 96 hours."""
        return self.pool.repair_until if self.replaces_id is None else self.state_since + rules.REPAIR_WINDOW

    def card_ends_before(self, day: date) -> bool:
        """Whether the saved card is good only until an earlier day."""
        return not self.by_funder and self.card_until is not None and self.card_until < day


class Attendance(models.Model):
    """Where a member was on one date, as the provider wrote it down."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendance")
    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="attendance")
    presence = models.CharField(max_length=20, choices=Presence.choices)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "pledge"], name="attendance_noted_once")]

    def __str__(self) -> str:
        return f"{self.pledge_id} {self.presence}"
