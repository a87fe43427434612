"""What every real search sends: words as the rules understand them. Both backends find the same for the same wording.

They may differ in one thing. Among listings with words, "best match first" goes by each engine's own relevance (BM25
over all fields together on the server, summed over columns in the file), so near equals change places; the suite
promises that the first ten of one are mostly the first ten of the other. Every other order is the same but for equals.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from search import rules
from search.backends import Hit, SearchBackend
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.embedded import EmbeddedBackend
from search.documents import Document
from search.query import SearchQuery
from search.words.matching import Rulebook
from search.words.seeding import file_rules
from search.words.spelling import Lexicon
from search.words.understanding import understand
from search.words.wording import Group, Wording
from tests.factories.documents import make_document
from tests.factories.wordy import QUESTIONS, wordy

from .conftest import BRITAIN, HERE, TODAY, Both, Make, both_backends, through

FIRST = 10
MOSTLY, NEVER_LESS = 0.75, 0.3  # of the first ten: over all questions, and in any one


@pytest.fixture(scope="module")
def listings() -> list[Document]:
    return wordy(300, HERE.point, TODAY)


@pytest.fixture(scope="module")
def told(server: None, listings: list[Document]) -> Iterator[Both]:
    with ElasticsearchBackend.scratch(listings) as elasticsearch:
        yield Both(EmbeddedBackend.in_memory(listings), elasticsearch)


@pytest.fixture(scope="module")
def wordings(listings: list[Document]) -> dict[str, Wording]:
    """Each question as the rules that we come with understand it."""
    book = Rulebook(file_rules())
    texts = [" ".join((each.title, each.offers, each.summary, each.about, each.provider)) for each in listings]
    lexicon = Lexicon(texts, book, (each.title for each in listings))
    return {q: understand(q, book, lexicon) for q in QUESTIONS}


def counted(facets: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    return {name: {value: many for value, many in counts.items() if many} for name, counts in facets.items()}


def same(told: Both, query: SearchQuery) -> tuple[list[Hit], list[Hit]]:
    """Every hit of each, when both find the same listings, as many, as strictly, with the same counts."""
    (one, ones), (other, others) = (through(backend, query) for backend in told)
    assert {hit.id for hit in ones} == {hit.id for hit in others}, query.q
    assert len(ones) == len({hit.id for hit in ones}) == one.total
    assert (one.total, one.loosened, counted(one.facets)) == (other.total, other.loosened, counted(other.facets))
    return ones, others


@both_backends
def test_the_questions_have_every_part_that_a_wording_may_have(wordings: dict[str, Wording]) -> None:
    """Otherwise the comparison below would compare less than real searches send."""
    groups = [group for wording in wordings.values() for group in wording.groups]
    assert any(len(group.alternatives) > 3 for group in groups)
    assert any(" " in text for group in groups for text, _weight in group.alternatives)
    assert len({weight for group in groups for _text, weight in group.alternatives}) > 3
    assert any(group.kinds for group in groups)
    assert any(group.optional for group in groups)
    assert {wording.minimum for wording in wordings.values()} >= {0, 1, 2, 3}


@both_backends
@pytest.mark.parametrize("q", QUESTIONS)
def test_the_same_wording_finds_the_same_listings(q: str, told: Both, wordings: dict[str, Wording]) -> None:
    for asked in ({}, {"at": HERE, "within": 10}, {"at": HERE, "within": 30, "kind": ("gardening",), "day": ("tue",)}):
        same(told, SearchQuery(q=q, wording=wordings[q], **asked))


@both_backends
def test_most_of_what_comes_first_in_one_comes_first_in_the_other(told: Both, wordings: dict[str, Wording]) -> None:
    shares = {}
    for q, wording in wordings.items():
        ones, others = same(told, SearchQuery(q=q, wording=wording, at=HERE, within=30))
        if len(ones) > FIRST:
            both = {hit.id for hit in ones[:FIRST]} & {hit.id for hit in others[:FIRST]}
            shares[q] = len(both) / FIRST
    assert len(shares) > 15
    assert min(shares.values()) >= NEVER_LESS, shares
    assert sum(shares.values()) / len(shares) >= MOSTLY, shares


@both_backends
@pytest.mark.parametrize("sort", ["nearest", "price", "newest"])
def test_an_order_that_is_no_matter_of_words_is_the_same(
    sort: str, told: Both, wordings: dict[str, Wording], listings: list[Document]
) -> None:
    """Equals stand in each backend's own order of the day."""
    by_id = {each.id: each for each in listings}

    def weight(hit: Hit) -> object:
        if sort == "nearest":
            return round(hit.distance_miles, 2) if hit.distance_miles is not None else None
        return by_id[hit.id].price_pence if sort == "price" else by_id[hit.id].published

    for q in ("help at home for my mum", "lunch club", "hot lunch zzzz qqqq", "help"):
        ones, others = same(told, SearchQuery(q=q, wording=wordings[q], at=HERE, within=30, sort=sort))
        assert [weight(hit) for hit in ones] == [weight(hit) for hit in others]


