"""Pages of groups: what each of the cast reads, and that every slip has its answer beside its field."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from payments.pools import services
from payments.pools.models import Pool, Visibility
from payments.pools.states import PledgeState, PoolState
from tests.factories.pools import by_self, join, make_group_offer, make_pool, tuesdays
from tests.integration.orders.conftest import account, deliver, listing, sam, store

__all__ = ["account", "deliver", "listing", "sam", "store"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def yoga(listing):
    return make_group_offer(listing)


@pytest.fixture
def group(yoga, cast):
    """Ken's group, open, three to six people, £60 each at most."""
    return make_pool(yoga, cast.ken)


def text_of(response) -> str:
    return response.content.decode()


def answer(client, offer, step: str, **typed):
    return client.post(reverse("pools:start_step", args=[offer.public_id, step]), typed)


def boxes(day) -> dict[str, int]:
    return {"day_0": day.day, "day_1": day.month, "day_2": day.year}


def settle(client, offer) -> None:
    """Every question answered well."""
    today = timezone.localdate()
    answer(client, offer, "name", name="Tuesday 🚶 walkers")
    answer(client, offer, "place", place="Spaxton village hall")
    answer(client, offer, "dates", **boxes(today + timedelta(days=30)), at="2.30pm", every="7", times="6")
    answer(client, offer, "people", least="3", most="6")
    answer(client, offer, "deadline", **boxes(today + timedelta(days=10)), at="6pm")
    page = client.get(reverse("pools:start_step", args=[offer.public_id, "rules"]))
    words = {field.name: str(field.value()) for field in page.context["form"]}
    assert set(words) == {"absence", "illness", "leaving", "replacement", "late", "refunds"}
    assert all(len(text) > 40 for text in words.values()), "good words stand there for who types nothing"
    answer(client, offer, "rules", **words)
    answer(client, offer, "open", visibility="area")


def test_ken_starts_a_group_and_opens_it_and_sam_is_asked(client_of, cast, yoga, mailoutbox, deliver):
    client = client_of(cast.ken)
    assert "A group pays £30 a session" in text_of(client.get(reverse("pools:start", args=[yoga.public_id])))
    settle(client, yoga)
    check = client.get(reverse("pools:start_check", args=[yoga.public_id]))
    assert "You will never pay more than £60.00" in text_of(check)
    client.post(reverse("pools:start_check", args=[yoga.public_id]), {"token": check.context["form"]["token"].value()})
    pool = Pool.objects.get()
    assert (pool.state, pool.organiser, pool.terms.total_pence) == (PoolState.DRAFT, cast.ken, 18000)
    rules = pool.current.house_rules
    assert set(rules) == {"absence", "illness", "leaving", "replacement", "late", "refunds"}
    assert rules["leaving"].startswith("Until the group is closed you can leave and pay nothing.")
    page = client.get(reverse("pools:pool", args=[pool.public_id]))
    assert "Open the group" in text_of(page)
    client.post(reverse("pools:open", args=[pool.public_id]))
    deliver()
    asked = [letter for letter in mailoutbox if cast.sam.email in letter.to]
    assert asked[-1].subject == "A group would like to come to you: Tuesday 🚶 walkers"
    assert f"/provider/pools/{pool.public_id}/" in asked[-1].body


def test_the_button_pressed_twice_starts_one_group(client_of, cast, yoga):
    client = client_of(cast.ken)
    settle(client, yoga)
    url = reverse("pools:start_check", args=[yoga.public_id])
    token = client.get(url).context["form"]["token"].value()
    client.post(url, {"token": token})
    client.post(url, {"token": token})
    assert Pool.objects.count() == 1


@pytest.mark.parametrize(
    ("step", "typed", "field", "words"),
    [
        ("name", {"name": " "}, "name", "Type a name for the group."),
        ("dates", {"day_0": 1, "day_1": 1, "day_2": 2020}, "day", "Type a day after today"),
        ("dates", {"at": "25.99"}, "at", "Type a time such as 2.30pm"),
        ("dates", {"times": "900"}, "times", "Type a whole number from 1 to 52."),
        ("people", {"least": "1", "most": "6"}, "least", "Type a whole number from 2 to 200."),
        ("people", {"least": "5", "most": "3"}, "most", "fewer places than people"),
        ("people", {"least": "3", "most": "60"}, "most", "Sam has room for 6 people."),
        ("deadline", {"day_0": 1, "day_1": 1, "day_2": 2020, "at": "6pm"}, "day", "That day is over."),
        ("deadline", {"day_0": 1, "day_1": 1, "day_2": 2098, "at": "6pm"}, "day", "That is too late."),
        ("rules", {"absence": ""}, "absence", "Write what you agree about this"),
        ("open", {"visibility": "world"}, "visibility", "Choose one of these."),
    ],
)
def test_every_slip_has_its_answer_beside_its_field(client_of, cast, yoga, step, typed, field, words):
    client = client_of(cast.ken)
    good = {"at": "2.30pm", "every": "7", "times": "6", **boxes(timezone.localdate() + timedelta(days=30))}
    answer(client, yoga, "dates", **good)
    response = answer(client, yoga, step, **(good | typed if step == "dates" else typed))
    assert response.status_code == 200
    assert any(words in error for error in response.context["form"].errors[field])


