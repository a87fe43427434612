"""What happens in Wagtail's admin moves the listing's own row; what other apps may add to a listing page."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.dispatch import Signal, receiver
from wagtail.models import Revision, TaskState
from wagtail.signals import (
    page_published,
    page_unpublished,
    workflow_cancelled,
    workflow_rejected,
    workflow_submitted,
)

from marketplace.cms.signals import home_shown
from marketplace.people.models import User

from .models import ListingPage

listing_shown = Signal()  # listing, page, request -> dict of extra context for the public page
facts_wanted = Signal()
"""listings (list of ShownListing) -> dict[listing id, dict of public facts], for cards and the search index. Known:
`checks_held` (kinds of check in force, such as ["identity", "insurance"]), `checks_latest` (the day of the last of
them, None when nobody has checked yet)."""
desk_shown = Signal()  # providers (list of Provider), request -> list of DeskBlock for the provider's desk
# The last keeper of a provider is erased. Sent with `provider`, inside the transaction. A receiver returns True when
# the provider's name has to stay: it stands on receipts that others keep.
name_asked = Signal()


@dataclass(frozen=True)
class DeskBlock:
    """A part of the provider's desk that belongs to another app: a template, and what it is given as `block`."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    position: int = 100


@receiver(page_published, sender=ListingPage)
def words_published(sender, instance: ListingPage, revision, **kwargs) -> None:
    from . import services

    if not instance.live:  # approved for a later day: Wagtail says so with the same signal
        return
    with transaction.atomic():
        services.listing_publish(page=instance, by_user=_decided_by(revision))


@receiver(page_unpublished, sender=ListingPage)
def words_unpublished(sender, instance: ListingPage, **kwargs) -> None:
    from . import services

    services.listing_unpublish(page=instance)


@receiver(workflow_submitted)
def words_sent(sender, instance, user, **kwargs) -> None:
    from . import services

    page = _listing_page(instance)
    if page is not None:
        services.listing_sent_by_council(page=page)


@receiver(home_shown)
def kinds_on_home(sender, page, request, **kwargs) -> dict[str, Any]:
    """`kinds`: the first eight kinds of help, as links into the search. 1 query."""
    from . import presentation, selectors

    found = selectors.categories_for(getattr(page, "council", None))[:8]
    return {"kinds": [presentation.kind_link(category, place) for place, category in enumerate(found)]}


@receiver(workflow_rejected)
def words_returned(sender, instance, user, **kwargs) -> None:
    """Needs changes: the provider sees the council's comments at the fields."""
    from . import services

    page = _listing_page(instance)
    if page is not None:
        services.listing_return(page=page, by_user=user)


@receiver(workflow_cancelled)
def words_withdrawn(sender, instance, user, **kwargs) -> None:
    from . import services

    page = _listing_page(instance)
    if page is not None:
        services.listing_submission_cancelled(page=page)


def _decided_by(revision: Revision | None) -> User | None:
    """Who approved these words; whoever saved them, when no approval stands behind them (an import for practice)."""
    if revision is None:
        return None
    approval = TaskState.objects.filter(revision=revision, status=TaskState.STATUS_APPROVED).order_by("pk").last()
    return approval.finished_by if approval else revision.user


def _listing_page(workflow_state) -> ListingPage | None:
    page = getattr(workflow_state.content_object, "specific", None)
    return page if isinstance(page, ListingPage) else None
