"""From what a group wants to a group, page by page: nobody reads an offer early, no provider reads another's."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.core.audit import DELEGATE, Actor
from payments.pools import jobs
from payments.pools.models import Brief, BriefMember, Pool, Tender
from payments.pools.services import briefs, voting
from payments.pools.services.asked import may_offer
from payments.pools.states import BriefState, PoolState
from tests.factories.listings import make_category, make_listing, make_provider
from tests.factories.pools import by_self
from tests.integration.pools.group import offers_are_over, vote_is_over

pytestmark = pytest.mark.django_db
WANT = {
    "name": "A walking group on Tuesdays",
    "words": "Six Tuesdays, an hour, not too fast.",
    "kind": "",
    "postcode": "TA1 1AA",
    "heads": "4",
    "token": "one",
}


@pytest.fixture
def written(client_of, cast, group):
    """Ken has written it down, and Joan has joined by the link."""
    client_of(cast.ken).post(reverse("pools:want"), WANT)
    brief = Brief.objects.get()
    client_of(cast.joan).post(reverse("pools:brief_come", args=[briefs.link_code(brief)]))
    return brief


def page(client, name: str, brief: Brief, **typed):
    url = reverse(name, args=[brief.public_id])
    return client.post(url, typed, follow=True) if typed else client.get(url)


def words_of(client, name: str, brief: Brief) -> str:
    return page(client, name, brief).content.decode()


def test_written_asked_offered_chosen_and_the_winner_becomes_the_group(
    client_of, cast, group, asha, written, deliver, mailoutbox
):
    ken, joan, sam, hills = (client_of(each) for each in (cast.ken, cast.joan, cast.sam, cast.asha))
    page(ken, "pools:brief_ask", written, offers="7", votes="7")
    deliver()
    asked = {letter.to[0] for letter in mailoutbox if "looks for somebody" in letter.subject}
    assert {"sam@example.org", "asha@example.org"} <= asked
    assert "A walking group" in sam.get(reverse("provider_pools:pools")).content.decode()
    page(sam, "provider_pools:brief", written, offer=group.offer.public_id, total="90", words="Flat paths only.")
    page(hills, "provider_pools:brief", written, offer=asha.public_id, total="72", words="Hills with a view.")
    assert Tender.objects.count() == 2

    early = words_of(ken, "pools:brief", written)
    assert "2 offers have come" in early
    for secret in ("£90", "£72", "Flat paths", "Hills with"):
        assert secret not in early
    sams = words_of(sam, "provider_pools:brief", written)
    assert "£90" in sams
    assert "£72" not in sams
    assert "Hill" not in sams

    offers_are_over(written)
    shown = words_of(joan, "pools:brief", written)
    assert "£90" in shown
    assert "£72" in shown
    assert "£18" in shown, "each of four"
    assert "£72" not in words_of(sam, "provider_pools:brief", written)
    ids = {option.tender.total_pence: option.pk for option in written.decision.options.select_related("tender")}
    assert page(sam, "pools:brief_vote", written, **{f"rank-{ids[9000]}": "1"}).status_code == 404
    for client in (ken, joan):
        page(client, "pools:brief_vote", written, **{f"rank-{ids[7200]}": "1", f"rank-{ids[9000]}": "2"})
    vote_is_over(written)
    assert written.state == BriefState.DECIDED
    assert "You chose Hill Walkers" in words_of(joan, "pools:brief", written)
    minutes = words_of(joan, "pools:brief_minutes", written)
    assert "2 put Hill Walkers above Sam Orchard, 0 the other way round." in minutes
    lost = words_of(sam, "provider_pools:brief", written)
    assert "2 of 2 members put another offer above yours." in lost
    assert "£72" not in lost
    assert "The group chose you" in words_of(hills, "provider_pools:brief", written)
    pool = _settle(ken, written)
    assert (pool.provider, pool.state) == (asha.listing.provider, PoolState.DRAFT)
    assert pool.current.price.total_pence == 7200
    assert list(pool.invitations.values_list("person", flat=True)) == [cast.joan.pk]
    assert not group.record("payment_intent"), "nothing is taken by asking, offering or voting"


def _settle(client, brief: Brief) -> Pool:
    """Every question, with good answers."""
    day, last = timezone.now() + timedelta(days=30), timezone.now() + timedelta(days=6)
    given = {
        "name": {"name": "Tuesday walkers"},
        "place": {"place": "Vivary Park"},
        "dates": {**boxes(day), "at": "2.30pm", "every": "7", "times": "6"},
        "people": {"least": "3", "most": "4"},
        "deadline": {**boxes(last), "at": "6pm"},
        "open": {"visibility": "invite"},
    }
    for step, typed in given.items():
        answer = client.post(reverse("pools:brief_group_step", args=[brief.public_id, step]), typed)
        assert answer.status_code == 302, (step, answer.context["form"].errors)
    rules = client.get(reverse("pools:brief_group_step", args=[brief.public_id, "rules"])).context["form"]
    typed = {name: str(field.initial) for name, field in rules.fields.items()}
    client.post(reverse("pools:brief_group_step", args=[brief.public_id, "rules"]), typed)
    check = client.get(reverse("pools:brief_group", args=[brief.public_id]))
    assert "You will never pay more than £24" in check.content.decode()
    client.post(reverse("pools:brief_group", args=[brief.public_id]), {"token": check.context["form"]["token"].value()})
    brief.refresh_from_db()
    return brief.pool


def boxes(moment) -> dict[str, str]:
    return {"day_0": str(moment.day), "day_1": str(moment.month), "day_2": str(moment.year)}


def test_every_turn_has_a_letter_and_none_to_a_provider_tells_of_a_rival(
    cast, group, asha, written, deliver, mailoutbox
):
    briefs.brief_ask(brief=written, providers=[], by=by_self(cast.ken), now=group.at)
    for offer, keeper, pence in ((group.offer, cast.sam, 9000), (asha, cast.asha, 7200)):
        briefs.tender_make(
            brief=written, provider=offer.listing.provider, offer=offer, total_pence=pence, words="Yes.",
            by=by_self(keeper), now=group.at,
        )  # fmt: skip
    written.refresh_from_db()
    jobs.look_round(written.offers_by)
    options = list(written.decision.options.order_by("-tender__total_pence"))
    voting.ballot_cast(
        decision=written.decision, person=cast.joan, ranking=options[1:], by=by_self(cast.joan), now=written.offers_by
    )
    jobs.look_round(written.vote_by)
    deliver()
    got = {(letter.to[0], letter.subject.split(":")[0]) for letter in mailoutbox}
    ken, joan, sam, hills = "ken@example.org", "joan@example.org", "sam@example.org", "asha@example.org"
    assert {
        (ken, "One more wants this too"),
        (sam, "A group near you looks for somebody"),
        (hills, "A group near you looks for somebody"),
        (ken, "An offer has come"),
        (joan, "Which offer do you like best? A walking group on Tuesdays"),
        (joan, "You chose Hill Walkers"),
        (hills, "The group chose you"),
        (sam, "The group chose somebody else"),
    } <= got
    to_sam = " ".join(letter.body for letter in mailoutbox if letter.to == [sam])
    assert "1 of 1 members put another offer above yours." in to_sam
    for secret in ("72", "Hill", "Ken", "Joan"):
        assert secret not in to_sam


def test_who_keeps_an_asked_provider_helps_nobody_to_read_or_vote(
    client_of, cast, group, asha, written, helping, deliver
):
    """Sam helps Joan, who is a member: through her he would read the rival's price and cast her ballot for himself."""
    as_joan, _held = helping(cast.sam, cast.joan)
    assert page(as_joan, "pools:brief", written).status_code == 200, "nobody is asked yet, so he is no rival"
    page(client_of(cast.ken), "pools:brief_ask", written, offers="7", votes="7")
    assert page(as_joan, "pools:brief", written).status_code == 404
    assert written.name not in as_joan.get(reverse("pools:mine")).content.decode()
    as_lee, _held = helping(cast.sam, cast.lee)
    link = reverse("pools:brief_come", args=[briefs.link_code(written)])
    assert as_lee.get(link).status_code == 404
    assert as_lee.post(link).status_code == 404
    with pytest.raises(briefs.NotAsked):
        briefs.brief_join(brief=written, person=cast.lee, by=Actor(cast.sam.pk, cast.lee.pk, DELEGATE), now=group.at)
    for offer, keeper, pence in ((group.offer, cast.sam, 9000), (asha, cast.asha, 7200)):
        briefs.tender_make(
            brief=written, provider=offer.listing.provider, offer=offer, total_pence=pence, words="Yes.",
            by=by_self(keeper), now=group.at,
        )  # fmt: skip
    offers_are_over(written)
    assert page(as_joan, "pools:brief", written).status_code == 404
    options = list(written.decision.options.order_by("-tender__total_pence"))
    vote = {f"rank-{options[0].pk}": "1"}
    assert page(as_joan, "pools:brief_vote", written, **vote).status_code == 404
    facts = {"decision": written.decision, "person": cast.joan, "ranking": options[:1], "now": timezone.now()}
    with pytest.raises(voting.NoVote):
        voting.ballot_cast(by=Actor(cast.sam.pk, cast.joan.pk, DELEGATE), **facts)
    assert not written.decision.ballots.exists()
    as_ken, _held = helping(cast.sam, cast.ken)
    for name in ("pools:brief_ask", "pools:brief_minutes", "pools:brief_group"):
        assert page(as_ken, name, written).status_code == 404
    priya, _held = helping(cast.priya, cast.joan)
    page(priya, "pools:brief_vote", written, **vote)
    assert written.decision.ballots.get().person == cast.joan, "a helper who sells nothing votes for her"
    vote_is_over(written)
    assert page(as_joan, "pools:brief_minutes", written).status_code == 404
    assert page(client_of(cast.joan), "pools:brief_minutes", written).status_code == 200


