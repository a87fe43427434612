"""What a question sounds like, from the words of rules alone."""

import pytest

from search.words.grammar import parse
from search.words.likely import Likely
from search.words.seeding import file_rules


@pytest.fixture(scope="module")
def site() -> Likely:
    return Likely(file_rules())


def taught(*lines: str) -> Likely:
    return Likely([parse(line) for line in lines])


def test_words_of_several_rules_are_put_together():
    likely = taught(
        "wash my hair, help washing => personal care, kind:personal-care",
        "cut my hair, hair done => haircut, kind:personal-care",
        "wash the car => cars, kind:odd-jobs",
    )
    assert likely.kinds("wash and curl her hair") == ["personal-care", "odd-jobs"]


def test_a_word_that_rules_have_for_everything_says_nothing():
    lines = [
        f"{each} music => {each}, music"
        for each in ("church", "jazz", "folk", "brass", "choral", "chamber", "sacred", "piano")
    ]
    assert taught("music for dancing => dance, kind:clubs", *lines).kinds("some music") == []


def test_whom_it_is_for_says_nothing_of_what():
    assert taught("company for mum => befriending, kind:company").kinds("something for mum") == []


def test_of_two_as_likely_the_same_one_comes_first_in_every_process():
    likely = taught("soup => soup, kind:meals", "walk => walks, kind:walking")
    assert likely.kinds("soup walk") == likely.kinds("walk soup") == ["meals", "walking"]


@pytest.mark.parametrize("q", ["", "😀", "zzzz qqqq", "the of and", "*:*", "help for mum", "x" * 5000])
def test_nothing_is_guessed_from_nothing(site: Likely, q: str):
    assert site.kinds(q) == []


@pytest.mark.parametrize(
    ("q", "kind"),
    [
        ("somebody to tie my apron and do my hair", "personal-care"),
        ("the lamp over my wardrobe has come down", "odd-jobs"),
        ("scrub the front steps", "cleaning"),
        ("hold the lead of two dogs", "pets"),
        ("see my son on the computer screen", "phones"),
        ("a driver to the eye hospital", "getting-about"),
        ("cook a stew with dumplings", "meals"),
        ("rake the lawn and burn the leaves", "gardening"),
        ("understand a letter from the bank", "letters"),
    ],
)
def test_questions_that_no_rule_has(site: Likely, q: str, kind: str):
    assert kind in site.kinds(q)
