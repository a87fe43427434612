"""What people type by mistake, and what others send on purpose, is answered in plain words and changes nothing."""

import io
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from wagtail.images.forms import get_image_form

from marketplace.cms.models import Photo
from marketplace.cms.services import collection_of
from marketplace.core.audit import CLOCKWORK
from providers.listings import photos, services
from providers.listings.forms import CleanPhotoForm
from providers.listings.models import Listing, ListingPage, Offer, Provider
from tests.factories.listings import make_category, make_listing, make_offer, make_provider
from tests.unit.listings import pictures

pytestmark = pytest.mark.django_db
NASTY = {
    "emoji": "🌻" * 40,
    "right to left": "\u202eevil\u202c شارع",
    "page": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "nothing visible": "\u200b\u200b",
    "nul": "a\x00b",
    "template": "{{ request.user }}{% load x %}%(name)s %s {0}",
    "forty thousand letters": "x" * 40_000,
}
QUESTIONS = [
    *("name", "summary", "about", "help", "where", "place", "when", "doers", "languages", "photo", "paying", "changes")
]
ABOUT_YOU = ["name", "legal", "people", "care", "insurance", "vat", "contact", "complaints"]


@pytest.fixture
def sam(cast, client_of):
    return client_of(cast.sam)


@pytest.fixture
def listing(cast):
    make_category()
    return make_listing(make_provider(cast.council["quantock"], cast.sam), live=False)


def draft(listing: Listing) -> ListingPage:
    """The newest words in the database, whatever this listing's row has cached."""
    return services.draft_of(Listing.objects.get(pk=listing.pk))


def every_field(response) -> list[str]:
    return [bound.html_name for bound in response.context["form"]]


@pytest.mark.fault("A13")
@pytest.mark.parametrize("kind", NASTY)
def test_no_question_breaks_whatever_is_typed(sam, listing, kind):
    addresses = [f"/provider/listings/{listing.public_id}/questions/{key}/" for key in QUESTIONS]
    addresses += [f"/provider/who/{listing.provider.public_id}/{key}/" for key in ABOUT_YOU]
    addresses += ["/provider/register/", f"/provider/listings/{listing.public_id}/prices/new/"]
    for address in addresses:
        fields = every_field(sam.get(address))
        response = sam.post(address, {f"{name}{end}": NASTY[kind] for name in fields for end in ("", "_0", "_1", "_2")})
        assert response.status_code in {200, 302}, address
        if response.status_code == 200:
            assert response.context["form"].errors, address
            page = response.content.decode()
            assert 'class="nhsuk-error-summary"' in page, address
            assert "<script>alert(1)" not in page, address
    overview = sam.get(f"/provider/listings/{listing.public_id}/")
    assert overview.status_code == 200
    assert "<script>alert(1)" not in overview.content.decode()


def test_nothing_typed_at_all_is_an_error_with_a_link_to_the_field(sam, listing):
    response = sam.post(f"/provider/listings/{listing.public_id}/questions/summary/", {})
    page = response.content.decode()
    assert 'href="#id_summary"' in page
    assert "Say in a sentence or two what you do." in page
    assert draft(listing).summary == listing.page.summary


def test_what_was_typed_stays_when_it_is_refused(sam, listing):
    response = sam.post(
        f"/provider/listings/{listing.public_id}/prices/new/",
        {"title": "An hour", "unit": "hour", "price_pence": "eighteen", "details": "With tools"},
    )
    page = response.content.decode()
    assert 'value="eighteen"' in page
    assert 'value="With tools"' in page
    assert not listing.offers.exists()


@pytest.mark.fault("A13")
def test_ten_million_letters_are_refused_at_their_field_and_kept(sam, listing):
    typed = "x" * 10_000_000
    response = sam.post(f"/provider/listings/{listing.public_id}/questions/about/", {"about": typed})
    assert response.status_code == 200
    page = response.content.decode()
    assert 'href="#id_about"' in page
    assert typed in page
    assert draft(listing).about == listing.page.about


@pytest.mark.parametrize("price", ["-5", "0", "0.001", "1e9", "999999999", "£", "12,34", "nan", "١٨", "18.005"])
def test_a_price_is_a_sum_that_somebody_could_pay(sam, listing, price):
    new = f"/provider/listings/{listing.public_id}/prices/new/"
    response = sam.post(new, {"title": "An hour", "unit": "hour", "price_pence": price})
    assert response.status_code == 200
    assert "price_pence" in response.context["form"].errors
    assert not Offer.objects.exists()


