"""One yes, of whoever holds the money, to help that comes again and again."""

from datetime import date

from django.db import models
from django.db.models import Q

from payments.budgets.models import Approval, Budget, Outcome
from payments.budgets.states import SAID_YES, UNDECIDED

from .arrangement import Arrangement, Terms


class StandingYes(models.Model):
    """What was asked: all that `terms` call for, up to `ceiling_pence` in any four weeks, until the last day `until`.

    Whether it was given, by whom and with which words stands in `approval`. `heeded_at` is when the arrangement
    followed the answer; `end_told_at` when it was asked for again, or the person told that it runs out; `cut_to` the
    last day that both were told of when it was taken back early.
    """

    arrangement = models.ForeignKey(Arrangement, on_delete=models.PROTECT, related_name="yeses")
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="yeses")
    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="+")
    outcome = models.ForeignKey(Outcome, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    approval = models.OneToOneField(Approval, on_delete=models.PROTECT, related_name="standing_yes")
    ceiling_pence = models.PositiveIntegerField()
    until = models.DateField()
    heeded_at = models.DateTimeField(null=True, blank=True)
    end_told_at = models.DateTimeField(null=True, blank=True)
    cut_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "standing yeses"
        constraints = [models.CheckConstraint(condition=Q(ceiling_pence__gt=0), name="standing_yes_is_to_something")]

    def __str__(self) -> str:
        return f"{self.arrangement_id} until {self.until}"

    @property
    def given(self) -> bool:
        return self.approval.state in SAID_YES

    @property
    def waits(self) -> bool:
        return self.approval.state in UNDECIDED

    def covers(self, day: date) -> bool:
        return self.given and day <= self.until
