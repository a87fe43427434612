"""What a stranger is shown of a listing, as plain values: for its page, its card and the search index."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core import geo
from marketplace.core.money import pounds, pounds_exact

from . import selectors
from .cards import ShownListing
from .models import Category, Doers, Listing, ListingPage, Offer, Provider, ReachKind, Unit
from .rules import is_micro, micro_limit
from .signals import listing_shown


@dataclass(frozen=True)
class Fact:
    """One line of "Good to know"."""

    term: str
    words: str
    url: str = ""


@dataclass(frozen=True)
class PriceLine:
    """One line of the price list. `amount` is "£18.00", "Free" or "Ask"; `unit` follows it in a sentence."""

    title: str
    details: str
    amount: str
    unit: str
    group: str
    offer: Offer


def public_point(page: ListingPage | ShownListing) -> geo.Point | None:
    """Where strangers may know this to be: the venue, a place of work, or the kilometre cell of a home."""
    if page.reach_kind == ReachKind.VENUE:
        return _point(page.venue_postcode)
    base = _point(page.base_postcode)
    return geo.cell(base) if base is not None and page.base_is_home else base


def _point(postcode: str) -> geo.Point | None:
    place = geo.understand(postcode) if postcode else None
    return place.point if isinstance(place, geo.Place) else None


def reach_words(page: ListingPage) -> str:
    """Where the help reaches, in one sentence; empty when the draft does not say yet."""
    if page.reach_kind == ReachKind.VENUE:
        return ", ".join(filter(None, [page.venue_name, page.venue_address, page.venue_postcode]))
    if page.reach_kind == ReachKind.COUNCIL:
        return _("Anywhere in the council’s area")
    if page.reach_kind == ReachKind.DISTRICTS:
        return ", ".join(filter(None, (geo.la_name(code) for code in page.reach_districts)))
    point = public_point(page)
    if not page.reach_miles or point is None:
        return ""
    town = geo.town_near(point)
    if town is None:
        return _("Up to %(miles)d miles from where they start") % {"miles": page.reach_miles}
    return _("Up to %(miles)d miles from near %(town)s") % {"miles": page.reach_miles, "town": town}


def price_line(offer: Offer) -> PriceLine:
    """An offer as it stands in the price list."""
    if offer.unit == Unit.FREE:
        amount, unit = _("Free"), ""
    elif offer.unit == Unit.ASK or offer.price_pence is None:
        amount, unit = _("Ask"), ""
    else:
        amount, unit = pounds_exact(offer.price_pence), str(Unit(offer.unit).label)
    group = ""
    if offer.group_price_pence and offer.group_least and offer.group_most:
        group = _("or %(price)s shared by %(least)d to %(most)d people") % {
            "price": pounds(offer.group_price_pence),
            "least": offer.group_least,
            "most": offer.group_most,
        }
    return PriceLine(offer.title, offer.details, amount, unit, group, offer)


def main_price(offers: list[Offer]) -> tuple[str, str]:
    """The amount and unit that a card shows, of the first offer on the keeper's own list: ("£18", "an hour").

    Not the lowest: "free" from somebody whose only free offer is a look round would mislead.
    """
    if not offers:
        return "", ""
    first = offers[0]
    if first.unit == Unit.FREE:
        return _("Free"), ""
    if first.price_pence is None:
        return _("Ask for a price"), ""
    return pounds(first.price_pence), str(Unit(first.unit).label)


def who_they_are(listing: Listing) -> str:
    """The legal form; and a micro-enterprise is called so when its keeper has told us how many work there."""
    provider = listing.provider
    form = str(provider.get_legal_form_display())
    told = "people" in provider.answered
    if not told or not is_micro(fte_tenths=provider.fte_tenths, standards=listing.council.standards):
        return form
    return _("%(form)s. A micro-enterprise: at most %(limit)d full-time workers.") % {
        "form": form,
        "limit": micro_limit(listing.council.standards),
    }


def reach_them(provider: Provider) -> str:
    """Whom to ask for and the telephone; the e-mail address only where there is no telephone."""
    way = provider.phone or provider.email
    return ", ".join(each for each in (provider.contact_name, way) if each) if way else ""


def _own_pages(provider: Provider) -> Fact:
    address = provider.website if provider.website.startswith(("http://", "https://")) else ""
    return Fact(_("Their own web page"), address, url=address)


def good_to_know(listing: Listing, page: ListingPage) -> list[Fact]:
    """When, where, how to pay, who stands behind it: only what is known."""
    provider = listing.provider
    paying = _("Card, or a direct payment from the council.") if listing.takes_direct_payments else _("Card.")
    complaints = provider.complaints or _("Tell %(name)s first. If that does not help, tell %(council)s.") % {
        "name": provider.contact_name or provider.name,
        "council": listing.council.name,
    }
    lines = [
        Fact(_("When"), page.when),
        Fact(_("Where it is") if page.reach_kind == ReachKind.VENUE else _("Where they go"), reach_words(page)),
        Fact(_("Getting in"), _("Step-free.") if page.accessible_venue else ""),
        Fact(_("Languages"), ", ".join(page.languages)),
        Fact(_("Who does the work"), done_by_words(page.done_by)),
        Fact(_("How to pay"), paying),
        Fact(_("Changing your mind"), page.changing_your_mind),
        Fact(_("Who they are"), who_they_are(listing)),
        Fact(_("VAT"), str(provider.get_vat_display())),
        Fact(_("How to reach them"), reach_them(provider)),
        _own_pages(provider),
        Fact(_("How to complain"), complaints),
    ]
    return [line for line in lines if line.words]


def done_by_words(said: Iterable[str]) -> str:
    """Men, women or both; "" where the provider does not say.

    >>> done_by_words(["women", "men"]), done_by_words([])
    ('Men and women', '')
    """
    known = [doers for doers in Doers if doers in said]
    if len(known) == len(Doers):
        return _("Men and women")
    return str(known[0].label) if known else ""


def main_art(kinds: Iterable[Category]) -> str:
    """The drawing that stands for a listing's first kind of help."""
    first = next(iter(kinds), None)
    return first.art if first else "kettle"


def kind_link(category: Category, place: int) -> dict[str, Any]:
    """A kind of help as components/kinds.html shows it; `place` in the list chooses its tone."""
    return {
        "url": f"/search/?kind={category.slug}",
        "name": category.name,
        "words": category.hint,
        "art": category.art,
        "tone": 1 + place % 6,
    }


def page_context(page: ListingPage, request: HttpRequest) -> dict[str, Any]:
    """The public page's context: the page's words, its provider's facts, offers, and what other apps add."""
    listing = selectors.for_page(page)
    offers = list(selectors.offers_of(listing))
    age = selectors.days_since_assured(listing, timezone.localdate())
    amount, unit = main_price(offers)
    context: dict[str, Any] = {
        "listing": listing,
        "provider": listing.provider,
        "council": listing.council,
        "offers": offers,
        "prices": [price_line(offer) for offer in offers],
        "amount": amount,
        "unit": unit,
        "facts": good_to_know(listing, page),
        "art": main_art(page.categories.all()),
        "paragraphs": [part for part in page.about.split("\n") if part.strip()],
        "first_name": listing.provider.contact_name.split(" ")[0],
        "old_since": listing.assured_on if age is not None and age >= selectors.FRESH_DAYS else None,
    }
    added: list[tuple[Any, Any]] = listing_shown.send(
        sender=ListingPage, listing=listing, page=page, offers=offers, request=request
    )
    for _receiver, extra in added:
        context.update(extra)
    return context
