"""A provider read from a directory, whom nobody keeps yet: nothing can be asked, since nobody would ever answer."""

import pytest
from django.utils import timezone

from payments.orders import services
from payments.orders.models import VisitRequest
from providers.listings.models import Keeper
from tests.factories.listings import make_listing, make_provider
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db


@pytest.fixture
def unkept(cast):
    provider = make_provider(cast.council["quantock"], source="directory", external_id="1", phone="01632 960 100")
    return make_listing(provider)


def test_the_page_says_how_to_reach_them_and_offers_nothing_else(client, unkept):
    page = client.get(unkept.page.url).content.decode()
    assert "has not joined this site yet" in page
    assert "01632 960 100" in page
    assert f"/orders/visits/new/{unkept.public_id}/" not in page
    assert "Ask for a first visit" not in page


def test_nobody_can_ask_by_address_or_by_call(cast, client_of, unkept):
    ken = client_of(cast.ken)
    answer = ken.post(f"/orders/visits/new/{unkept.public_id}/", {"when_words": "Tuesday"})
    assert answer.status_code == 404
    with pytest.raises(services.NotOffered):
        services.visit_ask(
            person=cast.ken, listing=unkept, when_words="", note="", by=by_self(cast.ken), now=timezone.now()
        )
    assert not VisitRequest.objects.exists()


def test_a_keeper_makes_it_like_any_other(cast, client, unkept):
    Keeper.objects.create(provider=unkept.provider, user=cast.sam)
    assert "Ask for a first visit" in client.get(unkept.page.url).content.decode()
