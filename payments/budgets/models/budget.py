"""Whose money it is, for how long, and what it is for. Amounts live in the ledger."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from marketplace.core.models import public_id
from marketplace.people.models import Council, Delegation, User
from providers.listings.models import Provider

from ..states import ASKS_FIRST, FROM_COUNCIL, Source


class Budget(models.Model):
    """One person's money from one source, from one day to another.

    `holder` is the provider that holds an individual service fund; `nominated` whoever looks after the money for the
    person and so must not be paid from it.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="budgets")
    source = models.CharField(max_length=20, choices=Source.choices)
    council = models.ForeignKey(Council, null=True, blank=True, on_delete=models.PROTECT, related_name="budgets")
    holder = models.ForeignKey(Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="funds_held")
    nominated = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    review_on = models.DateField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="budget_ends_after_it_starts"),
            models.CheckConstraint(
                condition=~Q(source__in=sorted(FROM_COUNCIL)) | Q(council__isnull=False),
                name="public_money_has_a_council",
            ),
            models.CheckConstraint(
                condition=~Q(source=Source.ISF) | Q(holder__isnull=False), name="fund_has_somebody_who_holds_it"
            ),
        ]
        indexes = [models.Index(fields=["person", "ends_on"], name="budget_person")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def asks_first(self) -> bool:
        """Whether somebody else holds the money and says yes to each purchase."""
        return self.source in ASKS_FIRST

    @property
    def from_council(self) -> bool:
        return self.source in FROM_COUNCIL

    def review_overdue(self, today: date) -> bool:
        return self.review_on is not None and self.review_on < today


class Outcome(models.Model):
    """What the money is to make possible, in the person's own words."""

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="outcomes")
    words = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.words


class BudgetDraft(models.Model):
    """A first set-up under way: answers as typed, so that it can wait until tomorrow."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="budget_draft")
    answers = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draft of {self.person_id}"


class DelegateLimit(models.Model):
    """How much somebody who acts for a person may spend without asking them. Pence; null is no limit."""

    delegation = models.OneToOneField(Delegation, on_delete=models.CASCADE, related_name="limit")
    per_order_pence = models.PositiveIntegerField(null=True, blank=True)
    per_month_pence = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"limit of {self.delegation_id}"


class CouncilMoney(models.Model):
    """A council's own rules of money, where the law leaves them to it.

    `reinvest_percent` is the part of a saving, made with its money by buying together, that it has agreed a group may
    decide about; the rest stays in the budget that it was saved in.
    """

    council = models.OneToOneField(Council, on_delete=models.CASCADE, related_name="money")
    surplus_weeks = models.PositiveSmallIntegerField(default=8)
    answer_days = models.PositiveSmallIntegerField(default=5)
    retention_years = models.PositiveSmallIntegerField(default=7)
    reinvest_percent = models.PositiveSmallIntegerField(default=0)
    own_services = models.ManyToManyField(Provider, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reinvest_percent__lte=100), name="never_more_than_the_whole_saving")
        ]

    def __str__(self) -> str:
        return f"money of {self.council_id}"
