"""A provider's year as a spreadsheet."""

from django.utils.translation import gettext as _

from marketplace.core.spreadsheet import Pence, Sheet

from .account import Account


def as_xlsx(account: Account) -> bytes:
    """The bytes of an XLSX file: a line for each movement, then the sums."""
    sheet = Sheet(_("Earnings"), (12, 32, 36, 18, 14, 14))
    sheet.row(_("Earnings"), account.provider.name, bold=True)
    sheet.row(_("VAT"), str(account.provider.get_vat_display()))
    sheet.row(_("From"), account.first, _("To"), account.last)
    sheet.row()
    sheet.row(_("Day"), _("What happened"), _("For what"), _("Order"), _("Amount"), _("Stripe’s fee"), bold=True)
    for line in account.lines:
        sheet.row(line.day, line.words, line.title, line.number, Pence(line.pence), Pence(line.fee))
    sheet.row()
    for words, pence in sums(account):
        sheet.row("", words, "", "", Pence(pence), bold=True)
    return sheet.as_bytes()


def sums(account: Account) -> list[tuple[str, int]]:
    """What stands under the lines, the same on screen, in the spreadsheet and on paper. Pence."""
    return [
        (_("Paid by people"), account.paid),
        (_("Went back to people"), -account.back),
        (_("Earned"), account.earned),
        (_("Stripe’s fees"), -account.fees),
        (_("Earned after fees"), account.earned - account.fees),
        (_("Sent to your bank"), account.to_bank),
        (_("You still owe Stripe, today"), account.owed),
    ]
