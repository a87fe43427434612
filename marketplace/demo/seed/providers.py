"""Three hundred providers, one listing each (some two), and seven hundred offers: invented, the same every time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from marketplace.core import geo
from marketplace.core.audit import CLOCKWORK
from marketplace.people.models import Council
from providers.listings import services
from providers.listings.editing.forms.provider import QUESTIONS
from providers.listings.models import Category, LegalForm, Listing, Offer, OfferDate, Provider, VatStatus

from .kinds import KINDS, Kind, Priced
from .names import CROWDED, FIRST, GROUND, LANGUAGES, LAST, SHARE, VENUES, WOMEN

LONDON = ZoneInfo("Europe/London")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass
class Invented:
    """One provider to be: everything drawn by lot beforehand, so that the same number gives the same neighbour."""

    number: int
    kind: Kind
    council: Council
    first: str
    last: str
    outcode: str
    place: str
    postcode: str
    lot: Random = field(repr=False)

    @property
    def title(self) -> str:
        pattern = self.lot.choice(self.kind.titles)
        return pattern.format(first=self.first, last=self.last, place=self.place)


def categories() -> dict[str, Category]:
    """The national kinds of help."""
    made = {}
    for position, kind in enumerate(KINDS):
        made[kind.slug], _new = Category.objects.get_or_create(
            slug=kind.slug,
            council=None,
            defaults={
                "name": kind.name,
                "hint": kind.hint,
                "art": kind.art,
                "personal_care": kind.personal_care,
                "direct_payment": kind.direct_payment,
                "position": position,
            },
        )
    return made


def invent(councils: dict[str, Council]) -> Iterator[Invented]:
    """Who there is. 300 in all: 150, 100 and 50 in the three councils, kinds by their share."""
    kinds = [kind for kind in KINDS for _ in range(kind.share)]
    Random(1912).shuffle(kinds)
    number = 0
    for slug, count in SHARE.items():
        council = councils[slug]
        ground = [
            (outcode, place, codes)
            for outcode, place in GROUND[slug]
            for _ in range(CROWDED.get(outcode, 1))
            if (codes := [pc for la in council.area_codes for pc in geo.postcodes_in(outcode, la)])
        ]
        for _ in range(count):
            lot = Random(f"neighbour {number}")
            outcode, place, codes = lot.choice(ground)
            kind = kinds[number % len(kinds)]
            first, last = lot.choice(FIRST), lot.choice(LAST)
            yield Invented(number, kind, council, first, last, outcode, place, lot.choice(codes), lot)
            number += 1


def settle(neighbour: Invented, category: Category, now: datetime) -> Listing:
    """Make the provider, its listing with words, its offers; published."""
    title = _untaken(neighbour)
    provider = _provider(neighbour, title, now)
    listing = services.listing_create(
        provider=provider, title=title, by=CLOCKWORK, user=None, now=now, words=_words(neighbour)
    )
    page = listing.page
    page.categories.set([category])
    page.save_revision().publish()
    listing.refresh_from_db()
    listing.takes_direct_payments = category.direct_payment == "allowed" and neighbour.lot.random() < 0.7
    listing.assured_on = now.astimezone(LONDON).date() - timedelta(days=neighbour.lot.choice((3, 20, 40, 90, 140, 200)))
    listing.save(update_fields=["takes_direct_payments", "assured_on"])
    _offers(neighbour, listing, now)
    return listing


def _untaken(neighbour: Invented) -> str:
    """Its name, or another where one in the same place has that already: nobody could tell the two apart."""
    facts = {"first": neighbour.first, "last": neighbour.last, "place": neighbour.place}
    titles = [neighbour.title, *(pattern.format(**facts) for pattern in neighbour.kind.titles)]
    taken = set(Provider.objects.filter(name__in=titles).values_list("name", flat=True))
    free = (title for title in titles if title not in taken)
    return next(free, f"{titles[0]} ({neighbour.first} {neighbour.last})")


def _provider(neighbour: Invented, title: str, now: datetime) -> Provider:
    lot, kind = neighbour.lot, neighbour.kind
    if kind.group:
        form, people = lot.choice((LegalForm.CIC, LegalForm.CHARITY, LegalForm.GROUP)), lot.choice((3, 4, 6))
    elif kind.personal_care:
        form, people = (
            lot.choice((LegalForm.COMPANY, LegalForm.COOPERATIVE, LegalForm.PARTNERSHIP)),
            lot.choice((4, 6, 9)),
        )
    else:
        form, people = LegalForm.SOLE_TRADER, 1
    return Provider.objects.create(
        council=neighbour.council,
        name=title,
        contact_name=f"{neighbour.first} {neighbour.last}",
        email=f"neighbour{neighbour.number:03d}@example.org",
        phone=f"01632 960 {400 + neighbour.number % 600:03d}",
        legal_form=form,
        people_working=people,
        fte_tenths=people * lot.choice((5, 7, 10)),
        cqc_id=f"1-{100000000 + neighbour.number * 7919}" if kind.personal_care else "",
        insurer=lot.choice(("Tinsdills Mutual", "Market Square Insurance", "Fold & Sons")),
        insured_pounds=lot.choice((2_000_000, 5_000_000, 5_000_000, 10_000_000)),
        insured_until=now.date() + timedelta(days=lot.randrange(40, 360)),
        vat=VatStatus.EXEMPT_WELFARE if kind.personal_care else VatStatus.NOT_REGISTERED,
        answered=list(QUESTIONS),
    )


def _words(neighbour: Invented) -> dict[str, Any]:
    lot, kind = neighbour.lot, neighbour.kind
    days = sorted(
        lot.sample(range(7 if kind.slug in {"breaks", "personal-care", "nights"} else 6), lot.choice((2, 3, 5)))
    )
    start, end = lot.choice(((9, 3), (9, 5), (10, 4), (8, 2), (10, 1)))
    words: dict[str, Any] = {
        "who": _who(neighbour),
        "summary": lot.choice(kind.summaries).format(place=neighbour.place),
        "about": "\n\n".join(part.format(place=neighbour.place) for part in lot.sample(kind.abouts, 2)),
        "when": f"{_listed([DAY_NAMES[day] for day in days])}, {start} to {end}",
        "days": [DAYS[day] for day in days],
        "languages": ["English", *(lot.sample(LANGUAGES, 1) if lot.random() < 0.25 else [])],
        "changing_your_mind": lot.choice(
            (
                "Cancel free up to the evening before.",
                "Tell me a day before, and it costs nothing.",
                "Cancel free up to 48 hours before.",
            )
        ),
    }
    if not kind.group and neighbour.number % 3:  # one in three does not say
        alone = ["women" if neighbour.first in WOMEN else "men"]
        words["done_by"] = ["men", "women"] if kind.personal_care else alone
    if kind.venue:
        words |= {
            "reach_kind": "venue",
            "venue_name": f"{neighbour.place} {lot.choice(VENUES)}",
            "venue_address": f"{lot.choice(('Church Street', 'Station Road', 'The Green', 'High Street'))}, {neighbour.place}",
            "venue_postcode": neighbour.postcode,
            "accessible_venue": lot.random() < 0.8,
            "comes_to_you": False,
        }
    else:
        wide = lot.random()
        words |= {
            "comes_to_you": True,
            "base_postcode": neighbour.postcode,
            "base_is_home": not kind.group,
            "reach_kind": "council" if wide > 0.93 else "miles",
            "reach_miles": None if wide > 0.93 else lot.choice((5, 5, 10, 10, 15, 20, 30)),
        }
    return words


def _who(neighbour: Invented) -> str:
    if neighbour.kind.group:
        return f"A community group in {neighbour.place}"
    if neighbour.kind.personal_care:
        return f"{neighbour.first} {neighbour.last} and a small team"
    return f"{neighbour.first} {neighbour.last} works alone"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def _offers(neighbour: Invented, listing: Listing, now: datetime) -> None:
    for position, priced in enumerate(neighbour.kind.prices):
        offer = Offer.objects.create(
            listing=listing,
            title=priced.title,
            details=priced.details,
            unit=priced.unit,
            price_pence=_price(priced, neighbour.lot),
            minutes=priced.minutes,
            group_price_pence=priced.group[0] if priced.group else None,
            group_least=priced.group[1] if priced.group else None,
            group_most=priced.group[2] if priced.group else None,
            books_at_once=bool(priced.dated),
            position=position,
        )
        if priced.dated:
            _dates(offer, priced.dated, neighbour.lot, now.astimezone(LONDON).date())


def _price(priced: Priced, lot: Random) -> int:
    if priced.unit == "free":
        return 0
    return lot.randrange(priced.low, priced.high + 1, 50)


def _dates(offer: Offer, places: int, lot: Random, today: date) -> None:
    first, hour = today + timedelta(days=lot.randrange(2, 9)), lot.choice((10, 11, 14))
    for week in range(6):
        starts_at = datetime.combine(first + timedelta(weeks=week), time(hour), tzinfo=LONDON)
        OfferDate.objects.create(offer=offer, starts_at=starts_at, places=places)