def test_a_link_that_went_too_far_is_made_anew_by_the_organiser_and_the_old_one_opens_nothing(client_of, cast, written):
    old = briefs.link_code(written)
    assert page(client_of(cast.joan), "pools:brief_new_link", written, go="on").status_code == 404
    shown = client_of(cast.ken).post(reverse("pools:brief_new_link", args=[written.public_id]), follow=True)
    written.refresh_from_db()
    new = reverse("pools:brief_come", args=[briefs.link_code(written)])
    assert new in shown.content.decode()
    lee = client_of(cast.lee)
    assert lee.get(reverse("pools:brief_come", args=[old])).status_code == 404
    assert lee.get(new).status_code == 200


def test_only_the_link_lets_anybody_in_and_only_until_the_vote(client_of, cast, written):
    lee = client_of(cast.lee)
    assert page(lee, "pools:brief", written).status_code == 404
    assert lee.get(reverse("pools:brief_come", args=[written.public_id])).status_code == 404
    link = reverse("pools:brief_come", args=[briefs.link_code(written)])
    assert "I want this too" in lee.get(link).content.decode()
    lee.post(link)
    assert BriefMember.objects.filter(brief=written, person=cast.lee).count() == 1
    briefs.brief_end(brief=written, by=by_self(cast.ken), now=written.made_at)
    ended = words_of(client_of(cast.ken), "pools:brief", written)
    assert "Nothing came of it" in ended
    assert "What happens next" not in ended
    late = client_of(cast.priya).post(link, follow=True)
    assert "Nobody can join any more" in late.content.decode()
    assert written.members.count() == 3


