"""A16: nothing names a person who was erased, anywhere, and everybody's books still add up."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from marketplace.core import audit, clock, outbox
from marketplace.core.audit import CLOCKWORK
from marketplace.core.models import AuditEntry
from marketplace.people import jobs
from marketplace.people import services as people
from marketplace.people.erasure import services as erasure
from marketplace.people.erasure.signals import person_erased
from marketplace.people.models import ErasureRequest, Scope, User
from payments.budgets import services as budgets
from payments.budgets.models import Evidence, Method, Relation
from payments.budgets.rules import Share
from payments.gateway.models import ConnectedAccount
from payments.ledger import selectors as ledger
from payments.ledger.models import Entry
from payments.orders import selectors, services
from payments.orders.models import Order
from payments.orders.rules import Wish
from payments.orders.services import funding
from providers.assurance import services as assurance
from providers.assurance.models import Concern, Trace
from providers.listings.models import Keeper
from search.models import Need
from tests.integration.budgets.conftest import direct_payment, open_budget, unrelated
from tests.integration.orders.conftest import by_self

__all__ = ["direct_payment", "open_budget", "unrelated"]
pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.7 a receipt made out to Joan Quillfeather"
MARKS = ("quillfeather", "joan.q@example.org", "01632 960 771", "01632960771", "zebra", "joan.old@example.org")


@pytest.fixture
def joan(cast) -> User:
    """Joan by a name that stands nowhere else, so that finding it says something."""
    person = cast.joan
    people.details_change(
        user=person,
        first_name="Joan",
        last_name="Quillfeather",
        phone="01632 960 771",
        by=by_self(person),
        now=timezone.now(),
    )
    person.email = "joan.q@example.org"
    person.save()
    person.emailaddress_set.update(email=person.email)
    person.emailaddress_set.create(email="joan.old@example.org", verified=False)
    return person


@pytest.fixture
def life(joan, cast, offer, payer, deliver, client_of, direct_payment, unrelated, settings, tmp_path):
    """A year of Joan's: bought and paid, half given back, bought elsewhere with a paper, a visit, a worry, helpers."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    now, by = timezone.now(), by_self(joan)
    outcome = direct_payment.outcomes.first()
    wish = Wish(
        quantity=2,
        wanted_on=timezone.localdate() + timedelta(days=5),
        wanted_words="zebra mornings",
        note="The zebra key is under the pot",
        begin_early=True,
    )
    order = funding.order_buy(
        person=joan,
        offer=offer,
        wish=wish,
        expected_total_pence=3600,
        token="joan-1",
        by=by,
        now=now,
        shares=[Share(2000, direct_payment.pk, outcome.pk), Share(1600)],
    )
    services.order_accept(order=order, by=by_self(cast.sam), now=now, words="Yes, Joan Quillfeather, gladly.")
    payer.card(payer.open(client_of(joan), order))
    deliver()
    services.order_give_back(order=order, amount_pence=900, words="For the zebra.", by=by_self(cast.sam), now=now)
    deliver()
    bought = budgets.purchase_record(
        person=joan,
        title="Zebra food",
        provider_name="Quillfeather and Son",
        shares=[Share(1250, direct_payment.pk, outcome.pk)],
        method=Method.CASH,
        bought_on=timezone.localdate(),
        by=by,
        now=now,
        related=budgets.Related(Relation.NONE, shares_home=False),
    )
    budgets.evidence_add(purchase=bought, name="Quillfeather.pdf", content=PAPER, by=by, now=now)
    people.invitation_send(
        person=joan,
        name="Zebra Pat",
        email="zebra.pat@example.org",
        scope=Scope.SEE,
        starts_on=timezone.localdate(),
        ends_on=None,
        by=by,
        now=now,
    )
    visit = services.visit_ask(
        person=joan,
        listing=offer.listing,
        when_words="zebra o'clock",
        note="Ring 01632 960 771",
        by=by,
        now=now,
        council=None,
    )
    services.visit_withdraw(visit=visit, by=by, now=now)
    Need.objects.create(words="A zebra walker", contact="joan.q@example.org", person=joan, at=now)
    Concern.objects.create(
        words="Ring Joan Quillfeather about it",
        severity="ordinary",
        reporter_name="Joan",
        reporter_contact="01632960771",
        reporter=joan,
        state="closed",
        state_since=now,
        created_at=now,
    )
    audit.record("people.call.start", by=by_self(cast.nia), subject=cast.ken, at=now, consent="Joan Quillfeather said")
    outbox.add("people.invitation.accepted", invitation=0).delete()
    row = outbox.add("orders.letter", note="joan.q@example.org", due=now + timedelta(days=400))
    row.last_error = "SMTPRecipientsRefused: {'joan.q@example.org': (550)}"
    row.save()
    Order.objects.filter(pk=order.pk).update(state="part_refunded")
    return order


