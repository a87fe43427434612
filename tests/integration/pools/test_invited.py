"""A neighbour without an account: the letter reaches them, its link leads in, and what they typed waits for them."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from marketplace.people.models import User
from payments.pools.models import Pledge
from payments.pools.states import PledgeState

pytestmark = pytest.mark.django_db
DILYS = "dilys@example.org"
NEW = {"first_name": "Dilys", "last_name": "Webb", "email": DILYS, "phone": "", "password1": "seven old boots"}


@pytest.fixture
def asked(group, cast, client_of, deliver, mailoutbox):
    """Ken writes to Dilys from the page. The group, and the letter that came to her."""
    cache.clear()
    pool = group.open(least=3, most=6, visibility="invite", name="Tuesday yoga")
    client_of(cast.ken).post(reverse("pools:invite", args=[pool.public_id]), {"emails": DILYS})
    deliver()
    [letter] = [each for each in mailoutbox if each.to == [DILYS]]
    return pool, letter


def link_in(letter) -> str:
    """The path of the one address in it that leads to a group."""
    [path] = set(re.findall(r"https?://[^/\s]+(/pools/\S+)", letter.body))
    return path


def test_the_letter_says_what_it_is_and_its_link_opens_the_group(client, asked):
    pool, letter = asked
    assert letter.subject == "Ken asks you to join Tuesday yoga"
    for words in ("Sam Orchard", "Spaxton village hall", "You would never pay more than £33.34", "by doing nothing"):
        assert words in letter.body, words
    assert "You were sent this because somebody typed your address." in letter.body
    assert reverse("pools:invitation", args=[pool.invitations.get(email=DILYS).public_id]) == link_in(letter)
    assert client.get(reverse("pools:pool", args=[pool.public_id])).status_code == 404, "without the letter"
    shown = client.get(link_in(letter), follow=True).content.decode()
    assert "Ken asks whether you would like to join." in shown
    assert "You will never pay more than £33.34" in shown


def test_dilys_signs_up_on_the_way_and_has_the_place_with_all_she_typed(client, group, asked, mailoutbox):
    pool, letter = asked
    client.get(link_in(letter))
    client.post(reverse("pools:join", args=[pool.public_id]), {"agree": "on"})
    client.post(reverse("pools:join_step", args=[pool.public_id, "most"]), {"most": "36.50"})
    check = reverse("pools:join_check", args=[pool.public_id])
    who = client.get(check).content.decode()
    assert "Nearly there: who is asking?" in who
    assert f'href="/accounts/signup/?next={check}"' in who
    assert not Pledge.objects.exists()
    client.get("/accounts/signup/", {"next": check})
    sent = client.post("/accounts/signup/", {**NEW, "next": check})
    code = re.findall(r"^\s*([A-Z0-9-]{6,9})\s*$", mailoutbox[-1].body, re.MULTILINE)[0]
    assert client.post(sent.url, {"code": code}).url == check
    shown = client.get(check).content.decode()
    assert "Check your answers" in shown
    assert "£36.50" in shown
    taken = client.post(check, {"terms": str(pool.current.number)})
    assert taken.url == reverse("pools:card", args=[pool.public_id])
    pledge = Pledge.objects.select_related("invitation").get()
    assert (pledge.person, pledge.state) == (User.objects.get(email=DILYS), PledgeState.JOINING)
    assert (pledge.maximum_pence, pledge.worst_pence, pledge.invitation.email) == (3650, 3334, DILYS)
    assert group.save_card(pledge).state == PledgeState.PLEDGED


def test_whoever_says_no_thank_you_is_not_asked_again_and_needs_no_account(client, asked):
    pool, letter = asked
    found = pool.invitations.get(email=DILYS)
    shown = client.get(link_in(letter), follow=True).content.decode()
    no = reverse("pools:decline", args=[found.public_id])
    assert no in shown
    client.post(no, HTTP_SEC_FETCH_SITE="same-origin")
    found.refresh_from_db()
    assert found.declined_at is not None
    assert client.get(link_in(letter)).status_code == 404
    assert client.get(reverse("pools:pool", args=[pool.public_id])).status_code == 404


def test_a_letter_that_ken_takes_back_opens_nothing_more(client, client_of, cast, asked):
    pool, letter = asked
    found = pool.invitations.get(email=DILYS)
    client_of(cast.ken).post(reverse("pools:withdraw_letter", args=[pool.public_id, found.public_id]))
    found.refresh_from_db()
    assert found.withdrawn_at is not None
    assert client.get(link_in(letter)).status_code == 404
    assert client.get(reverse("pools:pool", args=[pool.public_id])).status_code == 404
