"""How numbers and dates are said, and that the examples in the code are true."""

import doctest
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import timezone, translation

from marketplace.core import money
from marketplace.core.look import art, colours, words
from marketplace.core.look.forms import DateBoxesField, PoundsField


@pytest.mark.parametrize("module", [words, art, colours, money], ids=lambda module: module.__name__)
def test_the_examples_in_the_code_are_true(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


def said(template: str, **context) -> str:
    return Template("{% load look %}" + template).render(Context(context))


def test_a_time_is_said_on_the_clock_of_the_reader():
    """Stored in UTC; a visit at half past two in July must not be said as half past one."""
    assert said("{{ at|uk_time }}", at=datetime(2026, 7, 1, 13, 30, tzinfo=UTC)) == "2.30pm"
    assert said("{{ at|uk_date }}", at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC)).startswith("Wednesday 1 July")


@pytest.mark.parametrize(
    "name", ["pounds", "pounds_exact", "miles", "uk_date", "uk_date_full", "uk_time", "plain_list"]
)
def test_nothing_known_is_nothing_said(name):
    """Never "None miles away"."""
    assert said("{{ value|" + name + " }}", value=None) == ""


def test_a_drawing_comes_to_a_page_once():
    """Twenty cards with one door must not carry it twenty times, and two of one id would clash."""
    page = said('{% doorstep "a" "kettle" %}{% doorstep "a" "kettle" %}{% picture "kettle" 2 %}')
    assert page.count('id="art-kettle"') == 1
    assert page.count('href="#art-kettle"') == 3


def test_an_unknown_picture_is_a_pot_and_an_unknown_tone_the_first():
    """A category that somebody mistyped in the admin must not break the front page."""
    page = said('{% picture "../../settings" "9" %}')
    assert 'href="#art-pot"' in page
    assert "hb-t1" in page


class Asked(forms.Form):
    day = DateBoxesField()
    perhaps = DateBoxesField(required=False)
    price = PoundsField(required=False)


def cleaned(**typed: str) -> Asked:
    form = Asked({"day_0": "1", "day_1": "2", "day_2": "2026", **typed})
    form.is_valid()
    return form


def test_three_boxes_are_a_date_and_empty_ones_are_none():
    form = cleaned(price="£1,200.50")
    assert form.cleaned_data == {"day": date(2026, 2, 1), "perhaps": None, "price": 120050}


@pytest.mark.parametrize(
    "boxes",
    [
        ("31", "2", "2026"),
        ("1", "13", "2026"),
        ("x", "1", "2026"),
        ("1", "1", "26"),
        ("²", "1", "2026"),
        ("-1", "1", "2026"),
        ("1", "9223372036854775808", "2026"),
    ],
)
def test_what_is_no_date_is_said_plainly_and_kept(boxes):
    form = cleaned(day_0=boxes[0], day_1=boxes[1], day_2=boxes[2])
    today = timezone.localdate()
    example = f"{today.day} {today.month} {today.year}"
    assert form.errors["day"] == [f"That is not a date. Type numbers, for example {example}."]
    assert form["day"].value() == list(boxes)


def test_half_a_date_asks_for_the_rest():
    assert cleaned(perhaps_0="4").errors["perhaps"] == ["Type the day, month and year."]


@pytest.mark.parametrize("typed", ["a tenner", "-5", "1e9", "12.345", "99999999999", "£", "1,2,3"])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValidationError):
        PoundsField().clean(typed)


def test_the_frame_speaks_welsh():
    """A Welsh reader gets the frame in Welsh, and the words of the libraries are put plainly in English."""
    with translation.override("cy"):
        assert translation.gettext("Worried about someone?") == "Yn poeni am rywun?"
        assert said("{{ far|miles }}", far=3.2) == "3.2 milltir"
        assert said("{{ far|miles }}", far=1.0) == "1 filltir"
    with translation.override("en-gb"):
        assert translation.gettext("This field is required.") == "This needs an answer."
