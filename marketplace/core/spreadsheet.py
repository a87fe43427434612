"""Spreadsheets in which whatever people typed is text: no cell of it is ever a formula."""

import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
POUNDS = '"£"#,##0.00;[Red]-"£"#,##0.00'
BOLD = Font(bold=True)


class Sheet:
    """One sheet, written a row at a time. A row holds words, dates, whole numbers, `Pence` and `Bold`."""

    def __init__(self, title: str, widths: Iterable[int]) -> None:
        self.book = Workbook(write_only=True)
        self.sheet = self.book.create_sheet(title[:31])
        for number, width in enumerate(widths):
            self.sheet.column_dimensions[get_column_letter(number + 1)].width = width

    def row(self, *cells: "str | date | int | Pence | Bold | None", bold: bool = False) -> None:
        self.sheet.append([self._cell(each, bold=bold) for each in cells])

    def _cell(self, value: Any, *, bold: bool) -> Any:
        if isinstance(value, Bold):
            return self._cell(value.value, bold=True)
        if isinstance(value, Pence):
            cell = WriteOnlyCell(self.sheet, value=Decimal(value.pence) / 100)
            cell.number_format = POUNDS
        elif isinstance(value, str):
            cell = WriteOnlyCell(self.sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
            cell.data_type = "s"
        else:
            cell = WriteOnlyCell(self.sheet, value=value)
        if bold:
            cell.font = BOLD
        return cell

    def as_bytes(self) -> bytes:
        stream = io.BytesIO()
        self.book.save(stream)
        return stream.getvalue()


class Pence:
    """An amount that the sheet shows as pounds."""

    def __init__(self, pence: int) -> None:
        self.pence = pence


class Bold:
    """One cell of a row that stands out."""

    def __init__(self, value: "str | date | int | Pence") -> None:
        self.value = value
