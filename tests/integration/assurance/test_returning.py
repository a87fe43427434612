"""A15: somebody whom a council hides cannot come back as somebody else without a person having looked."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK
from marketplace.people.erasure import services as erasure
from marketplace.people.models import User
from payments.gateway import services as gateway
from payments.sandbox import services as sandbox
from providers.assurance import services
from providers.assurance.models import Likeness, Trace
from providers.listings.models import Hold, Listing, Provider
from providers.listings.services import listing_archive
from providers.listings.states import HoldKind
from tests.factories.listings import make_listing
from tests.integration.orders.conftest import account, by_self, listing, sam, store

__all__ = ["account", "listing", "sam", "store"]
pytestmark = pytest.mark.django_db
NEW = {"name": "Green Fingers", "contact_name": "Alex Moor", "email": "alex@example.org", "phone": "01632 960 999"}
WAYS = {
    "another name, the old telephone": {"phone": "+44 1632 960442"},
    "another name, the old address with a plus": {"email": "SAM+new@example.org"},
    "another address and number, the old name": {"contact_name": "Orchard, Sam"},
    "another name, the old number with the regulator": {"cqc_id": "1-234567"},
}


@pytest.fixture
def barred(cast, sam, listing, account) -> Provider:
    """Sam, hidden by Quantock."""
    Provider.objects.filter(pk=sam.pk).update(cqc_id="1-234567", contact_name="Sam Orchard")
    sam.refresh_from_db()
    services.provider_suspend(provider=sam, by=by_self(cast.moira), now=timezone.now(), reason="Took money.")
    outbox.deliver()
    return sam


@pytest.fixture
def newcomer(cast):
    """Somebody new with an account of their own, and a listing that the council has approved."""

    def comes(council="quantock", keeper=None, **facts) -> Listing:
        keeper = keeper or User.objects.create_user(f"new{User.objects.count()}@example.org", "x", first_name="Alex")
        provider = Provider.objects.create(council=cast.council[council], **(NEW | facts))
        provider.keepers.add(keeper)
        made = make_listing(provider, "Green Fingers")
        outbox.add("listings.provider_registered", provider=provider.pk)
        outbox.add("listings.published", listing=made.pk, first=True)
        outbox.deliver()
        return made

    return comes


def seen(listing: Listing) -> bool:
    return Listing.objects.visible().filter(pk=listing.pk).exists()


@pytest.mark.fault("A15")
@pytest.mark.parametrize("way", WAYS)
def test_who_was_hidden_comes_back_and_is_held_for_a_person(barred, newcomer, cast, mailoutbox, way):
    made = newcomer(**WAYS[way])
    assert not seen(made)
    hold = Hold.objects.get(provider=made.provider, kind=HoldKind.HELD, lifted_at=None)
    assert hold.reason == "", "whom they look like is nobody's business but the council's"
    assert [letter for letter in mailoutbox if letter.to == [cast.moira.email] and "looks like" in letter.subject]


@pytest.mark.fault("A15")
def test_the_same_bank_account_tells_even_when_everything_else_is_new(barred, newcomer, cast, store):
    Hold.objects.filter(provider=barred).update(lifted_at=timezone.now())
    sandbox.onboarding_finish(store, account_id=barred.connected_account.stripe_id, bank="00012345")
    gateway.account_refresh(account=barred.connected_account, now=timezone.now())
    services.provider_suspend(provider=barred, by=by_self(cast.moira), now=timezone.now(), reason="Again.")
    made = newcomer(council="wharfe")
    assert seen(made), "nothing gives them away yet"
    theirs = gateway.account_open(provider=made.provider, by=CLOCKWORK, now=timezone.now())
    sandbox.onboarding_finish(store, account_id=theirs.stripe_id, bank="00012345")
    gateway.account_refresh(account=theirs, now=timezone.now())
    assert not seen(made)
    assert Likeness.objects.get(provider=made.provider).kinds == ["bank"]


@pytest.mark.fault("A15")
def test_leaving_first_does_not_help(barred, newcomer, cast):
    """An erased provider's digests stay while a council hides them; nobody can read them back."""
    for each in barred.listings.all():
        listing_archive(listing=each, by=by_self(cast.sam), user=cast.sam, now=timezone.now())
    erasure.person_erase(person=cast.sam, by=CLOCKWORK, now=timezone.now())
    barred.refresh_from_db()
    assert barred.phone == ""
    assert not seen(newcomer(phone="01632 960 442"))


@pytest.mark.fault("A15", canary=True)
def test_canary_without_the_look_they_are_back(barred, newcomer, monkeypatch):
    monkeypatch.setattr("providers.assurance.handlers.return_check", lambda **facts: [])
    assert seen(newcomer(phone="+44 1632 960442"))


def test_others_are_left_in_peace(barred, newcomer):
    assert seen(newcomer())
    assert seen(newcomer(council="wharfe", contact_name="Sam Orchard")), "elsewhere a name alone is somebody else's"
    assert not Likeness.objects.exists()


def test_somebody_who_is_here_already_is_held_when_their_twin_is_hidden(cast, sam, listing, newcomer):
    made = newcomer(phone="01632 960 442")
    assert seen(made)
    services.provider_suspend(provider=sam, by=by_self(cast.moira), now=timezone.now(), reason="Took money.")
    outbox.deliver()
    assert not seen(made)


def test_the_council_sees_why_and_lets_them_go_for_good(barred, newcomer, cast, client_of):
    made = newcomer(phone="01632 960442")
    page, keeper = client_of(cast.moira), made.provider.keepers.get()
    shown = page.get(reverse("staff:provider", args=[made.provider.public_id])).content.decode()
    assert "the same telephone number" in shown
    assert barred.name in shown
    assert barred.name not in client_of(keeper).get("/provider/").content.decode()
    page.post(reverse("staff:lift", args=[made.provider.public_id]), {"note": "His cousin."})
    assert seen(made)
    outbox.add("listings.submitted", listing=made.pk)
    outbox.deliver()
    assert seen(made), "looked at once is enough"
    assert Trace.objects.filter(provider=made.provider).exists()


def test_somebody_hidden_who_is_known_by_nothing_is_like_nobody(cast, newcomer):
    other = newcomer().provider
    nameless = Provider.objects.create(council=cast.council["quantock"], name="—")
    before = set(other.traces.values_list("pk", flat=True))
    Provider.objects.filter(pk=other.pk).update(phone="01632 960 998")
    assert before
    assert services.returns_look_round(provider=nameless, now=timezone.now()) == 0
    assert set(other.traces.values_list("pk", flat=True)) == before, "nobody else was looked at"
