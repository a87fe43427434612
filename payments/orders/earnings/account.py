"""One provider's year. Every sum is a sum of ledger entries; fees are what Stripe says that it kept."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core.clock import midnight
from payments.ledger import selectors as ledger
from payments.ledger.models import Entry
from payments.ledger.rules import LESS, OWED
from providers.listings.models import Provider

from .. import selectors
from ..models import Order, PaymentAttempt

WORDS = {
    "earned": gettext_lazy("Paid by the person"),
    "refund": gettext_lazy("Given back"),
    "refund_returned": gettext_lazy("Given back, and it did not arrive"),
    "dispute": gettext_lazy("Taken back by a bank"),
    "dispute_won": gettext_lazy("Returned by a bank"),
    "paid_out": gettext_lazy("Sent to your bank"),
    "payout_returned": gettext_lazy("Sent back by your bank"),
    OWED: gettext_lazy("Of what your bank has, for you to make good"),
    LESS: gettext_lazy("No longer for you to make good"),
}
TO_BANK = {"paid_out", "payout_returned", OWED, LESS}


@dataclass(frozen=True)
class Line:
    """One movement: positive pence came to the provider, negative went. `fee` is Stripe's, of a payment."""

    day: date
    words: str
    title: str
    number: str
    pence: int
    fee: int
    to_bank: bool


@dataclass(frozen=True)
class Account:
    """From the first day to the end of the last, pence. What was sent to the bank is no earning: a line of its own."""

    provider: Provider
    first: date
    last: date
    lines: list[Line]
    paid: int
    back: int
    fees: int
    to_bank: int
    owed: int

    @property
    def earned(self) -> int:
        """What was paid less what went back, before Stripe's fees."""
        return self.paid - self.back


def tax_year(begins: int) -> tuple[date, date]:
    """The first and last day of a tax year, named by the year in which it begins.

    >>> tax_year(2026)
    (datetime.date(2026, 4, 6), datetime.date(2027, 4, 5))
    """
    return date(begins, 4, 6), date(begins + 1, 4, 5)


def year_of(day: date) -> int:
    """The tax year in which a day lies.

    >>> year_of(date(2026, 4, 5)), year_of(date(2026, 4, 6))
    (2025, 2026)
    """
    return day.year if (day.month, day.day) >= (4, 6) else day.year - 1


def years_of(provider: Provider, today: date) -> list[int]:
    """Tax years since this provider was first paid, the latest first; this one at least. 1 query."""
    begun = Order.objects.filter(provider=provider, paid_at__isnull=False).aggregate(at=Min("paid_at"))["at"]
    first = year_of(timezone.localdate(begun)) if begun else year_of(today)
    return list(range(year_of(today), first - 1, -1))


def account_of(provider: Provider, *, first: date, last: date) -> Account:
    """5 queries whatever the length."""
    key = f"provider:{provider.pk}:earning"
    within = {"at__gte": midnight(first), "at__lt": midnight(last + timedelta(days=1))}
    entries = list(ledger.entries_of([key]).filter(**within))
    about = {entry.about for entry in entries}
    titles = dict(Order.objects.filter(public_id__in=about).values_list("public_id", "title"))
    fees = fees_of(about)
    lines = [_line(entry, key, titles, fees) for entry in entries]
    earning = [line for line in lines if not line.to_bank]
    return Account(
        provider=provider,
        first=first,
        last=last,
        lines=lines,
        paid=sum(line.pence for line in earning if line.pence > 0),
        back=-sum(line.pence for line in earning if line.pence < 0),
        fees=sum(line.fee for line in lines),
        to_bank=-sum(line.pence for line in lines if line.to_bank),
        owed=selectors.owed_by(provider),
    )


def fees_of(about: set[str]) -> dict[str, int]:
    """Stripe's fee of each order's payment. 1 query."""
    taken = PaymentAttempt.objects.filter(order__public_id__in=about, fee_pence__gt=0)
    return dict(taken.values_list("order__public_id", "fee_pence"))


def _line(entry: Entry, key: str, titles: dict[str, str], fees: dict[str, int]) -> Line:
    return Line(
        day=timezone.localdate(entry.at),
        words=str(WORDS.get(entry.why, _("A correction"))),
        title=titles.get(entry.about, ""),
        number=entry.about,
        pence=entry.amount_pence if entry.debit.key == key else -entry.amount_pence,
        fee=fees.get(entry.about, 0) if entry.why == "earned" else 0,
        to_bank=entry.why in TO_BANK,
    )
