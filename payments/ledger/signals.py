"""What the books add to a thorough look at the service."""

from marketplace.core.health import Audit, thorough

from . import selectors
from .models import Account


@thorough
def the_books_add_up() -> Audit:
    """Every balance is what its entries say."""
    return Audit("ledger", Account.objects.count(), [f"{key} is out of step" for key in selectors.out_of_step()])
