"""Budgets as people read them: the ring, sentences, lines of a statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import pi
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.core.look.words import uk_date_full
from marketplace.core.money import pounds, pounds_exact
from marketplace.people.models import Council
from providers.listings.models import Provider

from . import rules
from .models import Budget, Rule
from .rules import Figures
from .states import Source

if TYPE_CHECKING:
    from .selectors import Point

RADIUS = 84
AROUND = 2 * pi * RADIUS


def name_of(budget: Budget) -> str:
    """The kind of money in two or three words.

    >>> name_of(Budget(source="isf"))
    'Individual service fund'
    """
    match budget.source:
        case Source.DIRECT_PAYMENT:
            return _("Direct payment")
        case Source.ISF:
            return _("Individual service fund")
        case Source.COUNCIL_MANAGED:
            return _("Budget looked after by the council")
        case Source.SELF_FUND:
            return _("Own money, set aside")
    return _("Money from family or friends")


def sentence(figures: Figures, ends_on: date) -> str:
    """What is left, in one or two sentences.

    >>> sentence(Figures(50000, 0, 6000, 41250), date(2026, 4, 5))
    'You have £412.50 left until 5 April 2026. £60 is promised but not yet paid.'
    """
    left = _("You have %(left)s left until %(day)s.") % {
        "left": pounds(figures.available),
        "day": uk_date_full(ends_on),
    }
    if not figures.committed:
        return left
    return left + " " + _("%(promised)s is promised but not yet paid.") % {"promised": pounds(figures.committed)}


@dataclass(frozen=True)
class Arc:
    """One part of the ring, as stroke-dasharray and stroke-dashoffset of a circle."""

    kind: str
    dash: str
    offset: str


def ring(figures: Figures) -> list[Arc]:
    """What is left, promised and spent as arcs that fill the circle, with a small gap between them.

    >>> [arc.kind for arc in ring(Figures(1000, 0, 0, 400))]
    ['left', 'spent']
    """
    whole, at, arcs = max(figures.whole, 1), 0.0, []
    parts = [("left", figures.available), ("due", figures.committed), ("spent", figures.spent)]
    several = sum(pence > 0 for _kind, pence in parts) > 1
    for kind, pence in parts:
        if pence > 0:
            length = AROUND * pence / whole
            drawn = max(length - (4 if several else 0), 1)
            arcs.append(Arc(kind, f"{drawn:.1f} {AROUND - drawn:.1f}", f"{-at:.1f}"))
            at += length
    return arcs


@dataclass(frozen=True)
class Curve:
    """A line for an SVG of 600 by 200: what was, what is foreseen, and where zero and the top lie."""

    so_far: str
    ahead: str
    top: str
    dots: list[tuple[str, str]]


def curve(points: "Sequence[Point]", whole: int) -> Curve:
    """The unspent money as a line from the first day to the last; pounds upwards, days to the right.

    >>> from datetime import date
    >>> from payments.budgets.selectors import Point
    >>> curve([Point(date(2026, 1, 1), 100), Point(date(2026, 1, 3), 50, True)], 100).ahead
    '0.0,10.0 600.0,100.0'
    """
    first, last = points[0].day, points[-1].day
    days, most = max((last - first).days, 1), max(whole, *(point.pence for point in points), 1)

    def place(point: "Point") -> str:
        return f"{600 * (point.day - first).days / days:.1f},{190 - 180 * point.pence / most:.1f}"

    past = [point for point in points if not point.foreseen]
    ahead = [*past[-1:], *[point for point in points if point.foreseen]]
    dots = [place(point).split(",") for point in points]
    return Curve(" ".join(map(place, past)), " ".join(map(place, ahead)), pounds(most), [(x, y) for x, y in dots])


def pace_words(budget: Budget, figures: Figures, *, spent_lately: int, today: date) -> str:
    """How long the money would last at the pace of the last eight weeks; empty when nothing was spent or is left."""
    days = min(56, (today - budget.starts_on).days + 1)
    if figures.available <= 0:
        return ""
    day = rules.lasts_until(figures, spent_lately=spent_lately, lately_days=days, today=today)
    if day is None:
        return ""
    if day > budget.ends_on:
        return _("At the pace of the last eight weeks it lasts until the end, with some left over.")
    return _("At the pace of the last eight weeks it would last until %(day)s.") % {"day": uk_date_full(day)}


def desk_url(fund: Provider | None, council: Council | None) -> str:
    """Where whoever holds the money sees what waits for them: those who keep a fund, or the council."""
    if fund is None and council is not None:
        return reverse("council_money:council", args=[council.slug])
    return reverse("budgets:holding")


def barred_words(rule: str, *, provider: Provider, budget: Budget) -> str:
    """Why this money may not pay, and what to do, in plain words."""
    name = provider.contact_name or provider.name
    council = budget.council
    facts = {
        "name": name,
        "council": council.name if council else "",
        "phone": council.help_phone if council else "",
    }
    match rule:
        case Rule.RELATIVE:
            words = _(
                "By law a direct payment cannot pay %(name)s, because you are partners, or close relatives who live "
                "together."
            )
            if provider.people_working > 1:
                facts["name"] = provider.name
                words = _(
                    "By law a direct payment cannot pay %(name)s, because you and somebody who works there are "
                    "partners, or close relatives who live together."
                )
            words += " " + _("If that is not so, put it right under “Money”, “Who you are related to”.")
        case Rule.NOMINATED:
            words = _("%(name)s looks after this money for you, and so cannot be paid from it.")
        case Rule.CATEGORY:
            words = _("%(council)s does not let this money be used for this kind of help.")
        case Rule.CARE_HOME:
            words = _("This money can pay for a care home for up to four weeks in a row, not longer.")
        case _:
            words = _("This is %(council)s’s own service, and a direct payment cannot buy it.")
    rest = _("If you think it is necessary, ring %(council)s on %(phone)s: they can make an exception.")
    return f"{words % facts} {rest % facts} " + _("You can also use your own money.")


def barred_elsewhere_words(budget: Budget, *, name: str) -> str:
    """Why this money may not have paid somebody outside this site, and what to do."""
    council = budget.council
    facts = {"name": name, "council": council or "", "phone": council.help_phone if council else ""}
    return (
        _(
            "By law a direct payment cannot pay %(name)s, because you are partners, or close relatives who live "
            "together. Write it down as your own money, or ring %(council)s on %(phone)s: they can make an exception."
        )
        % facts
    )


def left_words(figures: Figures) -> str:
    return _("%(left)s left") % {"left": pounds_exact(figures.available)}
