"""Documents are read in bulk as plain rows. Here each is spelled out again from models, one listing at a time."""

import json
from dataclasses import asdict
from hashlib import blake2s
from io import BytesIO

import pytest
from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image
from wagtail.models import Page, Site

from marketplace.cms.models import Photo
from marketplace.core.audit import CLOCKWORK
from marketplace.core.text import one_line
from providers.assurance import services as assurance
from providers.listings import presentation
from providers.listings.cards import PHOTO
from providers.listings.models import Category, Listing, ReachKind, Unit
from search import documents
from tests.factories.listings import make_category, make_listing, make_offer, make_provider

pytestmark = pytest.mark.django_db


def spelled_out(listing: Listing) -> dict:
    """The document of a listing, from its models."""
    page, provider, offers = listing.page, listing.provider, list(listing.offers.filter(withdrawn_at=None))
    kinds = [kind for kind in page.categories.all() if kind.retired_at is None]
    point = presentation.public_point(page)
    main = offers[0] if offers else None
    held = sorted(provider.credentials.filter(state="verified").values_list("kind", flat=True))
    areas: list[str] = []
    if page.reach_kind == ReachKind.COUNCIL:
        areas = sorted(listing.council.area_codes)
    if page.reach_kind == ReachKind.DISTRICTS:
        areas = sorted(set(page.reach_districts)) or ["nowhere"]
    photo = page.photo.get_rendition(PHOTO).url if page.photo else ""
    return {
        "id": listing.pk,
        "version": listing.version,
        "public_id": listing.public_id,
        "title": one_line(page.title),
        "kinds_words": one_line(" ".join(f"{kind.name} {kind.hint}" for kind in kinds)),
        "offers": one_line(" ".join(stopped(offer.title) + stopped(offer.details) for offer in offers)),
        "summary": one_line(f"{page.who} {page.summary}"),
        "about": one_line(page.about),
        "provider": one_line(provider.name),
        "kinds": sorted((kind.slug, kind.name) for kind in kinds),
        "days": sorted(set(page.days)),
        "languages": sorted({one_line(name)[:60] for name in page.languages}),
        "checks": held,
        "legal_form": provider.legal_form,
        "council": listing.council.slug,
        "comes": page.comes_to_you,
        "there": page.reach_kind == ReachKind.VENUE or not page.comes_to_you,
        "free": any(offer.unit == Unit.FREE for offer in offers),
        "dp": listing.takes_direct_payments,
        "shared": any(offer.group_price_pence for offer in offers),
        "step_free": page.accessible_venue,
        "men": "men" in page.done_by,
        "women": "women" in page.done_by,
        "price_pence": main.price_pence if main else None,
        "lat": round(point.lat, 6) if point else None,
        "lon": round(point.lon, 6) if point else None,
        "reach_miles": page.reach_miles if page.reach_kind == ReachKind.MILES else None,
        "areas": areas,
        "assured": listing.assured_on.toordinal() if listing.assured_on else 1,
        "published": int(page.first_published_at.timestamp()),
        "card": {
            "listing_id": listing.public_id,
            "name": page.title,
            "url": page.get_url() or "",
            "who": page.who,
            "when": page.when,
            "summary": page.summary,
            "checked": [len(held), "2026-03-03" if held else ""],
            "pence": main.price_pence if main else None,
            "unit": main.unit if main else "",
            "art": presentation.main_art(page.categories.all()),
            "slug": page.slug,
            "photo_url": photo,
            "photo_alt": page.photo_alt if photo else "",
            "council": listing.council.name,
        },
    }


def stopped(words: str) -> str:
    return f"{words} " if not words or words[-1] in ".!?" else f"{words}. "


def photograph() -> Photo:
    file = BytesIO()
    Image.new("RGB", (300, 200), "teal").save(file, "PNG")
    return Photo.objects.create(title="A shed", file=ImageFile(file, name="shed.png"))