def everything() -> dict[str, str]:
    """Every word of every table, as one string a table: what somebody with the whole database could read."""
    tables = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            tables[table] = str(cursor.fetchall()).lower()
    return tables


def found_in(tables: dict[str, str]) -> list[str]:
    words = {**tables, "django_session": str([each.get_decoded() for each in Session.objects.all()]).lower()}
    return sorted(f"{mark} in {table}" for table, text in words.items() for mark in MARKS if mark in text)


def files_under(*roots) -> bytes:
    return b"".join(path.read_bytes() for root in roots for path in Path(root).rglob("*") if path.is_file())


@pytest.mark.fault("A16")
def test_nothing_names_a_person_who_was_erased_and_the_books_add_up(life, joan, cast, settings, caplog, fault_row):
    assert len(found_in(everything())) > 10, "the marks are there before"
    assert Evidence.objects.count() == 1
    before = list(Entry.objects.values_list("key", "amount_pence", "debit__key", "credit__key"))
    owed = selectors.waiting_earnings(life.provider)
    with caplog.at_level(logging.DEBUG):
        erasure.person_erase(person=joan, by=CLOCKWORK, now=timezone.now())
        outbox.deliver(limit=1000)
    for found in found_in(everything()):
        fault_row.violation(found)
    for mark in MARKS:
        if mark in caplog.text.lower():
            fault_row.violation(f"{mark} in the log")
        if mark.encode() in files_under(settings.EVIDENCE_DIR, settings.MEDIA_ROOT).lower():
            fault_row.violation(f"{mark} in a file")
    fault_row.count(len(MARKS) * len(everything()))
    assert files_under(settings.EVIDENCE_DIR) == b"", "the papers are gone"
    assert ledger.out_of_step() == []
    assert list(Entry.objects.values_list("key", "amount_pence", "debit__key", "credit__key")) == before
    life.refresh_from_db()
    assert (life.total_pence, life.person_id, life.note) == (3600, joan.pk, "")
    assert selectors.waiting_earnings(life.provider) == owed, "what the provider earned is what it was"
    assert AuditEntry.objects.filter(action="people.erasure.done").count() == 1


@pytest.mark.fault("A16", canary=True)
def test_canary_without_the_sweep_words_of_others_still_name_them(life, joan, monkeypatch):
    monkeypatch.setattr(erasure, "_sweep", lambda identity: None)
    erasure.person_erase(person=joan, by=CLOCKWORK, now=timezone.now())
    assert found_in(everything())


@pytest.mark.fault("A16")
def test_an_erased_person_cannot_sign_in_and_their_open_page_is_closed(life, joan, client_of):
    inside = client_of(joan)
    assert inside.get("/accounts/").status_code == 200
    erasure.person_erase(person=joan, by=CLOCKWORK, now=timezone.now())
    assert inside.get("/accounts/").status_code == 302, "the session is gone"
    knock = Client().post("/accounts/login/", {"login": "joan.q@example.org", "password": "a long enough word"})
    assert knock.status_code == 200
    assert "_auth_user_id" not in knock.client.session
    with pytest.raises(erasure.NobodyToErase):
        erasure.person_erase(person=User.objects.get(pk=joan.pk), by=CLOCKWORK, now=timezone.now())
    again = User.objects.create_user("joan.q@example.org", "another long word")
    assert not Order.objects.filter(person=again).exists(), "a new account with the old address knows nothing"


def test_somebody_with_something_under_way_is_told_what_and_nothing_changes(cast, paid, settings):
    with pytest.raises(erasure.StillUnderWay) as refused:
        erasure.person_erase(person=cast.ken, by=CLOCKWORK, now=timezone.now())
    assert len(refused.value.reasons) == 1
    with pytest.raises(erasure.StillUnderWay):
        erasure.person_erase(person=cast.sam, by=CLOCKWORK, now=timezone.now())
    with pytest.raises(erasure.StillUnderWay):
        erasure.person_erase(person=cast.moira, by=CLOCKWORK, now=timezone.now())
    cast.ken.refresh_from_db()
    assert cast.ken.first_name == "Ken"