@both_backends
def test_a_map_of_the_same_wording_has_the_same_marks(told: Both, wordings: dict[str, Wording]) -> None:
    for q in ("help at home for my mum", "meals on wheels", "step-free lunch"):
        query = SearchQuery(q=q, wording=wordings[q], at=HERE, within=30)
        one, other = (
            sorted((each.count, round(each.lat, 3), round(each.lon, 3), each.listing_id or 0) for each in found)
            for found in (backend.clusters(query, box=BRITAIN, zoom=8, today=TODAY) for backend in told)
        )
        assert one == other != []


def words(*texts: str) -> tuple[Group, ...]:
    return tuple(Group(((text, 1.0),)) for text in texts)


TOLD = {
    1: {"title": "Tea and cake", "about": "a warm room by the river"},
    2: {"title": "Cake and tea", "kinds": (("company", "Company"),), "kinds_words": "Company Somebody to talk to"},
    3: {"title": "River walks", "kinds": (("walks", "Walks"),), "kinds_words": "Walks In good company"},
    4: {"title": "A to G", "about": "alpha bravo charlie delta echo foxtrot golf"},
    5: {"title": "A to E", "about": "alpha bravo charlie delta echo"},
    6: {"title": "A step-free hall", "about": "one step at a time, then free"},
    7: {"title": "One step", "about": "and then it is free"},
}
NATO = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel")
WORDINGS: dict[str, tuple[Wording, set[int], bool]] = {
    "a phrase stands side by side and in order": (Wording(words("tea and cake"), 1), {1}, False),
    "a word with a hyphen is a phrase": (Wording(words("step-free"), 1), {6}, False),
    "a kind is no word of its name": (Wording((Group((), ("company",)),), 1), {2}, False),
    "a kind or a word": (Wording((Group((("river", 1.0),), ("company",)),), 1), {1, 2, 3}, False),
    "words that only help find everybody": (Wording((Group((("tea", 1.0),), optional=True),), 0), set(TOLD), False),
    "what only helps leaves nobody out": (
        Wording((*words("river"), Group((("tea", 1.0),), optional=True)), 1),
        {1, 3},
        False,
    ),
    "two of three, and when these are few one of them": (
        Wording(words("tea", "river", "cake"), 2),
        {1, 2, 3},
        True,
    ),
    "all of eight, else as few as it takes": (Wording(words(*NATO), 8), {4, 5}, True),
    "five of eight": (Wording(words(*NATO), 5), {4, 5}, False),
    "six of eight, when few have them": (Wording(words(*NATO[:5], "hotel", "india", "juliet"), 6), {4, 5}, True),
    "any name will do": (Wording((Group((("zork", 1.0), ("warm room", 0.2), ("golf", 0.5))),), 1), {1, 4}, False),
}


@pytest.mark.parametrize("name", WORDINGS)
def test_what_a_wording_means(name: str, make: Make) -> None:
    wording, wanted, loosened = WORDINGS[name]
    backend = make([make_document(number, **facts) for number, facts in TOLD.items()])
    found = backend.search(SearchQuery(q="x", wording=wording), today=TODAY)
    assert ({hit.id for hit in found.hits}, found.loosened) == (wanted, loosened)


