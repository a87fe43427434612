"""A statement as a spreadsheet."""

from django.utils.translation import gettext as _

from marketplace.core.spreadsheet import Bold, Pence, Sheet

from .account import Statement


def as_xlsx(statement: Statement) -> bytes:
    """The bytes of an XLSX file: facts, a line for each movement, sums as numbers. About 1 s for 5,000 lines."""
    sheet = Sheet(_("Statement"), (12, 40, 30, 36, 22, 10, 14, 14))
    sheet.row(Bold(_("Statement")), statement.name)
    sheet.row(Bold(_("For")), statement.person)
    sheet.row(Bold(_("From")), statement.first, Bold(_("To")), statement.last)
    sheet.row()
    heads = (_("Day"), _("What"), _("Who"), _("What it is for"), _("How"), _("Papers"), _("Amount"), _("Unspent"))
    sheet.row(*heads, bold=True)
    empty = [None] * 5
    sheet.row(statement.first, Bold(_("Unspent at the beginning")), *empty, Pence(statement.opening))
    for line in statement.lines:
        said = (line.what, line.who, line.outcome, line.how)
        sheet.row(line.day, *said, line.evidence, Pence(line.pence), Pence(line.balance))
    sheet.row(statement.last, Bold(_("Unspent at the end")), *empty, Bold(Pence(statement.closing)))
    sheet.row()
    for words, pence in (
        (_("Money in"), statement.money_in),
        (_("Money out"), statement.money_out),
        (_("Promised, not yet paid"), statement.promised),
        (_("Own money on top, not part of this budget"), statement.own_money),
    ):
        if pence is not None:
            sheet.row(None, words, *empty[1:], Pence(pence))
    return sheet.as_bytes()
