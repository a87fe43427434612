"""Wagtail's admin as curators meet it: what waits, approval by somebody else only, and nothing of another council."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, TaskState
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from marketplace.cms.authorship import wrote_any
from marketplace.core.audit import CLOCKWORK
from marketplace.core.models import AuditEntry
from providers.assurance.models import CheckKind, Credential
from providers.assurance.states import CredentialState
from providers.listings import services
from providers.listings.models import Listing, ListingPage
from providers.listings.states import ListingState
from tests.factories.listings import make_listing, make_provider
from tests.integration.cms.conftest import SECRET, Standing, task_state

pytestmark = pytest.mark.django_db


def admin(name: str, *args) -> str:
    return reverse(f"wagtailadmin_pages:{name}", args=args)


def editor_form(client, page_id: int, **changed) -> dict:
    """What the editor would send for this page, as it stands."""
    page = client.get(admin("edit", page_id))
    assert page.status_code == 200
    form = page.context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        if value is None or value is False:
            continue
        data[bound.html_name] = json.dumps(value) if isinstance(value, list) and bound.name != "categories" else value
    comments = {"comments": inline_formset([])}
    return {**data, **nested_form_data(comments), **changed}


@pytest.fixture
def hers(cast) -> Listing:
    """A live listing whose new words Moira wrote herself."""
    listing = make_listing(make_provider(cast.council["quantock"], cast.sam), summary="Approved words")
    services.listing_edit(listing=listing, by=CLOCKWORK, user=cast.moira, now=timezone.now(), summary="Her words")
    services.listing_submit(listing=listing, by=CLOCKWORK, user=cast.moira, now=timezone.now())
    return listing


def summary_shown(listing: Listing) -> str:
    return ListingPage.objects.get(pk=listing.page_id).summary


def test_the_first_thing_a_curator_sees_is_what_waits_and_since_when(cast, waiting, client_of):
    TaskState.objects.update(started_at=timezone.now() - timedelta(days=6))
    html = client_of(cast.moira).get("/admin/").content.decode()
    assert SECRET in html
    assert "6 days" in html
    assert "Reports" not in html
    assert SECRET not in client_of(cast.bea).get("/admin/").content.decode()


def test_a_curator_is_told_which_checks_nobody_has_made_before_deciding(cast, waiting, client_of):
    lacking = "Asked for and not checked yet: Insurance."
    assert lacking in client_of(cast.moira).get("/admin/").content.decode()
    Credential.objects.create(
        provider=waiting.provider,
        kind=CheckKind.INSURANCE,
        state=CredentialState.VERIFIED,
        state_since=timezone.now(),
        council=cast.council["quantock"],
        seen_by=cast.moira,
        seen_on=timezone.localdate(),
        expires_on=timezone.localdate() + timedelta(days=90),
    )
    assert lacking not in client_of(cast.moira).get("/admin/").content.decode()


def test_a_curator_previews_compares_comments_and_sees_the_history(cast, hers, client_of):
    moira, pk = client_of(cast.moira), hers.page_id
    assert "Her words" in moira.get(admin("view_draft", pk)).content.decode()
    compared = moira.get(reverse("wagtailadmin_pages:revisions_compare", args=[pk, "live", "latest"]))
    assert 'class="addition">Her' in compared.content.decode()
    assert moira.get(admin("history", pk)).status_code == 200
    assert moira.get(admin("workflow_history", pk)).status_code == 200
    assert "comments" in moira.get(admin("edit", pk)).content.decode()


def test_a_draft_can_be_previewed_in_the_admins_own_frame_and_in_no_other(cast, waiting, client_of):
    answer = client_of(cast.moira).get(admin("view_draft", waiting.page_id))
    assert SECRET in answer.content.decode()
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_preview_is_never_kept_for_strangers(cast, waiting, client_of, client):
    client_of(cast.moira).get(admin("view_draft", waiting.page_id))
    assert client.get(waiting.page.url or "/quantock/x/").status_code == 404


def test_approving_in_the_admin_publishes_and_returning_tells_why(cast, waiting, client_of):
    moira, state = client_of(cast.moira), task_state(waiting)
    moira.post(admin("workflow_action", waiting.page_id, "reject", state.pk), {"comment": "Say which days"})
    waiting.refresh_from_db()
    assert waiting.state == ListingState.RETURNED
    services.listing_edit(listing=waiting, by=CLOCKWORK, user=cast.sam, now=timezone.now(), when="Mondays")
    services.listing_submit(listing=waiting, by=CLOCKWORK, user=cast.sam, now=timezone.now())
    moira.post(admin("workflow_action", waiting.page_id, "approve", task_state(waiting).pk), {"comment": ""})
    waiting.refresh_from_db()
    assert waiting.state == ListingState.LIVE
    assert ListingPage.objects.get(pk=waiting.page_id).when == "Mondays"
    said = AuditEntry.objects.get(action="listings.listing.publish", subject_id=str(waiting.pk))
    assert said.by_id == cast.moira.pk, "who approved it, not who wrote it"


@pytest.mark.fault("A1")
def test_no_way_leads_a_curator_to_publish_what_she_wrote_herself(cast, hers, waiting, client_of):
    """The publish permission, which approval needs, would let her past the workflow on each of these."""
    moira, pk, state = client_of(cast.moira), hers.page_id, task_state(hers)
    before = Standing.of(hers)
    latest = ListingPage.objects.get(pk=pk).latest_revision_id
    attempts = {
        "approve": (admin("workflow_action", pk, "approve", state.pk), {"comment": ""}),
        "approve beside": (admin("workflow_action", waiting.page_id, "approve", state.pk), {"comment": ""}),
        "collected approve": (admin("collect_workflow_action_data", pk, "approve", state.pk), {"comment": ""}),
        "bulk publish": (
            f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'publish'])}?id={pk}",
            {"include_descendants": "on"},
        ),
        "bulk publish from above": (
            f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'publish'])}?id={hers.council.page.pk}",
            {"include_descendants": "on"},
        ),
        "unschedule": (admin("revisions_unschedule", pk, latest), {}),
        "convert": (admin("convert_alias", pk), {}),
        "privacy": (admin("set_privacy", pk), {"restriction_type": "login"}),
    }
    for what, (address, typed) in attempts.items():
        assert moira.post(address, typed).status_code < 500, what
        assert summary_shown(hers) == "Approved words", what
    for action in ("action-publish", "action-submit"):
        moira.post(admin("edit", pk), editor_form(moira, pk, **{action: "1"}))
        assert summary_shown(hers) == "Approved words", action
    approving = {"action-workflow-action": "1", "workflow-action-name": "approve", "workflow-action-extra-data": "{}"}
    moira.post(admin("edit", pk), editor_form(moira, pk, summary="Other words of hers", **approving))
    assert summary_shown(hers) == "Approved words"
    assert Standing.of(hers).facts["tasks"] == before.facts["tasks"]


def test_changing_a_word_and_approving_it_in_one_go_is_refused_too(cast, waiting, client_of):
    moira = client_of(cast.moira)
    approving = {"action-workflow-action": "1", "workflow-action-name": "approve", "workflow-action-extra-data": "{}"}
    moira.post(admin("edit", waiting.page_id), editor_form(moira, waiting.page_id, summary="Slipped in", **approving))
    assert not ListingPage.objects.get(pk=waiting.page_id).live


def test_a_colleague_approves_what_a_curator_wrote(cast, hers, client_of):
    from marketplace.cms.services import council_staff_add
    from marketplace.people.models import CouncilRole

    council_staff_add(council=hers.council, user=cast.theo, role=CouncilRole.CURATOR, by=CLOCKWORK, now=timezone.now())
    client_of(cast.theo).post(admin("workflow_action", hers.page_id, "approve", task_state(hers).pk), {"comment": ""})
    assert summary_shown(hers) == "Her words"


def test_words_laundered_through_somebody_elses_save_are_still_hers(cast, hers, client_of):
    page = services.draft_of(hers)
    page.save_revision(user=cast.sam)
    state = task_state(hers)
    client_of(cast.moira).post(admin("workflow_action", hers.page_id, "approve", state.pk), {"comment": ""})
    assert summary_shown(hers) == "Approved words"


def test_a_day_of_publication_or_a_comment_is_no_authorship(cast, waiting, client_of):
    """Otherwise nobody could schedule what they approve."""
    page = services.draft_of(waiting)
    page.go_live_at = timezone.now() + timedelta(days=2)
    page.save_revision(user=cast.moira)
    state = task_state(waiting)
    client_of(cast.moira).post(admin("workflow_action", waiting.page_id, "approve", state.pk), {"comment": ""})
    page = ListingPage.objects.get(pk=waiting.page_id)
    assert not page.live
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_APPROVED
    assert page.approved_schedule


def test_the_ends_of_lines_as_a_browser_sends_them_are_no_authorship(cast, waiting, client_of):
    """The editor sends several lines back in a browser's way when a curator saves a comment."""
    page = services.draft_of(waiting)
    page.about = "I dig.\n\nI bring my own spade."
    page.save_revision(user=cast.sam)
    page.about = "I dig.\r\n\r\nI bring my own spade."
    page.save_revision(user=cast.moira)
    assert not wrote_any(page, cast.moira)
    state = task_state(waiting)
    client_of(cast.moira).post(admin("workflow_action", waiting.page_id, "approve", state.pk), {"comment": ""})
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_APPROVED
    page.about = "I dig.\r\n\r\nI bring my own fork."
    page.save_revision(user=cast.moira)
    assert wrote_any(page, cast.moira)


