"""What people type besides what they need: who should come, "near me", their own e-mail address."""

import logging
import re

import pytest

from marketplace.core.geo import places
from providers.listings import services as listings
from providers.listings.models import Listing, ListingPage
from search import services
from search.models import MissedWords
from tests.factories.listings import make_category, make_listing, make_offer, make_provider

from .test_words import cards, find

pytestmark = pytest.mark.django_db
ADDRESS = "joan.bright@example.com"


def tags(response) -> dict[str, str]:
    """The address without each filter, by its words."""
    found = re.findall(r'class="hb-tag" href="([^"]*)".*?</span>([^<]*)</span>', response.content.decode())
    return {words: href.replace("&amp;", "&") for href, words in found}


@pytest.fixture
def carers(cast) -> None:
    """Three who help somebody to wash: a woman, a man, and one who does not say."""
    kind = make_category("personal-care", "Personal care", "hand")
    for name, done_by in (("Maureen", ["women"]), ("Derek", ["men"]), ("Lesley", [])):
        provider = make_provider(cast.council["quantock"], name=name)
        listing = make_listing(provider, title=f"{name}, a carer", about="Carer.", categories=(kind,), done_by=done_by)
        make_offer(listing)
    services.index_rebuild()


@pytest.mark.parametrize(
    ("typed", "tag", "found"),
    [
        ("female carer", "Done by a woman", "Maureen, a carer"),
        ("male carer", "Done by a man", "Derek, a carer"),
        ("carer who is a woman", "Done by a woman", "Maureen, a carer"),
    ],
)
def test_who_should_come_is_a_filter_that_can_be_taken_away(client, carers, typed, tag, found):
    page = find(client, typed, postcode="TA1 1AA")
    assert cards(page) == [found]
    assert tag in tags(page)
    assert sum("a carer" in name for name in cards(client.get(tags(page)[tag]))) == 3


def test_the_filters_say_how_many_women_and_men_there_are(client, carers):
    body = find(client, "carer", postcode="TA1 1AA").content.decode()
    assert "Who does the work" in body
    assert len(cards(find(client, "carer", postcode="TA1 1AA", doer=["women", "men"]))) == 2


def words_of(listing: Listing) -> ListingPage:
    return listings.draft_of(Listing.objects.get(pk=listing.pk))


def test_a_provider_says_who_does_the_work_or_leaves_it(cast, client_of):
    """Nobody has to say, and the page says only what was said."""
    listing = make_listing(make_provider(cast.council["quantock"], cast.sam), live=False)
    sam = client_of(cast.sam)
    question = f"/provider/listings/{listing.public_id}/questions/doers/"
    assert "You do not have to say" in sam.get(question).content.decode()
    assert sam.post(question, {"done_by": ["women", "men"]}).status_code == 302
    assert sorted(words_of(listing).done_by) == ["men", "women"]
    assert sam.post(question, {"done_by": ["robots"]}).status_code == 200
    assert sam.post(question, {}).status_code == 302
    assert words_of(listing).done_by == []


def test_a_live_page_says_who_does_the_work(client, carers, cast):
    said = client.get(ListingPage.objects.get(title="Maureen, a carer").url).content.decode()
    assert re.search(r"Who does the work</dt>\s*<dd[^>]*>\s*Women", said)
    silent = client.get(ListingPage.objects.get(title="Lesley, a carer").url).content.decode()
    assert "Who does the work" not in silent


def test_near_me_with_a_place_puts_the_nearest_first_and_says_so(client, indexed):
    page = find(client, "gardening near me", postcode="TA1 1AA")
    assert cards(page) == ["Sam Orchard, gardens and odd jobs"]
    assert "Nearest first" in tags(page)
    assert "We took “near me” to narrow the list." in page.content.decode()


def test_near_me_without_a_place_asks_where_that_is_and_still_finds(client, indexed):
    page = find(client, "gardening near me")
    assert cards(page) == ["Sam Orchard, gardens and odd jobs"]
    assert tags(page) == {}
    assert "To see who is near you, add your postcode or town." in page.content.decode()
    assert "add your postcode" not in find(client, "gardening").content.decode()


@pytest.mark.parametrize("exact", ["", "1"])
def test_an_e_mail_address_is_left_out_said_to_be_and_in_no_log(client, indexed, caplog, exact):
    """Whatever is logged, at whatever level: of the page with somebody on it and of the one with nobody."""
    logging.getLogger("django.request").propagate = True
    with caplog.at_level(logging.DEBUG):
        for words in ("gardening", "zxqwv"):
            body = find(client, f"{words} {ADDRESS}", postcode="TA1 1AA", exact=exact).content.decode()
            assert "We left out an e-mail address." in body
            assert ADDRESS not in body
        client.get("/search/suggest/", {"q": f"gard {ADDRESS}"})
    said = " ".join([*(record.getMessage() for record in caplog.records), caplog.text])
    assert "joan.bright" not in said
    assert not MissedWords.objects.filter(words__contains="joan").exists()
    assert "We left out" not in find(client, "gardening", postcode="TA1 1AA").content.decode()


@pytest.mark.parametrize(
    ("typed", "said", "offered", "words"),
    [
        ("gardens near tauton", "could not find a place called tauton", ["Taunton, Somerset"], "gardens"),
        ("gardens in Bridgewater please", "a place called Bridgewater", ["Bridgwater, Somerset"], "gardens please"),
        (
            "gardens around newport",
            "more than one place called Newport",
            ["Newport, Wales", "Newport, Essex"],
            "gardens",
        ),
        ("gardens in Somerset", "Somerset is too large", ["Taunton, Somerset", "Bath, Somerset"], "gardens"),
    ],
)
def test_a_place_that_is_misspelt_or_not_one_place_is_asked_about(client, indexed, typed, said, offered, words):
    """Never taken in silence: what is offered asks for the other words there."""
    body = find(client, typed).content.decode()
    assert said in body
    ways = dict(re.findall(r'<li><a href="(/search/\?[^"]+)">([^<]+)</a>', body))
    names = {label: address.replace("&amp;", "&") for address, label in ways.items()}
    assert set(offered) <= set(names)
    assert len(names) <= 4
    there = client.get(names[offered[0]])
    assert there.context["query"].q == words
    assert there.context["query"].at.label == offered[0]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("gardens in Taunton", {}),  # known, and a filter already
        ("gardens near me", {}),
        ("help in hospital", {}),
        ("classes in boccia", {}),
        ("gardens near tauton", {"postcode": "TA1 1AA"}),
        ("gardens near tauton", {"exact": "1"}),
    ],
)
def test_nobody_is_asked_about_a_place_that_they_did_not_name_or_that_is_clear(client, indexed, typed, asked):
    body = find(client, typed, **asked).content.decode()
    assert "could not find a place" not in body
    assert "more than one place" not in body


def test_a_sentence_full_of_places_that_nobody_knows_is_a_page(client, indexed, monkeypatch):
    looked, guess = [], places._perhaps  # the part that takes time
    monkeypatch.setattr(places, "_perhaps", lambda words: looked.append(words) or guess(words))
    assert find(client, "in zqx " * 28).status_code == 200
    assert len(looked) < 20


def test_a_town_late_in_a_long_sentence_is_still_a_filter(client, indexed):
    page = find(client, "somebody for gardens of mum of 80 in the hall at the end of the lane in Taunton please")
    assert page.context["query"].at.label == "Taunton, Somerset"
