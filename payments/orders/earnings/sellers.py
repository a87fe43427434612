"""What the operator of a digital platform reports of each seller, once a year.

The Platform Operators (Due Diligence and Reporting Requirements) Regulations 2023: by 31 January, for the calendar
year before, by quarter. Services have no small-seller exclusion. Birth dates and tax numbers are not kept here:
Stripe has them, under the account's number.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core.batches import batches
from marketplace.core.clock import midnight
from marketplace.core.spreadsheet import Pence, Sheet
from payments.ledger.models import AccountKind, Entry
from providers.listings.models import Listing, Provider

from ..models import Order
from .account import TO_BANK, fees_of

QUARTERS = 4
BATCH = 500


@dataclass
class Quarter:
    """Pence paid to a seller, gone back, kept by Stripe as fees; and how many payments."""

    paid: int = 0
    back: int = 0
    fees: int = 0
    count: int = 0


@dataclass
class Seller:
    provider: Provider
    account: str
    address: str
    quarters: list[Quarter] = field(default_factory=lambda: [Quarter() for _each in range(QUARTERS)])


def sellers_of(year: int) -> list[Seller]:
    """Everybody who was paid or gave back in this calendar year, by name. About 3 queries for each 500 movements."""
    begins, ends = midnight(date(year, 1, 1)), midnight(date(year + 1, 1, 1))
    kept: dict[int, list[Quarter]] = defaultdict(lambda: [Quarter() for _each in range(QUARTERS)])
    touched = Entry.objects.filter(at__gte=begins, at__lt=ends).select_related("debit", "credit").order_by("pk")
    earned = touched.filter(debit__kind=AccountKind.EARNING).exclude(why__in=TO_BANK)
    went = touched.filter(credit__kind=AccountKind.EARNING).exclude(why__in=TO_BANK)
    for batch in batches(earned.iterator(chunk_size=BATCH), BATCH):
        fees = fees_of({entry.about for entry in batch if entry.why == "earned"})
        for entry in batch:
            quarter = kept[_provider_id(entry.debit.key)][_quarter(entry)]
            quarter.paid += entry.amount_pence
            if entry.why == "earned":
                quarter.count += 1
                quarter.fees += fees.get(entry.about, 0)
    for entry in went.iterator(chunk_size=BATCH):
        kept[_provider_id(entry.credit.key)][_quarter(entry)].back += entry.amount_pence
    providers = Provider.objects.filter(pk__in=kept).select_related("connected_account").order_by("name", "pk")
    addresses = _addresses(list(kept))
    return [
        Seller(
            provider=provider,
            account=getattr(getattr(provider, "connected_account", None), "stripe_id", "") or "",
            address=addresses.get(provider.pk, ""),
            quarters=kept[provider.pk],
        )
        for provider in providers
    ]


def _provider_id(key: str) -> int:
    return int(key.split(":")[1])


def _quarter(entry: Entry) -> int:
    return (timezone.localdate(entry.at).month - 1) // 3


def _addresses(ids: list[int]) -> dict[int, str]:
    """The address of a venue, or the postcode where somebody starts from: what this site knows of it. 1 query."""
    found = {}
    for listing in Listing.objects.filter(provider__in=ids).select_related("page").order_by("pk"):
        page = listing.page
        words = ", ".join(filter(None, [page.venue_address, page.venue_postcode or page.base_postcode]))
        if words:
            found[listing.provider_id] = words
    return found


def years_to_report(today: date) -> list[int]:
    """Calendar years since the first payment, the latest first. 1 query."""
    first = Order.objects.filter(paid_at__isnull=False).order_by("paid_at").values_list("paid_at", flat=True).first()
    return list(range(today.year, (timezone.localdate(first).year if first else today.year) - 1, -1))


def sellers_xlsx(year: int, sellers: list[Seller]) -> bytes:
    """One line a seller, the four quarters side by side."""
    sheet = Sheet(str(year), (16, 34, 24, 24, 30, 30, 24, *[14] * (QUARTERS * 4 + 4)))
    heads = [_("Number"), _("Name"), _("Legal form"), _("Contact"), _("Address known here"), _("E-mail")]
    heads.append(_("Stripe’s account"))
    for name in [*(_("Quarter %(n)s") % {"n": n + 1} for n in range(QUARTERS)), str(year)]:
        heads += [f"{name}: {words}" for words in (_("paid"), _("went back"), _("fees"), _("payments"))]
    sheet.row(*heads, bold=True)
    for seller in sellers:
        whole = Quarter(
            paid=sum(each.paid for each in seller.quarters),
            back=sum(each.back for each in seller.quarters),
            fees=sum(each.fees for each in seller.quarters),
            count=sum(each.count for each in seller.quarters),
        )
        provider = seller.provider
        cells: list[str | int | Pence] = [
            provider.public_id,
            provider.name,
            str(provider.get_legal_form_display()),
            provider.contact_name,
            seller.address,
            provider.email,
            seller.account,
        ]
        for each in (*seller.quarters, whole):
            cells += [Pence(each.paid), Pence(each.back), Pence(each.fees), each.count]
        sheet.row(*cells)
    return sheet.as_bytes()
