"""What cards and the search index say of listings, read for many at once as plain values.

A model instance a row costs more than all the rest of an index; nothing here can be saved or read on.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import NamedTuple

from wagtail.models import Page

from marketplace.cms.models import Photo
from marketplace.people.models import Council

from .models import Category, ListingPage, Offer
from .selectors import visible_to

PHOTO = "fill-240x240|format-jpeg|jpegquality-70"
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_/-]*")  # in which nothing has to be quoted


class CardOffer(NamedTuple):
    """A line of the price list; see Offer."""

    title: str
    details: str
    unit: str
    price_pence: int | None
    group_price_pence: int | None


@dataclass(slots=True)
class ShownListing:
    """One visible listing: columns of it, its page and its provider, named as their models name them, and what hangs
    on them.

    `kinds` with the retired ones, in the order of kinds; `offers` in the keeper's order, without those withdrawn.
    `url` is "" where no site shows the page, `photo_url` where there is no photograph.
    """

    pk: int
    version: int
    public_id: str
    assured_on: date | None
    takes_direct_payments: bool
    provider_id: int
    provider_name: str
    legal_form: str
    council_id: int
    page_id: int
    title: str
    slug: str
    url_path: str
    first_published_at: datetime | None
    who: str
    summary: str
    about: str
    when: str
    days: list
    languages: list
    done_by: list
    comes_to_you: bool
    accessible_venue: bool
    reach_kind: str
    reach_miles: int | None
    reach_districts: list
    base_postcode: str
    base_is_home: bool
    venue_postcode: str
    photo_id: int | None
    photo_alt: str
    council: Council
    kinds: list[Category]
    offers: list[CardOffer]
    url: str = ""
    photo_url: str = ""


_OWN = ("pk", "version", "public_id", "assured_on", "takes_direct_payments")
_AROUND = ("provider_id", "provider__name", "provider__legal_form", "council_id", "page_id")
_WORDS = [each.name for each in fields(ShownListing)][len(_OWN) + len(_AROUND) : -5]
_COLUMNS = [*_OWN, *_AROUND, *(f"page__{name}" for name in _WORDS)]
_PK, _COUNCIL, _PAGE = (_COLUMNS.index(name) for name in ("pk", "council_id", "page_id"))


def for_cards(ids: Iterable[int]) -> list[ShownListing]:
    """The visible listings among these ids, in the order given. 5 queries, and 2 for photographs, however many."""
    wanted = list(ids)
    rows = {row[_PK]: row for row in visible_to().filter(pk__in=wanted).values_list(*_COLUMNS)}
    councils = Council.objects.select_related("page").in_bulk({row[_COUNCIL] for row in rows.values()})
    kinds, offers = _kinds([row[_PAGE] for row in rows.values()]), _offers(rows)
    found = [
        ShownListing(*(*row, councils[row[_COUNCIL]], kinds.get(row[_PAGE], []), offers.get(pk, [])))
        for pk, row in ((pk, rows[pk]) for pk in wanted if pk in rows)
    ]
    _add_photos([each for each in found if each.photo_id is not None])
    _add_urls(found, councils)
    return found


def _offers(ids: Iterable[int]) -> dict[int, list[CardOffer]]:
    found: dict[int, list[CardOffer]] = {}
    lines = Offer.objects.filter(listing__in=ids, withdrawn_at=None).order_by("position", "pk")
    for listing_id, *line in lines.values_list("listing_id", *CardOffer._fields):
        found.setdefault(listing_id, []).append(CardOffer._make(line))
    return found


def _kinds(page_ids: list[int]) -> dict[int, list[Category]]:
    through = ListingPage.categories.through.objects  # type: ignore[attr-defined]
    pairs = set(through.filter(listingpage_id__in=page_ids).values_list("category_id", "listingpage_id"))
    pages: dict[int, list[int]] = {}
    for category_id, page_id in pairs:
        pages.setdefault(category_id, []).append(page_id)
    found: dict[int, list[Category]] = {}
    for category in Category.objects.filter(pk__in=pages):  # in the order of kinds
        for page_id in pages[category.pk]:
            found.setdefault(page_id, []).append(category)
    return found


def _add_photos(found: list[ShownListing]) -> None:
    if found:
        photos = Photo.objects.prefetch_renditions(PHOTO).in_bulk({each.photo_id for each in found})
        urls = {pk: photo.get_rendition(PHOTO).url for pk, photo in photos.items()}
        for each in found:
            each.photo_url = urls.get(each.photo_id, "")


def _add_urls(found: list[ShownListing], councils: dict[int, Council]) -> None:
    """Each page's address from its council's: asking the tree of pages for every one costs half a millisecond."""
    pages = {pk: getattr(council, "page", None) for pk, council in councils.items()}
    above = {pk: (page.url_path, page.get_url()) for pk, page in pages.items() if page is not None}
    odd = []
    for each in found:
        path, url = above.get(each.council_id, ("", None))
        if url and each.url_path.startswith(path) and _PLAIN_PATH.fullmatch(each.url_path):
            each.url = url + each.url_path[len(path) :]
        else:
            odd.append(each)
    found_pages = Page.objects.in_bulk([each.page_id for each in odd]) if odd else {}
    for each in odd:
        each.url = found_pages[each.page_id].get_url() or ""
