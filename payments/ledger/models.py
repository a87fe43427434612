"""Accounts, and entries between them. A record of money, never money itself: the platform holds none."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AccountKind(models.TextChoices):
    """What an account stands for. `key` says whose it is: no account carries a name."""

    SOURCE = "source", _("Where a budget’s money comes from")
    CONTRIBUTION = "contribution", _("What a person adds to a budget")
    AVAILABLE = "available", _("Left in a budget")
    COMMITTED = "committed", _("Promised from a budget")
    ELSEWHERE = "elsewhere", _("Bought outside this site")
    OWN_MONEY = "own_money", _("A person’s own money")
    FUNDER = "funder", _("Paid by a council or another holder of the money")
    ORDER = "order", _("Paid for an order")
    EARNING = "earning", _("Earned by a provider")
    PAID_OUT = "paid_out", _("In a provider’s bank")
    REFUND = "refund", _("On its way back")
    DISPUTE = "dispute", _("Held by a bank in a dispute")
    RECEIVABLE = "receivable", _("Owed by a provider")


class Account(models.Model):
    """`balance_pence` is all that was debited less all that was credited, kept by `services.post` alone.

    With a floor the balance never falls below it, whoever asks at the same moment.
    """

    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=AccountKind.choices)
    balance_pence = models.BigIntegerField(default=0)
    floor_pence = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(floor_pence=None) | Q(balance_pence__gte=F("floor_pence")), name="balance_above_its_floor"
            )
        ]

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """Money that moved from one account (credit) to another (debit). Never changed: a correction is a new row.

    `about` is the public id of the order or purchase it belongs to. `made_by` is a user's id, not a link, so that the
    books outlive the account. Triggers of the database refuse updates and deletions.
    """

    key = models.CharField(max_length=120, unique=True)
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debits")
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="credits")
    amount_pence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    why = models.CharField(max_length=40)
    about = models.CharField(max_length=20, blank=True)
    made_by = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_pence__gt=0), name="entry_moves_something"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="entry_has_two_sides"),
        ]
        indexes = [
            models.Index(fields=["debit", "at"], name="entry_debit"),
            models.Index(fields=["credit", "at"], name="entry_credit"),
            models.Index(fields=["about"], name="entry_about"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.amount_pence}p"

    def save(self, *args, **kwargs) -> None:
        if self.pk:
            raise TypeError("ledger entries are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("ledger entries are never deleted")
