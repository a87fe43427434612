"""Reading an address never fails, and what was read can be written again."""

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from search.query import DAYS, DISTANCES, LAST_PAGE, LONGEST_WORDS, SORTS, SearchQuery

NAMES = [
    "q",
    "postcode",
    "within",
    "kind",
    "way",
    "day",
    "price_from",
    "price_to",
    "pay",
    "check",
    "language",
    "venue",
    "doer",
]
LIKELY = [
    "5",
    "10",
    "tue",
    "gardening",
    "free",
    "TA1 1AA",
    "price",
    "step_free",
    "comes",
    "£5.50",
    "-1",
    "Welsh",
    "women",
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([*NAMES, "sort", "page"]), st.one_of(st.text(max_size=40), st.sampled_from(LIKELY))),
        max_size=12,
    )
)
def test_any_address_is_a_question_and_its_own_address_asks_the_same(pairs):
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    query = SearchQuery.from_url(data)
    assert query.within in DISTANCES
    assert query.sort in SORTS
    assert set(query.day) <= set(DAYS)
    assert 1 <= query.page <= LAST_PAGE
    assert len(query.q) <= LONGEST_WORDS
    assert SearchQuery.from_url(QueryDict(query.url().partition("?")[2])) == query


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [
        ("within", "7", 5),
        ("within", "-1", 5),
        ("within", "abc", 5),
        ("within", "٥", 5),
        ("page", "0", 1),
        ("page", "9" * 50, 1),
        ("page", "999999", LAST_PAGE),
        ("price_to", "-5", None),
        ("price_to", "12.345", None),
        ("sort", "cheapest", "best"),
    ],
)
def test_what_cannot_be_read_is_left_out(name, value, left):
    data = QueryDict(mutable=True)
    data[name] = value
    assert getattr(SearchQuery.from_url(data), name) == left


def test_five_thousand_letters_are_cut_and_not_refused():
    query = SearchQuery.from_url(QueryDict(f"q={'help+' * 1000}&postcode={'x' * 5000}"))
    assert len(query.q) <= LONGEST_WORDS
    assert query.trouble is not None


def test_a_tag_takes_off_its_own_value_and_goes_back_to_the_first_page():
    query = SearchQuery(q="lunch", day=("mon", "tue"), price_to=500, page=4)
    assert query.without("day", "mon") == SearchQuery(q="lunch", day=("tue",), price_to=500)
    assert query.without("price_to") == SearchQuery(q="lunch", day=("mon", "tue"))
