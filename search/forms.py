"""The filters, with counts; and what somebody needs, in their own words."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import SearchQuestion, typed_pounds
from marketplace.core.text import one_line, tidy

from .backends import Known, SearchResults
from .query import DAYS, DISTANCES, DOERS, LONGEST_WORDS, MANY, PAYING, SORTS, VENUES, WAYS, SearchQuery

MOST_KINDS = 6
CHECKS = {
    "identity": _("Who they are"),
    "insurance": _("Insurance"),
    "dbs_basic": _("Basic DBS"),
    "dbs_enhanced": _("Enhanced DBS"),
    "safeguarding": _("Safeguarding training"),
    "references": _("References"),
    "food_hygiene": _("Food hygiene"),
    "first_aid": _("First aid"),
    "cqc": _("Registered with the CQC"),
}


class Question(SearchQuestion):
    """The search box on the results page: it offers words while somebody types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs.update(
            {
                "list": "ideas",
                "hx-get": "/search/suggest/",
                "hx-target": "#ideas",
                "hx-trigger": "input changed delay:200ms",
                "hx-sync": "this:replace",
            }
        )


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: its question, and its choices as `drawing.rows_of_choices` wants them, each with its count."""

    question: str
    kind: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Filters:
    """All that narrows the list, for search/filters.html: what stands above the price, the price as typed, the rest.

    No Django form: nothing is cleaned here (SearchQuery reads the address, and never refuses), and drawing twelve bound
    fields took a third of the time of a page.
    """

    sorts: list[tuple[str, str]]
    above: list[Filter]
    price_from: str
    price_to: str
    below: list[Filter]


QUESTIONS = {
    "within": _("How far away"),
    "kind": _("Kind of help"),
    "way": _("Where it happens"),
    "venue": _("Getting in"),
    "day": _("Day"),
    "pay": _("Paying"),
    "check": _("Checked by the council"),
    "doer": _("Who does the work"),
    "language": _("Language"),
}
BELOW_THE_PRICE = ("check", "doer", "language")


@lru_cache(maxsize=4)
def _said(_language: str) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """The questions, and the words of each fixed choice, in the language that is on."""
    fixed = {"way": WAYS, "venue": VENUES, "day": DAYS, "doer": DOERS, "pay": PAYING}
    choices = {name: {value: str(words) for value, words in named.items()} for name, named in fixed.items()}
    choices["within"] = {str(miles): up_to(miles) for miles in DISTANCES}
    choices["sort"] = {value: str(words) for value, words in SORTS.items()}
    return {name: str(words) for name, words in QUESTIONS.items()}, choices


def filters_for(query: SearchQuery, results: SearchResults, known: Known) -> Filters:
    """What is chosen ticked, and beside each value how many there would be with it."""
    questions, fixed = _said(get_language() or "")
    named = fixed | {
        "kind": known.kinds,
        "check": {check: check_words(check) for check in known.checks},
        "language": {language: language for language in known.languages},
    }
    above: list[Filter] = []
    below: list[Filter] = []
    for name, question in questions.items():
        words, counts = named[name], results.facets.get(name, {})
        chosen = getattr(query, name) if name in MANY else (str(getattr(query, name)),)
        offered = [value for value in words if counts.get(value) or value in chosen]
        if name == "kind":
            offered = _most_common(offered, counts, chosen)
        if _worth_asking(name, offered, counts):
            rows = [_row(name, at, value, words[value], chosen, counts) for at, value in enumerate(offered)]
            kind = "radios" if name == "within" else "checkboxes"
            (below if name in BELOW_THE_PRICE else above).append(Filter(question, kind, rows))
    prices = (typed_pounds(query.price_from), typed_pounds(query.price_to))
    return Filters(list(fixed["sort"].items()), above, *prices, below)


def _row(name: str, at: int, value: str, words: str, chosen: Iterable[str], counts: dict[str, int]) -> dict[str, Any]:
    return {
        "id": f"f_{name}_{at}",
        "name": name,
        "value": value,
        "label": words,
        "checked": value in chosen,
        "disabled": False,
        "hint": "",
        "count": counts.get(value),
    }


def _worth_asking(name: str, offered: list[str], counts: dict[str, int]) -> bool:
    if name in ("within", "language"):
        return bool(counts) and (len(offered) > 1 or name == "within")
    return bool(offered)


def _most_common(offered: list[str], counts: dict[str, int], chosen: Iterable[str]) -> list[str]:
    best = sorted(offered, key=lambda value: (value not in chosen, -counts.get(value, 0)))[:MOST_KINDS]
    return [value for value in offered if value in best]


def up_to(miles: int) -> str:
    return ngettext("Up to %(miles)d mile", "Up to %(miles)d miles", miles) % {"miles": miles}


def check_words(kind: str) -> str:
    """A kind of check as people say it."""
    return str(CHECKS.get(kind, kind.replace("_", " ").capitalize()))


class NeedForm(forms.Form):
    """What somebody needs and nobody near them does yet."""

    words = forms.CharField(
        label=_("What do you need, in your own words?"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={
            "required": _("Write what you need. A few words are enough."),
            "max_length": _("That is more than we can keep. Use 1,000 letters or fewer."),
        },
    )
    contact = forms.CharField(
        label=_("How can we reach you?"),
        help_text=_("A phone number or an e-mail address. Leave it empty if you would rather not say."),
        max_length=200,
        required=False,
        error_messages={"max_length": _("That is too long. One phone number or e-mail address is enough.")},
    )
    q = forms.CharField(widget=forms.HiddenInput, required=False)
    postcode = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_words(self) -> str:
        return tidy(self.cleaned_data["words"])

    def clean_contact(self) -> str:
        return one_line(self.cleaned_data["contact"])

    def clean_q(self) -> str:
        return one_line(self.cleaned_data["q"])[:LONGEST_WORDS]

    def clean_postcode(self) -> str:
        return one_line(self.cleaned_data["postcode"])[:120]


class CompareChoice(forms.Form):
    """Which of a shortlist to put side by side."""

    l = forms.MultipleChoiceField(  # noqa: E741  the letter in the address of /compare/
        label=_("Put up to four side by side"), widget=forms.CheckboxSelectMultiple
    )
    postcode = forms.CharField(
        label=_("Your postcode or town"),
        max_length=120,
        required=False,
        help_text=_("To see how far away each one is."),
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )

    @classmethod
    def of(cls, named: list[tuple[str, str]]) -> "CompareChoice":
        """For these listings, public id and name; the first few ticked."""
        form = cls(initial={"l": [public_id for public_id, _name in named[:4]]}, auto_id="c_%s")
        form.fields["l"].choices = named  # type: ignore[attr-defined]
        return form
