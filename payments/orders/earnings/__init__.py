"""What a provider earned here, read from the ledger: on screen, as a spreadsheet and on paper; and all providers'."""

from .account import Account, Line, account_of, tax_year, years_of
from .paper import as_pdf
from .sellers import Seller, sellers_of, sellers_xlsx, years_to_report
from .sheet import as_xlsx, sums

__all__ = [
    "Account",
    "Line",
    "Seller",
    "account_of",
    "as_pdf",
    "as_xlsx",
    "sellers_of",
    "sellers_xlsx",
    "sums",
    "tax_year",
    "years_of",
    "years_to_report",
]