def test_a_week_to_think_again_and_then_the_clock_erases(joan, client_of, mailoutbox):
    page = client_of(joan)
    assert "reauthenticate" in page.get("/accounts/leave/").url, "only who knows the password gets here"
    page.post("/accounts/reauthenticate/", {"password": "a long enough word"})
    assert "Delete my account in 7 days" in page.get("/accounts/leave/").content.decode()
    assert "Tick the box" in page.post("/accounts/leave/", {}).content.decode()
    assert page.post("/accounts/leave/", {"sure": "on"}).status_code == 302
    outbox.deliver()
    assert [letter.to for letter in mailoutbox] == [["joan.q@example.org"]]
    assert "Keep my account" in page.get("/accounts/leave/").content.decode()
    assert erasure.erase_due(timezone.now()) == 0
    page.post("/accounts/leave/stay/")
    assert not ErasureRequest.objects.exists()
    page.post("/accounts/leave/", {"sure": "on"})
    assert erasure.erase_due(timezone.now() + timedelta(days=8)) == 1
    joan.refresh_from_db()
    assert (joan.first_name, joan.is_active, joan.has_post) == ("", False, False)
    assert erasure.erase_due(timezone.now() + timedelta(days=9)) == 0


def test_who_stays_after_all_while_others_are_erased_is_not_erased(joan, cast):
    """The list of the night is older than the press of "Keep my account"."""
    now = timezone.now()
    for person in (cast.ken, joan):
        erasure.erasure_ask(person=person, by=by_self(person), now=now)

    def joan_stays(sender, person, **kwargs) -> None:
        erasure.erasure_take_back(person=joan, by=by_self(joan), now=now)

    person_erased.connect(joan_stays)
    try:
        assert erasure.erase_due(now + timedelta(days=8)) == 1
    finally:
        person_erased.disconnect(joan_stays)
    joan.refresh_from_db()
    assert (joan.first_name, joan.is_active) == ("Joan", True)


def test_the_week_is_counted_by_the_clock_that_every_process_shares(joan, monkeypatch):
    erasure.erasure_ask(person=joan, by=by_self(joan), now=timezone.now() - timedelta(days=8))
    shared = timezone.now() - timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: shared)
    jobs.erase_each_night.call_local()
    joan.refresh_from_db()
    assert joan.first_name == "Joan", "this process's own clock is three days fast"


def test_a_provider_goes_with_its_last_keeper_and_its_name_stays_on_receipts(cast, life, joan, settings):
    """Sam archives his page and leaves; what Joan bought still says from whom."""
    from providers.listings import services as listings

    now, sam = timezone.now(), cast.sam
    listings.listing_archive(listing=life.listing, by=by_self(sam), user=sam, now=now)
    assurance.traces_keep(provider=life.provider, now=now)
    credential = life.provider.credentials.create(
        kind="dbs", number="001234567890", state_since=now, council=life.provider.council
    )
    ConnectedAccount.objects.update(asked={"email": "sam@example.org"})
    erasure.person_erase(person=sam, by=CLOCKWORK, now=now)
    credential.refresh_from_db()
    assert credential.number == ""
    assert not Trace.objects.filter(provider=life.provider).exists()
    assert ConnectedAccount.objects.get(provider=life.provider).asked == {}
    life.provider.refresh_from_db()
    assert life.provider.name
    assert (life.provider.email, life.provider.phone, life.provider.contact_name) == ("", "", "")
    page = type(life.listing.page).objects.get(pk=life.listing.page.pk)
    assert (page.about, page.summary, page.base_postcode, page.title) == ("", "", "", "A provider who left")
    assert not Keeper.objects.filter(user=sam).exists()
    words = str(everything())
    assert "sam@example.org" not in words
    assert "01632 960 442" not in words


def test_the_command_tells_first_and_erases_when_told_to(joan, capsys):
    call_command("person_erase", "joan.q@example.org")
    joan.refresh_from_db()
    assert joan.first_name == "Joan"
    call_command("person_erase", "joan.q@example.org", "--yes")
    joan.refresh_from_db()
    assert joan.first_name == ""


def test_papers_go_after_seven_years_or_what_the_council_says(life, joan, cast, settings):
    now = timezone.now()
    assert budgets.papers_forget_old(now=now + timedelta(days=365 * 7 - 30)) == 0
    money = budgets.council_money(cast.council["quantock"])
    money.retention_years = 6
    money.save()
    assert budgets.papers_forget_old(now=now + timedelta(days=365 * 6 + 30)) == 1
    outbox.deliver()
    assert files_under(settings.EVIDENCE_DIR) == b""
    assert ledger.out_of_step() == []