def test_nothing_that_somebody_is_typing_saves_itself(cast, waiting, client_of):
    """A stray key would make a curator the author of the words that wait for their yes."""
    page = client_of(cast.moira).get(admin("edit", waiting.page_id)).content.decode()
    assert "data-edit-form" in page
    assert "data-w-autosave-interval-value" not in page


@pytest.mark.parametrize("name", ["delete", "unpublish", "move", "copy"])
def test_a_listing_cannot_be_deleted_unpublished_moved_or_copied_in_the_admin(cast, hers, client_of, name):
    before = Standing.of(hers)
    moira = client_of(cast.moira)
    moira.get(admin(name, hers.page_id))
    moira.post(admin(name, hers.page_id), {"new_title": "Copy", "new_slug": "copy", "new_parent_page": 1})
    moira.post(f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'delete'])}?id={hers.page_id}")
    moira.post(admin("move_confirm", hers.page_id, cast.council["wharfe"].page.pk))
    assert Standing.of(hers) == before


def test_a_councils_own_page_cannot_be_deleted_moved_or_taken_down(cast, client_of):
    page = cast.council["lagan"].page
    from marketplace.cms.services import council_staff_add
    from marketplace.people.models import CouncilRole

    council_staff_add(
        council=cast.council["lagan"], user=cast.theo, role=CouncilRole.CURATOR, by=CLOCKWORK, now=timezone.now()
    )
    theo = client_of(cast.theo)
    for name in ("delete", "unpublish", "move", "copy"):
        theo.post(admin(name, page.pk))
    page.refresh_from_db()
    assert page.live
    assert Page.objects.filter(title="Lagan Council").count() == 1


