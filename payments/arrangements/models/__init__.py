"""What two people agreed, who said yes to its money, the visits and bills that came of it, and the card that pays."""

from .arrangement import Arrangement, Skip, Terms
from .money import Bill, SavedCard
from .standing import StandingYes
from .visit import Feed, Visit

__all__ = ["Arrangement", "Bill", "Feed", "SavedCard", "Skip", "StandingYes", "Terms", "Visit"]