@pytest.mark.parametrize("at", ["1.30am"])
def test_an_hour_that_the_clocks_leave_out_or_tell_twice_is_refused(client_of, cast, yoga, at):
    """The last Sunday of March has no 1.30am, that of October has two."""
    client, found = client_of(cast.ken), 0
    day = timezone.localdate() + timedelta(days=1)
    for _ in range(365):
        if day.month in (3, 10) and day.weekday() == 6 and (day + timedelta(days=7)).month != day.month:
            response = answer(client, yoga, "dates", **boxes(day), at=at, every="7", times="1")
            assert response.context["form"].errors["at"] == ["The clocks change in that hour. Type another time."]
            found += 1
        day += timedelta(days=1)
    assert found == 2


@pytest.mark.parametrize("month", [3, 10])
def test_a_last_day_in_the_hour_in_which_the_clocks_change_is_refused(client_of, cast, yoga, month):
    client, day = client_of(cast.ken), timezone.localdate() + timedelta(days=2)
    while (day.month, day.weekday()) != (month, 6) or (day + timedelta(days=7)).month == month:
        day += timedelta(days=1)
    answer(client, yoga, "dates", **boxes(day + timedelta(days=40)), at="2.30pm", every="7", times="6")
    response = answer(client, yoga, "deadline", **boxes(day), at="1.30am")
    assert response.context["form"].errors == {"at": ["The clocks change in that hour. Type another time."]}
    assert answer(client, yoga, "deadline", **boxes(day), at="3.30am").status_code == 302


def test_members_see_first_names_and_neighbours_see_how_many_places(client_of, client, cast, yoga):
    group = make_pool(yoga, cast.ken, visibility=Visibility.AREA)
    join(group, cast.joan)
    member = text_of(client_of(cast.joan).get(reverse("pools:pool", args=[group.public_id])))
    assert "Joan" in member
    assert "not ready yet" in member
    stranger = text_of(client.get(reverse("pools:pool", args=[group.public_id])))
    assert "5 places left" in stranger
    assert "Joan" not in stranger
    assert "Ken" not in stranger
    assert "5 places left, " in text_of(client.get(reverse("pools:near")))


def test_a_group_by_invitation_is_found_by_its_link_and_not_without(client, client_of, cast, group):
    url = reverse("pools:pool", args=[group.public_id])
    assert client.get(url).status_code == 404
    assert text_of(client.get(reverse("pools:near"))).count(group.name) == 0
    link = group.invitations.get()
    page = client.get(reverse("pools:invitation", args=[link.public_id]), follow=True)
    assert "Ken asks whether you would like to join." in text_of(page)
    assert "You will never pay more than £60.00" in text_of(page)


def test_the_code_of_a_card_opens_the_group_however_it_is_typed(client, cast, group):
    card = services.invitation_card(pool=group, by=by_self(cast.ken), now=timezone.now())
    page = client.post(reverse("pools:code"), {"code": card.public_id.lower().replace("-", " ")}, follow=True)
    assert group.name in text_of(page)
    wrong = client.post(reverse("pools:code"), {"code": "BBBB-BBBB-BBBB"})
    assert "We do not know this code" in text_of(wrong)


def test_each_size_of_the_group_has_its_price_and_its_bar_and_the_most_stands_out(client, group):
    """£180 for three to six people. Somebody who reads one line reads what they pay at the very most."""
    link = reverse("pools:invitation", args=[group.invitations.get().public_id])
    page = text_of(client.get(link, follow=True))
    table = re.search(r"<table class=.hb-table hb-pooltable.*?</table>", page, re.DOTALL)[0]
    line = r"<tr(.*?)><th scope=.row.>(\d+) people.*?hb-bar__on. width=.(\d+).*?<td class=.n.>(£[\d.]+)</td></tr>"
    rows = [("is-worst" in kind, *shown) for kind, *shown in re.findall(line, table, re.DOTALL)]
    assert rows == [
        (True, "3", "100", "£60.00"),
        (False, "4", "75", "£45.00"),
        (False, "5", "60", "£36.00"),
        (False, "6", "50", "£30.00"),
    ]
    assert "the most you could pay" in table.partition("4 people")[0]
    assert re.search(r"<(strong|h2)[^>]*>[^<]*You will never pay more than £60.00", page)


