"""A council's spreadsheet of budgets: read, tried without a trace, then written."""

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from marketplace.core import money
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import Council
from marketplace.people.selectors import known_by_email
from providers.listings.models import Provider

from ..states import FROM_COUNCIL, Source
from . import setting_up

HAIR = 1e-6  # pounds
COLUMNS = ("e-mail", "kind", "from", "to", "amount", "contribution", "outcomes", "held by", "looked after by")
MOST_ROWS = 2000
UNREADABLE = (InvalidFileException, BadZipFile, ParseError, zlib.error, ValueError, LookupError, TypeError, OSError)


class NotASpreadsheet(DomainError):
    """Not a file that can be read, or without the columns we name."""


@dataclass
class ImportRow:
    """One line of the file: its number there, what it says, and what stands in the way."""

    number: int
    facts: dict[str, Any] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)


def rows_read(content: bytes) -> list[ImportRow]:
    """The lines of an XLSX file whose first line names COLUMNS. Reads values only. Raises NotASpreadsheet."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        lines = list(sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1, max_col=20))
    except UNREADABLE as error:
        raise NotASpreadsheet from error
    heads = [str(cell or "").strip().lower() for cell in lines[0]] if lines else []
    if not {"e-mail", "kind", "from", "to", "amount"} <= set(heads):
        raise NotASpreadsheet
    found = []
    for number, line in enumerate(lines[1:], 2):
        cells = zip(heads, line, strict=False)
        facts = {head: _plain(cell) for head, cell in cells if head in COLUMNS and cell is not None}
        if facts:
            found.append(ImportRow(number, facts))
    return found


@transaction.atomic
def budgets_import(*, council: Council, rows: Sequence[ImportRow], by: Actor, now: datetime) -> list[ImportRow]:
    """Open a budget for each line, or say line by line why not: one trouble anywhere, and nothing is written."""
    if any(row.troubles for row in _all(council, rows, by=by, now=now)):
        transaction.set_rollback(True)
    return list(rows)


@transaction.atomic
def budgets_try(*, council: Council, rows: Sequence[ImportRow], by: Actor, now: datetime) -> list[ImportRow]:
    """The same, and leave no trace of it."""
    _all(council, rows, by=by, now=now)
    transaction.set_rollback(True)
    return list(rows)


def _all(council: Council, rows: Sequence[ImportRow], *, by: Actor, now: datetime) -> Sequence[ImportRow]:
    for row in rows:
        row.troubles = []
        with transaction.atomic():
            _open(council, row, by=by, now=now)
    return rows


def _open(council: Council, row: ImportRow, *, by: Actor, now: datetime) -> None:
    facts = row.facts
    person = known_by_email(str(facts.get("e-mail", "")))
    if person is None:
        row.troubles.append(_("Nobody here has this e-mail address."))
    source = str(facts.get("kind", "")).strip().lower().replace(" ", "_")
    if source not in FROM_COUNCIL:
        row.troubles.append(_("The kind has to be direct payment, isf or council managed."))
    starts, ends = _day(facts.get("from")), _day(facts.get("to"))
    if starts is None or ends is None:
        row.troubles.append(_("One of the days is not a date."))
    amount, gift = _pence(facts.get("amount")), _pence(facts.get("contribution", 0))
    if amount is None or gift is None:
        row.troubles.append(_("One of the amounts is not money."))
    holder = None
    if facts.get("held by"):
        holder = Provider.objects.filter(council=council, name__iexact=str(facts["held by"]).strip()).first()
        if holder is None:
            row.troubles.append(_("No provider of yours has this name."))
    nominated = None
    if facts.get("looked after by"):
        nominated = known_by_email(str(facts["looked after by"]))
        if nominated is None:
            row.troubles.append(_("Nobody here has the address of whoever looks after it."))
    if row.troubles or person is None or starts is None or ends is None or amount is None or gift is None:
        return
    try:
        setting_up.budget_open(
            person=person,
            source=Source(source),
            starts_on=starts,
            ends_on=ends,
            allocated_pence=amount,
            contributed_pence=gift,
            outcomes=str(facts.get("outcomes", "")).split(";"),
            council=council,
            holder=holder,
            nominated=nominated,
            by=by,
            now=now,
        )
    except DomainError as error:
        row.troubles.append(str(TROUBLES.get(type(error), _("This line cannot be opened."))))


TROUBLES: dict[type[DomainError], Any] = {
    setting_up.EndsBeforeItStarts: gettext_lazy("The last day comes before the first."),
    setting_up.NoHolder: gettext_lazy("Say who holds this fund."),
    setting_up.NoOutcome: gettext_lazy("Say what the money is for."),
    setting_up.OwnMoney: gettext_lazy("The person looks after it themselves: leave the last column empty."),
    setting_up.NoMoney: gettext_lazy("The amount is nothing."),
    setting_up.TooMany: gettext_lazy("This person has twelve budgets open."),
}


def _plain(cell: Any) -> str:
    """What a cell says, as text that can be kept until it is written. A sum that a spreadsheet worked out is a hair
    beside its pence; one with parts of a penny stays as it is, and is refused as it would be when typed."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and abs(cell - round(cell, 2)) < HAIR:
        return str(round(cell, 2))
    return str(cell)


def _day(value: Any) -> date | None:
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(str(value).strip(), shape).date()
        except ValueError:
            continue
    return None


def _pence(value: Any) -> int | None:
    try:
        return money.parse_pounds(str(value))
    except money.NotMoney:
        return None
