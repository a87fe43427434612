"""Council staff acting for a caller: only with their yes, never longer than a call, and told apart for ever."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.core import audit
from marketplace.core.models import AuditEntry
from marketplace.people import services
from marketplace.people.models import PhoneCall, User

pytestmark = pytest.mark.django_db
YES = {"consent_words": "Yes, please look for me.", "agreed": "on"}


@pytest.fixture
def nia(cast, client_of):
    return client_of(cast.nia)


@pytest.fixture
def nia_with_ken(cast, nia):
    """Nia's browser, on the telephone with Ken."""
    ticket = services.caller_ticket(cast.ken, cast.nia)
    assert nia.post(f"/staff/calls/begin/{ticket}/", YES).status_code == 302
    return nia


def on_the_phone(response) -> bool:
    return "<strong>Ken Hobbs</strong>" in response.content.decode()


def test_a_caller_is_found_by_the_whole_address_and_asked(cast, nia):
    found = nia.post("/staff/calls/find/", {"email": "KEN@example.org"})
    asked = nia.get(found.url).content.decode()
    assert "Does Ken Hobbs agree?" in asked
    assert "I work for Quantock Council" in asked
    assert nia.post(found.url, YES).url == "/"
    call = PhoneCall.objects.get()
    assert (call.staff, call.caller, call.council.slug) == (cast.nia, cast.ken, "quantock")
    assert call.consent_words == "Yes, please look for me."


@pytest.mark.parametrize(
    "answer", [{}, {"consent_words": "Yes"}, {"agreed": "on"}, {"consent_words": " ", "agreed": "on"}]
)
def test_without_a_yes_nothing_begins(cast, nia, answer):
    ticket = services.caller_ticket(cast.ken, cast.nia)
    response = nia.post(f"/staff/calls/begin/{ticket}/", answer)
    assert response.status_code == 200
    assert "nhsuk-error-summary" in response.content.decode()
    assert not PhoneCall.objects.exists()


def test_every_page_says_who_is_on_the_line_and_what_they_said(nia_with_ken):
    page = nia_with_ken.get("/accounts/")
    assert on_the_phone(page)
    assert "Yes, please look for me." in page.content.decode()


def test_what_is_done_is_labelled_by_telephone(cast, nia_with_ken):
    entry = AuditEntry.objects.get(action="people.call.start")
    assert (entry.by_id, entry.for_id, entry.channel) == (cast.nia.pk, cast.ken.pk, audit.PHONE)


def test_ken_can_read_it(nia_with_ken, cast, client_of):
    text = client_of(cast.ken).get("/accounts/helpers/what-was-done/").content.decode()
    assert "Nia Pugh of Quantock Council helped you by telephone." in text


def test_what_she_did_for_him_says_that_it_was_by_telephone(nia_with_ken, cast, client_of):
    """Ken did not see it happen, so the page says how it came about."""
    audit.record("orders.request.place", by=audit.Actor(cast.nia.pk, cast.ken.pk, audit.PHONE), subject=cast.ken)
    audit.record("people.details.change", by=audit.Actor(cast.priya.pk, cast.ken.pk, audit.DELEGATE), subject=cast.ken)
    deeds = client_of(cast.ken).get("/accounts/helpers/what-was-done/").context["days"][0]["deeds"]
    assert [(deed["words"].split()[0], deed["by_phone"]) for deed in deeds] == [
        ("Priya", False),
        ("Nia", True),
        ("Nia", False),
    ]


def test_the_call_ends_by_the_button(nia_with_ken):
    assert nia_with_ken.post("/staff/calls/end/").url == "/staff/calls/"
    assert PhoneCall.objects.get().ended_at is not None
    assert "<strong>Ken Hobbs</strong>" not in nia_with_ken.get("/accounts/").content.decode()
    assert nia_with_ken.post("/staff/calls/end/").status_code == 404


