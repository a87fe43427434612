"""Sam's way to being paid, and what the public page says meanwhile."""

import pytest
from django.test import Client

from payments.gateway import selectors as gateway
from payments.gateway.models import ConnectedAccount
from tests.factories.listings import make_listing, make_offer

pytestmark = pytest.mark.django_db


def test_from_no_account_to_being_paid(cast, client_of, store, sam, deliver, django_capture_on_commit_callbacks):
    keeper = client_of(cast.sam)
    listing = make_listing(sam)
    make_offer(listing)
    before = Client().get(listing.page.url).content.decode()
    assert "cannot be paid through this site yet" in before
    assert f"/orders/visits/new/{listing.public_id}/" in before
    assert f"/orders/choose/{listing.public_id}/" not in before

    answer = keeper.post(f"/provider/payments/{sam.public_id}/start/")
    assert "/sandbox/onboard/" in answer.url
    keeper.post(answer.url, {"answer": "partly"})
    page = keeper.get(f"/provider/payments/{sam.public_id}/back/", follow=True).content.decode()
    assert "a photo of your passport or driving licence" in page
    assert not gateway.can_be_paid(sam)

    answer = keeper.get(f"/provider/payments/{sam.public_id}/again/")
    keeper.post(answer.url, {"answer": "everything"})
    with django_capture_on_commit_callbacks(execute=True):
        page = keeper.get(f"/provider/payments/{sam.public_id}/back/", follow=True).content.decode()
    assert "People can pay you now." in page
    assert gateway.can_be_paid(sam)
    assert ConnectedAccount.objects.count() == 1
    after = Client().get(listing.page.url).content.decode()
    assert f"/orders/choose/{listing.public_id}/" in after


@pytest.mark.parametrize("who", ["ken", "asha", "moira", None])
def test_nobody_else_opens_an_account_for_sam(cast, client_of, store, sam, who):
    client = client_of(cast.people[who] if who else None)
    refused = 404 if who else 302
    assert client.post(f"/provider/payments/{sam.public_id}/start/").status_code == refused
    assert client.get(f"/provider/payments/{sam.public_id}/back/").status_code == refused
    assert client.get(f"/provider/payments/{sam.public_id}/again/").status_code == refused
    assert not ConnectedAccount.objects.exists()


def test_a_silent_stripe_is_said_plainly(cast, client_of, store, sam, settings):
    settings.SANDBOX_FAULT = lambda method, path: "500"
    page = client_of(cast.sam).post(f"/provider/payments/{sam.public_id}/start/", follow=True).content.decode()
    assert "Stripe did not answer" in page