@pytest.mark.parametrize("sort", ["best", "nearest"])
def test_when_few_have_all_the_words_those_with_some_follow(sort: str, make: Make) -> None:
    """By "best" after them, however near and however much about that one word they are."""
    here, away = {"lat": HERE.point.lat, "lon": HERE.point.lon}, {"lat": HERE.point.lat + 0.1, "lon": HERE.point.lon}
    backend = make(
        [
            make_document(1, title="Tea", **here),
            make_document(2, title="A long list of other things", about="tea somewhere, far away jam", **away),
            make_document(3, title="Jam", **here),
            make_document(4, title="Neither", **here),
        ]
    )
    query = SearchQuery(q="tea jam", at=HERE, within=30, sort=sort)
    found = backend.search(query, today=TODAY)
    assert (found.total, found.whole, found.loosened) == (3, 1, True)
    order = [hit.id for hit in found.hits]
    assert (order[0] == 2, order[-1] == 2) == ((True, False) if sort == "best" else (False, True))
    pages = [backend.search(replace(query, page=page), today=TODAY, size=1) for page in (1, 2, 3)]
    assert [hit.id for page in pages for hit in page.hits] == order
    seen = backend.clusters(query, box=BRITAIN, zoom=8, today=TODAY)
    assert sum(each.count for each in seen) == 3


@pytest.mark.parametrize("many", [rules.ENOUGH - 1, rules.ENOUGH])
def test_when_enough_have_all_the_words_nobody_else_follows(many: int, make: Make) -> None:
    backend = make(
        [make_document(number, title="Tea and jam") for number in range(1, many + 1)] + [make_document(99, title="Tea")]
    )
    found = backend.search(SearchQuery(q="tea jam"), today=TODAY)
    assert (found.whole, found.loosened) == (many, many < rules.ENOUGH)
    assert found.total == (many if many == rules.ENOUGH else many + 1)


def relevance(backend: SearchBackend, query: SearchQuery) -> dict[int, float]:
    return {hit.id: hit.score for hit in backend.search(query, today=TODAY).hits}


def test_a_name_that_weighs_less_scores_less(make: Make) -> None:
    backend = make([make_document(1, title="Tea"), make_document(2, title="Jam"), make_document(3, title="Oil")])
    wording = Wording((Group((("tea", 1.0), ("jam", 0.2))),), 1)
    found = relevance(backend, SearchQuery(q="x", wording=wording))
    assert found[1] > found[2] * 1.5


def test_what_only_helps_raises_who_has_it(make: Make) -> None:
    backend = make([make_document(1, title="Tea"), make_document(2, title="Tea", about="with jam"), make_document(3)])
    wording = Wording((*words("tea"), Group((("jam", 1.0),), optional=True)), 1)
    found = relevance(backend, SearchQuery(q="x", wording=wording))
    assert found.keys() == {1, 2}
    assert found[2] > found[1]


def test_the_score_is_words_times_near_times_fresh(make: Make) -> None:
    """The same words in each, so what differs is how near and how lately somebody said that it is right."""
    here = {"title": "Tea", "lat": HERE.point.lat, "lon": HERE.point.lon}
    ago = {days: TODAY.toordinal() - days for days in (1, 270, 400)}
    backend = make(
        [
            make_document(1, **here, assured=ago[1]),
            make_document(2, **here, assured=ago[270]),
            make_document(3, **here, assured=ago[400]),
            make_document(4, **{**here, "lat": HERE.point.lat + 0.04}, assured=ago[1]),
            make_document(5, **{**here, "lat": HERE.point.lat + 0.04}, assured=ago[270]),
        ]
    )
    found = backend.search(SearchQuery(q="tea", at=HERE, within=10), today=TODAY).hits
    score = {hit.id: hit.score for hit in found}
    far = rules.nearness(next(hit.distance_miles for hit in found if hit.id == 4), 10)
    assert 0.3 < far < 0.9
    for listing_id, weight in {2: 1.0, 3: 1.0, 4: far, 5: far}.items():
        fresh = rules.freshness({2: 270, 3: 400, 4: 1, 5: 270}[listing_id])
        assert score[listing_id] / score[1] == pytest.approx(weight * fresh, rel=0.01)


def test_free_and_paid_are_equal(make: Make) -> None:
    """Nobody stands higher for asking for money, nor for asking for none."""
    paying = (
        {"price_pence": 0, "free": True},
        {"price_pence": 1800},
        {"price_pence": None},
        {"dp": True, "shared": True},
    )
    backend = make([make_document(number, title="Tea", **facts) for number, facts in enumerate(paying, 1)])
    for asked in ({"q": "tea"}, {"q": "tea", "at": HERE}, {"at": HERE}):
        scores = relevance(backend, SearchQuery(**asked))
        assert len(scores) == len(paying)
        assert len({round(score, 6) for score in scores.values()}) == 1, asked
