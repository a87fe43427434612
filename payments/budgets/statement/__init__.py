"""A budget's account for any dates: read from the ledger once, written for the screen, a spreadsheet and paper."""

from .account import Line, Statement, statement_of
from .paper import as_pdf
from .sheet import as_xlsx

__all__ = ["Line", "Statement", "as_pdf", "as_xlsx", "statement_of"]
