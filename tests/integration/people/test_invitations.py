"""Asking somebody to act for you, and everything that can go wrong with a link in a letter (A4)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import SELF, Actor
from marketplace.core.models import AuditEntry
from marketplace.people import services
from marketplace.people.models import Delegation, Invitation, Scope

pytestmark = pytest.mark.django_db


def by(user) -> Actor:
    return Actor(user.pk, user.pk, SELF)


def link_in(message) -> str:
    return next(line.split("testserver")[-1] for line in message.body.split("\n") if "/accounts/invitation/" in line)


def not_used_up(letter: Invitation) -> bool:
    letter.refresh_from_db()
    return letter.accepted_at is None and letter.declined_at is None and not Delegation.objects.exists()


def asked(**changes) -> dict:
    today = timezone.localdate()
    words = {
        "name": "Priya",
        "email": "priya@example.org",
        "scope": "buy",
        "starts_on_0": today.day,
        "starts_on_1": today.month,
        "starts_on_2": today.year,
        "ends_on_0": "",
        "ends_on_1": "",
        "ends_on_2": "",
    }
    return {**words, **changes}


def test_joan_asks_priya_and_priya_says_yes(cast, client_of, settings):
    settings.SITE_URL = "http://testserver"
    joan, priya = client_of(cast.joan), client_of(cast.priya)
    assert joan.post("/accounts/helpers/ask/", asked()).status_code == 302
    outbox.deliver()
    assert mail.outbox[0].to == ["priya@example.org"]
    assert "Joan Tapper asks if you would act for them" in mail.outbox[0].subject
    page = link_in(mail.outbox[0])
    shown = priya.get(page).content.decode()
    assert "Will you act for Joan Tapper?" in shown
    assert "You could: see, shortlist and buy." in shown
    assert priya.post(page, {"answer": "yes"}).url == "/accounts/helping/"
    held = Delegation.objects.get()
    assert (held.person, held.delegate, held.scope, held.ends_at) == (cast.joan, cast.priya, Scope.BUY, None)
    outbox.deliver()
    assert mail.outbox[1].to == ["joan@example.org"]
    assert "Priya Tapper" in joan.get("/accounts/helpers/").content.decode()


def test_only_a_hash_of_the_key_is_kept(letter):
    """A copy of the database must not open anybody's affairs."""
    key = services.invitation_key(letter)
    kept = [str(value) for row in Invitation.objects.values() for value in row.values()]
    kept += [str(row.payload) for row in outbox.pending()]
    assert not any(key in value for value in kept)
    assert letter.key_hash == services.hash_of(key)


@pytest.mark.fault("A4")
def test_looking_at_the_letter_does_not_use_it_up(cast, letter, page_of, client_of):
    priya = client_of(cast.priya)
    for _look in range(3):
        assert priya.get(page_of(letter)).status_code == 200
    assert not_used_up(letter)


@pytest.mark.fault("A4")
@pytest.mark.parametrize("who", ["ken", "stranger", "joan", "moira"])
def test_a_forwarded_letter_opens_for_nobody_else(cast, letter, page_of, client_of, who):
    """The address it was sent to is part of the lock."""
    client = client_of(getattr(cast, who))
    shown = client.get(page_of(letter))
    answered = client.post(page_of(letter), {"answer": "yes"})
    assert (shown.status_code, answered.status_code) == (404, 404)
    if who != "joan":
        assert "Joan" not in shown.content.decode()
    assert not_used_up(letter)


@pytest.mark.fault("A4")
def test_an_address_that_was_never_confirmed_does_not_open_it(cast, letter, page_of, client_of):
    """Anybody can type anybody's address at sign-up."""
    cast.priya.emailaddress_set.update(verified=False)
    assert client_of(cast.priya).post(page_of(letter), {"answer": "yes"}).status_code == 404
    assert not_used_up(letter)


@pytest.mark.fault("A4")
def test_a_used_letter_opens_nothing(cast, letter, helping, page_of, client_of):
    services.delegation_end(delegation=helping, by=by(cast.joan), now=timezone.now())
    assert client_of(cast.priya).post(page_of(letter), {"answer": "yes"}).status_code == 404
    assert Delegation.objects.in_force(timezone.now()).count() == 0


@pytest.mark.fault("A4")
def test_a_replaced_letter_opens_nothing_and_the_new_one_does(cast, letter, page_of, client_of):
    old = page_of(letter)
    assert client_of(cast.joan).post(f"/accounts/helpers/letters/{letter.public_id}/again/").status_code == 302
    priya = client_of(cast.priya)
    assert priya.post(old, {"answer": "yes"}).status_code == 404
    assert not_used_up(letter)
    assert priya.post(page_of(letter), {"answer": "yes"}).status_code == 302


def test_only_the_last_letter_is_posted(cast, letter, client_of):
    """A letter replaced before the post went must not arrive with a dead key."""
    services.invitation_replace(invitation=letter, by=by(cast.joan), now=timezone.now())
    outbox.deliver()
    assert len(mail.outbox) == 1


@pytest.mark.fault("A4")
def test_a_letter_taken_back_opens_nothing(cast, letter, page_of, client_of):
    client_of(cast.joan).post(f"/accounts/helpers/letters/{letter.public_id}/back/")
    assert client_of(cast.priya).post(page_of(letter), {"answer": "yes"}).status_code == 404
    assert not_used_up(letter)


@pytest.mark.fault("A4")
def test_after_fourteen_days_it_opens_nothing(cast, letter, page_of, client_of):
    Invitation.objects.update(open_until=timezone.now() - timedelta(seconds=1))
    assert client_of(cast.priya).post(page_of(letter), {"answer": "yes"}).status_code == 404
    assert not_used_up(letter)


