"""Whatever address of the admin she tries, a curator of council B neither reads nor changes council A's drafts."""

import io
import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, reverse
from PIL import Image
from wagtail.admin import urls as admin_urls
from wagtail.models import GroupPagePermission

from marketplace.cms.models import Photo
from marketplace.cms.services import collection_of
from providers.listings import services
from providers.listings.models import ListingPage
from tests.factories.listings import make_listing, make_provider
from tests.integration.cms.conftest import SECRET, Standing, task_state

pytestmark = [pytest.mark.django_db, pytest.mark.fault("A1")]
NOT_ABOUT_PAGES = ("failwhale", "logout", "-link/")  # typed addresses, and a page that breaks on purpose
PART = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)|<(?:(\w+):)?(\w+)>")


def addresses(patterns, stem: str) -> Iterator[str]:
    for each in patterns:
        route = str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, stem + route)
        elif isinstance(each, URLPattern):
            yield stem + route


def filled(route: str, values: dict[str, str]) -> str | None:
    """The address with these values, or None when it asks for something we do not have."""
    missing = []

    def put(found: re.Match) -> str:
        name = found[1] or found[3]
        if name not in values:
            missing.append(name)
        return values.get(name, "")

    address = PART.sub(put, route)
    return None if missing else re.sub(r"[\^$\\]", "", address)


@pytest.fixture
def values(cast, waiting):
    page = ListingPage.objects.get(pk=waiting.page_id)
    state = task_state(waiting)
    return {
        "page_id": str(page.pk),
        "parent_page_id": str(page.get_parent().pk),
        "page_to_move_id": str(page.pk),
        "destination_id": str(cast.council["wharfe"].page.pk),
        "pk": str(page.pk),
        "page_pk": str(page.pk),
        "workflow_pk": str(state.workflow_state.workflow_id),
        "revision_id": str(page.latest_revision_id),
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "task_id": str(state.task_id),
        "task_state_id": str(state.pk),
        "workflow_state_id": str(state.workflow_state_id),
        "action_name": "approve",
        "action": "publish",
        "app_label": "wagtailcore",
        "model_name": "page",
        "content_type_app_name": "listings",
        "content_type_model_name": "listingpage",
        "app_name": "taggit",
        "session_id": "1",
        "object_id": str(page.pk),
        "image_id": "1",
        "collection_id": "1",
        "user_id": str(cast.moira.pk),
        "filter_spec": "width-100",
    }


def test_no_address_of_the_admin_shows_or_changes_another_councils_draft(cast, waiting, values, client_of):
    before = Standing.of(waiting)
    permissions = GroupPagePermission.objects.count()
    bea = client_of(cast.bea)
    tried, leaks = set(), []
    for route in addresses(admin_urls.urlpatterns, "/admin/"):
        address = filled(route, values)
        if address is None or "(" in address or any(word in address for word in NOT_ABOUT_PAGES):
            continue
        for query in ("", f"?id={waiting.page_id}", "?q=Unpublished"):
            for method in ("get", "post"):
                data = {"comment": "x", "title": "x", "action-publish": "1", "new_title": "x", "new_slug": "x"}
                answer = getattr(bea, method)(address + query, data if method == "post" else None)
                assert answer.status_code < 500, (method, address)
                body = b"".join(answer) if answer.streaming else answer.content
                if SECRET.encode() in body:
                    leaks.append((method, address + query))
        tried.add(address)
    assert leaks == []
    assert len(tried) > 60
    assert Standing.of(waiting) == before
    assert GroupPagePermission.objects.count() == permissions


def test_the_sweep_would_notice(cast, waiting, values, client_of):
    """The same addresses do show the draft to its own council's curator."""
    moira = client_of(cast.moira)
    shown = [
        address
        for route in addresses(admin_urls.urlpatterns, "/admin/")
        if (address := filled(route, values)) and address.endswith(("/edit/", "/history/", "/view_draft/"))
        if SECRET.encode() in moira.get(address).content
    ]
    assert len(shown) >= 3


def test_choosing_a_page_by_words_finds_what_is_public_and_no_draft_name_of_another_council(cast, client_of):
    listing = make_listing(make_provider(cast.council["quantock"], cast.sam), title="Orchard gardens")
    page = services.draft_of(listing)
    page.title = "Orchard secrets"
    page.save_revision(user=cast.sam)
    bea, moira = client_of(cast.bea), client_of(cast.moira)
    address = reverse("wagtailadmin_choose_page_search")
    assert "secrets" not in bea.get(address, {"q": "orchard"}).content.decode()
    assert "secrets" in moira.get(address, {"q": "orchard"}).content.decode()


def test_pictures_of_another_council_cannot_be_seen_changed_or_deleted(cast, client_of):
    drawn = io.BytesIO()
    Image.new("RGB", (20, 20)).save(drawn, "JPEG")
    photo = Photo.objects.create(
        title="Sam’s shed",
        file=SimpleUploadedFile("shed.jpg", drawn.getvalue(), "image/jpeg"),
        collection=collection_of(cast.council["quantock"]),
        width=20,
        height=20,
    )
    bea = client_of(cast.bea)
    for name in ("edit", "delete", "image_usage", "url_generator"):
        answer = bea.post(reverse(f"wagtailimages:{name}", args=[photo.pk]), {"title": "Hers", "collection": "1"})
        assert "Sam’s shed" not in answer.content.decode()
    for name in ("wagtailimages:index", "wagtailimages_chooser:choose"):
        assert "Sam’s shed" not in bea.get(reverse(name)).content.decode(), name
    photo.refresh_from_db()
    assert photo.title == "Sam’s shed"


@pytest.mark.parametrize("number", ["9" * 20, "٣", "-1", "1e3"])
def test_a_choosers_id_that_is_no_number_of_ours_is_not_found(cast, client_of, number):
    address = reverse("wagtailimages_chooser:chosen_multiple")
    assert client_of(cast.moira).get(address, {"id": number}).status_code == 404
