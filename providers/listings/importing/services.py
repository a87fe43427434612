"""Keep imported services as drafts, once for each external id, and say what happened to every one."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.core import audit, geo
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import Council

from .. import selectors
from .. import services as listings
from ..models import Category, LegalForm, Listing, Offer, Provider, ReachKind, Unit
from . import rules
from .rules import Remark, Understood

EXAMPLES = 3  # of each kind of remark, in the report

# What other directories call the kinds of help, as words that may stand anywhere in a term or name.
KIND_WORDS = {
    "meals": r"meal|lunch|food|cook|dining",
    "gardening": r"garden(?!ing club)",
    "company": r"befriend|companion|loneli|social isolation|visit(or|ing) scheme",
    "personal-care": r"personal care|home care|domiciliary|care at home",
    "getting-about": r"transport|transfer|driv(er|ing)|taxi|escort",
    "cleaning": r"clean|laundry|housework|home help",
    "clubs": r"club|day (centre|care|opportunit)|days out|activit|groups?\b|things to do|recreation",
    "odd-jobs": r"handy|odd job|repair|adaptation|diy",
    "shopping": r"shopping|errand",
    "pets": r"\bpets?\b|dog walk",
    "letters": r"advice|benefit|form.?filling|money|legal|information|advocacy|counsel",
    "making": r"craft|art\b|arts|drama|music|dance|knit|woodwork|shed",
    "walking": r"walk|outdoor|parks",
    "classes": r"exercise|sport|fitness|yoga|basketball|wellbeing|health",
    "breaks": r"respite|short break|carers?\b|sitting service",
    "growing": r"allotment|gardening club|growing",
    "phones": r"computer|digital|internet|online",
}


class NotForDemonstration(DomainError):
    """Only a demonstration council may have imported listings put live without anybody looking at them."""


@dataclass
class Report:
    """What an import did. `remarks` counts each kind of thing not understood; `examples` shows a few of each."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    left_alone: int = 0
    remarks: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, remarks: Iterable[Remark]) -> None:
        for remark in remarks:
            self.remarks[remark.kind] += 1
            if len(self.examples[remark.kind]) < EXAMPLES:
                self.examples[remark.kind].append(remark.words)

    @property
    def read(self) -> int:
        return self.new + self.changed + self.same + self.refused + self.left_alone

    def as_json(self) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in ("read", "new", "changed", "same", "refused", "left_alone")}
        return {**counts, "remarks": dict(self.remarks), "examples": dict(self.examples)}


def listings_import(
    *,
    raws: Iterable[rules.Raw],
    council: Council,
    source: str,
    by: Actor,
    now: datetime,
    live: bool = False,
    dry_run: bool = False,
    progress: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Read raw services into drafts of this council (published when `live`), each in a transaction of its own.

    Running it again changes only what has changed at the source, and never a listing that a keeper has taken over.
    With `dry_run` everything is tried and nothing kept. Raises NotForDemonstration.
    """
    if live and not council.is_demonstration:
        raise NotForDemonstration(council)
    report = Report()
    categories = {category.slug: category for category in selectors.categories_for(council)}
    for raw in raws:
        found = rules.understand(raw)
        if isinstance(found, Remark):
            report.refused += 1
            report.add([found])
        else:
            with transaction.atomic():
                outcome = _keep(found, council, source, by, now, live, categories)
                setattr(report, outcome, getattr(report, outcome) + 1)
                transaction.set_rollback(dry_run)
            report.add(found.remarks)
        progress(report)
    return report


def _keep(
    found: Understood,
    council: Council,
    source: str,
    by: Actor,
    now: datetime,
    live: bool,
    categories: dict[str, Category],
) -> str:
    words = _words(found, categories)
    mark = _mark(found)
    listing = Listing.objects.filter(council=council, source=source, external_id=found.external_id).first()
    if listing is None:
        listing = _create(found, council, source, by, now, words)
        outcome = "new"
    elif listing.provider.keepers.exists():
        found.remarks.append(Remark("kept by its provider now", f"{found.title}: left as it is."))
        return "left_alone"
    elif listing.imported_mark == mark:
        outcome = "same"
    else:
        chosen = words.pop("categories")
        page = listings.draft_of(listing)
        for name, value in words.items():
            setattr(page, name, value)
        page.title = found.title
        page.categories.set(chosen)
        page.save_revision(log_action=True)
        _offers(listing, found)
        outcome = "changed"
    if outcome != "same":
        listing.imported_mark = mark
        listing.save(update_fields=["imported_mark"])
        audit.record("listings.listing.import", by=by, subject=listing, at=now, source=source, outcome=outcome)
    if live and (outcome != "same" or not listing.page.live):
        listing.page.get_latest_revision().publish()
    return outcome


def _create(
    found: Understood, council: Council, source: str, by: Actor, now: datetime, words: dict[str, Any]
) -> Listing:
    provider, _made = Provider.objects.get_or_create(
        council=council,
        source=source,
        external_id=found.provider_id,
        defaults={
            "name": found.provider_name,
            "contact_name": found.contact_name,
            "email": found.email,
            "phone": found.phone,
            "website": found.website,
            "legal_form": LegalForm.GROUP,
        },
    )
    chosen = words.pop("categories")
    listing = listings.listing_create(provider=provider, title=found.title, by=by, user=None, now=now, words=words)
    listing.source, listing.external_id = source, found.external_id
    listing.save(update_fields=["source", "external_id"])
    listing.page.categories.set(chosen)
    listing.page.save_revision()
    _offers(listing, found)
    return listing


def _offers(listing: Listing, found: Understood) -> None:
    listing.offers.all().delete()
    prices = found.prices or ([("Come along", 0, "")] if found.free else [])
    for position, (title, pence, details) in enumerate(prices):
        unit = Unit.ASK if pence is None else Unit.FREE if pence == 0 else Unit.SESSION
        Offer.objects.create(
            listing=listing, title=title, details=details, unit=unit, price_pence=pence, position=position
        )


def _words(found: Understood, categories: dict[str, Category]) -> dict[str, Any]:
    place = geo.understand(found.postcode) if found.postcode else None
    on_the_map = isinstance(place, geo.Place) and place.exact
    if found.postcode and not on_the_map:
        why = place.sentence if isinstance(place, geo.Trouble) else "only half a postcode"
        found.remarks.append(Remark("unusable postcode", f"{found.title}: {found.postcode!r}: {why}"))
    chosen = _kinds(found, categories)
    if not chosen:
        given = ", ".join(found.terms[:4]) or "none given"
        found.remarks.append(Remark("kind of help not understood", f"{found.title}: {given}."))
    return {
        "summary": found.summary,
        "about": found.about,
        "when": found.when,
        "days": found.days,
        "languages": found.languages,
        "reach_kind": ReachKind.VENUE if found.venue_address or on_the_map else ReachKind.COUNCIL,
        "base_is_home": False,
        "venue_name": found.venue_name,
        "venue_address": found.venue_address,
        "venue_postcode": place.label if isinstance(place, geo.Place) and on_the_map else "",
        "accessible_venue": found.accessible,
        "categories": chosen,
    }


def _kinds(found: Understood, categories: dict[str, Category]) -> list[Category]:
    text = " / ".join([found.title, *found.terms]).lower()
    return [categories[slug] for slug, words in KIND_WORDS.items() if slug in categories and re.search(words, text)][:3]


def _mark(found: Understood) -> str:
    facts = {name: value for name, value in asdict(found).items() if name != "remarks"}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
