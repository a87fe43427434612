"""A listing goes to the council and comes back through one workflow."""

import pytest
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from providers.listings import services
from providers.listings.states import ListingState
from tests.factories.listings import make_listing, make_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted(cast):
    listing = make_listing(make_provider(cast.council["quantock"], cast.sam), live=False)
    return services.listing_submit(listing=listing, by=CLOCKWORK, user=cast.sam, now=timezone.now())


def task_state(listing):
    listing.page.refresh_from_db()
    return type(listing.page).objects.get(pk=listing.page_id).current_workflow_task_state


def test_approval_publishes_the_words(cast, submitted):
    task_state(submitted).approve(user=cast.moira)
    submitted.refresh_from_db()
    submitted.page.refresh_from_db()
    assert submitted.state == ListingState.LIVE
    assert submitted.page.live


def test_needs_changes_comes_back_and_resubmitting_resumes_the_same_workflow(cast, submitted):
    first = task_state(submitted).workflow_state_id
    task_state(submitted).reject(user=cast.moira, comment="Say which days you work.")
    submitted.refresh_from_db()
    assert submitted.state == ListingState.RETURNED
    now = timezone.now()
    services.listing_edit(listing=submitted, by=CLOCKWORK, user=cast.sam, now=now, when="Tuesdays")
    listing = services.listing_submit(listing=submitted, by=CLOCKWORK, user=cast.sam, now=now)
    assert listing.state == ListingState.SUBMITTED
    assert task_state(listing).workflow_state_id == first


def test_a_curator_cannot_approve_words_she_wrote_herself(cast, submitted):
    page = services.draft_of(submitted)
    page.summary = "Moira put this better"
    page.save_revision(user=cast.moira)
    task = task_state(submitted).task.specific
    assert "approve" not in {action[0] for action in task.get_actions(page, cast.moira)}


def test_another_councils_curator_has_no_say(cast, submitted):
    task = task_state(submitted).task.specific
    assert task.get_actions(submitted.page, cast.bea) == []
