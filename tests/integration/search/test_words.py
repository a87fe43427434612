"""Words in the whole site: rules that curators publish, typed filters, slips, and counts of searches in vain."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.core import outbox, pagecache
from marketplace.core.audit import CLOCKWORK
from marketplace.core.models import AuditEntry
from search import services
from search.models import MissedWords, Outcome, SearchTally, WordRule
from search.query import SearchQuery
from search.words import missed, selectors, typed
from search.words.seeding import seed_of
from tests.factories.listings import make_listing

pytestmark = pytest.mark.django_db
RULE = "bit of green, gardening"


def cards(response) -> list[str]:
    return re.findall(r'class="hb-card__name"><a href="[^"]*">([^<]*)', response.content.decode())


def find(client, q: str, **asked):
    return client.get("/search/", {"q": q, **asked})


@pytest.fixture
def publish(client_of, django_capture_on_commit_callbacks):
    """Publishes a rule on a page of rules, as a curator does, and delivers what follows from it."""

    def sent(curator, text: str, page: str = "/staff/words/quantock/") -> None:
        with django_capture_on_commit_callbacks(execute=True):
            response = client_of(curator).post(page, {"text": text})
        assert response.status_code == 302, response.content.decode()

    return sent


def test_every_rule_of_the_file_is_a_row_and_loading_again_keeps_what_curators_did(db):
    assert WordRule.objects.filter(council=None).count() >= 300
    changed, off = WordRule.objects.filter(council=None)[:2]
    WordRule.objects.filter(pk=changed.pk).update(text="quite other, words")
    WordRule.objects.filter(pk=off.pk).update(active=False)
    assert services.rules_seed(by=CLOCKWORK, now=timezone.now()) == (0, 0)
    changed.refresh_from_db()
    off.refresh_from_db()
    assert (changed.text, off.active) == ("quite other, words", False)


def test_a_rule_that_left_the_file_is_switched_off_unless_a_curator_made_it_their_own(db):
    """An upgrade that takes back a harmful rule takes it back everywhere; a curator's own wording is theirs."""
    mended, kept, bare = WordRule.objects.filter(council=None, active=True).exclude(reason="")[:3]
    for row, text in ((mended, "wine => addiction"), (kept, "pills => addiction")):
        row.text, row.seed = text, seed_of(text)
    kept.text = "pills => pharmacy"
    bare.reason = ""
    WordRule.objects.bulk_update([mended, kept, bare], ["text", "seed", "reason"])
    assert services.rules_seed(by=CLOCKWORK, now=timezone.now()) == (2, 1)  # the lines of the first two come back
    for row in (mended, kept, bare):
        row.refresh_from_db()
    assert (mended.active, kept.active, bare.active) == (False, True, True)
    assert bare.reason


def test_a_published_rule_is_live_at_the_next_search_without_reindexing(client, cast, indexed, publish):
    assert cards(find(client, "bit of green", postcode="TA1 1AA")) == []
    publish(cast.moira, RULE)
    assert cards(find(client, "bit of green", postcode="TA1 1AA")) == ["Sam Orchard, gardens and odd jobs"]
    assert AuditEntry.objects.filter(action="search.rule.publish", by_id=cast.moira.pk).exists()
    assert outbox.pending("search.words_published")


def test_a_councils_rule_holds_in_its_own_area_alone(client, cast, indexed):
    services.rules_publish(
        rules=[selectors.parse(RULE)], council=cast.council["wharfe"], by=CLOCKWORK, now=timezone.now()
    )
    selectors.forget()
    assert cards(find(client, "bit of green", postcode="TA1 1AA")) == []


def test_the_national_curators_rule_holds_in_every_council(client, cast, indexed, publish):
    assert cards(find(client, "bit of green", postcode="TA1 1AA")) == []
    publish(cast.olwen, RULE, "/operator/words/")
    assert WordRule.objects.get(text=RULE).council is None
    assert cards(find(client, "bit of green", postcode="TA1 1AA")) == ["Sam Orchard, gardens and odd jobs"]
    selectors.forget()
    for council in cast.council.values():
        assert "bit of green" in selectors.rulebook(council.pk).phrases, council


def test_a_need_phrase_that_a_curator_publishes_leads_to_its_kind(client, cast, indexed, publish):
    said = "it swallowed the bins again"
    assert cards(find(client, said, postcode="TA1 1AA")) == []
    publish(cast.moira, f"need: {said} => kind:gardening")
    assert cards(find(client, said, postcode="TA1 1AA")) == ["Sam Orchard, gardens and odd jobs"]


