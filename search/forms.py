"""The filters as a form, with counts; and what somebody needs, in their own words."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from marketplace.core.look.forms import PoundsField, SearchQuestion
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


class Filters(forms.Form):
    """Every filter there is. It only draws: the address is read by SearchQuery, which never refuses."""

    use_required_attribute = False

    q = forms.CharField(widget=forms.HiddenInput, required=False)
    postcode = forms.CharField(widget=forms.HiddenInput, required=False)
    sort = forms.ChoiceField(label=_("Which first"), choices=list(SORTS.items()))
    within = forms.ChoiceField(label=_("How far away"), widget=forms.RadioSelect)
    kind = forms.MultipleChoiceField(label=_("Kind of help"), widget=forms.CheckboxSelectMultiple)
    way = forms.MultipleChoiceField(label=_("Where it happens"), widget=forms.CheckboxSelectMultiple)
    venue = forms.MultipleChoiceField(label=_("Getting in"), widget=forms.CheckboxSelectMultiple)
    day = forms.MultipleChoiceField(label=_("Day"), widget=forms.CheckboxSelectMultiple)
    pay = forms.MultipleChoiceField(label=_("Paying"), widget=forms.CheckboxSelectMultiple)
    price_from = PoundsField(label=_("Price from"))
    price_to = PoundsField(label=_("Price up to"))
    check = forms.MultipleChoiceField(label=_("Checked by the council"), widget=forms.CheckboxSelectMultiple)
    doer = forms.MultipleChoiceField(label=_("Who does the work"), widget=forms.CheckboxSelectMultiple)
    language = forms.MultipleChoiceField(label=_("Language"), widget=forms.CheckboxSelectMultiple)


def filters_for(query: SearchQuery, results: SearchResults, known: Known) -> Filters:
    """The form with what is chosen ticked, and beside each value how many there would be with it."""
    form = Filters(initial={name: getattr(query, name) for name in Filters.base_fields}, auto_id="f_%s")
    distances = {str(miles): up_to(miles) for miles in DISTANCES}
    named: dict[str, dict[str, Any]] = {
        "within": distances,
        "kind": known.kinds,
        "way": WAYS,
        "venue": VENUES,
        "day": DAYS,
        "doer": DOERS,
        "pay": PAYING,
        "check": {check: check_words(check) for check in known.checks},
        "language": {language: language for language in known.languages},
    }
    for name, words in named.items():
        counts = results.facets.get(name, {})
        chosen = getattr(query, name) if name in MANY else (str(getattr(query, name)),)
        offered = [value for value in words if counts.get(value) or value in chosen]
        if name == "kind":
            offered = _most_common(offered, counts, chosen)
        field = form.fields[name]
        field.choices = [(value, words[value]) for value in offered]  # type: ignore[attr-defined]
        field.widget.choice_counts = counts
        if not _worth_asking(name, offered, chosen, counts):
            del form.fields[name]
    return form


def _worth_asking(name: str, offered: list[str], chosen: Iterable[str], counts: dict[str, int]) -> bool:
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
