"""What two people agreed, the visits that came of it, what was billed, and the card that pays."""

from .arrangement import Arrangement, Skip, Terms
from .money import Bill, SavedCard
from .visit import Feed, Visit

__all__ = ["Arrangement", "Bill", "Feed", "SavedCard", "Skip", "Terms", "Visit"]
