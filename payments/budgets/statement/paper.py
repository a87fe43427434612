"""A statement as a tagged PDF. What people typed is data to the page, never part of its markup."""

import json
from pathlib import Path

import typst
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core.look.words import uk_date_full
from marketplace.core.money import pounds_exact

from .account import Line, Statement

PAGE = Path(__file__).with_name("statement.typ")


def as_pdf(statement: Statement) -> bytes:
    """The bytes of a PDF with headings, a table and a language, for a screen reader as for a printer.

    Typst's time goes with the number of cells: four a line, and no look at the machine's own fonts.
    """
    data = {"data": json.dumps(_data(statement))}
    return typst.compile(PAGE.read_bytes(), format="pdf", sys_inputs=data, ignore_system_fonts=True)


def _what(line: Line) -> str:
    return ", ".join(filter(None, [line.what, line.who, line.how]))


def _papers(count: int) -> str:
    return ngettext("%(n)d paper", "%(n)d papers", count) % {"n": count} if count else ""


def _data(statement: Statement) -> dict[str, object]:
    rows = [
        [
            uk_date_full(line.day),
            ". ".join(filter(None, [_what(line), line.outcome, _papers(line.evidence)])),
            pounds_exact(line.pence),
            pounds_exact(line.balance),
        ]
        for line in statement.lines
    ]
    return {
        "title": _("Statement: %(name)s") % {"name": statement.name},
        "for": _("For %(person)s, from %(first)s to %(last)s")
        % {
            "person": statement.person,
            "first": uk_date_full(statement.first),
            "last": uk_date_full(statement.last),
        },
        "heads": [_("Day"), _("What, who, what for and papers"), _("Amount"), _("Unspent")],
        "opening": [_("Unspent at the beginning"), pounds_exact(statement.opening)],
        "rows": rows,
        "closing": [_("Unspent at the end"), pounds_exact(statement.closing)],
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