def test_who_wants_it_makes_no_offer_and_who_is_not_near_is_not_asked(client_of, cast, group, asha, written):
    """Asha joins as a member, so her co-operative is not asked; a provider of another council never is."""
    client_of(cast.asha).post(reverse("pools:brief_come", args=[briefs.link_code(written)]))
    far = make_provider(cast.council["wharfe"], cast.lee, name="Far Walkers")
    make_listing(far, "Far Walkers")
    page(client_of(cast.ken), "pools:brief_ask", written, offers="7", votes="3")
    assert page(client_of(cast.sam), "provider_pools:brief", written).status_code == 200
    assert page(client_of(cast.asha), "provider_pools:brief", written).status_code == 404
    assert page(client_of(cast.lee), "provider_pools:brief", written).status_code == 404


def test_only_who_does_that_kind_of_thing_is_asked(client_of, cast, group, asha, deliver, mailoutbox):
    """Ken wants gardening: Sam gardens; the walkers of the same town hear nothing and find no page."""
    gardening = make_category()
    for offer, kind in ((group.offer, gardening), (asha, make_category("walking", "Walking"))):
        offer.listing.page.categories.set([kind])
        offer.listing.page.save()
    client_of(cast.ken).post(reverse("pools:want"), WANT | {"kind": gardening.slug})
    brief = Brief.objects.get()
    assert brief.category == gardening
    client_of(cast.joan).post(reverse("pools:brief_come", args=[briefs.link_code(brief)]))
    page(client_of(cast.ken), "pools:brief_ask", brief, offers="7", votes="7")
    deliver()
    asked = {letter.to[0] for letter in mailoutbox if "looks for somebody" in letter.subject}
    assert asked == {"sam@example.org"}
    sam, hills = client_of(cast.sam), client_of(cast.asha)
    assert brief.name in sam.get(reverse("provider_pools:pools")).content.decode()
    assert brief.name not in hills.get(reverse("provider_pools:pools")).content.decode()
    assert page(sam, "provider_pools:brief", brief).status_code == 200
    assert page(hills, "provider_pools:brief", brief).status_code == 404
    brief.refresh_from_db()
    assert [may_offer(brief, each.listing.provider) for each in (group.offer, asha)] == [True, False]