@pytest.mark.fault("A4")
def test_an_invented_key_looks_like_a_spent_one(cast, letter, page_of, client_of):
    services.invitation_withdraw(invitation=letter, by=by(cast.joan), now=timezone.now())
    priya = client_of(cast.priya)
    spent, invented = priya.get(page_of(letter)), priya.get("/accounts/invitation/" + "0" * 40 + "/")
    assert (spent.status_code, invented.status_code) == (404, 404)
    assert "does not open for you" in invented.content.decode()


@pytest.mark.fault("A4")
def test_whoever_is_signed_out_learns_nothing_from_a_link(cast, letter, page_of, client_of):
    """A5: the same page for a good key, a bad one and somebody else's."""
    client = client_of(None)
    good, bad = page_of(letter), "/accounts/invitation/" + "0" * 40 + "/"
    pages = [client.get(address) for address in (good, bad)]
    assert [page.status_code for page in pages] == [200, 200]
    first, second = (
        page.content.decode().replace(address, "").replace(address.replace("/", "%2F"), "")
        for page, address in zip(pages, (good, bad), strict=True)
    )
    assert first == second
    assert "Joan" not in first


def test_no_is_told_and_opens_nothing(cast, letter, page_of, client_of):
    priya = client_of(cast.priya)
    assert priya.post(page_of(letter), {"answer": "no"}).status_code == 302
    outbox.deliver()
    assert any("would rather not" in message.subject and message.to == ["joan@example.org"] for message in mail.outbox)
    assert priya.post(page_of(letter), {"answer": "yes"}).status_code == 404
    assert not Delegation.objects.exists()


@pytest.mark.fault("A4")
def test_somebody_elses_letter_cannot_be_sent_again_or_taken_back(cast, letter, client_of):
    before = Invitation.objects.values().get()
    for what in ("again", "back"):
        assert client_of(cast.ken).post(f"/accounts/helpers/letters/{letter.public_id}/{what}/").status_code == 404
    assert Invitation.objects.values().get() == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "joan@example.org"}, "That is your own address"),
        ({"email": "nonsense"}, "e-mail"),
        ({"name": ""}, "name"),
        ({"scope": "everything"}, "scope"),
        ({"starts_on_2": "1999"}, "That day has passed"),
        ({"starts_on_0": "31", "starts_on_1": "2"}, "That is not a date"),
        ({"ends_on_0": "1", "ends_on_1": "1", "ends_on_2": "2001"}, "That day has passed"),
        ({"ends_on_0": "1", "ends_on_1": "1", "ends_on_2": "9999"}, "too many years"),
        ({"name": "x" * 10_000}, "120"),
    ],
)
def test_what_is_typed_wrongly_is_said_and_kept(cast, client_of, changes, said):
    response = client_of(cast.joan).post("/accounts/helpers/ask/", asked(**changes))
    text = response.content.decode()
    assert response.status_code == 200
    assert "nhsuk-error-summary" in text
    assert said in text
    assert changes.get("email", "priya@example.org") in text
    assert not Invitation.objects.exists()


def test_html_in_a_name_stays_text_on_the_page_and_in_the_letter(cast, client_of):
    client_of(cast.joan).post("/accounts/helpers/ask/", asked(name="<b>Priya</b>\nhttp://evil.example/"))
    outbox.deliver()
    html = mail.outbox[0].alternatives[0].content
    assert "<b>Priya" not in html
    assert 'href="http://evil' not in html


def test_pressing_send_twice_sends_one_letter(cast, client_of):
    joan = client_of(cast.joan)
    first, second = (joan.post("/accounts/helpers/ask/", asked()) for _press in range(2))
    assert (first.status_code, second.status_code) == (302, 200)
    assert "You have asked this address already" in second.content.decode()
    assert Invitation.objects.count() == 1


def test_whoever_helps_already_is_not_asked_again(cast, helping, client_of):
    response = client_of(cast.joan).post("/accounts/helpers/ask/", asked())
    assert "acts for you already" in response.content.decode()
    assert Invitation.objects.count() == 1


def test_ten_letters_may_wait_and_no_more(cast, invite):
    for number in range(services.MOST_UNANSWERED):
        invite(cast.joan, f"somebody{number}@example.org")
    with pytest.raises(services.TooManyLetters):
        invite(cast.joan, "one-more@example.org")
    assert Invitation.objects.count() == services.MOST_UNANSWERED


@pytest.mark.fault("A5")
def test_asking_never_tells_whether_an_address_has_an_account(cast, client_of):
    """A5: Joan sees the same for Ken, who is here, and for an address that is not."""
    answers = []
    for address in ("ken@example.org", "nobody-at-all@example.org"):
        joan = client_of(cast.joan)
        joan.post("/accounts/helpers/ask/", asked(email=address))
        answers.append(joan.get("/accounts/helpers/").content.decode().replace(address, "ADDRESS"))
        Invitation.objects.all().delete()
    first, second = answers
    assert "ADDRESS" in first
    assert _bare(first) == _bare(second)


def _bare(text: str) -> str:
    """Without the tokens that differ on every page."""
    import re

    return re.sub(r'value="[A-Za-z0-9]{64}"|letters/[^/]+/', "", text)


def test_what_priya_answered_is_on_record(cast, helping):
    entry = AuditEntry.objects.get(action="people.invitation.accept")
    assert (entry.by_id, entry.for_id) == (cast.priya.pk, cast.joan.pk)
