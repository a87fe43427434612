"""The results page: what is found, how it is said, and what it never shows."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from marketplace.core.audit import CLOCKWORK
from providers.listings import services as listings
from providers.listings.states import HoldKind
from search import presentation, rules
from search.backends.base import PAGE_SIZE
from search.backends.elasticsearch.mapping import WORDS
from search.query import USUAL_DISTANCE, SearchQuery
from tests.factories.listings import make_category, make_listing, make_offer, make_provider

from .conftest import deliver

pytestmark = pytest.mark.django_db


def cards(response) -> list[str]:
    return re.findall(r'class="hb-card__name"><a href="[^"]*">([^<]*)', response.content.decode())


def search(client, **asked):
    return client.get("/search/", {"q": "", "postcode": "TA1 1AA", **asked})


def test_words_and_a_postcode_in_any_spacing_find_who_is_near(client, indexed):
    for postcode in ("TA1 1AA", "ta11aa", " Ta1  1aa "):
        response = search(client, q="gardening", postcode=postcode)
        assert response.status_code == 200
        assert cards(response) == ["Sam Orchard, gardens and odd jobs"]
        assert re.search(r"hb-card__who\">[^<]*(miles?|mile) away", response.content.decode())


def test_a_suspended_listing_is_gone_at_the_very_next_request(
    client, indexed, gardener, django_capture_on_commit_callbacks
):
    """The index has not heard of it yet: the database decides."""
    assert cards(search(client, q="gardening"))
    with django_capture_on_commit_callbacks(execute=True):
        listings.hold_place(provider=gardener.provider, kind=HoldKind.SUSPENDED, by=CLOCKWORK, now=timezone.now())
    response = search(client, q="gardening")
    assert cards(response) == []
    assert "Nobody near" in response.content.decode()
    assert "Sam Orchard" not in client.get("/search/suggest/", {"q": "Sam"}).content.decode()


def test_a_price_that_changed_is_shown_before_the_index_hears_of_it(client, indexed, gardener):
    gardener.offers.update(price_pence=2150)
    listings.public_change(gardener)
    assert "£21.50" in search(client, q="gardening").content.decode()


def test_the_outbox_brings_new_listings_to_the_index_and_takes_old_ones_out(client, cast, index, gardener):
    deliver()
    assert cards(search(client))
    listings.hold_place(provider=gardener.provider, kind=HoldKind.PAUSED, by=CLOCKWORK, now=timezone.now())
    deliver()
    from search.backends import current

    assert current().held() == {}


@pytest.mark.parametrize(
    ("postcode", "said"),
    [
        ("TA99 9ZZ", "no postcode begins with TA99"),
        ("D02 X285", "Irish"),
        ("IM1 1AA", "Isle of Man"),
        ("75008", "from another country"),
        ("Ashtonn-on-Nowhere", "could not find a place"),
        ("Newport", "more than one place"),
    ],
)
def test_a_place_we_cannot_use_has_its_own_plain_answer(client, indexed, postcode, said):
    response = search(client, q="gardening", postcode=postcode)
    assert response.status_code == 200
    assert re.search(said, response.content.decode()), response.content.decode()
    assert cards(response) == []


def test_several_towns_of_one_name_are_offered_as_links(client, indexed):
    page = search(client, q="lunch", postcode="Newport").content.decode()
    assert re.search(r'href="/search/\?q=lunch&amp;postcode=Newport%2C', page)


@pytest.mark.parametrize("postcode", ["TA1", "Taunton"])
def test_half_a_postcode_and_a_town_say_where_we_measure_from(client, indexed, postcode):
    response = search(client, q="gardening", postcode=postcode, within="10")
    assert cards(response)
    assert "better distances" in response.content.decode()


def test_nothing_found_says_what_was_looked_for_and_offers_ways_on(client, indexed):
    page = search(client, q="chiropody").content.decode()
    assert "Nobody near TA1 1AA does “chiropody” yet" in page
    assert "who help nearby" in page
    assert 'action="/search/need/"' in page


def test_nothing_found_offers_the_kinds_of_help_that_it_sounds_like(client, indexed):
    """No rule has this, and nobody writes it; rules have "overgrown" beside gardens."""
    page = search(client, q="everything is overgrown").content.decode()
    assert "Could this help?" in page
    offered = re.search(r'id="perhaps".*?</section>', page, re.DOTALL)[0]
    links = re.findall(r'href="([^"]+)">([^<]+)</a>', offered)
    assert "Gardening" in [name for _url, name in links]
    for url, _name in links:
        assert cards(client.get(unescape(url))), "each leads to somebody"


def test_nothing_is_offered_where_nothing_can_be_guessed(client, indexed):
    assert "Could this help?" not in search(client, q="zzzz").content.decode()


def test_a_filter_that_hides_everybody_is_not_called_a_lack_of_help(client, indexed):
    """Filters stay when words change: gardening is done, only not at a price below a pound."""
    page = search(client, q="gardening", price_to="1").content.decode()
    assert "Nobody near TA1 1AA fits all that you chose" in page
    assert "One without the filters" in page
    assert "Nobody near" in search(client, q="chiropody", price_to="1").content.decode()
    assert "One without the filters" in search(client, q="somebody to mow the lawn", price_to="1").content.decode()


def test_signs_that_are_no_words_are_not_called_help(client, indexed):
    page = search(client, q="😀").content.decode()
    assert "can help" in page
    assert "can help with" not in page


def test_filters_show_counts_and_chosen_ones_can_be_taken_off(client, indexed):
    page = search(client, way="there", day="tue").content.decode()
    assert cards(search(client, way="there", day="tue")) == ["Ruth’s Tuesday lunch"]
    assert re.search(r'class="hb-tag" href="/search/\?postcode=TA1\+1AA&amp;way=there"', page)
    assert re.search(r'value="tue" checked.*?hb-count">1<', page)


@pytest.mark.parametrize(
    "asked",
    [
        {"within": "-1"},
        {"within": "abc"},
        {"page": "999999"},
        {"page": "-3"},
        {"kind": "no-such-kind"},
        {"check": "no-such-check", "language": "Klingon", "day": "xyz", "sort": "random", "utm_source": "x"},
        {"q": "help " * 1000},
        {"q": '"; DROP TABLE listing; -- OR 1=1 NEAR/2 *:*'},
        {"q": "\x00gardening\x00", "postcode": "TA1\x00 1AA"},
        {"q": "🌻 עברית \u202e"},
        {"price_from": "-5", "price_to": "9" * 40},
        {"postcode": "x" * 5000},
        {"postcode": "<script>alert(1)</script>"},
    ],
)
def test_odd_addresses_give_a_page_and_not_an_error(client, indexed, asked):
    response = search(client, **asked)
    assert response.status_code == 200
    page = response.content.decode()
    assert page.count("<h1") == 1
    assert "<script>alert" not in page


def test_unknown_values_are_left_out_rather_than_finding_nothing(client, indexed):
    assert len(cards(search(client, kind="no-such-kind", language="Klingon", check="palm-reading"))) == 2


def test_a_page_past_the_end_shows_the_last(client, indexed):
    assert len(cards(search(client, page="999999"))) == 2


def test_the_number_of_queries_does_not_grow_with_the_rows(client_of, cast, indexed):
    client = client_of(cast.ken)
    counts = []
    for _round in range(2):
        search(client)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            response = search(client)
        counts.append(len(asked))
        for number in range(9):
            provider = make_provider(cast.council["quantock"], name=f"Provider {number}")
            make_offer(make_listing(provider, title=f"Help {_round} {number}", categories=(make_category(),)))
        deliver()
    assert counts[0] == counts[1] <= 12
    assert len(cards(response)) == PAGE_SIZE


def test_a_full_page_weighs_less_than_30_kb(client, cast, indexed):
    for number in range(12):
        provider = make_provider(cast.council["quantock"], name=f"Provider {number} with a rather long name")
        kinds = tuple(make_category(f"kind-{each}", f"A kind of help {each}") for each in range(9))
        words = {"summary": "Two pairs of hands for the bigger tidy, and time for tea. " * 4, "who": "Dot and Hazel"}
        listing = make_listing(
            provider, title=f"Help at home and in the garden, number {number}", categories=kinds, **words
        )
        make_offer(listing, group_price_pence=2400, group_least=2, group_most=4)
    deliver()
    response = search(client, q="hands tidy", way="comes", day="tue", pay="dp")
    assert len(cards(response)) == PAGE_SIZE
    assert len(response.content) < 30_000


def test_strangers_get_no_cookie_and_the_page_may_be_kept(client, indexed):
    response = search(client)
    assert not response.cookies
    assert "no-store" not in response.headers.get("Cache-Control", "")


def test_a_missing_index_answers_from_the_database_and_says_so(client, gardener, settings, tmp_path):
    settings.SEARCH_DB = str(tmp_path / "none.sqlite3")
    response = search(client, q="gardening")
    assert cards(response) == ["Sam Orchard, gardens and odd jobs"]
    assert "being put in order" in response.content.decode()


def test_a_broken_index_answers_and_heals_with_the_next_change(client, indexed, gardener, settings):
    from pathlib import Path

    Path(settings.SEARCH_DB).resolve().write_bytes(b"this is no database" * 400)
    assert "being put in order" in search(client, q="gardening").content.decode()
    listings.public_change(gardener)
    deliver()
    page = search(client, q="gardening").content.decode()
    assert "being put in order" not in page
    assert "Sam Orchard" in page


def test_the_address_says_the_whole_question():
    from django.http import QueryDict

    address = (
        "q=lawn+and+hedge&postcode=TA1+1AA&within=10&kind=gardening&kind=meals&way=there&day=tue&price_from=5"
        "&price_to=20.50&pay=dp&check=insurance&language=Welsh&venue=step_free&doer=women&sort=price&page=2"
    )
    query = SearchQuery.from_url(QueryDict(address))
    again = SearchQuery.from_url(QueryDict(query.url().partition("?")[2]))
    assert query == again
    assert query.price_to == 2050
    assert "kind=meals" not in query.without("kind", "meals").url()
    assert query.without("kind", "meals").page == 1


def test_what_was_checked_is_kept_as_facts_and_said_in_the_readers_language():
    """One index serves readers of English and Welsh."""
    facts = {"council": "Quantock Council", "checked": [2, "2026-03-03"]}
    english = presentation.card_words(facts)
    assert english["seen_line"] == "2 checks by Quantock Council, the latest on 3 March 2026"
    with translation.override("cy"):
        welsh = presentation.card_words(facts)
    assert "Quantock Council" in welsh["seen_line"]
    assert welsh["seen_line"] != english["seen_line"]
    assert presentation.card_words({"council": "Quantock Council", "checked": [0, ""]})["seen_waiting"] is True


def test_how_results_are_ordered_is_told_with_the_figures_that_hold(client):
    """A page of promises: whoever changes a rule changes it."""
    page = client.get("/search/order/").content.decode()
    third = USUAL_DISTANCE * rules.SCALE
    assert f"When you look within {USUAL_DISTANCE} miles, somebody {third:.1f} miles away" in page
    assert 0.28 < rules.nearness(third, USUAL_DISTANCE) < 0.36, "about a third"
    assert f"After {rules.FRESH_DAYS} days" in page
    assert f"after {rules.OLD_DAYS} days half as much" in page
    assert rules.freshness(rules.FRESH_DAYS) == 1
    assert rules.freshness(rules.OLD_DAYS) == 0.5
    said = {
        "title": "the title",
        "kinds_words": "the kind of help",
        "offers": "the price list",
        "summary": "the summary",
        "provider": "the provider’s name",
        "about": "the long description",
    }
    told = sorted(WORDS, key=lambda field: page.index(said[field]))
    assert told == sorted(WORDS, key=lambda field: -WORDS[field])