def test_trying_a_rule_shows_before_and_after_and_publishes_nothing(client, cast, client_of, indexed):
    sent = {"text": RULE, "q": "bit of green", "try": "1"}
    page = client_of(cast.moira).post("/staff/words/quantock/", sent).content.decode()
    before, after = page.split("<h3>After</h3>")
    assert "Sam Orchard, gardens and odd jobs" in after
    assert "Sam Orchard, gardens and odd jobs" not in before
    assert not WordRule.objects.filter(text__contains="bit of green").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("elderly care, care\nhome help", "Line 2"),
        ("the, of", "match everything"),
        ("zork => blat\nblat => zork", "circle"),
        ("a => b => c", "one arrow"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_at_the_form_and_nothing_changes(cast, client_of, indexed, text, said):
    many = WordRule.objects.count()
    response = client_of(cast.moira).post("/staff/words/quantock/", {"text": text})
    assert response.status_code == 200
    assert said in response.content.decode()
    assert WordRule.objects.count() == many


def test_the_same_rule_twice_is_said_and_not_kept(cast, client_of):
    moira = client_of(cast.moira)
    assert moira.post("/staff/words/quantock/", {"text": RULE}).status_code == 302
    assert "already" in moira.post("/staff/words/quantock/", {"text": RULE}).content.decode()
    assert WordRule.objects.filter(text=RULE).count() == 1


def test_a_rule_is_changed_and_switched_off_by_its_own_council_alone(cast, client_of):
    moira, bea = client_of(cast.moira), client_of(cast.bea)
    moira.post("/staff/words/quantock/", {"text": RULE})
    row = WordRule.objects.get(text=RULE)
    assert bea.post(f"/staff/words/rule/{row.pk}/", {"text": "x y, z z"}).status_code == 404
    assert bea.post(f"/staff/words/rule/{row.pk}/off/").status_code == 404
    assert moira.post(f"/staff/words/rule/{row.pk}/", {"text": "patch of green, gardening"}).status_code == 302
    assert moira.post(f"/staff/words/rule/{row.pk}/off/").status_code == 302
    row.refresh_from_db()
    assert (row.text, row.active) == ("patch of green, gardening", False)


def test_a_place_among_the_words_becomes_a_tag_that_can_be_removed(client, indexed):
    page = find(client, "gardening TA1 1AA")
    body = page.content.decode()
    assert cards(page) == ["Sam Orchard, gardens and odd jobs"]
    assert "We took “TA1 1AA” to narrow the list." in body
    assert 'class="hb-tag" href="/search/?q=gardening"' in body
    assert "/search/?q=gardening+TA1+1AA&amp;exact=1" in body


def test_free_at_the_weekend_in_taunton_are_filters_and_nothing_is_silent(client, indexed):
    body = find(client, "free lunch on tuesdays in Taunton").content.decode()
    assert "Ruth’s Tuesday lunch" in body
    for tag in ("Near Taunton, Somerset", "Tuesday", "Free"):
        assert re.search(rf"hb-tag[^>]*>.*?</span>{tag}</span>", body), tag


def test_exactly_these_words_are_taken_as_they_stand(client, indexed):
    body = find(client, "free gardening", exact="1", postcode="TA1 1AA").content.decode()
    assert "We looked for exactly these words." in body
    assert "hb-tag" not in body


def test_a_slip_is_put_right_and_said(client, indexed):
    page = find(client, "gardning", postcode="TA1 1AA")
    assert cards(page) == ["Sam Orchard, gardens and odd jobs"]
    assert "We looked for “gardening” instead of “gardning”." in page.content.decode()


def test_an_e_mail_address_is_neither_searched_for_nor_kept(client, indexed):
    body = find(client, "zxqwv joan@example.com").content.decode()
    assert "joan@example.com" not in body
    assert not MissedWords.objects.filter(words__contains="@").exists()


def test_searches_in_vain_are_counted_by_week_and_area_and_shown_from_five_on(client, cast, client_of, indexed):
    for _time in range(missed.FEWEST_SHOWN - 1):
        find(client, "xylophone", postcode="TA1 1AA")
        pagecache.forget_all()  # a minute later
    moira = client_of(cast.moira)
    desk = "/staff/words/quantock/"
    assert "xylophone" not in moira.get(desk).content.decode()
    find(moira, "xylophone", postcode="TA1 1AA")
    assert "xylophone" in moira.get(desk).content.decode()
    assert "xylophone" not in client_of(cast.bea).get("/staff/words/wharfe/").content.decode()
    tally = SearchTally.objects.get(outcome=Outcome.NOTHING)
    assert (tally.many, tally.week.weekday()) == (missed.FEWEST_SHOWN, 0)


def test_words_are_forgotten_after_thirty_days_and_counts_stay(client, indexed):
    find(client, "xylophone", postcode="TA1 1AA")
    today = timezone.localdate()
    assert missed.words_forget(today=today) == 0
    assert missed.words_forget(today=today + timedelta(days=31)) == 1
    assert SearchTally.objects.filter(outcome=Outcome.NOTHING).exists()


def test_what_was_opened_from_results_is_told_by_where_it_was_reached_from(client, indexed, gardener):
    client.get(gardener.page.url, headers={"referer": "http://testserver/search/?q=gardening&postcode=TA1+1AA"})
    client.get(gardener.page.url + "?x=1", headers={"referer": "http://elsewhere.example/search/?q=gardening"})
    missed.write_down()
    assert [tally.many for tally in SearchTally.objects.filter(outcome=Outcome.OPENED)] == [1]


@pytest.mark.parametrize("asked", ["q=gardener&postcode=TA1+1AA", "q=gardener+in+Taunton", "q=mow+the+lawn+TA1+1AA"])
def test_what_was_opened_is_counted_where_its_search_was(client, indexed, gardener, asked):
    """Under the same place and kind; else it could not be taken from those of which nothing was opened."""
    client.get(f"/search/?{asked}")
    client.get(gardener.page.url, headers={"referer": f"http://testserver/search/?{asked}"})
    missed.write_down()
    ended = {tally.outcome: (tally.la_code, tally.kind) for tally in SearchTally.objects.all()}
    assert ended[Outcome.OPENED] == ended[Outcome.SHOWN]
    assert ended[Outcome.OPENED][1] == "gardening"


def test_only_curators_see_why(client, cast, client_of, indexed):
    asked = {"q": "gardening", "postcode": "TA1 1AA", "why": ""}
    assert "Why in this order" in client_of(cast.moira).get("/search/", asked).content.decode()
    for stranger in (client, client_of(cast.ken), client_of(cast.theo)):
        assert "Why in this order" not in stranger.get("/search/", asked).content.decode()


def test_what_people_say_places_and_names_are_offered_while_somebody_types(client, indexed):
    def offered(q: str) -> str:
        return client.get("/search/suggest/", {"q": q}).content.decode()

    assert 'value="home help"' in offered("home he")
    assert 'value="gardener in Taunton, Somerset"' in offered("gardener in Taun")
    assert "Sam Orchard, gardens and odd jobs" in offered("Sam Or")
    assert 'value="Gardening"' in offered("garde")


def test_curators_reach_the_words_from_the_admin_and_each_lands_at_their_own_rules(cast, client_of, indexed):
    moira = client_of(cast.moira)
    admin = moira.get("/admin/").content.decode()
    assert "/staff/words/" in admin
    assert "Teach the search what people call things" in admin
    assert moira.get("/staff/words/mine/")["Location"] == "/staff/words/quantock/"
    assert client_of(cast.bea).get("/staff/words/mine/")["Location"] == "/staff/words/wharfe/"
    assert client_of(cast.theo).get("/staff/words/mine/").status_code == 404
    assert "Teach the search" not in client_of(cast.theo).get("/admin/").content.decode()


def test_searches_in_vain_are_told_by_kind_place_and_week_and_fewer_than_five_never(cast, client_of, indexed):
    """Numbers below five could tell who asked."""
    area = cast.council["quantock"].area_codes[0]
    week = missed.monday(timezone.localdate())
    for kind, outcome, many in (
        ("gardening", Outcome.NOTHING, 6),
        ("gardening", Outcome.SHOWN, 12),
        ("gardening", Outcome.OPENED, 9),
        ("meals", Outcome.NOTHING, 4),
    ):
        SearchTally.objects.create(week=week, la_code=area, kind=kind, outcome=outcome, many=many)
    (ended,) = missed.searches_ended(cast.council["quantock"], today=timezone.localdate())
    assert (ended.kind, ended.searches, ended.nothing, ended.unopened) == ("gardening", 18, 6, None)
    page = client_of(cast.moira).get("/staff/words/quantock/missed/").content.decode()
    assert "Fewer than 5" in page
    assert "meals" not in page.lower().split("<main")[1].split("</main")[0]
    assert missed.searches_ended(cast.council["wharfe"], today=timezone.localdate()) == []
    assert client_of(cast.bea).get("/staff/words/quantock/missed/").status_code == 404


def test_a_number_that_is_hidden_cannot_be_worked_out_from_the_others(cast, client_of, indexed):
    """18 searches of which 16 opened nothing would say that two found nobody."""
    area, week = cast.council["quantock"].area_codes[0], missed.monday(timezone.localdate())
    for outcome, many in ((Outcome.NOTHING, 2), (Outcome.SHOWN, 16)):
        SearchTally.objects.create(week=week, la_code=area, kind="gardening", outcome=outcome, many=many)
    (ended,) = missed.searches_ended(cast.council["quantock"], today=timezone.localdate())
    assert (ended.searches, ended.nothing, ended.unopened) == (18, None, None)
    page = client_of(cast.moira).get("/staff/words/quantock/missed/").content.decode()
    assert "Not shown" in page


def test_words_in_vain_lead_to_a_rule_that_is_half_written(cast, client_of, indexed):
    moira = client_of(cast.moira)
    MissedWords.objects.create(words="bit of a sit", week=missed.monday(timezone.localdate()), many=7)
    page = moira.get("/staff/words/quantock/").content.decode()
    assert "/staff/words/quantock/?for=bit%20of%20a%20sit#add" in page
    half = moira.get("/staff/words/quantock/", {"for": "bit of a sit <b>"}).content.decode()
    assert "need: bit of a sit b =&gt; " in half


def test_a_word_that_is_no_slip_is_asked_about_and_never_taken_for_another(client, gardener):
    """ "Rumbling" is a word, so it is looked for as it stands; it finds nobody, and "rambling" would."""
    make_listing(gardener.provider, title="A rambling afternoon")
    services.index_rebuild()
    selectors.forget()
    page = find(client, "rumbling", postcode="TA1 1AA")
    assert cards(page) == []
    body = page.content.decode()
    assert "We looked for rambling" not in body
    assert re.search(r'<a href="/search/\?q=rambling&amp;postcode=TA1\+1AA">Did you mean “rambling”\?</a>', body)
    assert "Did you mean" not in find(client, "rambling", postcode="TA1 1AA").content.decode()


def test_when_few_have_all_the_words_it_is_said_and_a_better_spelling_is_still_offered(client, gardener):
    for title in ("A kettle of marble", "Marble", "More marble"):
        make_listing(gardener.provider, title=title)
    services.index_rebuild()
    selectors.forget()
    page = find(client, "kettle marble", postcode="TA1 1AA")
    assert cards(page)[0] == "A kettle of marble"
    assert sorted(cards(page)[1:]) == ["Marble", "More marble"]
    assert "One of these has all of those words. The others have some of them." in page.content.decode()
    assert "<h1>3 people and groups may be able to help</h1>" in page.content.decode()
    assert "can help with “marble”" in find(client, "marble").content.decode()
    slip = find(client, "settle marble", postcode="TA1 1AA").content.decode()
    assert "Nobody near you has all of those words. These have some of them." in slip
    assert "Did you mean “kettle marble”?" in slip
    assert "Did you mean" not in find(client, "settle zebra", postcode="TA1 1AA").content.decode()


def test_a_language_among_the_words_is_a_filter_where_somebody_speaks_it(client, indexed):
    """Languages that nobody speaks stay words, so that nothing is narrowed to nobody in silence."""
    query, found = typed.read(SearchQuery(q="cleaner who speaks polish"), ("English", "Polish"))
    assert (query.q, query.language, [each.said for each in found]) == ("cleaner", ("Polish",), ["who speaks polish"])
    query, found = typed.read(SearchQuery(q="carer who uses BSL"), ("British Sign Language",))
    assert (query.q, query.language) == ("carer", ("British Sign Language",))
    assert typed.read(SearchQuery(q="welsh cakes"), ("Welsh",))[1] == ()
    assert typed.read(SearchQuery(q="speaks polish"), ("English",))[1] == ()
