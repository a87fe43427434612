"""What one raw service means here, and what could not be understood. Pure: no database, no clock, no network.

Fields: Open Referral UK 3 (github OpenReferralUK/uk-profile), HSDS 3, and the Outpost API of Scout directories.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from html import unescape
from typing import Any

from bs4 import BeautifulSoup

from marketplace.core.text import one_line, tidy

Raw = dict[str, Any]
DAYS = {"mo": "mon", "tu": "tue", "we": "wed", "th": "thu", "fr": "fri", "sa": "sat", "su": "sun"}
TITLE, SUMMARY, ABOUT = 120, 240, 4000  # characters
NOT_OFFERED = frozenset({"inactive", "defunct"})
SMALL_WORDS = frozenset("a an and at by for from in of on or the to with".split())  # noqa: SIM905


@dataclass(frozen=True)
class Remark:
    """Something that could not be understood: a kind to count by, and what exactly."""

    kind: str
    words: str


@dataclass
class Understood:
    """One service in our terms. `pounds` are (title, pence or None, details) lines."""

    external_id: str
    title: str
    summary: str
    about: str
    provider_id: str
    provider_name: str
    email: str = ""
    phone: str = ""
    website: str = ""
    contact_name: str = ""
    venue_name: str = ""
    venue_address: str = ""
    postcode: str = ""
    accessible: bool = False
    days: list[str] = field(default_factory=list)
    when: str = ""
    languages: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    prices: list[tuple[str, int | None, str]] = field(default_factory=list)
    free: bool = False
    remarks: list[Remark] = field(default_factory=list)


def understand(raw: Raw) -> Understood | Remark:
    """A raw service in our terms, with remarks on what was lost; or the one reason why it cannot be kept."""
    external_id = one_line(str(raw.get("id") or ""))[:120]
    name = plain(raw.get("name"))
    if not external_id:
        return Remark("no id", f"{name[:60] or 'A service'} has no id, so it could not be told from others next time.")
    if not name:
        return Remark("no name", f"Service {external_id} has no name.")
    if str(raw.get("status") or "active").lower() in NOT_OFFERED:
        return Remark("not offered any more", f"{name[:60]} is marked {raw['status']}.")
    remarks: list[Remark] = []
    title = _cut(decent(name), TITLE)
    if title.endswith("…"):
        remarks.append(Remark("long name", f"{title[:60]}: the name was cut at {TITLE} characters."))
    words = plain(raw.get("description"))
    if not words:
        remarks.append(Remark("no description", f"{title}: nothing says what it does."))
    organisation = raw.get("organization") or raw.get("organisation") or {}
    provider_name = plain(organisation.get("name"))
    if not provider_name:
        remarks.append(Remark("no organisation", f"{title}: nobody is named, so the listing’s name was used."))
    contact: Raw = next(iter(raw.get("contacts") or []), {})
    found = Understood(
        external_id=external_id,
        title=title,
        summary=first_sentences(words, SUMMARY),
        about=_cut(words if len(name) <= TITLE else f"{decent(name)}\n\n{words}", ABOUT),
        provider_id=f"organisation:{organisation['id']}"
        if provider_name and organisation.get("id")
        else f"service:{external_id}",
        provider_name=decent(provider_name)[:200] or title,
        email=_email([raw.get("email"), contact.get("email"), organisation.get("email")], title, remarks),
        phone=_phone(raw, contact),
        website=_website([raw.get("url"), raw.get("website"), organisation.get("url"), organisation.get("website")]),
        contact_name=plain(contact.get("name"))[:120],
        terms=_terms(raw),
        languages=_languages(raw),
        remarks=remarks,
    )
    _where(raw, found)
    _when(raw, found)
    _cost(raw, found)
    return found


def plain(text: object) -> str:
    """Words without tags, entities, control characters or empty lines by the dozen.

    >>> plain("<p>Tea &amp; cake</p><script>x()</script><p>Fridays</p>")
    'Tea & cake\\nFridays'
    """
    if not isinstance(text, str) or not text.strip():
        return ""
    if "<" in text:
        soup = BeautifulSoup(text, "html.parser")
        for hidden in soup(["script", "style"]):
            hidden.decompose()
        text = soup.get_text("\n")
    lines = (re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in tidy(unescape(text)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def decent(name: str) -> str:
    """A name on one line that does not shout; short capitals such as ABC stay.

    >>> decent("THE GREEN   HOUSE AND NHS CLUB")
    'The Green House and NHS Club'
    """
    name = one_line(name)
    letters = [letter for letter in name if letter.isalpha()]
    if len(letters) < 9 or sum(letter.isupper() for letter in letters) < 0.8 * len(letters):
        return name
    words = name.split(" ")
    known = {"NHS", "UK", "CIC", "MS", "ME", "YMCA", "RNIB", "RVS", "WI", "SEN", "SEND", "ADHD", "LGBT", "LGBTQ+"}
    cased = [
        word if word in known else word.lower() if n and word.lower() in SMALL_WORDS else word.capitalize()
        for n, word in enumerate(words)
    ]
    return " ".join(cased)


def first_sentences(words: str, most: int) -> str:
    """As many whole sentences as fit into `most` characters, or the first one cut at a word."""
    text = one_line(words)
    if len(text) <= most:
        return text
    kept = ""
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > most:
            break
        kept = longer
    return kept or _cut(text, most)


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(",;:- \n") + "…"


def _email(candidates: Iterable[object], title: str, remarks: list[Remark]) -> str:
    for candidate in candidates:
        text = one_line(str(candidate or "")).removeprefix("mailto:")
        if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text) and len(text) <= 254:
            return text
        if text:
            remarks.append(Remark("unusable e-mail address", f"{title}: {text[:60]!r}."))
    return ""


def _phone(raw: Raw, contact: Raw) -> str:
    numbers = [phone.get("number") for phone in [*(raw.get("phones") or []), *(contact.get("phones") or [])]]
    return next((one_line(str(number))[:40] for number in [*numbers, contact.get("phone")] if number), "")


def _website(candidates: Iterable[object]) -> str:
    for candidate in candidates:
        text = one_line(str(candidate or ""))
        if text.startswith("www."):
            text = f"https://{text}"
        if re.fullmatch(r"https?://[^\s/]+\.[^\s]+", text) and len(text) <= 200:
            return text
    return ""


def _terms(raw: Raw) -> list[str]:
    taxonomies = [term.get("name") for term in raw.get("taxonomies") or []]
    attributes = [(attribute.get("taxonomy_term") or {}).get("name") for attribute in raw.get("attributes") or []]
    keywords = str(raw.get("keywords") or "").split(",")
    return list(dict.fromkeys(filter(None, (plain(term) for term in [*taxonomies, *attributes, *keywords]))))


def _languages(raw: Raw) -> list[str]:
    given = raw.get("languages") or []
    names = given.split(",") if isinstance(given, str) else [row.get("name") or row.get("language") for row in given]
    return list(dict.fromkeys(decent(plain(name))[:40] for name in names if plain(name)))


def _where(raw: Raw, found: Understood) -> None:
    places = [pair.get("location") or {} for pair in raw.get("service_at_locations") or []] + list(
        raw.get("locations") or []
    )
    if not places:
        found.remarks.append(Remark("no place", f"{found.title}: nothing says where it is."))
        return
    place = places[0]
    if len(places) > 1:
        found.remarks.append(
            Remark("several places", f"{found.title}: {len(places)} places, and only the first was kept.")
        )
    address = next(iter(place.get("addresses") or []), place)
    lines = [plain(address.get(key)) for key in ("address_1", "address_2", "city")]
    found.venue_name = decent(plain(place.get("name")))[:120]
    found.venue_address = ", ".join(dict.fromkeys(filter(None, map(one_line, lines))))[:240]
    found.postcode = one_line(str(address.get("postal_code") or place.get("postal_code") or "")).upper()[:10]
    if not found.postcode:
        found.remarks.append(Remark("no postcode", f"{found.title}: it cannot be found by distance."))
    access = (
        place.get("accessibility") or place.get("accessibilities") or place.get("accessibility_for_disabilities") or ""
    )
    found.accessible = bool(re.search(r"wheelchair|ramp|step-free|level access", str(access), re.IGNORECASE))


def _when(raw: Raw, found: Understood) -> None:
    schedules = [*(raw.get("schedules") or []), *(raw.get("regular_schedules") or [])]
    days: list[str] = []
    for schedule in schedules:
        named = str(schedule.get("byday") or schedule.get("weekday") or "").lower()
        days += [
            DAYS[part.strip()[-2:] if part.strip()[:1].isdigit() else part.strip()[:2]]
            for part in named.split(",")
            if _is_day(part)
        ]
    found.days = [day for day in DAYS.values() if day in days]
    notes = (plain(schedule.get("description")) for schedule in schedules)
    hours = (_hours(schedule) for schedule in schedules)
    found.when = _cut("; ".join(dict.fromkeys(filter(None, [*notes, *hours]))), 200)


def _is_day(part: str) -> bool:
    part = part.strip()
    return (part[-2:] if part[:1].isdigit() else part[:2]) in DAYS


def _hours(schedule: Raw) -> str:
    day, opens, closes = (one_line(str(schedule.get(key) or "")) for key in ("weekday", "opens_at", "closes_at"))
    if not opens or not closes or schedule.get("description"):
        return ""
    return f"{day} {opens[:5].replace(':', '.')} to {closes[:5].replace(':', '.')}".strip()


def _cost(raw: Raw, found: Understood) -> None:
    found.free = raw.get("free") is True or bool(
        re.fullmatch(r"free|none|no charge|nil", one_line(str(raw.get("fees") or "")).lower().rstrip("."))
    )
    for option in raw.get("cost_options") or []:
        details = plain(option.get("amount_description") or option.get("cost_type"))[:400]
        title = plain(option.get("option"))[:120] or "Price"
        amount = option.get("amount")
        try:
            pence = int(Decimal(str(amount)) * 100) if amount not in (None, "") else None
        except (InvalidOperation, ValueError, OverflowError):
            found.remarks.append(Remark("unreadable price", f"{found.title}: {str(amount)[:40]!r}."))
            continue
        if pence is not None and not 0 <= pence <= 10_000_000:
            found.remarks.append(Remark("unlikely price", f"{found.title}: {str(amount)[:40]}."))
            continue
        found.prices.append((title, pence, details))
    fees = plain(raw.get("fees"))
    if fees and not found.free and not found.prices:
        found.prices.append(("Ask about the price", None, fees[:400]))
