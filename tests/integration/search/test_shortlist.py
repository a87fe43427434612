"""The shortlist with and without an account, for oneself and for another, and what is side by side."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from marketplace.core.models import AuditEntry
from marketplace.people.middleware import ACTING_FOR
from marketplace.people.models import Delegation, Scope
from providers.assurance import services as assurance
from providers.listings import services as listings
from providers.listings.states import HoldKind
from search import services
from search.access import IN_SESSION
from search.models import ShortlistEntry
from tests.factories.listings import make_listing, make_provider

pytestmark = pytest.mark.django_db
HERE = {"HTTP_SEC_FETCH_SITE": "same-origin"}


def add(client, listing, **headers):
    return client.post(f"/shortlist/add/{listing.public_id}/", {"next": "/search/?q=x"}, **(headers or HERE))


def remove(client, listing):
    return client.post(f"/shortlist/remove/{listing.public_id}/", {"next": "/shortlist/"}, **HERE)


def acting(client_of, cast, scope):
    """Priya at work for Joan."""
    now = timezone.now()
    held = Delegation.objects.create(
        person=cast.joan,
        delegate=cast.priya,
        scope=scope,
        starts_at=now - timedelta(days=1),
        granted_by=cast.joan,
        granted_at=now,
    )
    client = client_of(cast.priya)
    session = client.session
    session[ACTING_FOR] = held.pk
    session.save()
    return client


def test_a_stranger_keeps_a_list_in_the_browser_and_it_stays_after_sign_in(client, cast, indexed):
    gardener, cook = indexed
    assert add(client, gardener).url == "/search/?q=x"
    add(client, cook)
    add(client, cook)
    page = client.get("/shortlist/").content.decode()
    assert "Sam Orchard" in page
    assert "Shortlist (2)" in page
    assert ShortlistEntry.objects.count() == 0
    client.login(email=cast.ken.email, password="a long enough word")
    assert [entry.listing for entry in cast.ken.shortlist.all()] == [gardener, cook]
    assert IN_SESSION not in client.session
    client.login(email=cast.ken.email, password="a long enough word")
    assert cast.ken.shortlist.count() == 2


def test_the_page_for_a_stranger_knows_what_is_on_the_list(client, indexed, gardener):
    add(client, gardener)
    page = client.get("/search/", {"postcode": "TA1 1AA"}).content.decode()
    assert "On your shortlist: take off" in page
    remove(client, gardener)
    assert "take off" not in client.get("/search/", {"postcode": "TA1 1AA"}).content.decode()


def test_another_site_cannot_post_to_it(client, indexed, gardener):
    assert add(client, gardener, HTTP_SEC_FETCH_SITE="cross-site").status_code == 403
    assert add(client, gardener, HTTP_ORIGIN="https://elsewhere.example").status_code == 403
    assert IN_SESSION not in client.session


def test_the_way_back_never_leads_to_another_site(client, indexed, gardener):
    for wanted in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "x" * 3000):
        response = client.post(f"/shortlist/add/{gardener.public_id}/", {"next": wanted}, **HERE)
        assert response.url == "/shortlist/"


def test_a_hidden_listing_cannot_be_added_and_one_on_the_list_is_not_available_now(client_of, cast, indexed, gardener):
    client = client_of(cast.ken)
    add(client, gardener)
    listings.hold_place(provider=gardener.provider, kind=HoldKind.SUSPENDED, by=CLOCKWORK, now=timezone.now())
    page = client.get("/shortlist/").content.decode()
    assert "Not available now" in page
    assert "£18" not in page
    assert gardener.page.url not in page
    assert "Not available now: Sam" in client.get(f"/compare/?l={gardener.public_id}").content.decode()
    assert remove(client, gardener).status_code == 302
    assert add(client, gardener).status_code == 404
    assert cast.ken.shortlist.count() == 0


def test_a_draft_or_a_made_up_listing_is_a_404(client, client_of, cast, index):
    draft = make_listing(make_provider(cast.council["quantock"]), live=False)
    for who in (client, client_of(cast.ken)):
        assert add(who, draft).status_code == 404
        assert who.post("/shortlist/add/NONE-SUCH-HERE/", **HERE).status_code == 404
        assert remove(who, draft).status_code == 404
    assert ShortlistEntry.objects.count() == 0


def test_one_person_never_sees_or_changes_anothers_list(client_of, cast, indexed, gardener):
    add(client_of(cast.ken), gardener)
    other = client_of(cast.stranger)
    assert "Sam Orchard" not in other.get("/shortlist/").content.decode()
    assert remove(other, gardener).status_code == 404
    assert cast.ken.shortlist.count() == 1


def test_a_delegate_keeps_the_persons_list_and_is_named_on_it(client_of, cast, indexed, gardener):
    priya = acting(client_of, cast, Scope.SHORTLIST)
    add(priya, gardener)
    assert cast.joan.shortlist.get().added_by == cast.priya
    assert cast.priya.shortlist.count() == 0
    assert "Added by Priya Tapper" in client_of(cast.joan).get("/shortlist/").content.decode()
    entry = AuditEntry.objects.get(action="search.shortlist.add")
    assert (entry.by_id, entry.for_id, entry.channel) == (cast.priya.pk, cast.joan.pk, "delegate")


def test_a_delegate_who_may_only_see_cannot_change_it(client_of, cast, indexed, gardener):
    services.shortlist_add(listing=gardener, person=cast.joan, by=CLOCKWORK, now=timezone.now())
    priya = acting(client_of, cast, Scope.SEE)
    assert "Sam Orchard" in priya.get("/shortlist/").content.decode()
    assert add(priya, indexed[1]).status_code == 404
    assert remove(priya, gardener).status_code == 404
    assert cast.joan.shortlist.count() == 1


def test_a_delegate_whose_time_is_over_changes_nothing(client_of, cast, indexed, gardener):
    priya = acting(client_of, cast, Scope.BUY)
    Delegation.objects.update(ended_at=timezone.now())
    assert add(priya, gardener).status_code == 404
    assert ShortlistEntry.objects.count() == 0


def test_the_list_stays_short(cast, indexed, gardener, monkeypatch):
    monkeypatch.setattr("search.services.kept.MOST_KEPT", 1)
    now = timezone.now()
    services.shortlist_add(listing=gardener, person=cast.ken, by=CLOCKWORK, now=now)
    services.shortlist_add(listing=gardener, person=cast.ken, by=CLOCKWORK, now=now)
    with pytest.raises(services.ShortlistFull):
        services.shortlist_add(listing=indexed[1], person=cast.ken, by=CLOCKWORK, now=now)
    services.shortlist_keep(public_ids=[indexed[1].public_id, "x"], person=cast.ken, by=CLOCKWORK, now=now)
    assert cast.ken.shortlist.count() == 1


def test_four_fit_side_by_side_and_the_address_needs_no_account(client, cast, index):
    made = [make_listing(make_provider(cast.council["quantock"]), title=f"Help {number}") for number in range(5)]
    page = client.get("/compare/", {"l": [listing.public_id for listing in made]}).content.decode()
    assert [f"Help {number}" in page for number in range(5)] == [True, True, True, True, False]
    assert "first four" in page
    assert "mile" in client.get("/compare/", {"l": made[0].public_id, "postcode": "TA1 1AA"}).content.decode()
    for odd in ("", "\x00", "x" * 5000, "🌻"):
        assert client.get("/compare/", {"l": odd}).status_code == 200


def test_side_by_side_says_how_far_and_when_they_were_checked(client, cast, indexed, gardener):
    """The place is asked for on the shortlist, and no row has the name of a check."""
    claim = assurance.credential_claim(provider=gardener.provider, kind="identity", by=CLOCKWORK, now=timezone.now())
    assurance.credential_verify(credential=claim, by=CLOCKWORK, now=timezone.now(), expires_on=None)
    for each in indexed:
        add(client, each)
    assert 'name="postcode"' in client.get("/shortlist/").content.decode()
    page = client.get("/compare/", {"l": gardener.public_id, "postcode": "TA1 1AA"}).content.decode()
    assert ">Distance<" in page
    assert ">Who they are<" not in page
    assert ">Kind of provider<" in page
    assert "Who they are. One check by " in page


def test_the_listing_page_knows_the_button_and_who_is_near(client, cast, indexed, gardener):
    near = make_listing(
        make_provider(cast.council["quantock"], name="Maureen"),
        title="Tapp’s Gardens",
        categories=tuple(gardener.page.categories.all()),
        base_postcode="TA2 6AA",
    )
    services.listings_index(ids=[near.pk])
    add(client, gardener)
    page = client.get(gardener.page.url).content.decode()
    assert "Tapp’s Gardens" in page
    assert "take off" in page