@pytest.mark.parametrize(
    ("unit", "price", "wrong"),
    [("free", "5", "price_pence"), ("ask", "5", "price_pence"), ("hour", "", "price_pence"), ("eternity", "5", "unit")],
)
def test_price_and_way_of_charging_agree(sam, listing, unit, price, wrong):
    new = f"/provider/listings/{listing.public_id}/prices/new/"
    response = sam.post(new, {"title": "An hour", "unit": unit, "price_pence": price})
    assert wrong in response.context["form"].errors
    assert not Offer.objects.exists()


@pytest.mark.parametrize(
    ("group", "wrong"),
    [
        (("30", "", ""), "group_least"),
        (("30", "6", "3"), "group_most"),
        (("", "2", "3"), "group_price_pence"),
        (("30", "1", "3"), "group_least"),
        (("30", "2", "99999999999999"), "group_most"),
    ],
)
def test_a_group_price_has_a_size(sam, listing, group, wrong):
    price, least, most = group
    typed = {"group_price_pence": price, "group_least": least, "group_most": most}
    new = f"/provider/listings/{listing.public_id}/prices/new/"
    response = sam.post(new, {"title": "Lunch", "unit": "session", "price_pence": "12", **typed})
    assert wrong in response.context["form"].errors
    assert not Offer.objects.exists()


@pytest.mark.parametrize(
    ("day", "at", "places", "wrong"),
    [
        (("1", "1", "2001"), "2pm", "8", "day"),
        (("31", "2", "2030"), "2pm", "8", "day"),
        (("1", "1", "9999"), "2pm", "8", "day"),
        (None, "25:00", "8", "at"),
        (None, "13pm", "8", "at"),
        (None, "2pm", "-1", "places"),
        (None, "2pm", "99999", "places"),
    ],
)
def test_a_date_lies_ahead_and_has_places(sam, listing, day, at, places, wrong):
    offer = make_offer(listing, "Lunch club", books_at_once=True)
    ahead = timezone.localdate() + timedelta(days=30)
    day = day or (str(ahead.day), str(ahead.month), str(ahead.year))
    typed = {"day_0": day[0], "day_1": day[1], "day_2": day[2], "at": at, "places": places}
    response = sam.post(f"/provider/listings/{listing.public_id}/prices/{offer.public_id}/dates/", typed)
    assert wrong in response.context["form"].errors
    assert not offer.dates.exists()


def test_a_date_can_be_added_once_and_taken_off_while_nobody_has_booked(sam, listing):
    offer = make_offer(listing, "Lunch club", books_at_once=True)
    ahead = timezone.localdate() + timedelta(days=30)
    dates = f"/provider/listings/{listing.public_id}/prices/{offer.public_id}/dates/"
    typed = {"day_0": ahead.day, "day_1": ahead.month, "day_2": ahead.year, "at": "2.30 pm", "places": "8"}
    assert sam.post(dates, typed).status_code == 302
    assert "on your list already" in sam.post(dates, typed).content.decode()
    date = offer.dates.get()
    assert timezone.localtime(date.starts_at).strftime("%H:%M") == "14:30"
    date.taken = 1
    date.save()
    assert "Somebody has booked" in sam.post(f"{dates}{date.public_id}/remove/", follow=True).content.decode()
    assert offer.dates.count() == 1
    date.taken = 0
    date.save()
    sam.post(f"{dates}{date.public_id}/remove/")
    assert not offer.dates.exists()


@pytest.mark.parametrize(
    "postcode", ["ZZ99 9ZZ", "TA1", "D02 AF30", "IM1 1AA", "Taunton", "90210", "'; DROP TABLE", "💐"]
)
def test_a_postcode_that_is_none_gets_its_own_answer(sam, listing, postcode):
    address = f"/provider/listings/{listing.public_id}/questions/place/"
    response = sam.post(address, {"base_postcode": postcode, "base_is_home": "yes", "reach_miles": "5"})
    assert response.status_code == 200
    assert response.context["form"].errors["base_postcode"][0].endswith((".", "?"))
    assert draft(listing).base_postcode == "TA1 1AA"


def test_personal_care_by_two_people_without_cqc_cannot_be_sent(sam, listing):
    """DOMAIN: personal care + 2 staff + no CQC number cannot submit."""
    care = make_category("personal-care", "Personal care", personal_care=True)
    base = f"/provider/listings/{listing.public_id}/"
    make_offer(listing)
    sam.post(f"{base}questions/help/", {"categories": [care.pk]})
    who = f"/provider/who/{listing.provider.public_id}/"
    sam.post(f"{who}people/", {"people_working": "2", "full_time": "1.5"})
    sam.post(f"{who}care/", {"care": "directed"})
    sam.post(f"{base}send/")
    listing.refresh_from_db()
    assert listing.state == "draft"
    assert "registered with the Care Quality Commission" in sam.get(base).content.decode()
    sam.post(f"{who}care/", {"care": "cqc", "cqc_id": "1-101234567"})
    sam.post(f"{who}contact/", {"contact_name": "Sam", "phone": "01632 960 001"})
    sam.post(f"{base}send/")
    listing.refresh_from_db()
    assert listing.state == "submitted"