def test_whoever_writes_asks_only_those_they_ticked(client_of, cast, group, asha, written):
    ken = client_of(cast.ken)
    sam = group.offer.listing.provider
    page(ken, "pools:brief_ask", written, offers="14", votes="3", providers=[asha.listing.provider.public_id])
    written.refresh_from_db()
    assert written.state == BriefState.ASKING
    assert not may_offer(written, sam)
    assert page(client_of(cast.sam), "provider_pools:brief", written).status_code == 404
    assert page(client_of(cast.asha), "provider_pools:brief", written).status_code == 200


def test_one_alone_asks_nobody_and_is_told_what_to_do(client_of, cast, group):
    ken = client_of(cast.ken)
    ken.post(reverse("pools:want"), WANT)
    brief = Brief.objects.get()
    shown = page(ken, "pools:brief_ask", brief, offers="7", votes="7").content.decode()
    assert "Nobody else has joined yet." in shown
    brief.refresh_from_db()
    assert brief.state == BriefState.WRITING


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Say in a few words what you want."),
        ({"heads": "1"}, "Type a whole number from 2 to 50."),
        ({"postcode": "SW1A 1AA"}, "No council of that area takes part here yet"),
        ({"words": "x" * 2001}, "Please use 2000 or fewer."),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_question_and_the_words_stay(client_of, cast, group, typed, said):
    answer = client_of(cast.ken).post(reverse("pools:want"), WANT | typed)
    assert said in answer.content.decode()
    assert "Six Tuesdays" in answer.content.decode() or "words" in typed
    assert not Brief.objects.exists()


def test_two_presses_write_it_once_and_nobody_has_more_than_five_open(client_of, cast, group):
    ken = client_of(cast.ken)
    for token in ("a", "a", "b", "c", "d", "e"):
        ken.post(reverse("pools:want"), WANT | {"token": token})
    assert Brief.objects.count() == 5
    assert "You have five of these already" in ken.post(reverse("pools:want"), WANT).content.decode()
    first = Brief.objects.earliest("pk")
    page(ken, "pools:brief_end", first, go="on")
    ken.post(reverse("pools:want"), WANT)
    assert Brief.objects.count() == 6


def test_an_offer_taken_back_is_not_voted_on_and_another_can_be_made(client_of, cast, group, asha, written):
    page(client_of(cast.ken), "pools:brief_ask", written, offers="7", votes="7")
    sam = client_of(cast.sam)
    typed = {"offer": group.offer.public_id, "words": "Flat paths."}
    page(sam, "provider_pools:brief", written, total="90", **typed)
    tender = Tender.objects.get()
    assert page(client_of(cast.asha), "provider_pools:brief_back", written, tender=tender.public_id).status_code == 404
    page(sam, "provider_pools:brief_back", written, tender=tender.public_id)
    page(sam, "provider_pools:brief", written, total="80", **typed)
    written.refresh_from_db()
    jobs.look_round(written.offers_by)
    assert [option.tender.total_pence for option in written.decision.options.all()] == [8000]


def test_when_the_organiser_is_erased_the_longest_standing_member_goes_on(cast, group, written):
    briefs.brief_forget(person=cast.ken, by=by_self(cast.ken), now=group.at)
    written.refresh_from_db()
    assert written.organiser == cast.joan
    briefs.brief_forget(person=cast.joan, by=by_self(cast.joan), now=group.at)
    written.refresh_from_db()
    assert (written.state, written.words, written.members.count()) == (BriefState.EMPTY, "", 0)
