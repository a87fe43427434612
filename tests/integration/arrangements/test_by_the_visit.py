"""A price for each visit, whoever cannot be paid, what letters say of a visit, and both sides' calendars."""

from datetime import UTC, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.look.words import uk_date
from payments.arrangements import selectors, services
from payments.arrangements.models import Arrangement, Bill
from payments.arrangements.models.arrangement import Side
from payments.arrangements.services import NotEveryWeek, PaidFrom
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount
from payments.sandbox import cards
from payments.sandbox import services as sandbox
from providers.listings.models import Unit
from tests.factories.listings import make_offer

pytestmark = pytest.mark.django_db


def letters(address: str, about: str) -> list[str]:
    return [" ".join(each.body.split()) for each in mail.outbox if each.to == [address] and about in each.subject]


def test_a_price_for_a_visit_is_paid_for_a_visit_however_long_it_was(garden, client_of):
    """£25 a visit of forty minutes is £25, where £25 an hour would be £16.67."""
    garden.offer = make_offer(garden.offer.listing, "Foot care", 2500, unit=Unit.SESSION)
    made = garden.proposed(minutes=40, price_pence=2500)
    assert not made.by_hour
    page = client_of(garden.cast.joan).get(f"/arrangements/{made.public_id}/").content.decode()
    assert "£25 a visit" in page
    services.arrangement_agree(arrangement=made, side=Side.PROVIDER, by=garden.sam, now=garden.at)
    garden.save_card(made)
    assert [garden.done(made, 0, minutes=40).pence, garden.done(made, 1, minutes=90).pence] == [2500, 2500]
    garden.later(days=8)
    assert sum(Bill.objects.values_list("pence", flat=True)) == sum(garden.charged()) == 5000


def test_whoever_cannot_be_paid_is_not_asked_for_help_every_week(garden, client_of):
    """Contact only, until Stripe's questions are answered: a promise that nothing can pay is no help."""
    account, joan = ConnectedAccount.objects.get(), client_of(garden.cast.joan)
    page, url = garden.offer.listing.page.url, f"/arrangements/new/{garden.offer.public_id}/"
    assert "Ask for help every week" in joan.get(page).content.decode()
    sandbox.account_restrict(garden.store, account_id=account.stripe_id, due=["external_account"])
    gateway.account_refresh(account=account, now=garden.at)
    assert "Ask for help every week" not in joan.get(page).content.decode()
    for side in (Side.PERSON, Side.PROVIDER):
        with pytest.raises(NotEveryWeek):
            garden.proposed(side=side)
    ConnectedAccount.objects.all().delete()
    with pytest.raises(NotEveryWeek):
        garden.proposed()
    assert "Ask for help every week" not in joan.get(page).content.decode()
    page = joan.get(url, follow=True).content.decode()
    assert "This cannot be arranged just now. Ask for a first visit instead." in page, "before anybody fills a form"
    assert not Arrangement.objects.exists()


def test_the_letter_after_a_visit_says_how_long_what_it_costs_and_until_when_to_query(garden):
    visit = garden.done(garden.running(), minutes=90)
    outbox.deliver()
    (words,) = letters(garden.cast.joan.email, "was there on")
    assert "1 hour 30 minutes, £27.00" in words
    until = uk_date(timezone.localdate(visit.query_by), today=timezone.localdate())
    assert f"say so by {until}. Until then nothing is charged." in words


def test_a_card_that_says_no_is_written_of_kindly_and_with_its_reason(garden):
    garden.done(garden.running(cards.NO_FUNDS_LATER))
    garden.later(days=7)
    (words,) = letters(garden.cast.joan.email, "Please pay £36.00 yourself")
    assert "There was not enough money on your card. That happens." in words
    assert "in your own time. Nothing is added to it." in words
    assert not any(word in words.lower() for word in ("failed", "overdue", "debt", "owe"))


def test_why_a_visit_was_missed_is_read_on_the_page_and_whom_to_ring(garden, client_of):
    """A reason may be about health: it stands on the page, never in a letter."""
    made = garden.running(paid_from=PaidFrom(relies_on=True, begin_early=True))
    visit = garden.visit(made)
    garden.to(visit.starts_at + timedelta(hours=1))
    facts = {"by": garden.sam, "now": garden.at, "words": "My back gave way."}
    services.visit_missed(visit=visit, side=Side.PROVIDER, **facts)
    outbox.deliver()
    page = client_of(garden.cast.joan).get(f"/arrangements/{made.public_id}/").content.decode()
    assert "My back gave way." in page
    assert f"ring Quantock Council on {garden.cast.council['quantock'].help_phone}" in page
    assert not any("back gave way" in letter.body for letter in mail.outbox)


def test_after_nobody_came_the_persons_page_says_whom_to_ring(garden, client_of):
    made = garden.running(paid_from=PaidFrom(relies_on=True, begin_early=True))
    visit, joan = garden.visit(made), client_of(garden.cast.joan)
    garden.to(visit.starts_at + timedelta(hours=1))
    services.visit_missed(visit=visit, side=Side.PERSON, by=garden.joan, now=garden.at, words="")
    page = joan.get(f"/arrangements/{made.public_id}/").content.decode()
    assert f"ring Quantock Council on {garden.cast.council['quantock'].help_phone}" in page


def test_calendars_read_by_a_secret_that_can_be_taken_back(garden, cast, client):
    made = garden.running()
    secret = services.feed_make(owner=cast.joan, person=cast.joan, by=garden.joan, now=garden.at)
    answer = client.get(f"/calendar/{secret}.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    text = answer.content.decode()
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") >= 7
    begins = [line for line in text.split("\r\n") if line.startswith("DTSTART:")]
    assert begins == [
        f"DTSTART:{each.starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}" for each in made.visits.order_by("day")
    ]
    assert {timezone.localtime(each.starts_at).hour for each in made.visits.all()} == {10}, (
        "ten by the clock on the wall"
    )
    assert text.count("DTEND:") == len(begins)
    assert "garden" not in text.lower()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    again = services.feed_make(owner=cast.joan, person=cast.joan, by=garden.joan, now=garden.at)
    assert client.get(f"/calendar/{secret}.ics").status_code == 404
    services.feed_revoke(owner=cast.joan, person=cast.joan, by=garden.joan, now=garden.at)
    assert client.get(f"/calendar/{again}.ics").status_code == 404
    assert selectors.feed_of(cast.joan, person=cast.joan) is None


def test_the_providers_calendar_has_each_visit_at_its_time_and_ends_with_the_keeping(garden, cast, client):
    """Whoever keeps the listing no more must not go on reading where Joan is at home, and when."""
    made = garden.running()
    provider, first, second = made.provider, garden.visit(made, 0), garden.visit(made, 1)
    services.skip_add(
        arrangement=made, first=second.day, last=second.day, side=Side.PERSON, by=garden.joan, now=garden.at
    )
    secret = services.feed_make(owner=cast.sam, provider=provider, by=garden.sam, now=garden.at)
    events = client.get(f"/calendar/{secret}.ics").content.decode().split("BEGIN:VEVENT")[1:]
    begins = [f"DTSTART:{visit.starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}" for visit in (first, second)]
    assert begins[0] in events[0]
    assert "SUMMARY:Visit: Joan" in events[0]
    assert "STATUS:CONFIRMED" in events[0]
    assert begins[1] in events[1]
    assert "STATUS:CANCELLED" in events[1]
    provider.keepers.remove(cast.sam)
    assert client.get(f"/calendar/{secret}.ics").status_code == 404