@pytest.mark.fault("A3")
def test_after_two_hours_the_next_request_is_refused(nia_with_ken):
    PhoneCall.objects.update(started_at=timezone.now() - timedelta(hours=2))
    before = AuditEntry.objects.count()
    assert nia_with_ken.get("/accounts/").status_code == 404
    assert not on_the_phone(nia_with_ken.get("/accounts/"))
    assert AuditEntry.objects.count() == before


@pytest.mark.fault("A3")
def test_leaving_the_council_ends_it_too(cast, nia_with_ken):
    """A3: also in the middle of a call."""
    cast.nia.council_work.all().delete()
    assert nia_with_ken.get("/accounts/").status_code == 404


def test_a_new_call_ends_the_one_left_open(cast, nia_with_ken):
    ticket = services.caller_ticket(cast.joan, cast.nia)
    nia_with_ken.post(f"/staff/calls/begin/{ticket}/", YES)
    assert PhoneCall.objects.filter(ended_at=None).get().caller == cast.joan


@pytest.mark.parametrize("who", ["moira", "bea", "nia", "olwen"])
def test_staff_are_not_helped_by_telephone(cast, nia, who):
    """Otherwise one member of staff could act as another."""
    ticket = services.caller_ticket(getattr(cast, who), cast.nia)
    response = nia.post(f"/staff/calls/begin/{ticket}/", YES)
    assert response.status_code == 200
    assert not PhoneCall.objects.exists()


@pytest.mark.fault("A2")
def test_a_ticket_is_good_for_nobody_else_and_not_for_ever(cast, client_of, nia, monkeypatch):
    ticket = services.caller_ticket(cast.ken, cast.nia)
    assert client_of(cast.moira).post(f"/staff/calls/begin/{ticket}/", YES).status_code == 404
    assert nia.get(f"/staff/calls/begin/{ticket}x/").status_code == 404
    monkeypatch.setattr("marketplace.people.access.TICKET_LASTS", -1)
    assert nia.post(f"/staff/calls/begin/{ticket}/", YES).status_code == 404
    assert not PhoneCall.objects.exists()


@pytest.mark.parametrize("who", ["theo", "ken", "sam", "priya", "stranger", "olwen"])
def test_only_those_who_take_calls_reach_these_pages(cast, client_of, who):
    client = client_of(getattr(cast, who))
    ticket = services.caller_ticket(cast.joan, getattr(cast, who))
    for page in ("/staff/calls/", "/staff/calls/find/", "/staff/calls/new/", f"/staff/calls/begin/{ticket}/"):
        assert client.get(page).status_code == 404, page
    assert client.post(f"/staff/calls/begin/{ticket}/", YES).status_code == 404
    assert not PhoneCall.objects.exists()


def test_a_caller_without_an_account_gets_one_with_their_yes(cast, nia):
    new = {"first_name": "Wilf", "last_name": "Coles", "phone": "01632 960 555", "email": "", **YES}
    refused = nia.post("/staff/calls/new/", {**new, "agreed": ""})
    assert refused.status_code == 200
    assert not User.objects.filter(first_name="Wilf").exists()
    assert nia.post("/staff/calls/new/", new).status_code == 302
    wilf = User.objects.get(first_name="Wilf")
    assert not wilf.has_post
    assert not wilf.has_usable_password()
    assert PhoneCall.objects.get().caller == wilf


def test_an_address_given_by_telephone_is_not_taken_for_theirs(cast, nia):
    """Whoever holds the mailbox has to show it before anything opens."""
    new = {"first_name": "Wilf", "last_name": "Coles", "phone": "1", "email": "wilf@example.org", **YES}
    nia.post("/staff/calls/new/", new)
    assert User.objects.get(first_name="Wilf").emailaddress_set.get().verified is False


def test_an_address_with_an_account_is_not_made_twice(cast, nia):
    new = {"first_name": "Ken", "last_name": "H", "phone": "1", "email": "ken@example.org", **YES}
    response = nia.post("/staff/calls/new/", new)
    assert "Find the caller by it instead" in response.content.decode()
    assert not PhoneCall.objects.exists()