def test_a_live_page_with_personal_care_keeps_its_registration(sam, cast):
    care = make_category("personal-care", "Personal care", personal_care=True)
    provider = make_provider(cast.council["quantock"], cast.sam, cqc_id="1-101234567", people_working=4)
    make_listing(provider, categories=(care,))
    response = sam.post(f"/provider/who/{provider.public_id}/care/", {"care": "no"})
    assert response.status_code == 200
    provider.refresh_from_db()
    assert provider.cqc_id == "1-101234567"


def upload(data: bytes, name: str = "me.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/jpeg")


@pytest.mark.fault("A7")
@pytest.mark.parametrize("kind", pictures.HOSTILE)
def test_no_hostile_file_is_stored_or_breaks_the_page(sam, listing, kind):
    address = f"/provider/listings/{listing.public_id}/questions/photo/"
    response = sam.post(address, {"photo": upload(pictures.HOSTILE[kind]), "photo_alt": "Me"})
    assert response.status_code == 200
    assert "photo" in response.context["form"].errors
    assert 'value="Me"' in response.content.decode()
    assert not Photo.objects.exists()


@pytest.mark.fault("A7")
@pytest.mark.parametrize(
    "name", ["../../../etc/cron.d/x.jpg", "C:\\boot.jpg", "a.php.jpg", "me.svg", "x\x00.jpg", "é" * 300]
)
def test_the_name_of_a_file_decides_nothing(sam, listing, name):
    address = f"/provider/listings/{listing.public_id}/questions/photo/"
    response = sam.post(address, {"photo": upload(pictures.from_phone("JPEG"), name), "photo_alt": "Me"})
    assert response.status_code == 302, response.context["form"].errors
    stored = Photo.objects.get().file.name
    assert stored.startswith("original_images/")
    assert stored.endswith(".jpg")
    assert len(stored.rsplit("/", 1)[1]) == 28


@pytest.mark.fault("A8")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_no_stored_or_served_byte_says_where_a_photograph_was_taken(sam, listing, kind):
    sent = pictures.from_phone(kind)
    assert pictures.HOME in sent
    address = f"/provider/listings/{listing.public_id}/questions/photo/"
    sam.post(address, {"photo": upload(sent, f"me.{kind.lower()}"), "photo_alt": "Me"})
    photo = draft(listing).photo
    files = [photo.file.open().read()]
    files += [
        photo.get_rendition(spec).file.open().read() for spec in ("original", "width-400", "fill-240x240|format-webp")
    ]
    for data in files:
        assert pictures.HOME not in data
        assert b"Exif\0\0" not in data
        assert b"ns.adobe.com" not in data


@pytest.mark.fault("A7", "A8")
def test_a_curators_picture_is_cleaned_as_well(cast):
    """Whichever of Wagtail's upload forms it comes through: all are made from the same one."""
    assert settings.WAGTAILIMAGES_IMAGE_FORM_BASE.endswith(CleanPhotoForm.__name__)
    collection = collection_of(cast.council["quantock"])
    for data, fits in [(pictures.from_phone("JPEG"), True), (pictures.HOSTILE["svg"], False)]:
        form = get_image_form(Photo)(
            {"title": "Hall", "collection": collection.pk, "tags": ""}, {"file": upload(data)}, user=cast.moira
        )
        assert ("file" not in form.errors) is fits
        if fits:
            photo = form.save()
            assert pictures.HOME not in photo.file.open().read()


@pytest.mark.fault("A7")
def test_a_photo_of_too_many_bytes_is_refused(sam, listing):
    address = f"/provider/listings/{listing.public_id}/questions/photo/"
    huge = SimpleUploadedFile("me.jpg", b"\xff\xd8\xff" + b"\0" * (15 * 1024 * 1024), "image/jpeg")
    response = sam.post(address, {"photo": huge, "photo_alt": "Me"})
    assert "larger than 15 MB" in response.content.decode()
    assert not Photo.objects.exists()


def test_a_photo_needs_words_for_people_who_cannot_see_it(sam, listing):
    address = f"/provider/listings/{listing.public_id}/questions/photo/"
    response = sam.post(address, {"photo": upload(pictures.from_phone("JPEG")), "photo_alt": " "})
    assert "photo_alt" in response.context["form"].errors
    assert not Photo.objects.exists()


