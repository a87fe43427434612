"""A statement as a spreadsheet. Whatever people typed is written as text, so that no cell of it is a formula."""

import io
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from .account import Statement

POUNDS = '"£"#,##0.00;[Red]-"£"#,##0.00'
BOLD = Font(bold=True)


def as_xlsx(statement: Statement) -> bytes:
    """The bytes of an XLSX file: facts, a line for each movement, sums as numbers. About 1 s for 5,000 lines."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Statement"))
    for column, width in zip("ABCDEFGH", (12, 40, 30, 36, 22, 10, 14, 14), strict=True):
        sheet.column_dimensions[column].width = width

    def text(words: object, *, bold: bool = False) -> Any:
        cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", str(words)))
        cell.data_type = "s"
        if bold:
            cell.font = BOLD
        return cell

    def money(pence: int, *, bold: bool = False) -> Any:
        cell = WriteOnlyCell(sheet, value=Decimal(pence) / 100)
        cell.number_format = POUNDS
        if bold:
            cell.font = BOLD
        return cell

    sheet.append([text(_("Statement"), bold=True), text(statement.name)])
    sheet.append([text(_("For"), bold=True), text(statement.person)])
    sheet.append([text(_("From"), bold=True), statement.first, text(_("To"), bold=True), statement.last])
    sheet.append([])
    heads = (_("Day"), _("What"), _("Who"), _("What it is for"), _("How"), _("Papers"), _("Amount"), _("Unspent"))
    sheet.append([text(head, bold=True) for head in heads])
    empty = text("")
    sheet.append(
        [statement.first, text(_("Unspent at the beginning"), bold=True), *[empty] * 5, money(statement.opening)]
    )
    for line in statement.lines:
        said = [text(line.what), text(line.who), text(line.outcome), text(line.how)]
        sheet.append([line.day, *said, line.evidence, money(line.pence), money(line.balance)])
    closing = money(statement.closing, bold=True)
    sheet.append([statement.last, text(_("Unspent at the end"), bold=True), *[empty] * 5, closing])
    sheet.append([])
    for words, pence in (
        (_("Money in"), statement.money_in),
        (_("Money out"), statement.money_out),
        (_("Promised, not yet paid"), statement.promised),
        (_("Own money on top, not part of this budget"), statement.own_money),
    ):
        sheet.append([empty, text(words), *[empty] * 4, money(pence)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
