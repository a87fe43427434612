"""One example of every component, for the gallery page and for the tests that render each alone.

The people are invented. A component without an example here fails a test.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django import forms

from .forms import DateBoxesField, PoundsField

INSIDE_OTHERS = {  # drawn as a part of another component's example, never alone on a page
    "field_words.html",
    "field_date.html",
    "field_radios.html",
    "field_checkboxes.html",
    "mark.html",
    "stamp.html",
    "messages.html",
    "account_menu.html",
    "account_nav.html",
    "header.html",
    "footer.html",
    "brand.html",
}


@dataclass(frozen=True)
class Part:
    """A component with one example of its context. `wrap` is the list it stands in, if it is an item of one."""

    template: str
    title: str
    context: dict[str, Any] = field(default_factory=dict)
    wrap: str = ""

    @property
    def path(self) -> str:
        return f"components/{self.template}"


class QuestionsForm(forms.Form):
    """Every kind of question there is."""

    name = forms.CharField(label="Your name", widget=forms.TextInput({"autocomplete": "name"}))
    phone = forms.CharField(
        label="Your phone number",
        help_text="We ring only about this visit.",
        required=False,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )
    postcode = forms.CharField(
        label="Your postcode", widget=forms.TextInput({"autocomplete": "postal-code", "class": "nhsuk-input--width-10"})
    )
    words = forms.CharField(label="What should Sam know?", widget=forms.Textarea({"rows": 3}), required=False)
    day = forms.ChoiceField(label="Which day?", choices=[("tue", "Tuesday"), ("sat", "Saturday")])
    far = forms.ChoiceField(
        label="How far will you travel?",
        choices=[("2", "About 2 miles"), ("5", "About 5 miles"), ("0", "They come to me")],
        widget=forms.RadioSelect,
    )
    help = forms.MultipleChoiceField(
        label="What do you do?",
        help_text="Choose all that fit.",
        choices=[("garden", "Gardening"), ("jobs", "Odd jobs"), ("company", "Company")],
        widget=forms.CheckboxSelectMultiple,
    )
    first = DateBoxesField(label="When should it begin?", help_text="For example, 27 3 2026")
    price = PoundsField(label="How much an hour?", help_text="Nothing is added to it.")
    photo = forms.FileField(label="A photograph", help_text="Straight from your phone is fine.", required=False)
    agreed = forms.BooleanField(label="I have read what this asks of me")


def questions(data: dict[str, str] | None = None) -> QuestionsForm:
    """The example form: as first seen, or as it comes back when `data` is given."""
    form = QuestionsForm(
        data, initial={"far": "5", "price": 1450, "first": date(2026, 3, 27)}, prefix="e" if data else ""
    )
    hints = {"2": "Bridgwater itself. On foot or by bike.", "5": "Cannington, Puriton, North Petherton."}
    form.fields["far"].widget.choice_hints = hints
    return form


WRONG = {"e-postcode": "TA66 4RN", "e-first_0": "31", "e-first_1": "2", "e-first_2": "2026", "e-price": "a tenner"}

TAPP = {
    "name": "Tapp’s Gardens",
    "url": "#tapps-gardens",
    "who": "Maureen Tapp works alone",
    "summary": "Weeding, pruning, pots and hedges. Glad to garden beside you if you would like to keep your hand in.",
    "seen_line": "Checked by Quantock Council on 3 March 2026: who she is, insurance, basic DBS",
    "words": ["Takes direct payments"],
    "price": {"amount": 1800, "unit_words": "an hour"},
    "distance_miles": 1.23,
    "number": 1,
    "art": "trowel",
    "slug": "tapps-gardens",
    "listing_id": 1,
}
PATCH = {
    **TAPP,
    "name": "The Growing Patch, a community allotment and shed in Cannington with a very long name indeed",
    "url": "#growing-patch",
    "who": "Community allotment in Cannington",
    "seen_line": "Waiting for the council’s checks. What you read here is what they say.",
    "seen_waiting": True,
    "words": ["Free, open to anyone"],
    "price": None,
    "free": True,
    "distance_miles": 12.6,
    "number": 2,
    "art": "can",
    "slug": "growing-patch",
    "in_shortlist": True,
    "listing_id": 2,
}
CHECKS = [
    {
        "title": "Who she is",
        "words": "Checked by Quantock Council on 3 March 2026. An officer saw her passport and a bill for her address.",
        "means_not": "It is not a promise about her work. The council does not recommend one person over another.",
        "on": date(2026, 3, 3),
    },
    {
        "title": "Insurance",
        "words": "Checked by Quantock Council on 3 March 2026. It runs out in 12 days, on 14 January 2027.",
        "means_not": "It covers damage or injury caused while working, and only until that date.",
        "on": date(2026, 3, 3),
        "kind": "heed",
    },
    {
        "title": "References",
        "words": "Maureen says two customers will speak for her. Nobody at the council has rung them.",
        "means_not": "These are her words, not a check. You can ask her for the names.",
        "on": None,
        "kind": "said",
    },
]
EVENTS = [
    {"state": "done", "title": "You asked", "at": date(2026, 3, 30), "words": "For eight lunches in April."},
    {"state": "now", "title": "Asha is thinking about it", "at": None, "words": "She answers within two days."},
    {"state": "next", "title": "You pay", "at": None, "words": "Only when Asha has said yes."},
]
LINES = [{"words": "2 hot lunches at £7.80", "pence": 1560}, {"words": "Bringing them round", "pence": 125}]
RECEIPT = {
    "seller": "Asha’s Kitchen CIC",
    "seller_address": "4 Friarn Row, Bridgwater",
    "to": "joan@example.org",
    "copy_to": "Priya, who acts for Joan",
    "greeting": "Dear Joan,\nthank you. Here is what you paid on 1 April 2026.",
    "lines": LINES,
    "total_words": "Paid by card",
    "total": 1685,
    "terms": ["You may cancel until 14 April and get back whatever has not been cooked."],
    "number": "HB-20417",
}
KINDS_OF_HELP = [
    {
        "url": "#meals",
        "name": "Meals and cooking",
        "words": "A hot lunch, or cooking with you",
        "art": "pan",
        "tone": 1,
    },
    {"url": "#garden", "name": "Gardening", "words": "Lawns, pots, hedges", "art": "trowel", "tone": 4},
    {"url": "#company", "name": "Company", "words": "A visit, a chat, a game of cards", "art": "kettle", "tone": 2},
]
HEADS = ["Price", "Distance", "Checked"]
COMPARED = [
    {
        "name": "Tapp’s Gardens",
        "url": "#tapps-gardens",
        "cells": [
            {"head": "Price", "words": "£18 an hour"},
            {"head": "Distance", "words": "1.2 miles"},
            {"head": "Checked", "words": "Identity, insurance, basic DBS"},
        ],
    },
    {
        "name": "Sam Orchard",
        "url": "#sam",
        "cells": [
            {"head": "Price", "words": "£22 an hour"},
            {"head": "Distance", "words": "3.1 miles"},
            {"head": "Checked", "words": "Identity, insurance"},
        ],
    },
]


def parts() -> list[Part]:
    """Every component once, in the order of the gallery."""
    form = questions()
    wrong = questions(WRONG)
    fields = [Part("field.html", f"Question: {bound.name}", {"field": bound}) for bound in form]
    wrongs = [Part("field.html", f"Put right: {bound.name}", {"field": bound}) for bound in wrong]
    return [
        Part("search_box.html", "The one question"),
        Part("kinds.html", "Kinds of help", {"kinds": KINDS_OF_HELP}),
        Part("card.html", "A listing in a list", {"card": TAPP, "heading": "h3"}, wrap="results"),
        Part("card.html", "A longer one, nobody has checked", {"card": PATCH, "heading": "h3"}, wrap="results"),
        Part("price.html", "Price", {"price": {"amount": 1450, "unit_words": "a session"}}),
        Part("seen.html", "Checked, in one line", {"words": TAPP["seen_line"]}),
        Part("checks.html", "What was checked", {"checks": CHECKS}),
        Part("facts.html", "Facts in pairs", {"facts": [{"term": "When", "words": "Monday to Thursday, 9 to 3"}]}),
        Part("shortlist_button.html", "Shortlist", {"listing_id": 1, "name": "Tapp’s Gardens", "next": "/"}),
        Part("shortlist_form.html", "One form for a list of them", {"form_id": "shortlist", "next": "/"}),
        Part("short_item.html", "A line of the shortlist", {"item": {**TAPP, "words": "£18 an hour"}}, wrap="short"),
        Part("compare.html", "Side by side", {"heads": HEADS, "rows": COMPARED}),
        Part("tags.html", "Chosen filters", {"tags": [{"words": "Up to 5 miles", "url": "#"}]}),
        Part("pager.html", "Next ones", {"first": 1, "last": 20, "total": 48, "next_url": "#"}),
        Part("map.html", "Map", {"map_id": "gallery-map", "points_url": ""}),
        Part("empty.html", "Nobody yet", {"title": "Nobody near Dulverton does this yet", "heading": "h3"}),
        Part("ways.html", "Ways on", {"ways": [{"url": "#", "words": "3 people within 15 miles", "more": "Minehead"}]}),
        Part("notice.html", "Notice", {"title": "Saved", "words": "The council looks at it next.", "kind": "yes"}),
        Part("notice.html", "Notice with a date", {"words": "Your insurance runs out on 14 January.", "kind": "heed"}),
        Part("notice.html", "Notice of a loss", {"words": "Nobody was charged.", "kind": "stop"}),
        Part("word.html", "A small label", {"words": "Paid", "kind": "yes"}),
        Part("timeline.html", "What has happened", {"events": EVENTS}),
        Part("money_table.html", "Account book", {"lines": LINES, "total": 1685, "caption": "Two lunches"}),
        Part("receipt.html", "Receipt", {"receipt": RECEIPT, "heading": "h3"}),
        Part("step.html", "Where am I", {"title": "Your page", "number": 5, "total": 9, "name": "where you work"}),
        Part("doing.html", "Doing", {"primary": "The one thing", "second": "Something else", "third": "Less"}),
        Part("back.html", "Back", {"url": "#"}),
        Part("breadcrumbs.html", "Where you are", {"crumbs": [{"url": "#", "words": "Quantock Council"}]}),
        Part("acting_banner.html", "Acting for somebody", {"name": "Joan Bellamy", "stop_url": "#"}),
        Part(
            "staff_banner.html",
            "On the telephone",
            {"name": "Joan Bellamy", "consent": "Yes, go ahead", "end_url": "#"},
        ),
        *fields,
        Part("form_errors.html", "Everything to put right", {"form": wrong, "heading": "h3"}),
        *wrongs,
    ]


def missing(folder: Path) -> set[str]:
    """Components in the folder that have no example."""
    shown = {part.template for part in parts()} | INSIDE_OTHERS
    return {path.name for path in folder.glob("*.html")} - shown
