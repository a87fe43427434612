"""How searches ended, as curators read it."""

from typing import Any

from django.utils.translation import gettext as _

from marketplace.core import geo
from marketplace.core.look.words import uk_date_full

from .missed import FEWEST_SHOWN, Ended


def ended_table(ended: list[Ended], kinds: dict[str, str]) -> tuple[list[str], list[dict[str, Any]]]:
    """Heads and rows of components/compare.html: how searches ended. `kinds` gives names by slug."""
    heads = [_("Week from"), _("Where"), _("Searches"), _("Found nobody"), _("Found somebody, opened nobody")]
    rows = []
    for each in ended:
        said = [
            uk_date_full(each.week),
            (geo.la_name(each.la_code) or each.la_code) if each.la_code else _("No place given"),
            str(each.searches),
            _few() if each.nothing is None else str(each.nothing),
            str(each.unopened) if each.unopened is not None else _("Not shown") if each.nothing is None else _few(),
        ]
        cells = [{"head": head, "words": value} for head, value in zip(heads, said, strict=True)]
        rows.append({"name": kinds.get(each.kind, each.kind) or _("Other words"), "url": "", "cells": cells})
    return heads, rows


def _few() -> str:
    return _("Fewer than %(number)s") % {"number": FEWEST_SHOWN}