@pytest.fixture
def all_sorts(cast) -> list[Listing]:
    """Listings that differ in everything that a document says."""
    quantock = cast.council["quantock"]
    garden, meals = make_category(), make_category("meals", "Meals and cooking", "pan", hint="Soup, or a roast")
    retired = make_category("errands", "Errands", "bag", position=1, retired_at=timezone.now())
    checked = make_provider(quantock, name="Zoë  O’Hara", legal_form="cic")
    credential = assurance.credential_claim(provider=checked, kind="references", by=CLOCKWORK, now=timezone.now())
    type(credential).objects.filter(pk=credential.pk).update(state="verified", seen_on="2026-03-03")
    made = [
        make_listing(checked, categories=(retired, meals, garden), assured_on=timezone.localdate()),
        make_listing(
            make_provider(quantock),
            title="Ruth’s “Tuesday” lunch — crème brûlée",
            takes_direct_payments=False,
            comes_to_you=False,
            reach_kind="venue",
            venue_postcode="TA1 1JD",
            accessible_venue=True,
            days=["tue", "mon", "tue"],
            languages=["Welsh", " English "],
            photo=photograph(),
            photo_alt="A shed by a lane",
        ),
        make_listing(make_provider(cast.council["wharfe"]), base_postcode=""),
        make_listing(make_provider(quantock), reach_kind="council", reach_miles=None),
        make_listing(make_provider(quantock), reach_kind="districts", reach_districts=["E07000246", "E06000066"]),
        make_listing(make_provider(quantock), base_is_home=False, about="Two\n\nparagraphs\u200b here."),
    ]
    make_offer(made[0], "Later", 2500, position=5, details="By the hour!")
    make_offer(made[0], "First", 1800, position=1, group_price_pence=3000, group_least=2, group_most=4)
    make_offer(made[0], "Gone", 100, position=0, withdrawn_at=timezone.now())
    make_offer(made[1], "A hot lunch", 0, unit="free", minutes=None)
    make_offer(made[2], "Anything", None, unit="ask", minutes=None)
    odd = make_listing(make_provider(quantock), title="An odd address")
    Page.objects.filter(pk=odd.page_id).update(slug="crème", url_path=odd.page.url_path.replace(odd.page.slug, "crème"))
    return [*made, odd]


def agree(listings: list[Listing]) -> None:
    found = documents.of_ids([listing.pk for listing in listings])
    assert [document.id for document in found] == [listing.pk for listing in listings]
    for document, listing in zip(found, Listing.objects.in_bulk([each.pk for each in listings]).values(), strict=True):
        wanted = spelled_out(listing)
        assert json.loads(json.dumps(asdict(document))) == json.loads(json.dumps(wanted))
        said = json.dumps(asdict(document), sort_keys=True)
        assert document.hash == blake2s(said.encode(), digest_size=12).hexdigest()


def test_what_is_read_in_bulk_is_what_the_models_say(all_sorts):
    agree(all_sorts)


def test_addresses_are_right_where_the_site_has_two_names(all_sorts):
    """With a second site every address has its host in it."""
    root = Site.objects.get()
    Site.objects.create(hostname="other.example", root_page=root.root_page)
    agree(all_sorts)


def test_a_listing_that_no_site_shows_has_no_address(all_sorts):
    Site.objects.all().delete()
    assert documents.of_ids([all_sorts[0].pk])[0].card["url"] == ""
    agree(all_sorts)


def test_however_many_they_take_as_many_queries(all_sorts, django_assert_max_num_queries):
    plain = [all_sorts[0].pk, *(each.pk for each in all_sorts[2:-1])]
    documents.of_ids(plain)
    with django_assert_max_num_queries(6):
        documents.of_ids(plain[:1])
    with django_assert_max_num_queries(6):
        assert len(documents.of_ids(plain)) == len(plain)


def test_a_renamed_kind_changes_the_fingerprint_of_those_that_have_it_alone(all_sorts):
    before = {each.id: each.hash for each in documents.of_ids(listing.pk for listing in all_sorts)}
    Category.objects.filter(slug="meals").update(name="Food")
    after = {each.id: each.hash for each in documents.of_ids(listing.pk for listing in all_sorts)}
    assert {pk for pk in before if before[pk] != after[pk]} == {all_sorts[0].pk}