def joined(client, group, most: str = "60") -> str:
    """From the house rules to the button; the address it leads to."""
    client.get(reverse("pools:invitation", args=[group.invitations.first().public_id]))
    client.post(reverse("pools:join", args=[group.public_id]), {"agree": "on"})
    client.post(reverse("pools:join_step", args=[group.public_id, "most"]), {"most": most})
    url = reverse("pools:join_check", args=[group.public_id])
    response = client.post(url, {"terms": "1", "begin_early": "on"})
    return response.get("Location", "") or text_of(response)


def test_joan_joins_by_the_link_and_is_led_to_save_a_card(client_of, cast, group):
    assert joined(client_of(cast.joan), group) == reverse("pools:card", args=[group.public_id])
    pledge = group.pledges.get()
    assert (pledge.person, pledge.state, pledge.maximum_pence) == (cast.joan, PledgeState.JOINING, 6000)


def test_a_maximum_below_the_worst_case_cannot_join(client_of, cast, group):
    client = client_of(cast.joan)
    client.get(reverse("pools:invitation", args=[group.invitations.first().public_id]))
    client.post(reverse("pools:join", args=[group.public_id]), {"agree": "on"})
    response = client.post(reverse("pools:join_step", args=[group.public_id, "most"]), {"most": "59.99"})
    assert "It can cost up to £60.00." in text_of(response)
    assert not group.pledges.exists()


def test_without_yes_to_the_rules_nobody_joins(client_of, cast, group):
    client = client_of(cast.joan)
    client.get(reverse("pools:invitation", args=[group.invitations.first().public_id]))
    response = client.post(reverse("pools:join", args=[group.public_id]), {})
    assert "Tick this if you agree." in text_of(response)


def test_terms_that_changed_while_reading_are_read_again(client_of, cast, group):
    client = client_of(cast.joan)
    client.get(reverse("pools:invitation", args=[group.invitations.first().public_id]))
    client.post(reverse("pools:join", args=[group.public_id]), {"agree": "on"})
    client.post(reverse("pools:join_step", args=[group.public_id, "most"]), {"most": "60"})
    now = timezone.now()
    from tests.factories.pools import make_plan

    services.pool_change(pool=group, plan=make_plan(now, starts=tuesdays(now, 5)), by=by_self(cast.ken), now=now)
    response = client.post(reverse("pools:join_check", args=[group.public_id]), {"terms": "1"})
    assert response.status_code == 302
    assert not group.pledges.exists()


def test_joan_leaves_and_pays_nothing(client_of, cast, group):
    join(group, cast.joan)
    client = client_of(cast.joan)
    url = reverse("pools:withdraw", args=[group.public_id])
    assert "You pay nothing." in text_of(client.get(url))
    client.post(url)
    assert group.pledges.get().state == PledgeState.WITHDRAWN


def test_five_hundred_addresses_at_once_are_refused_kindly(client_of, cast, group, mailoutbox):
    client, url = client_of(cast.ken), reverse("pools:invite", args=[group.public_id])
    many = client.post(url, {"emails": "\n".join(f"n{n}@example.org" for n in range(500))})
    assert "That is 500 addresses." in text_of(many) or "too much at once" in text_of(many)
    client.post(url, {"emails": "\n".join(f"n{n}@example.org" for n in range(30))})
    again = client.post(url, {"emails": "one.more@example.org"})
    assert "Try again in an hour" in text_of(again)
    assert "one.more@example.org" in text_of(again)
    assert group.invitations.filter(kind="email").count() == 30


def test_one_wrong_address_is_named_and_no_letter_goes(client_of, cast, group):
    url = reverse("pools:invite", args=[group.public_id])
    response = client_of(cast.ken).post(url, {"emails": "dilys@example.org\nnot an address"})
    assert "“not an address” is not an e-mail address." in text_of(response)
    assert not group.invitations.filter(kind="email").exists()


def test_sam_says_yes_or_no_to_a_group(client_of, cast, group):
    client, url = client_of(cast.sam), reverse("provider_pools:pool", args=[group.public_id])
    assert "Do the dates and the price suit you?" in text_of(client.get(url))
    client.post(reverse("provider_pools:agree", args=[group.public_id]))
    group.refresh_from_db()
    assert group.current.agreed_at is not None
    assert "Do the dates and the price suit you?" not in text_of(client.get(url))


