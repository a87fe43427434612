"""Sam registers, writes his page question by question, and keeps it: through the site's own pages."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Comment

from marketplace.core import outbox
from providers.listings import selectors, services
from providers.listings.models import Listing, Offer, Provider
from providers.listings.states import ListingState
from tests.factories.listings import make_category

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(cast, client_of):
    return client_of(cast.sam)


def answer(client, url, **answers):
    response = client.post(url, answers)
    assert response.status_code == 302, response.context and response.context["form"].errors
    return response.url


@pytest.fixture
def registered(cast, sam):
    """Sam has answered every question about himself."""
    url = answer(sam, "/provider/register/", postcode="ta1 1aa")
    assert url == "/provider/register/quantock/"
    url = answer(sam, url, name="Sam Orchard")
    url = answer(sam, url, legal_form="sole_trader")
    url = answer(sam, url, people_working="1", full_time="0.8")
    url = answer(sam, url, care="no")
    url = answer(
        sam,
        url,
        insured="yes",
        insurer="Farm Mutual",
        insured_pounds="£5,000,000",
        insured_until_0="1",
        insured_until_1="6",
        insured_until_2="2031",
    )
    url = answer(sam, url, vat="not_registered")
    url = answer(sam, url, contact_name="Sam", phone="01632 960 001", email="sam@example.org")
    answer(sam, url, complaints="")
    return Provider.objects.get()


@pytest.fixture
def drafted(registered, sam):
    """... and every question about his page."""
    gardening = make_category()
    url = answer(sam, f"/provider/who/{registered.public_id}/new-page/", title="Sam Orchard, gardens", who="")
    url = answer(sam, url, summary="Grass, gutters, gates.")
    url = answer(sam, url, about="I look after small gardens.\n\nI shut the gate.")
    url = answer(sam, url, categories=[gardening.pk])
    url = answer(sam, url, reach_kind="miles")
    url = answer(sam, url, base_postcode="TA11AA", base_is_home="yes", reach_miles="5")
    url = answer(sam, url, when="Weekdays, 9 to 5", days=["mon", "tue"])
    url = answer(sam, url, done_by=["men"])
    url = answer(sam, url, known=["English"], others="cornish")
    url = answer(sam, url, photo_alt="")
    assert url.endswith("/prices/") or "prices" in url
    listing = Listing.objects.get()
    answer(
        sam,
        f"/provider/listings/{listing.public_id}/prices/new/",
        title="An hour in your garden",
        unit="hour",
        price_pence="18",
    )
    url = answer(sam, f"/provider/listings/{listing.public_id}/prices/")
    url = answer(sam, url, takes_direct_payments="yes")
    url = answer(sam, url, changing_your_mind="Tell me the day before.")
    assert url == f"/provider/listings/{listing.public_id}/"
    listing.refresh_from_db()
    return listing


def test_every_answer_about_the_provider_is_kept(registered, cast):
    assert registered.council == cast.council["quantock"]
    assert list(registered.keepers.all()) == [cast.sam]
    assert (registered.fte_tenths, registered.insured_pounds) == (8, 5_000_000)
    assert registered.answered == ["name", "legal", "people", "care", "insurance", "vat", "contact", "complaints"]


def test_the_draft_says_what_was_typed_and_strangers_see_nothing(drafted, client):
    page = services.draft_of(drafted)
    assert page.base_postcode == "TA1 1AA"
    assert (page.reach_miles, page.days, page.languages) == (5, ["mon", "tue"], ["English", "Cornish"])
    assert page.comes_to_you
    assert drafted.takes_direct_payments
    assert [offer.price_pence for offer in drafted.offers.all()] == [1800]
    assert selectors.still_missing(drafted, page) == []
    assert client.get(drafted.page.url).status_code == 404


def test_it_goes_to_the_council_once_however_often_it_is_sent(drafted, sam):
    for _again in range(2):
        assert sam.post(f"/provider/listings/{drafted.public_id}/send/").status_code == 302
    drafted.refresh_from_db()
    assert drafted.state == ListingState.SUBMITTED
    assert outbox.pending("listings.submitted").count() == 1


def test_words_are_the_councils_while_it_reads_them_until_they_are_taken_back(drafted, sam):
    base = f"/provider/listings/{drafted.public_id}/"
    sam.post(f"{base}send/")
    refused = sam.post(f"{base}questions/summary/", {"summary": "Other words"}, follow=True)
    assert "cannot change these words just now" in refused.content.decode()
    assert services.draft_of(drafted).summary == "Grass, gutters, gates."
    assert sam.post(f"{base}take-back/").status_code == 302
    drafted.refresh_from_db()
    assert drafted.state == ListingState.DRAFT
    answer(sam, f"{base}questions/summary/", summary="Other words")
    assert services.draft_of(drafted).summary == "Other words"


def test_comments_stand_at_their_question_and_sending_again_resumes_the_same_workflow(drafted, sam, cast):
    base = f"/provider/listings/{drafted.public_id}/"
    sam.post(f"{base}send/")
    page = services.draft_of(drafted)
    first = page.current_workflow_state
    Comment.objects.create(page_id=page.pk, user=cast.moira, text="Which gutters?", contentpath="summary")
    page.current_workflow_task_state.reject(user=cast.moira, comment="Nearly there.")
    overview = sam.get(base).content.decode()
    assert "Nearly there." in overview
    assert "Which gutters?" in overview
    assert "Which gutters?" in sam.get(f"{base}questions/summary/").content.decode()
    assert "Which gutters?" not in sam.get(f"{base}questions/when/").content.decode()
    answer(sam, f"{base}questions/summary/", summary="Grass and the gutters of bungalows.")
    sam.post(f"{base}send/")
    drafted.refresh_from_db()
    assert drafted.state == ListingState.SUBMITTED
    again = services.draft_of(drafted).current_workflow_state
    assert again.pk == first.pk
    assert "Which gutters?" not in sam.get(base).content.decode()


@pytest.fixture
def live(drafted, sam, cast):
    sam.post(f"/provider/listings/{drafted.public_id}/send/")
    services.draft_of(drafted).current_workflow_task_state.approve(user=cast.moira)
    drafted.refresh_from_db()
    assert drafted.state == ListingState.LIVE
    return drafted


def test_new_words_wait_and_new_prices_do_not(live, sam):
    base = f"/provider/listings/{live.public_id}/"
    version = live.version
    answer(sam, f"{base}questions/summary/?back=check", summary="New words")
    offer = live.offers.get()
    answer(sam, f"{base}prices/{offer.public_id}/", title=offer.title, unit="hour", price_pence="20.50")
    live.refresh_from_db()
    live.page.refresh_from_db()
    assert live.page.summary == "Grass, gutters, gates."
    assert live.offers.get().price_pence == 2050
    assert live.version > version
    assert outbox.pending("listings.changed").filter(payload__version=live.version).exists()


def test_an_offer_taken_off_stays_in_the_books(live, sam):
    offer = live.offers.get()
    assert sam.post(f"/provider/listings/{live.public_id}/prices/{offer.public_id}/take-off/").status_code == 302
    offer.refresh_from_db()
    assert offer.withdrawn_at is not None
    assert offer.price_pence == 1800
    assert sam.get(f"/provider/listings/{live.public_id}/prices/{offer.public_id}/").status_code == 404


def test_pausing_archiving_and_bringing_back(live, sam, client):
    base = f"/provider/listings/{live.public_id}/"
    address = live.page.url

    def seen() -> bool:
        return selectors.visible_to().filter(pk=live.pk).exists()

    for step, visible, state in [
        ("pause", False, ListingState.LIVE),
        ("resume", True, ListingState.LIVE),
        ("archive", False, ListingState.ARCHIVED),
        ("restore", False, ListingState.DRAFT),
    ]:
        assert sam.get(f"{base}{step}/").status_code == 200
        assert sam.post(f"{base}{step}/").status_code == 302
        live.refresh_from_db()
        assert (seen(), live.state) == (visible, state), step
    assert client.get(address).status_code == 404
    sam.post(f"{base}send/")
    live.refresh_from_db()
    assert live.state == ListingState.SUBMITTED


def test_an_archived_page_takes_its_changes_back_from_the_council(live, sam):
    base = f"/provider/listings/{live.public_id}/"
    answer(sam, f"{base}questions/summary/", summary="New words")
    sam.post(f"{base}send/")
    sam.post(f"{base}archive/")
    live.refresh_from_db()
    assert live.state == ListingState.ARCHIVED
    assert services.draft_of(live).current_workflow_state is None


def test_still_right_starts_the_date_anew(live, sam):
    live.assured_on = timezone.localdate() - timedelta(days=170)
    live.save()
    assert "Everything is still right" in sam.get("/provider/").content.decode()
    sam.post(f"/provider/listings/{live.public_id}/still-right/")
    live.refresh_from_db()
    assert live.assured_on == timezone.localdate()
    assert "Everything is still right" not in sam.get("/provider/").content.decode()


def test_two_clicks_make_one_provider_one_page_and_one_price(cast, sam):
    once = sam.get("/provider/register/quantock/").context["form"]["once"].value()
    for _click in range(2):
        sam.post("/provider/register/quantock/", {"name": "Sam", "once": once})
    provider = Provider.objects.get()
    once = sam.get(f"/provider/who/{provider.public_id}/new-page/").context["form"]["once"].value()
    for _click in range(2):
        sam.post(f"/provider/who/{provider.public_id}/new-page/", {"title": "Gardens", "once": once})
    listing = Listing.objects.get()
    new = f"/provider/listings/{listing.public_id}/prices/new/"
    once = sam.get(new).context["form"]["once"].value()
    for _click in range(2):
        sam.post(new, {"title": "An hour", "unit": "hour", "price_pence": "18", "once": once})
    assert Offer.objects.count() == 1


def test_new_words_can_be_thrown_away_whatever_the_council_said_of_them(live, sam, cast):
    base = f"/provider/listings/{live.public_id}/"
    approved = live.page.summary
    assert "throw-away" not in sam.get(base).content.decode(), "there is nothing to throw away"
    answer(sam, f"{base}questions/summary/", summary="Words I regret")
    sam.post(f"{base}send/")
    assert sam.post(f"{base}throw-away/", follow=True).status_code == 200
    kept = services.draft_of(Listing.objects.get(pk=live.pk)).summary
    assert kept == "Words I regret", "the council is reading them: take them back first"
    services.draft_of(Listing.objects.get(pk=live.pk)).current_workflow_task_state.reject(
        user=cast.moira, comment="Not like this."
    )
    assert f"{base}throw-away/" in sam.get(base).content.decode()
    page = sam.post(f"{base}throw-away/", follow=True).content.decode()
    assert "Your page is as people see it." in page
    assert "Not like this." not in page
    live.refresh_from_db()
    assert live.state == ListingState.LIVE
    assert services.draft_of(Listing.objects.get(pk=live.pk)).summary == approved
    assert "Words I regret" not in sam.get(live.page.url).content.decode()
    answer(sam, f"{base}questions/summary/", summary="Better words")
    sam.post(f"{base}send/")
    services.draft_of(Listing.objects.get(pk=live.pk)).current_workflow_task_state.approve(user=cast.moira)
    assert "Better words" in sam.get(live.page.url).content.decode()