def test_nobody_makes_a_listing_in_the_admin(cast, client_of):
    address = reverse("wagtailadmin_pages:add", args=["listings", "listingpage", cast.council["quantock"].page.pk])
    client_of(cast.moira).post(address, {"title": "Mine", "slug": "mine", "action-publish": "1"})
    assert not ListingPage.objects.exists()


def test_a_curator_writes_and_publishes_a_guide_simply(cast, client_of, client):
    parent = cast.council["quantock"].page
    typed = nested_form_data(
        {
            "title": "Bin days",
            "slug": "bin-days",
            "summary": "When they come",
            "body": {"count": 0},
            "body-count": 0,
            "comments": inline_formset([]),
        }
    )
    address = reverse("wagtailadmin_pages:add", args=["cms", "guidepage", parent.pk])
    client_of(cast.moira).post(address, {**typed, "body-count": "0", "action-publish": "1"})
    assert client.get("/quantock/bin-days/").status_code == 200


def test_the_admins_own_sign_in_leads_to_the_one_with_a_second_step(cast, client, client_of):
    for address in ("/admin/login/", "/admin/", "/admin/password_reset/", "/admin/pages/"):
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert answer.url.startswith("/accounts/login/"), address
        assert client.post(address, {"username": "moira@example.org", "password": "a long enough word"}).url.startswith(
            "/accounts/login/"
        )
    assert client_of(cast.moira).get("/admin/password_reset/").status_code == 404
    assert client_of(cast.moira).get("/admin/login/").url == "/admin/"
    half = client_of(cast.moira, second_factor=False)
    for address in ("/admin/", "/admin/login/", "/admin/pages/", "/admin/api/main/pages/"):
        assert "/admin/" not in half.get(address).url.split("?")[0], address


def test_for_staff_who_do_not_curate_the_admin_does_not_exist(cast, client_of):
    for who in (cast.theo, cast.nia, cast.ken):
        assert client_of(who).get("/admin/").status_code == 404


def test_the_explorers_search_never_ranks(cast, waiting, client_of, django_assert_max_num_queries):
    """Ranking by relevance takes tens of seconds on SQLite once there are many pages."""
    from wagtail.search.backends import get_search_backend

    found = get_search_backend().autocomplete("unpub", Page.objects.all())
    assert found.query_compiler.order_by_relevance is False
