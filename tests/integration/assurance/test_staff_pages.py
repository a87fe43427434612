"""A council's own pages: who may see them, and what they change."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK
from marketplace.people.models import Council
from providers.assurance import services
from providers.assurance.models import Concern, Credential
from providers.assurance.states import CredentialState
from providers.listings.models import Category, Hold, Listing
from tests.factories.listings import make_category, make_listing, make_provider

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def listing(cast):
    return make_listing(make_provider(cast.council["quantock"], cast.sam))


@pytest.fixture
def insurance(listing) -> Credential:
    return services.credential_claim(provider=listing.provider, kind="insurance", by=CLOCKWORK, now=NOW)


@pytest.fixture
def concern(listing) -> Concern:
    return services.concern_raise(
        words="He shouted", severity="high", council=listing.council, listing=listing, by=CLOCKWORK, now=NOW
    )


def boxes(name, day):
    return {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}


def test_everything_of_a_council_is_refused_to_all_but_its_own_curators(cast, listing, insurance, concern, client_of):
    kind = Category.objects.create(slug="own", name="Own", council=cast.council["quantock"])
    provider = listing.provider
    addresses = [
        "/staff/quantock/",
        *(f"/staff/quantock/{part}/" for part in ("settings", "providers", "checks", "concerns", "kinds")),
        f"/staff/provider/{provider.public_id}/",
        f"/staff/provider/{provider.public_id}/suspend/",
        f"/staff/provider/{provider.public_id}/lift/",
        f"/staff/check/{insurance.public_id}/",
        f"/staff/concern/{concern.public_id}/",
        f"/staff/kind/{kind.pk}/",
        f"/staff/kind/{kind.pk}/retire/",
    ]
    posts = [
        *addresses[1:],
        f"/staff/provider/{provider.public_id}/check/",
        *(f"/staff/concern/{concern.public_id}/{what}/" for what in ("triage", "decide", "close")),
    ]
    moira = client_of(cast.moira)
    for address in addresses:
        page = moira.get(address)
        assert page.status_code == 200, address
        html = page.content.decode()
        assert html.count("<h1") == 1, address
        assert not re.search(r"style=|onclick=|placeholder=", html), address
        assert page.headers["Cache-Control"] == "private, no-store", address
    for who in (cast.bea, cast.theo, cast.nia, cast.olwen, cast.sam, cast.stranger):
        person = client_of(who)
        assert [person.get(address).status_code for address in addresses] == [404] * len(addresses), who
        answers = {person.post(a, {"reason": "x", "note": "x", "name": "x"}).status_code for a in posts}
        assert answers <= {404, 405}, who
    assert not Hold.objects.filter(kind="suspended").exists()
    insurance.refresh_from_db(), concern.refresh_from_db(), kind.refresh_from_db()
    assert (insurance.state, concern.state, kind.name) == ("claimed", "new", "Own")


def test_without_a_second_factor_a_curator_is_led_to_it_and_sees_nothing(cast, listing, client_of):
    answer = client_of(cast.moira, second_factor=False).get("/staff/quantock/")
    assert answer.status_code == 302
    assert "/staff/" not in answer.url.split("?")[0]


def test_hiding_a_provider_empties_every_public_page_at_the_next_request(
    cast, listing, client_of, client, django_capture_on_commit_callbacks
):
    address = listing.page.url
    assert client.get(address).status_code == 200
    moira = client_of(cast.moira)
    with django_capture_on_commit_callbacks(execute=True):
        answer = moira.post(f"/staff/provider/{listing.provider.public_id}/suspend/", {"reason": "No insurance"})
    assert answer.status_code == 302
    assert client.get(address).status_code == 404
    outbox.deliver(now=timezone.now())
    (letter,) = (letter for letter in mail.outbox if letter.subject == "Your listings are hidden")
    assert letter.to == ["sam@example.org"]
    assert "No insurance" in letter.body
    with django_capture_on_commit_callbacks(execute=True):
        moira.post(f"/staff/provider/{listing.provider.public_id}/lift/", {"note": "Seen the new policy"})
    assert client.get(address).status_code == 200


def test_hiding_needs_a_reason(cast, listing, client_of):
    answer = client_of(cast.moira).post(f"/staff/provider/{listing.provider.public_id}/suspend/", {"reason": "  "})
    assert answer.status_code == 200
    assert "Write down why" in answer.content.decode()
    assert Listing.objects.visible().count() == 1


def test_a_check_is_recorded_with_its_dates_and_shown_to_strangers(cast, listing, insurance, client_of, client):
    until = timezone.localdate() + timedelta(days=200)
    client_of(cast.moira).post(
        f"/staff/check/{insurance.public_id}/",
        {"decision": "verify", "insured_pounds": "5,000,000", "number": "P-1", **boxes("expires_on", until)},
    )
    insurance.refresh_from_db()
    assert (insurance.state, insurance.seen_by, insurance.expires_on) == (CredentialState.VERIFIED, cast.moira, until)
    assert "Checked by Quantock Council" in client.get(listing.page.url).content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"decision": "verify"}, "Type the day the insurance runs out."),
        ({"decision": "verify", "expires_on_0": "1", "expires_on_1": "1", "expires_on_2": "2020"}, "has passed"),
        ({"decision": "reject"}, "Write down why"),
        ({"decision": "bless"}, "to put right"),
        ({"decision": "verify", "insured_pounds": "-5"}, "Type a whole number"),
        ({}, "Choose what you found."),
    ],
)
def test_a_check_filled_in_wrongly_says_what_to_do_and_changes_nothing(cast, insurance, client_of, typed, words):
    answer = client_of(cast.moira).post(f"/staff/check/{insurance.public_id}/", typed)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    insurance.refresh_from_db()
    assert insurance.state == CredentialState.CLAIMED


def settings_of(council: Council, **changed):
    names = ("name", "colour", "help_phone", "help_hours", "help_email", "concern_phone", "concern_hours")
    known = {name: getattr(council, name) for name in names}
    return {**known, "required": ["insurance", "identity"], "max_fte": "5", **changed}


def test_a_council_changes_its_own_facts_and_everybody_sees_them_next(
    cast, client_of, client, django_capture_on_commit_callbacks
):
    council = cast.council["quantock"]
    client.get("/quantock/")
    with django_capture_on_commit_callbacks(execute=True):
        answer = client_of(cast.moira).post(
            "/staff/quantock/settings/", settings_of(council, help_phone="01632 960 999")
        )
    assert answer.status_code == 302
    assert "01632 960 999" in client.get("/quantock/").content.decode()
    council.refresh_from_db()
    assert council.standards == {"required": ["identity", "insurance"], "max_fte": 5}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"required": ["identity"]}, "asked for everywhere"),
        ({"max_fte": "12"}, "set fewer, not more"),
        ({"colour": "red"}, "such as #74274b"),
        ({"name": "Wharfe Council"}, "with that name already"),
        ({"name": ""}, "Type the council"),
        ({"help_phone": "0" * 500}, "letters long"),
    ],
)
def test_standards_may_be_stricter_than_the_national_ones_and_never_weaker(cast, client_of, changed, words):
    council = cast.council["quantock"]
    answer = client_of(cast.moira).post("/staff/quantock/settings/", settings_of(council, **changed))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    council.refresh_from_db()
    assert council.standards == {}


def test_a_councils_own_kinds_are_added_changed_and_retired_and_national_ones_are_not(cast, client_of):
    national = make_category()
    moira = client_of(cast.moira)
    typed = {"name": "Sheep shearing", "hint": "", "art": "kettle", "direct_payment": "allowed"}
    assert moira.post("/staff/quantock/kinds/", typed).status_code == 302
    own = Category.objects.get(slug="sheep-shearing")
    assert own.council == cast.council["quantock"]
    assert "with that name already" in moira.post("/staff/quantock/kinds/", typed).content.decode()
    moira.post(f"/staff/kind/{own.pk}/", {**typed, "name": "Shearing"})
    moira.post(f"/staff/kind/{own.pk}/retire/")
    own.refresh_from_db()
    assert own.name == "Shearing"
    assert own.retired_at is not None
    assert moira.post(f"/staff/kind/{national.pk}/", typed).status_code == 404


def test_providers_are_found_by_name_and_lists_stay_short(cast, client_of, django_assert_max_num_queries):
    for n in range(35):
        make_provider(cast.council["quantock"], name=f"Person {n:02d}")
    moira = client_of(cast.moira)
    assert "Person 07" in moira.get("/staff/quantock/providers/?q=person 07").content.decode()
    assert "Nobody here is called" in moira.get("/staff/quantock/providers/?q=%00<b>").content.decode()
    with django_assert_max_num_queries(12):
        html = moira.get("/staff/quantock/providers/?page=999999").content.decode()
    assert "31 to 35 of 35" in html


def test_a_worry_is_triaged_decided_and_closed_in_that_order(cast, listing, concern, client_of):
    moira, stem = client_of(cast.moira), f"/staff/concern/{concern.public_id}"
    moira.post(f"{stem}/decide/", {"decision": "leave", "reason": "Too early"})
    concern.refresh_from_db()
    assert concern.state == "new"
    moira.post(f"{stem}/triage/", {"care_needs": "no", "abuse_or_risk": "no", "cannot_protect_themselves": "no"})
    assert Listing.objects.visible().count() == 0
    moira.post(f"{stem}/decide/", {"decision": "pass_on", "reason": "Spoke to him"})
    assert Listing.objects.visible().count() == 1
    moira.post(f"{stem}/close/")
    concern.refresh_from_db()
    assert concern.state == "closed"


def test_the_keeper_of_a_listing_never_sees_a_worry_about_it(cast, listing, concern, client_of):
    sam = client_of(cast.sam)
    for address in (listing.page.url, "/provider/", f"/staff/concern/{concern.public_id}/"):
        assert "He shouted" not in sam.get(address).content.decode()