def test_the_dates_come_as_a_calendar_without_names_or_money(client_of, client, cast, group):
    join(group, cast.joan)
    page = client_of(cast.joan).get(reverse("pools:calendar_page", args=[group.public_id]))
    feed = client.get(page.context["address"])
    assert feed["Content-Type"] == "text/calendar; charset=utf-8"
    body = text_of(feed)
    assert body.count("BEGIN:VEVENT") == 6
    assert "SUMMARY:Tuesday yoga" in body
    assert "Joan" not in body
    assert "£" not in body
    assert "STATUS:TENTATIVE" in body, "it does not go ahead for certain yet"
    assert client.get(reverse("pools:calendar", args=["1:forged"])).status_code == 404


def test_an_address_that_went_too_far_is_made_anew_and_the_old_one_shows_nothing(client_of, client, cast, group):
    join(group, cast.joan)
    joan, where = client_of(cast.joan), reverse("pools:calendar_page", args=[group.public_id])
    old = joan.get(where).context["address"]
    kens = client_of(cast.ken).get(where).context["address"]
    new = joan.post(reverse("pools:calendar_renew", args=[group.public_id]), follow=True).context["address"]
    assert new != old
    assert [client.get(address).status_code for address in (old, new, kens)] == [404, 200, 200]


def test_the_organiser_without_a_place_and_the_provider_who_said_yes_have_the_dates_too(client_of, client, cast, group):
    def feed(person) -> str:
        return text_of(client.get(client_of(person).get(reverse("provider_pools:calendar_page")).context["address"]))

    join(group, cast.joan)
    assert "With " in feed(cast.ken)
    assert feed(cast.ken).count("BEGIN:VEVENT") == 6
    assert feed(cast.lee).count("BEGIN:VEVENT") == 0
    Pool.objects.get().all_terms.update(agreed_at=None)
    assert feed(cast.sam).count("BEGIN:VEVENT") == 0, "dates that nobody agreed to are not in a provider's week"
    Pool.objects.get().all_terms.update(agreed_at=timezone.now())
    assert feed(cast.sam).count("BEGIN:VEVENT") == 6
    assert "1 person" in feed(cast.sam) or "one person" in feed(cast.sam).lower()
    assert "Joan" not in feed(cast.sam)


def test_a_listing_tells_of_its_groups_with_places(client, cast, yoga, listing):
    make_pool(yoga, cast.ken, visibility=Visibility.AREA)
    page = text_of(client.get(listing.page.url))
    assert "Tuesday yoga" in page
    assert "6 places left" in page
    assert "Share this" in page


def test_an_organiser_who_has_not_joined_is_told_and_led_to_a_place(client_of, cast, group):
    """Whoever starts a group easily takes it that they are in it; once they are, nothing is said any more."""
    client = client_of(cast.ken)
    places, asks = (reverse(f"pools:{page}", args=[group.public_id]) for page in ("pool", "invite"))
    assert "You have no place yourself" in text_of(client.get(places))
    page = text_of(client.get(asks))
    assert "You have no place in it yourself" in page
    assert f'href="{reverse("pools:join", args=[group.public_id])}"' in page
    join(group, cast.joan)
    assert "You have no place" not in text_of(client_of(cast.joan).get(places))
    join(group, cast.ken)
    assert "You have no place" not in text_of(client.get(places)) + text_of(client.get(asks))


def test_a_letter_passed_on_after_it_was_used_shows_nobody_and_lets_nobody_in(client_of, cast, group):
    """Letters are forwarded; the one it was written to is in, and the next is told whom to ask."""
    sent = services.invitations_send(
        pool=group, people=[("Joan", cast.joan.email)], by=by_self(cast.ken), now=timezone.now()
    )
    first = text_of(client_of(cast.joan).get(reverse("pools:invitation", args=[sent[0].public_id]), follow=True))
    assert "Take a chair" in first
    join(group, cast.joan, invitation=sent[0])
    page = text_of(client_of(cast.lee).get(reverse("pools:invitation", args=[sent[0].public_id]), follow=True))
    assert "This invitation is used up or over" in page
    assert "Joan" not in page
    browser = client_of(cast.lee)
    browser.get(reverse("pools:invitation", args=[sent[0].public_id]))
    browser.post(reverse("pools:join", args=[group.public_id]), {"agree": "on"})
    browser.post(reverse("pools:join_step", args=[group.public_id, "most"]), {"most": "60"})
    answer = browser.post(reverse("pools:join_check", args=[group.public_id]), {"terms": "1", "begin_early": "on"})
    assert "This invitation is used up or over. Ask Ken for another." in text_of(answer)
    assert [pledge.person for pledge in group.pledges.all()] == [cast.joan]


def test_joining_twice_leads_to_the_one_place(client_of, cast, group):
    """Two helpers of one person, or one button pressed twice."""
    client = client_of(cast.joan)
    joined(client, group)
    again = client.get(reverse("pools:join", args=[group.public_id]))
    assert again["Location"] == reverse("pools:card", args=[group.public_id])
    assert group.pledges.count() == 1
