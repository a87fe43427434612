"""A statement as a tagged PDF. What people typed is data to the page, never part of its markup."""

import json
from itertools import groupby
from pathlib import Path

import typst
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core.look.words import in_words, uk_date_full
from marketplace.core.money import pounds_exact

from .account import Line, Statement

LONG = 300  # lines, some ten pages: more are told month by month
PAGE = Path(__file__).with_name("statement.typ")


def as_pdf(statement: Statement) -> bytes:
    """The bytes of a PDF with headings, a table and a language, for a screen reader as for a printer.

    Typst's time goes with the number of cells: four a line, and no look at the machine's own fonts. It sets what begins
    on a page of its own side by side, on all the machine has.
    """
    data = {"data": json.dumps(_data(statement))}
    return typst.compile(PAGE.read_bytes(), format="pdf", sys_inputs=data, ignore_system_fonts=True)


def _what(line: Line) -> str:
    return ", ".join(filter(None, [line.what, line.who, line.how]))


def _papers(count: int) -> str:
    return ngettext("%(n)d paper", "%(n)d papers", count) % {"n": count} if count else ""


def _parts(statement: Statement) -> list[dict[str, object]]:
    """One table; of a long statement one for each month, under its name and on a page of its own."""
    if len(statement.lines) <= LONG:
        return [_part("", statement.opening, statement.lines)]
    parts, balance = [], statement.opening
    for month, group in groupby(statement.lines, lambda line: in_words(line.day, "F Y")):
        lines = list(group)
        parts.append(_part(month, balance, lines))
        balance = lines[-1].balance
    return parts


def _part(title: str, opening: int, lines: list[Line]) -> dict[str, object]:
    rows = [
        [
            uk_date_full(line.day),
            ". ".join(filter(None, [_what(line), line.outcome, _papers(line.evidence)])),
            pounds_exact(line.pence),
            pounds_exact(line.balance),
        ]
        for line in lines
    ]
    closing = lines[-1].balance if lines else opening
    return {"title": title, "opening": pounds_exact(opening), "rows": rows, "closing": pounds_exact(closing)}


def _data(statement: Statement) -> dict[str, object]:
    return {
        "title": _("Statement: %(name)s") % {"name": statement.name},
        "for": _("For %(person)s, from %(first)s to %(last)s")
        % {
            "person": statement.person,
            "first": uk_date_full(statement.first),
            "last": uk_date_full(statement.last),
        },
        "heads": [_("Day"), _("What, who, what for and papers"), _("Amount"), _("Unspent")],
        "opening": _("Unspent at the beginning"),
        "closing": _("Unspent at the end"),
        "parts": _parts(statement),
        "sums": [
            [_("Money in"), pounds_exact(statement.money_in)],
            [_("Money out"), pounds_exact(statement.money_out)],
            *([] if statement.promised is None else [[_("Promised, not yet paid"), pounds_exact(statement.promised)]]),
            [_("Own money on top, not part of this budget"), pounds_exact(statement.own_money)],
        ],
        "sums_title": _("In all"),
        "page": _("Page"),
        "foot": _("Made by %(product)s on %(day)s.")
        % {"product": settings.PRODUCT_NAME, "day": uk_date_full(timezone.localdate(statement.made_at))},
    }
