"""What a provider may offer, and what a listing needs before a council is asked to read it. Pure.

Rules on personal care, size and completeness; the law is England's. Source: DOMAIN, "Providers and listings".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NATIONAL_MOST_FTE = 8  # full-time workers of a micro-enterprise; a council may set fewer, never more
REMIND_BEFORE_END = 30  # days before a check or insurance runs out
Words = str | Promise


class CareBar(models.TextChoices):
    """Why personal care may not be offered."""

    ORGANISATION = (
        "organisation",
        _(
            "Two or more people who give personal care together must be registered with the Care Quality Commission. "
            "Type your CQC number, or take personal care off your list."
        ),
    )
    UNDIRECTED = (
        "undirected",
        _(
            "To give personal care you need a CQC number, or you work alone and the person you help directs you. "
            "Tell us which, or take personal care off your list."
        ),
    )


class ProviderFacts(Protocol):
    name: str
    contact_name: str
    email: str
    phone: str
    cqc_id: str
    people_working: int
    directed_by_person: bool


class PageWords(Protocol):
    title: str
    summary: str
    when: str
    reach_kind: str
    reach_miles: int | None
    reach_districts: list[str]
    base_postcode: str
    venue_name: str
    venue_postcode: str
    photo_id: int | None
    photo_alt: str


def personal_care_barred(*, cqc_id: str, people_working: int, directed_by_person: bool) -> CareBar | None:
    """Why this provider may not offer personal care, or None.

    Personal care is physical help with eating, drinking, washing, dressing and the like. In England it may be given
    by a provider registered with the CQC, or by one individual directed wholly by the person (or their
    representative). A business of two or more without registration is refused.

    >>> personal_care_barred(cqc_id="1-101234567", people_working=12, directed_by_person=False) is None
    True
    >>> personal_care_barred(cqc_id="", people_working=1, directed_by_person=True) is None
    True
    >>> personal_care_barred(cqc_id="", people_working=1, directed_by_person=False).value
    'undirected'
    >>> personal_care_barred(cqc_id="", people_working=2, directed_by_person=True).value
    'organisation'
    """
    if cqc_id:
        return None
    if people_working >= 2:
        return CareBar.ORGANISATION
    return None if directed_by_person else CareBar.UNDIRECTED


def micro_limit(standards: Mapping[str, Any]) -> int:
    """The most full-time workers a micro-enterprise has here: the council's figure, never above the national one.

    >>> micro_limit({}), micro_limit({"max_fte": 5}), micro_limit({"max_fte": 12}), micro_limit({"max_fte": "many"})
    (8, 5, 8, 8)
    """
    local = standards.get("max_fte")
    return min(local, NATIONAL_MOST_FTE) if isinstance(local, int) and local > 0 else NATIONAL_MOST_FTE


def is_micro(*, fte_tenths: int, standards: Mapping[str, Any]) -> bool:
    """Whether a provider is called a micro-enterprise: `fte_tenths` is full-time equivalents times ten.

    >>> is_micro(fte_tenths=80, standards={}), is_micro(fte_tenths=90, standards={})
    (True, False)
    """
    return fte_tenths <= micro_limit(standards) * 10


def insurance_state(insured_until: date | None, today: date) -> str:
    """ "none", "over", "soon" (30 days or fewer left, the last day included) or "held".

    >>> insurance_state(date(2026, 3, 31), date(2026, 3, 1)), insurance_state(date(2026, 3, 1), date(2026, 3, 2))
    ('soon', 'over')
    """
    if insured_until is None:
        return "none"
    left = (insured_until - today).days
    if left < 0:
        return "over"
    return "soon" if left <= REMIND_BEFORE_END else "held"


@dataclass(frozen=True)
class Missing:
    """Something still to say, and the question that asks for it. `of` is "listing" or "provider"."""

    question: str
    words: Words
    of: str = "listing"


def missing_words(
    page: PageWords, provider: ProviderFacts, offers: Iterable[Any], *, gives_personal_care: bool, kinds: int
) -> list[Missing]:
    """What is still missing before a listing can be sent to the council, in the order of the questions.

    `kinds` is how many kinds of help it names; an empty list means that it can be sent.
    """
    lacking: list[Missing] = []

    def need(there: object, question: str, words: Words, of: str = "listing") -> None:
        if not there:
            lacking.append(Missing(question, words, of))

    need(page.title.strip(), "name", _("Give your page a name."))
    need(page.summary.strip(), "summary", _("Say in a sentence or two what you do."))
    need(kinds, "help", _("Choose at least one kind of help."))
    _need_place(page, need)
    need(page.when.strip(), "when", _("Say when you can come, or when it is on."))
    need(not page.photo_id or page.photo_alt.strip(), "photo", _("Say what your photo shows."))
    need(list(offers), "prices", _("Add at least one price. “Ask me” is a price too."))
    need(provider.contact_name.strip(), "contact", _("Tell people whom to ask for."), "provider")
    need(provider.email or provider.phone, "contact", _("Give a phone number or an e-mail address."), "provider")
    if gives_personal_care:
        barred = personal_care_barred(
            cqc_id=provider.cqc_id,
            people_working=provider.people_working,
            directed_by_person=provider.directed_by_person,
        )
        if barred is not None:
            lacking.append(Missing("care", barred.label, "provider"))
    return lacking


def _need_place(page: PageWords, need: Any) -> None:
    if page.reach_kind == "venue":
        need(page.venue_name.strip(), "place", _("Say what the place is called."))
        need(page.venue_postcode, "place", _("Give the postcode of the place."))
        return
    need(page.base_postcode, "place", _("Give the postcode you start from. It is never shown."))
    if page.reach_kind == "miles":
        need(page.reach_miles, "place", _("Say how far you travel."))
    if page.reach_kind == "districts":
        need(page.reach_districts, "place", _("Choose at least one area."))
