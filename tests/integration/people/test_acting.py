"""Acting for somebody: the banner, the record, and the end of it at the very next request (A3)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import SELF, Actor
from marketplace.core.models import AuditEntry
from marketplace.people import services
from marketplace.people.models import Delegation, Scope

pytestmark = pytest.mark.django_db
PAGES = ("/accounts/", "/accounts/helpers/", "/accounts/helping/", "/accounts/details/", "/demo/")


def acting_banner(response) -> bool:
    return "You are acting for <strong>Joan Tapper</strong>" in response.content.decode()


def test_a_banner_says_for_whom_on_every_page(priya_as_joan):
    for page in PAGES:
        assert acting_banner(priya_as_joan.get(page)), page


def test_stop_ends_the_acting_and_not_the_right(priya_as_joan, helping):
    assert priya_as_joan.post("/accounts/acting/stop/").status_code == 302
    assert not acting_banner(priya_as_joan.get("/accounts/"))
    helping.refresh_from_db()
    assert helping.ended_at is None
    assert priya_as_joan.post(f"/accounts/acting/start/{helping.pk}/").status_code == 302


def test_giving_it_up_for_good_is_asked_before_it_is_done(cast, client_of, helping):
    """One press on the list ended it, and only Joan could have begun it again."""
    priya = client_of(cast.priya)
    page = f"/accounts/helping/{helping.pk}/give-up/"
    assert f'<form action="{page}"' not in priya.get("/accounts/helping/").content.decode()
    asked = priya.get(page)
    assert "only Joan can ask you again" in asked.content.decode()
    helping.refresh_from_db()
    assert helping.ended_at is None
    assert client_of(cast.ken).get(page).status_code == 404
    assert priya.post(page).status_code == 302
    helping.refresh_from_db()
    assert helping.ended_at is not None


@pytest.mark.fault("A3")
def test_joan_ends_it_and_priyas_next_request_is_refused(cast, priya_as_joan, helping, client_of):
    """Also for a change she had half made: nothing is kept."""
    joan = client_of(cast.joan)
    assert joan.post(f"/accounts/helpers/{helping.pk}/end/").status_code == 302
    before = list(AuditEntry.objects.values_list("pk", flat=True))
    refused = priya_as_joan.post("/accounts/details/", {"first_name": "Mallory", "last_name": "Tapper", "phone": ""})
    assert refused.status_code == 404
    cast.priya.refresh_from_db()
    cast.joan.refresh_from_db()
    assert (cast.priya.first_name, cast.joan.first_name) == ("Priya", "Joan")
    assert list(AuditEntry.objects.values_list("pk", flat=True)) == before
    assert "You can no longer act for that person" in refused.content.decode()
    again = priya_as_joan.get("/accounts/")
    assert again.status_code == 200
    assert not acting_banner(again)


@pytest.mark.fault("A3")
@pytest.mark.parametrize("page", PAGES)
def test_the_refusal_waits_on_every_page(page, priya_as_joan, helping):
    Delegation.objects.update(ended_at=timezone.now())
    assert priya_as_joan.get(page).status_code == 404


def test_an_ended_right_does_not_keep_anybody_from_signing_out(priya_as_joan, helping):
    Delegation.objects.update(ended_at=timezone.now())
    assert priya_as_joan.post("/accounts/logout/").status_code == 302
    assert priya_as_joan.get("/accounts/").status_code == 302


@pytest.mark.fault("A3")
def test_the_last_day_ends_it_without_anybody_doing_anything(priya_as_joan, helping):
    Delegation.objects.update(starts_at=timezone.now() - timedelta(days=3), ends_at=timezone.now())
    assert priya_as_joan.get("/accounts/").status_code == 404


def test_before_the_first_day_nobody_may_act(cast, helping, client_of):
    Delegation.objects.update(starts_at=timezone.now() + timedelta(hours=1))
    priya = client_of(cast.priya)
    assert priya.post(f"/accounts/acting/start/{helping.pk}/").status_code == 404
    assert not acting_banner(priya.get("/accounts/"))


@pytest.mark.fault("A2")
@pytest.mark.parametrize("who", ["ken", "joan", "moira", "stranger"])
def test_nobody_acts_under_somebody_elses_right(cast, helping, client_of, who):
    """Its number is a small one and easily guessed."""
    client = client_of(getattr(cast, who))
    assert client.post(f"/accounts/acting/start/{helping.pk}/").status_code == 404
    assert client.post(f"/accounts/helping/{helping.pk}/give-up/").status_code == 404
    if who != "joan":
        assert client.post(f"/accounts/helpers/{helping.pk}/end/").status_code == 404
    helping.refresh_from_db()
    assert helping.ended_at is None
    assert not AuditEntry.objects.filter(action="people.acting.start").exists()


def test_acting_needs_a_press_not_a_link(cast, helping, client_of):
    priya = client_of(cast.priya)
    assert "Act for Joan" in priya.get(f"/accounts/acting/start/{helping.pk}/").content.decode()
    assert not acting_banner(priya.get("/accounts/"))


def test_priya_gives_it_up_and_joan_is_told(cast, priya_as_joan, helping):
    assert priya_as_joan.post(f"/accounts/helping/{helping.pk}/give-up/").status_code == 302
    assert not acting_banner(priya_as_joan.get("/accounts/"))
    outbox.deliver()
    assert [message.to for message in mail.outbox if "no longer acts for you" in message.subject] == [
        ["joan@example.org"]
    ]


def test_joan_reads_what_was_done_in_plain_words(cast, priya_as_joan, client_of):
    text = client_of(cast.joan).get("/accounts/helpers/what-was-done/").content.decode()
    assert "Priya Tapper said yes to acting for you." in text
    assert "Priya Tapper began to act for you." in text
    assert "Priya" not in client_of(cast.ken).get("/accounts/helpers/what-was-done/").content.decode()


@pytest.mark.fault("A3")
def test_a_closed_account_cannot_be_acted_for(cast, priya_as_joan):
    cast.joan.is_active = False
    cast.joan.save()
    assert priya_as_joan.get("/accounts/").status_code == 404


@pytest.mark.parametrize(
    ("scope", "may"),
    [(Scope.SEE, [Scope.SEE]), (Scope.SHORTLIST, [Scope.SEE, Scope.SHORTLIST]), (Scope.BUY, list(Scope))],
)
def test_each_scope_includes_the_smaller_ones(cast, invite, rf, scope, may):
    from marketplace.people.middleware import Standing

    standing = Standing(cast.priya, cast.joan, Actor(cast.priya.pk, cast.joan.pk), scope)
    assert [each for each in Scope if standing.may(each)] == may


def test_a_new_yes_after_an_end_starts_afresh(cast, helping, invite, client_of, page_of):
    services.delegation_end(delegation=helping, by=Actor(cast.joan.pk, cast.joan.pk, SELF), now=timezone.now())
    letter = invite(cast.joan, cast.priya.email, scope=Scope.SEE)
    assert client_of(cast.priya).post(page_of(letter), {"answer": "yes"}).status_code == 302
    assert Delegation.objects.in_force(timezone.now()).get().scope == Scope.SEE