def test_the_form_forgets_nothing_when_the_sign_in_has_run_out(cast, client_of, listing):
    """Sam types for two hours; his session ends; he signs in again and presses Save."""
    client = client_of(None)
    address = f"/provider/listings/{listing.public_id}/questions/about/?back=check"
    away = client.post(address, {"about": "Two hours of work"})
    assert away.status_code == 302
    assert away.url.startswith("/accounts/login/?next=")
    client.post(away.url, {"login": cast.sam.email, "password": "a long enough word"})
    back = client.get(address)
    assert "Two hours of work" in back.content.decode()
    assert draft(listing).about != "Two hours of work"
    assert client.post(address, {"about": "Two hours of work"}).status_code == 302
    assert draft(listing).about == "Two hours of work"
    assert "Two hours" not in client.get(f"/provider/listings/{listing.public_id}/questions/summary/").content.decode()


@pytest.mark.fault("A2")
def test_a_button_pressed_after_the_sign_in_ran_out_leads_to_the_page_it_stands_on(sam, listing):
    """Signing in again follows a link, and a link must not do what the button does."""
    base = f"/provider/listings/{listing.public_id}/"
    for name in ("send", "still-right"):
        assert sam.get(f"{base}{name}/").url == base
    listing.refresh_from_db()
    assert listing.state == "draft"


@pytest.mark.fault("A2")
def test_nobody_elses_things_can_be_reached_or_named(cast, client_of, listing):
    """Ids travel in e-mails and screenshots, so others will have them."""
    offer = make_offer(listing, "Lunch club", books_at_once=True)
    date = services.offer_date_add(
        offer=offer, by=CLOCKWORK, now=timezone.now(), starts_at=timezone.now() + timedelta(days=9), places=4
    )
    base, who = f"/provider/listings/{listing.public_id}/", f"/provider/who/{listing.provider.public_id}/"
    price = f"{base}prices/{offer.public_id}/"
    addresses = [base, f"{base}send/", f"{base}preview/", f"{base}still-right/", f"{base}prices/", f"{base}prices/new/"]
    addresses += [price, f"{price}take-off/", f"{price}dates/", f"{price}dates/{date.public_id}/remove/"]
    addresses += [f"{base}{step}/" for step in ("pause", "resume", "archive", "restore", "take-back", "throw-away")]
    addresses += [f"{base}questions/{key}/" for key in [*QUESTIONS, "prices"]]
    addresses += [who, f"{who}new-page/", *[f"{who}{key}/" for key in ABOUT_YOU]]
    before = (listing.state, offer.price_pence, offer.dates.count(), Provider.objects.get().name)
    asha = client_of(cast.asha)
    for address in addresses:
        for send in (asha.get, asha.post):
            assert send(address).status_code in {404, 405}, address
        assert client_of(None).get(address).status_code in {302, 405}, address
    listing.refresh_from_db()
    offer.refresh_from_db()
    assert (listing.state, offer.price_pence, offer.dates.count(), Provider.objects.get().name) == before


@pytest.mark.fault("A2")
def test_an_offer_is_only_found_under_its_own_listing(cast, client_of, listing):
    other = make_listing(listing.provider, "Another page", live=False)
    offer = make_offer(other)
    address = f"/provider/listings/{listing.public_id}/prices/{offer.public_id}/"
    assert client_of(cast.sam).get(address).status_code == 404


@pytest.mark.fault("A2")
def test_a_category_of_another_council_cannot_be_chosen(sam, cast, listing):
    theirs = make_category("wharfe-only", "Only in Wharfe")
    theirs.council = cast.council["wharfe"]
    theirs.save()
    response = sam.post(f"/provider/listings/{listing.public_id}/questions/help/", {"categories": [theirs.pk]})
    assert "categories" in response.context["form"].errors


@pytest.mark.fault("A2")
def test_a_once_that_belongs_to_somebody_else_makes_something_new(sam, cast, listing):
    theirs = make_offer(make_listing(make_provider(cast.council["quantock"], cast.asha, "Asha"), live=False))
    typed = {"title": "Mine", "unit": "free", "once": theirs.public_id}
    assert sam.post(f"/provider/listings/{listing.public_id}/prices/new/", typed).status_code == 302
    theirs.refresh_from_db()
    assert theirs.title != "Mine"
    assert listing.offers.get().public_id != theirs.public_id


def test_reading_a_picture_leaves_the_upload_usable():
    """Django may hand the same file to a second reader."""
    sent = io.BytesIO(pictures.from_phone("JPEG"))
    assert photos.clean_photo(sent) == photos.clean_photo(sent)
