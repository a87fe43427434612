"""A check is said, seen, verified and runs out; a required one that runs out hides its provider by itself."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK, Actor
from providers.assurance import selectors, services
from providers.assurance.models import Credential
from providers.assurance.states import CredentialState
from providers.listings.cards import for_cards
from providers.listings.models import Hold, Listing
from providers.listings.signals import facts_wanted
from providers.listings.states import HoldKind
from tests.factories.listings import make_listing, make_provider

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def listing(cast):
    return make_listing(make_provider(cast.council["quantock"], cast.sam))


def verified(provider, kind="insurance", by=CLOCKWORK, **facts) -> Credential:
    claimed = services.credential_claim(provider=provider, kind=kind, by=by, now=NOW)
    return services.credential_verify(credential=claimed, by=by, now=NOW, **facts)


def visible(listing) -> bool:
    return Listing.objects.visible().filter(pk=listing.pk).exists()


def test_insurance_that_runs_out_hides_its_provider_and_verifying_it_brings_them_back(listing, cast):
    insurance = verified(listing.provider, expires_on=TODAY - timedelta(days=1))
    assert services.credentials_run_out(now=NOW) == 1
    insurance.refresh_from_db()
    assert insurance.state == CredentialState.EXPIRED
    assert not visible(listing)
    services.credential_verify(
        credential=insurance, by=Actor(cast.moira.pk), now=NOW, expires_on=TODAY + timedelta(days=300)
    )
    assert visible(listing)


def test_a_check_holds_to_the_end_of_its_last_day(listing):
    verified(listing.provider, expires_on=TODAY)
    assert services.credentials_run_out(now=NOW) == 0
    assert visible(listing)


def test_a_check_that_the_council_does_not_require_runs_out_without_hiding_anybody(listing):
    verified(listing.provider, "first_aid", expires_on=TODAY - timedelta(days=1))
    assert services.credentials_run_out(now=NOW) == 1
    assert visible(listing)


def test_verifying_one_check_does_not_lift_a_hold_that_another_still_needs(listing):
    listing.council.standards = {"required": ["insurance", "identity"]}
    listing.council.save()
    insurance = verified(listing.provider, expires_on=TODAY - timedelta(days=1))
    verified(listing.provider, "identity", expires_on=TODAY - timedelta(days=1))
    services.credentials_run_out(now=NOW)
    services.credential_verify(credential=insurance, by=CLOCKWORK, now=NOW, expires_on=TODAY + timedelta(days=9))
    assert not visible(listing)


def test_a_suspension_stays_when_a_check_comes_back(listing):
    insurance = verified(listing.provider, expires_on=TODAY - timedelta(days=1))
    services.credentials_run_out(now=NOW)
    services.provider_suspend(provider=listing.provider, by=CLOCKWORK, now=NOW, reason="A complaint")
    services.credential_verify(credential=insurance, by=CLOCKWORK, now=NOW, expires_on=TODAY + timedelta(days=9))
    assert not visible(listing)
    assert list(Hold.objects.filter(lifted_at=None).values_list("kind", flat=True)) == [HoldKind.SUSPENDED]


def test_the_keeper_is_warned_thirty_days_and_one_day_before_and_each_once(listing):
    verified(listing.provider, expires_on=TODAY + timedelta(days=30))
    assert services.warnings_send(now=NOW) == 1
    assert services.warnings_send(now=NOW + timedelta(hours=1)) == 0
    assert services.warnings_send(now=NOW + timedelta(days=10)) == 0
    assert services.warnings_send(now=NOW + timedelta(days=29)) == 1
    outbox.deliver(now=timezone.now())
    letters = [letter for letter in mail.outbox if "runs out soon" in letter.subject]
    assert [letter.to for letter in letters] == [["sam@example.org"]] * 2


def test_the_public_page_says_who_checked_when_and_what_it_does_not_mean(listing, client):
    verified(listing.provider, seen_on=date(2026, 3, 3), insured_pounds=5_000_000)
    page = client.get(listing.page.url).content.decode()
    assert "Checked by Quantock Council on 3 March 2026. Public liability, £5 million." in page
    assert "does not cover an accident of your own" in page


def test_what_runs_out_within_thirty_days_is_marked(listing):
    verified(listing.provider, expires_on=TODAY + timedelta(days=20))
    assert [check.kind for check in selectors.public_checks(listing.provider, TODAY)] == ["heed"]


def test_mere_words_are_shown_as_words_and_count_as_no_check(listing):
    services.credential_claim(provider=listing.provider, kind="references", by=CLOCKWORK, now=NOW)
    (said,) = selectors.public_checks(listing.provider, TODAY)
    assert (said.kind, said.on) == ("said", None)
    assert selectors.kinds_held([listing.provider_id]) == {}
    assert selectors.checks_lines([listing.provider])[listing.provider_id].waiting


def test_a_rejected_check_is_nobodys_business_on_a_public_page(listing):
    check = verified(listing.provider, "references")
    services.credential_reject(credential=check, by=CLOCKWORK, now=NOW, note="Could not be reached")
    assert selectors.public_checks(listing.provider, TODAY) == []


def test_cards_get_their_checks_in_one_query_however_many(cast, django_assert_num_queries):
    listings = []
    for n in range(5):
        listing = make_listing(make_provider(cast.council["quantock"], name=f"Person {n}"))
        verified(listing.provider, "identity")
        listings.append(listing.pk)
    listings = for_cards(listings)
    with django_assert_num_queries(1):
        facts = selectors.check_facts(listings)
    assert all(facts[listing.pk]["checks_held"] == ["identity"] for listing in listings)
    answers = [answer for _receiver, answer in facts_wanted.send(sender=Listing, listings=listings)]
    assert facts in answers


def test_a_check_that_changes_tells_the_index(listing):
    before = outbox.pending("listings.changed").count()
    verified(listing.provider)
    assert outbox.pending("listings.changed").count() > before


@pytest.mark.parametrize(
    ("age", "hidden", "letters"), [(149, False, 0), (150, False, 1), (200, False, 0), (396, True, 1)]
)
def test_an_unconfirmed_listing_ages_in_steps_and_each_step_happens_once(cast, age, hidden, letters):
    listing = make_listing(make_provider(cast.council["quantock"], cast.sam), assured_on=TODAY - timedelta(days=age))
    morning = timezone.localtime(NOW).replace(hour=9)
    services.listings_age(now=morning)
    services.listings_age(now=morning + timedelta(hours=2))
    assert visible(listing) is not hidden
    asked = outbox.pending("listings.going_stale").count() + outbox.pending("assurance.listing_hidden").count()
    assert asked == letters
