"""A listing of council A on its way, and everything a curator could do to it."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Page, TaskState

from marketplace.core.audit import CLOCKWORK
from providers.listings import services
from providers.listings.models import Listing, ListingPage
from tests.factories.listings import make_listing, make_provider

SECRET = "Unpublished words of Sam"


@pytest.fixture
def waiting(cast) -> Listing:
    """Sam's first words, waiting for council A."""
    listing = make_listing(
        make_provider(cast.council["quantock"], cast.sam), title=SECRET, summary=f"{SECRET} again", live=False
    )
    now = timezone.now()
    services.listing_edit(listing=listing, by=CLOCKWORK, user=cast.sam, now=now, when="Tuesdays")
    return services.listing_submit(listing=listing, by=CLOCKWORK, user=cast.sam, now=now)


def task_state(listing: Listing) -> TaskState:
    return ListingPage.objects.get(pk=listing.page_id).current_workflow_task_state


@dataclass(frozen=True)
class Standing:
    """What must not have changed about a page."""

    facts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, listing: Listing) -> "Standing":
        page = Page.objects.get(pk=listing.page_id).specific
        listing.refresh_from_db()
        return cls(
            {
                "live": page.live,
                "parent": page.get_parent().pk,
                "title": page.title,
                "summary": page.summary,
                "latest": page.latest_revision_id,
                "revisions": list(page.revisions.order_by("pk").values_list("pk", "content", "approved_go_live_at")),
                "locked": page.locked,
                "tasks": list(TaskState.objects.order_by("pk").values_list("pk", "status")),
                "restrictions": page.view_restrictions.count(),
                "comments": page.wagtail_admin_comments.count(),
                "pages": Page.objects.count(),
                "state": listing.state,
            }
        )
