"""How searches ended, as curators read it."""

from typing import Any

from django.utils.translation import gettext as _

from marketplace.core import geo
from marketplace.core.look.words import uk_date_full

from .missed import Ended


def ended_table(ended: list[Ended], kinds: dict[str, str]) -> tuple[list[str], list[dict[str, Any]]]:
    """Heads and rows of components/compare.html: how searches ended. `kinds` gives names by slug."""
    heads = [_("Week from"), _("Where"), _("Searches"), _("Found nobody"), _("Found somebody, opened nobody")]
    rows = []
    for each in ended:
        said = [
            uk_date_full(each.week),
            (geo.la_name(each.la_code) or each.la_code) if each.la_code else _("No place given"),
            str(each.searches),
            *(_("Fewer than 5") if many is None else str(many) for many in (each.nothing, each.unopened)),
        ]
        cells = [{"head": head, "words": value} for head, value in zip(heads, said, strict=True)]
        rows.append({"name": kinds.get(each.kind, each.kind) or _("Other words"), "url": "", "cells": cells})
    return heads, rows
