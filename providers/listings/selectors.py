"""What may be read of listings, shaped for the pages that need it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from wagtail.models import Comment, PageViewRestriction, TaskState, WorkflowState

from marketplace.people.models import Council, User

from .models import Category, Hold, Listing, ListingPage, Offer, Provider
from .rules import Missing, missing_words
from .states import PUBLIC, WAITING_FOR_PROVIDER

# After this many days without "still correct": the keeper is asked; then a banner, demoted, hidden.
REMIND_DAYS, FRESH_DAYS, OLD_DAYS, HIDE_DAYS = 150, 180, 365, 395


def visible_to(user: User | None = None) -> QuerySet[Listing]:
    """Listings that this person may see on public pages just now. The database decides, never an index."""
    return Listing.objects.visible()


def versions_seen(ids: Sequence[int]) -> dict[int, int]:
    """Those of these listings that strangers may see just now, each with its version. 1 query.

    Every search asks this, so its statement is written once: the ORM takes ten times as long to write it as the
    database takes to answer.
    """
    if not ids:
        return {}
    statement, facts = _statement_of_versions(len(ids), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*facts, *ids])
        return dict(cursor.fetchall())


@lru_cache(maxsize=64)
def _statement_of_versions(many: int, vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The statement for so many ids, and what stands before them among its parameters."""
    places = tuple(range(many))
    asked = visible_to().filter(pk__in=places).values_list("pk", "version")
    statement, given = asked.query.sql_with_params()
    if given[-many:] != places:
        raise AssertionError("the ids are not the last parameters of the statement")
    return statement, given[:-many]


def may_be_seen(page: ListingPage) -> bool:
    """Whether strangers may see this page at this moment. 1 query."""
    return Listing.objects.visible().filter(page_id=page.pk).exists()


def at_address(council_slug: str, slug: str) -> Listing | None:
    """The visible listing at "/<council>/<slug>/" with its page and all that the page shows. 2 queries.

    None for what Wagtail has to answer: guides, other councils' aliases, pages with a view restriction, nothing.
    """
    listing = (
        visible_to()
        .filter(~Exists(_restrictions()), council__slug=council_slug, page__slug=slug, page__alias_of=None)
        .select_related("page__photo", "provider", "council")
        .prefetch_related("page__categories")
        .first()
    )
    if listing is not None:
        listing.provider.council = listing.council
    return listing


def _restrictions() -> QuerySet[PageViewRestriction]:
    """Those on a listing's page and on every page above it: a path begins with the paths of its ancestors."""
    here = ExpressionWrapper(OuterRef("page__path"), output_field=CharField())
    return PageViewRestriction.objects.annotate(here=here).filter(here__startswith=F("page__path"))


def for_page(page: ListingPage) -> Listing:
    """The facts beside a page's words; no query when the page came with them."""
    return page.listing


def open_holds(listing: Listing) -> QuerySet[Hold]:
    return Hold.objects.filter(provider=listing.provider, lifted_at=None).filter(Q(listing=None) | Q(listing=listing))


def offers_of(listing: Listing) -> QuerySet[Offer]:
    """What can be bought, in the order its keeper chose."""
    return listing.offers.filter(withdrawn_at=None)


def categories_for(council: Council | None) -> QuerySet[Category]:
    """National categories and the council's own, without the retired ones."""
    return Category.objects.filter(Q(council=None) | Q(council=council), retired_at=None)


def providers_kept_by(user: User) -> QuerySet[Provider]:
    return Provider.objects.filter(keepers=user).select_related("council").order_by("name")


def somebody_answers(provider: Provider) -> bool:
    """Whether what people ask this provider here reaches anybody: one read from a directory may have no keeper yet.

    1 query for a provider read from a directory, none for the rest.
    """
    return not provider.external_id or provider.keepers.exists()


def days_since_assured(listing: Listing, today: date) -> int | None:
    """None for a listing that nobody has ever confirmed."""
    return (today - listing.assured_on).days if listing.assured_on else None


def listings_kept_by(user: User) -> QuerySet[Listing]:
    """All that this person keeps, archived ones last. 1 query."""
    return (
        Listing.objects.filter(provider__keepers=user)
        .select_related("provider", "council", "page")
        .order_by("provider__name", "created_at", "pk")
    )


def unconfirmed_for(days: int, today: date) -> QuerySet[Listing]:
    """Public listings whose keeper last said at least so many days ago that they are right."""
    long_ago = today - timedelta(days=days)
    return Listing.objects.filter(state__in=PUBLIC, assured_on__lte=long_ago).select_related("provider", "council")


@dataclass(frozen=True)
class Remark:
    """What somebody at the council wrote; `field` is the page's field it stands at, "" for the whole page."""

    field: str
    words: str
    by: str
    at: datetime | None


def remarks_on(listing: Listing) -> list[Remark]:
    """What the council wrote when it asked for changes: at the fields, and about the whole. 3 queries at most.

    Empty unless the listing waits for its keeper: once it is sent again, the words are the council's to settle.
    """
    if listing.state not in WAITING_FOR_PROVIDER:
        return []
    comments = Comment.objects.filter(page_id=listing.page_id, resolved_at=None).select_related("user")
    said = [
        Remark(comment.contentpath.split(".")[0], comment.text, str(comment.user), comment.updated_at)
        for comment in comments.order_by("created_at")
    ]
    # The editor saves by itself; a button pressed meanwhile saves the same comment again.
    remarks = list({(remark.field, remark.words, remark.by): remark for remark in said}.values())
    returned = (
        TaskState.objects.filter(
            workflow_state__in=WorkflowState.objects.for_instance(listing.page), status=TaskState.STATUS_REJECTED
        )
        .select_related("finished_by")
        .order_by("-finished_at")
        .first()
    )
    if returned is not None and returned.comment:
        remarks.append(Remark("", returned.comment, str(returned.finished_by or listing.council), returned.finished_at))
    return remarks


def still_missing(listing: Listing, page: ListingPage) -> list[Missing]:
    """What the draft `page` lacks before it can be sent. 2 queries."""
    kinds = list(page.categories.all())
    return missing_words(
        page,
        listing.provider,
        offers_of(listing),
        gives_personal_care=any(kind.personal_care for kind in kinds),
        kinds=len(kinds),
    )
