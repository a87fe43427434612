"""Help that comes every week, as two people agreed it. The site records; it sends nobody and replaces nobody."""

from datetime import date, time

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import public_id
from marketplace.people.models import User
from payments.budgets.models import Budget, Outcome
from payments.orders.rules import cancel_until
from providers.listings.models import Listing, Offer, Provider

from ..rules import Pattern
from ..states import OVER, TERMS_OPEN, ArrangementState, TermsState


class Side(models.TextChoices):
    PERSON = "person", _("The person")
    PROVIDER = "provider", _("The provider")

    @property
    def other(self) -> "Side":
        return Side.PERSON if self == Side.PROVIDER else Side.PROVIDER


class Collects(models.TextChoices):
    WEEKLY = "weekly", _("Every Monday, for the visits before it")
    MONTHLY = "monthly", _("On the first of each month")


class Arrangement(models.Model):
    """One standing agreement. Its terms are rows of their own; `ends_on` is the last day, once somebody ended it.

    `budget` and `outcome` say which money the visits are promised from; without one it is the person's own.
    `relies_on` is the person's word that a missed visit must not go unnoticed.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="arrangements")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="arrangements")
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="arrangements")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="arrangements")
    title = models.CharField(max_length=120)
    by_hour = models.BooleanField()
    state = models.CharField(max_length=20, choices=ArrangementState.choices, default=ArrangementState.PROPOSED)
    state_since = models.DateTimeField()
    proposed_by = models.CharField(max_length=10, choices=Side.choices)
    proposed_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    express_request_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person asked to begin before the right to cancel has run out."
    )
    relies_on = models.BooleanField(default=False)
    budget = models.ForeignKey(Budget, null=True, blank=True, on_delete=models.PROTECT, related_name="arrangements")
    outcome = models.ForeignKey(Outcome, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ends_on = models.DateField(null=True, blank=True)
    ended_by = models.CharField(max_length=10, choices=Side.choices, blank=True)
    end_words = models.CharField(max_length=400, blank=True)
    customer_tries = models.PositiveSmallIntegerField(
        default=0, help_text="How often the gateway refused to open a customer, whose cards these would be."
    )
    form_token = models.CharField(max_length=40, unique=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=None) | Q(budget__isnull=False), name="arrangement_outcome_has_its_budget"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="arrangement_person"),
            models.Index(fields=["provider", "state"], name="arrangement_provider"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def cancel_until(self) -> date | None:
        """The last day on which the person may change their mind without notice; None while nothing is agreed."""
        return cancel_until(timezone.localdate(self.agreed_at)) if self.agreed_at else None

    @property
    def terms(self) -> "Terms":
        """What holds: the newest agreed terms, or the first proposal. Reads `versions` as prefetched."""
        versions = list(self.versions.all())
        agreed = [each for each in versions if each.state == TermsState.AGREED]
        return agreed[-1] if agreed else versions[-1]

    @property
    def change(self) -> "Terms | None":
        """New terms that wait for the other side, once there are agreed ones."""
        versions = list(self.versions.all())
        waiting = [each for each in versions if each.state in TERMS_OPEN]
        return waiting[-1] if waiting and len(versions) > 1 else None


class Terms(models.Model):
    """What was proposed at one time, never changed afterwards. `price_pence` is for an hour or for a visit.

    `times` holds, for weekdays with other times or several, those times on the clock: {"MO": ["09:00", "18:00"]}.
    """

    arrangement = models.ForeignKey(Arrangement, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=TermsState.choices, default=TermsState.PROPOSED)
    state_since = models.DateTimeField()
    proposed_by = models.CharField(max_length=10, choices=Side.choices)
    answer_by = models.DateTimeField()
    rule = models.CharField(max_length=100, help_text="An RRULE of RFC 5545.")
    starts_on = models.DateField()
    begins_at = models.TimeField()
    times = models.JSONField(default=dict, blank=True)
    until = models.DateField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField()
    price_pence = models.PositiveIntegerField()
    notice_days = models.PositiveSmallIntegerField()
    collects = models.CharField(max_length=10, choices=Collects.choices, default=Collects.WEEKLY)
    on_bank_holidays = models.BooleanField(default=True)
    words = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "terms"
        constraints = [
            models.UniqueConstraint(fields=["arrangement", "number"], name="terms_numbered_once"),
            models.UniqueConstraint(
                fields=["arrangement"], condition=Q(state__in=sorted(TERMS_OPEN)), name="one_proposal_at_a_time"
            ),
            models.CheckConstraint(condition=Q(price_pence__gt=0, minutes__gt=0), name="terms_say_length_and_price"),
        ]

    def __str__(self) -> str:
        return f"{self.arrangement} {self.number}"

    @property
    def pattern(self) -> Pattern:
        times = {day: [time.fromisoformat(each) for each in said] for day, said in self.times.items()}
        return Pattern(self.rule, self.starts_on, self.begins_at, self.until, self.on_bank_holidays, times)


class Skip(models.Model):
    """Days on which nobody comes, said by either side. Both days are included.

    `at` names the one visit of each day that is called off, where there are several; None is all of them.
    """

    arrangement = models.ForeignKey(Arrangement, on_delete=models.CASCADE, related_name="skips")
    first = models.DateField()
    last = models.DateField()
    at = models.TimeField(null=True, blank=True)
    side = models.CharField(max_length=10, choices=Side.choices)
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["first", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="skip_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return f"{self.arrangement} {self.first}"

    def covers(self, day: date, at: time) -> bool:
        return self.first <= day <= self.last and self.at in {None, at}
