"""Which checks a council asks for, when one runs out, and how old a listing may be. No database, no clock."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from providers.listings.rules import NATIONAL_MOST_FTE

from .models.credential import CheckKind

NATIONAL_FLOOR = frozenset({CheckKind.INSURANCE.value})  # every council asks for these; it may ask for more
WARN_DAYS = (30, 1)  # before a check runs out
DBS_RECHECK_DAYS = 3 * 365  # a certificate never runs out in law; councils look again every 36 months
REMIND_DAYS, BANNER_DAYS, DEMOTE_DAYS, HIDE_DAYS = 150, 180, 365, 395  # since somebody said "still right"


def required_kinds(standards: Mapping[str, Any]) -> frozenset[str]:
    """What a council requires: never less than the national floor. Unknown words in the settings are ignored.

    >>> sorted(required_kinds({"required": ["identity", "a lucky charm"]}))
    ['identity', 'insurance']
    """
    own = standards.get("required") or []
    return NATIONAL_FLOOR | (frozenset(own) & frozenset(CheckKind.values))


def standards_troubles(required: Iterable[str], fte: int) -> list[str]:
    """Why these standards are weaker than the national ones, in words; empty when they may stand.

    >>> standards_troubles(["identity", "insurance"], 8)
    []
    """
    troubles = []
    missing = NATIONAL_FLOOR - set(required)
    for kind in sorted(missing):
        troubles.append(
            _("“%(check)s” is asked for everywhere in the country. You can ask for more, not for less.")
            % {"check": CheckKind(kind).label}
        )
    if fte > NATIONAL_MOST_FTE:
        troubles.append(
            _("The national limit is %(most)d people. You can set fewer, not more.") % {"most": NATIONAL_MOST_FTE}
        )
    return troubles


def warning_due(expires_on: date, today: date, warned_days: int | None) -> int | None:
    """The warning to send today (30 or 1 days before), or None when it has gone out or it is too early or late.

    >>> warning_due(date(2026, 3, 31), date(2026, 3, 1), None)
    30
    >>> warning_due(date(2026, 3, 31), date(2026, 3, 2), 30) is None
    True
    >>> warning_due(date(2026, 3, 31), date(2026, 3, 30), 30)
    1
    """
    left = (expires_on - today).days
    if left < 0:
        return None
    due = [days for days in WARN_DAYS if left <= days]
    if not due or (warned_days is not None and min(due) >= warned_days):
        return None
    return min(due)


def has_run_out(expires_on: date | None, today: date) -> bool:
    """A check holds to the end of its last day.

    >>> has_run_out(date(2026, 3, 3), date(2026, 3, 3)), has_run_out(date(2026, 3, 3), date(2026, 3, 4))
    (False, True)
    """
    return expires_on is not None and expires_on < today


def heed(expires_on: date | None, today: date) -> bool:
    """Whether to say on the page that it runs out soon: within 30 days."""
    return expires_on is not None and today <= expires_on <= today + timedelta(days=WARN_DAYS[0])


def next_look(kind: str, issued_on: date | None, seen_on: date) -> date | None:
    """When the council should look again at something without an end of its own: DBS, after 36 months."""
    if kind in {CheckKind.DBS_BASIC, CheckKind.DBS_ENHANCED}:
        return (issued_on or seen_on) + timedelta(days=DBS_RECHECK_DAYS)
    return None


def freshness_step(age_days: int) -> int | None:
    """The last step an unconfirmed listing has passed, in days: 150, 180, 365, 395, or None.

    >>> freshness_step(100), freshness_step(151), freshness_step(200), freshness_step(400)
    (None, 150, 180, 395)
    """
    passed = [step for step in (REMIND_DAYS, BANNER_DAYS, DEMOTE_DAYS, HIDE_DAYS) if age_days >= step]
    return passed[-1] if passed else None


def email_mark(email: str) -> str:
    """An address as its owner knows it: what stands after a plus, and dots at Google, lead to the same box.

    >>> email_mark("Sam.Weaver+new@GoogleMail.com"), email_mark("sam@example.org"), email_mark("")
    ('samweaver@gmail.com', 'sam@example.org', '')
    """
    box, at, host = email.strip().lower().partition("@")
    if not at or host.endswith(".invalid"):
        return ""
    box = box.split("+")[0]
    if host in {"gmail.com", "googlemail.com"}:
        box, host = box.replace(".", ""), "gmail.com"
    return f"{box}@{host}"


def phone_mark(phone: str) -> str:
    """The last ten digits, so that 0 and +44 are the same; "" for what is no number.

    >>> phone_mark("+44 (0)1632 960442") == phone_mark("01632 960 442"), phone_mark("999")
    (True, '')
    """
    digits = "".join(letter for letter in phone if letter.isdigit())
    return digits[-10:] if len(digits) >= 10 else ""


def name_mark(name: str) -> str:
    """The words of a name without accents, order, case and what companies add; "" for a single short word.

    >>> name_mark("WEAVER, Sám"), name_mark("Sam Weaver Ltd"), name_mark("Sam")
    ('sam weaver', 'sam weaver', '')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = set(re.findall(r"[a-z0-9]+", plain)) - {"ltd", "limited", "cic", "llp", "plc", "the", "and", "co"}
    return " ".join(sorted(words)) if len(words) > 1 else ""
