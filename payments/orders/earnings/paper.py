"""A provider's year as a tagged PDF. What people typed is data to the page, never part of its markup."""

import json
from pathlib import Path

import typst
from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.core.look.words import uk_date_full
from marketplace.core.money import pounds_exact

from .account import Account
from .sheet import sums

PAGE = Path(__file__).with_name("earnings.typ")


def as_pdf(account: Account) -> bytes:
    """The bytes of a PDF with headings, tables and a language."""
    return typst.compile(PAGE.read_bytes(), format="pdf", sys_inputs={"data": json.dumps(_data(account))})


def _data(account: Account) -> dict[str, object]:
    days = {"first": uk_date_full(account.first), "last": uk_date_full(account.last)}
    return {
        "title": _("Earnings: %(name)s") % {"name": account.provider.name},
        "for": _("From %(first)s to %(last)s.") % days,
        "vat": str(account.provider.get_vat_display()) + ".",
        "sums_title": _("In all"),
        "sums": [[words, pounds_exact(pence)] for words, pence in sums(account)],
        "lines_title": _("Every movement"),
        "heads": [_("Day"), _("What happened"), _("Order"), _("Amount"), _("Stripe’s fee")],
        "rows": [
            [
                uk_date_full(line.day),
                ", ".join(filter(None, [line.words, line.title])),
                line.number,
                pounds_exact(line.pence),
                pounds_exact(line.fee) if line.fee else "",
            ]
            for line in account.lines
        ],
        "page": _("Page"),
        "foot": _("Made by %(product)s. Amounts as Stripe took them; keep it with your books.")
        % {"product": settings.PRODUCT_NAME},
    }
