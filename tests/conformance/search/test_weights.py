"""Which words weigh most, field beside field, and that the very word always comes before one that is nearly it."""

from itertools import pairwise

import pytest

from search.backends import SearchBackend
from search.backends.base import PAGE_SIZE
from search.documents import Document
from search.query import SearchQuery
from search.words.matching import Rulebook
from search.words.seeding import file_rules
from search.words.spelling import Lexicon
from search.words.understanding import understand
from tests.factories.documents import make_document

from .conftest import HERE, TODAY, Make

# Heaviest first. A provider is found by its name before by what others say at length in their descriptions.
FIELDS = ("title", "kinds_words", "offers", "summary", "provider", "about")
LONG_TEXT = "soup buttons letters lifts shopping sewing kettles benches " * 6


def first_ids(backend: SearchBackend, q: str, listings: list[Document]) -> list[int]:
    """Ids of what is found, in order, when the words are understood as the site understands them."""
    book = Rulebook(file_rules())
    texts = [" ".join((each.title, each.offers, each.summary, each.about, each.provider)) for each in listings]
    lexicon = Lexicon(texts, book, (each.title for each in listings))
    query = SearchQuery(q=q, wording=understand(q, book, lexicon), at=HERE, within=30)
    return [hit.id for hit in backend.search(query, today=TODAY).hits]


def said_in(listing_id: int, field: str, word: str) -> Document:
    """Every field as long as in any other listing; the word stands in one of them."""
    facts = dict.fromkeys(FIELDS, "wooden kettle") | {field: f"{word} kettle"}
    return make_document(listing_id, **facts)


@pytest.mark.parametrize(("heavier", "lighter"), pairwise(FIELDS))
@pytest.mark.parametrize("first_number", [1, 2])
def test_each_field_weighs_more_than_the_next(heavier: str, lighter: str, first_number: int, make: Make) -> None:
    """Whichever of the two listings has the lower number, and so the luck of the day."""
    ids = {heavier: first_number, lighter: 3 - first_number}
    listings = [said_in(number, field, "zinnia") for field, number in ids.items()]
    backend = make(listings)
    assert first_ids(backend, "zinnia", listings) == [ids[heavier], ids[lighter]]
    scores = {hit.id: hit.score for hit in backend.search(SearchQuery(q="zinnia"), today=TODAY).hits}
    assert scores[ids[heavier]] > scores[ids[lighter]] * 1.02


NEARLY = (  # what is typed, and a title one letter off
    ("garden", "Warden"),
    ("choir", "Chair"),
    ("boots", "Books"),
    ("sewing", "Sowing"),
    ("tapping", "Tipping"),
    ("zinnia", "Zinnias"),
    ("quantox", "Quantos"),
    ("brampton", "Crampton"),
    ("lunch", "Bunch"),
)


@pytest.mark.parametrize(("typed", "nearly"), NEARLY)
@pytest.mark.parametrize("many", [1, 12])
def test_the_very_word_comes_before_a_name_that_is_one_letter_off(
    typed: str, nearly: str, many: int, make: Make
) -> None:
    """Even where it stands only at the end of a long description, and the other in many names."""
    others = [make_document(number, title=f"{nearly} {number}", kinds_words=nearly) for number in range(2, many + 2)]
    listings = [make_document(1, title="Tuesday afternoons", about=LONG_TEXT + typed), *others]
    found = first_ids(make(listings), typed, listings)
    if nearly.lower() == f"{typed}s":
        assert len(found) == min(PAGE_SIZE, len(listings))  # another ending is no slip, but the same word
    else:
        assert found == [1]


def test_a_rare_name_is_never_taken_for_a_slip_of_a_common_word(make: Make) -> None:
    """One listing called Gardnet beside thirty that say garden."""
    others = [make_document(number, title=f"Garden {number}") for number in range(2, 32)]
    listings = [make_document(1, title="Gardnet"), *others]
    assert first_ids(make(listings), "gardnet", listings) == [1]


def test_a_slip_finds_what_the_right_word_finds_in_the_same_order(make: Make) -> None:
    listings = [
        make_document(1, title="Gardening"),
        make_document(2, title="Hedges", offers="Gardening by the hour"),
        make_document(3, title="Lunch", about="gardening is what some of us did once"),
        make_document(4, title="Guarding"),
    ]
    backend = make(listings)
    assert first_ids(backend, "gardnening", listings) == first_ids(backend, "gardening", listings) == [1, 2, 3]
