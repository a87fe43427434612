"""Directories are written by many hands; what they say has to be made fit to show, and losses have to be said."""

import pytest

from providers.listings.importing import rules
from providers.listings.importing.rules import Remark, Understood

SERVICE = {"id": "7", "name": "Tea Club", "description": "Tea and company.", "organization": {"id": "o", "name": "WI"}}


def understood(**facts) -> Understood:
    found = rules.understand({**SERVICE, **facts})
    assert isinstance(found, Understood)
    return found


def kinds(found: Understood) -> set[str]:
    return {remark.kind for remark in found.remarks}


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ({**SERVICE, "id": ""}, "no id"),
        ({**SERVICE, "name": " \u200b"}, "no name"),
        ({**SERVICE, "status": "defunct"}, "not offered any more"),
    ],
)
def test_what_cannot_be_kept_says_why(raw, why):
    found = rules.understand(raw)
    assert isinstance(found, Remark)
    assert found.kind == why


def test_tags_and_scripts_are_words_only():
    found = understood(description="<p>Tea <b>and</b> cake &amp; chat</p><script>alert(1)</script>")
    assert "script" not in found.about
    assert "alert" not in found.about
    assert "cake & chat" in found.about


def test_a_shouted_name_is_spoken_and_a_very_long_one_is_cut_with_a_remark():
    assert understood(name="THE RAINBOW LUNCH CLUB").title == "The Rainbow Lunch Club"
    long = understood(name="Befriending " * 40)
    assert len(long.title) <= rules.TITLE
    assert "long name" in kinds(long)
    assert "Befriending " * 30 in long.about


def test_direction_overrides_are_taken_out():
    assert understood(name="Tea\u202e Club").title == "Tea Club"


def test_days_are_read_from_rrules_and_from_weekday_names():
    found = understood(schedules=[{"byday": "TH,1FR"}], regular_schedules=[{"weekday": "Monday"}])
    assert found.days == ["mon", "thu", "fri"]


@pytest.mark.parametrize("amount", ["NaN", "1e99", "twelve", -4])
def test_a_price_that_cannot_be_is_left_out_with_a_remark(amount):
    found = understood(cost_options=[{"option": "A day", "amount": amount}])
    assert found.prices == []
    assert kinds(found) & {"unreadable price", "unlikely price"}


def test_prices_are_whole_pence():
    assert understood(cost_options=[{"option": "A day", "amount": 35.10}]).prices == [("A day", 3510, "")]


def test_an_unusable_address_is_named_and_the_next_one_is_taken():
    found = understood(email="not an address", contacts=[{"email": "tea@example.org"}])
    assert found.email == "tea@example.org"
    assert "unusable e-mail address" in kinds(found)
