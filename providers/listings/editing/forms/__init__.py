"""The questions that a provider is asked, in order, each with its form."""

from dataclasses import dataclass

from ...models import ListingPage
from . import listing, place
from .listing import WordsForm

PRICES = "prices"  # the one question that is a page of its own


@dataclass(frozen=True)
class Question:
    """One question about a listing. `form` is None where the form depends on an earlier answer or is another page."""

    key: str
    form: type[WordsForm] | None

    def form_for(self, page: ListingPage) -> type[WordsForm]:
        """The form of this question for this page, given what it says already."""
        return self.form or place.PLACES[page.reach_kind]


QUESTIONS: tuple[Question, ...] = (
    Question("name", listing.NameForm),
    Question("summary", listing.SummaryForm),
    Question("about", listing.AboutForm),
    Question("help", listing.HelpForm),
    Question("where", listing.WhereForm),
    Question("place", None),
    Question("when", listing.WhenForm),
    Question("doers", listing.DoersForm),
    Question("languages", listing.LanguagesForm),
    Question("photo", listing.PhotoForm),
    Question(PRICES, None),
    Question("paying", listing.PayingForm),
    Question("changes", listing.ChangesForm),
)
KEYS = [question.key for question in QUESTIONS]


def numbered(key: str) -> int:
    """The place of a question, from 1."""
    return KEYS.index(key) + 1


def after(key: str) -> str | None:
    """The question that follows; None after the last."""
    following = KEYS[KEYS.index(key) + 1 :]
    return following[0] if following else None
