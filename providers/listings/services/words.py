"""A listing's words: drafts, and their way to the council and back, through Wagtail's revisions and workflow."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page

from marketplace.cms.models import CouncilPage
from marketplace.core import audit, outbox
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.core.states import IllegalMove
from marketplace.people.models import User

from ..models import Listing, ListingPage, Provider
from ..rules import CareBar, personal_care_barred
from ..states import MOVES, PUBLIC, WAITING_FOR_COUNCIL


class Locked(DomainError):
    """A curator has locked these words while they look at them."""


class CareBarred(DomainError):
    """This provider may not offer personal care; `bar` says why."""

    def __init__(self, bar: CareBar) -> None:
        super().__init__(bar.value)
        self.bar = bar


class CouncilHasNoPage(DomainError):
    """The council's part of the site has not been set up."""


@transaction.atomic
def listing_create(
    *,
    provider: Provider,
    title: str,
    by: Actor,
    user: User | None,
    now: datetime,
    words: dict[str, Any] | None = None,
    once: str | None = None,
) -> Listing:
    """A first draft under the council's page. Raises CouncilHasNoPage.

    `once` is the public id that the form was given: sent twice, it makes one listing. The parent row is locked
    first: the paths of new Wagtail pages race otherwise.
    """
    parent = CouncilPage.objects.filter(council=provider.council).first()
    if parent is None:
        raise CouncilHasNoPage(provider.council)
    Page.objects.select_for_update().get(pk=parent.pk)
    parent.refresh_from_db()
    made = Listing.objects.filter(public_id=once, provider=provider).first() if once else None
    if made is not None:
        return made
    page = ListingPage(title=title, slug=_free_slug(parent, title), live=False, owner=user, **(words or {}))
    parent.add_child(instance=page)
    page.save_revision(user=user, log_action=True, changed=False)
    listing = Listing.objects.create(
        **({"public_id": once} if once and not Listing.objects.filter(public_id=once).exists() else {}),
        provider=provider,
        council=provider.council,
        page=page,
        state_since=now,
        assured_on=timezone.localdate(now),
    )
    audit.record("listings.listing.create", by=by, subject=listing, at=now)
    return listing


def _free_slug(parent: Page, title: str) -> str:
    stem = slugify(title)[:80].strip("-") or "listing"
    taken = set(Page.objects.child_of(parent).filter(slug__startswith=stem).values_list("slug", flat=True))
    if stem not in taken:
        return stem
    return next(f"{stem}-{n}" for n in range(2, 10_000) if f"{stem}-{n}" not in taken)


def draft_of(listing: Listing) -> ListingPage:
    """The newest words, approved or not."""
    return listing.page.get_latest_revision_as_object()


@transaction.atomic
def listing_edit(
    *, listing: Listing, by: Actor, user: User, now: datetime, question: str = "", **words: Any
) -> ListingPage:
    """Save new words as a draft; strangers go on seeing the approved ones. Raises Locked.

    `categories`, when given, is a list of Category. `question` is remembered as answered. Words that are the same
    as before make no new revision.
    """
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    page = draft_of(listing)
    lock = page.get_lock()
    if lock and lock.for_user(user):
        raise Locked(lock.get_description(user))
    question_answered(listing, question)
    changed = sorted(name for name, value in words.items() if _now(page, name) != _comparable(value))
    if not changed:
        return page
    for name in changed:
        if name == "categories":
            page.categories.set(words[name])
        else:
            setattr(page, name, words[name])
    page.save_revision(user=user, log_action=True)
    audit.record("listings.words.edit", by=by, subject=listing, at=now, fields=changed)
    return page


def care_allowed(provider: Provider) -> None:
    """Raises CareBarred when this provider may not give personal care."""
    bar = personal_care_barred(
        cqc_id=provider.cqc_id,
        people_working=provider.people_working,
        directed_by_person=provider.directed_by_person,
    )
    if bar is not None:
        raise CareBarred(bar)


def _now(page: ListingPage, name: str) -> Any:
    if name == "categories":
        return {category.pk for category in page.categories.all()}
    return getattr(page, name)


def _comparable(value: Any) -> Any:
    is_rows = isinstance(value, list) and value and hasattr(value[0], "pk")
    return {row.pk for row in value} if is_rows else value


def question_answered(listing: Listing, question: str) -> None:
    """Remember that the keeper has been through this question; the row is the caller's, locked."""
    if question and question not in listing.answered:
        listing.answered = [*listing.answered, question]
        listing.save(update_fields=["answered"])


@transaction.atomic
def listing_submit(*, listing: Listing, by: Actor, user: User, now: datetime) -> Listing:
    """Send the newest words to the council: start its workflow, or resume it after "needs changes".

    Raises IllegalMove, CareBarred. Completeness is the business of rules.missing_words, asked by the page beforehand.
    """
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    move = "submit_changes" if listing.state in PUBLIC else "submit"
    page = draft_of(listing)
    if any(kind.personal_care for kind in page.categories.all()):
        care_allowed(listing.provider)
    MOVES.apply(listing, move, at=now)
    state = page.current_workflow_state
    if state is not None and state.status == state.STATUS_NEEDS_CHANGES:
        state.resume(user=user)
    elif state is None:
        page.get_workflow().start(page, user)
    audit.record("listings.listing.submit", by=by, subject=listing, at=now)
    outbox.add("listings.submitted", listing=listing.pk)
    return listing


@transaction.atomic
def listing_withdraw(*, listing: Listing, by: Actor, user: User, now: datetime) -> Listing:
    """Take back what was sent to the council, to go on changing it. Raises IllegalMove."""
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    move = "drop_changes" if listing.state in PUBLIC else "withdraw"
    if not MOVES.can(listing, move):
        raise IllegalMove(listing, move)
    state = draft_of(listing).current_workflow_state
    if state is not None:
        state.cancel(user=user)
        listing.refresh_from_db()
    else:
        MOVES.apply(listing, move, at=now)
    audit.record("listings.listing.withdraw", by=by, subject=listing, at=now)
    return listing


@transaction.atomic
def listing_words_drop(*, listing: Listing, by: Actor, user: User, now: datetime) -> Listing:
    """Throw away new words of a live page: its draft says again what strangers see. Raises IllegalMove, Locked.

    What the council sent back goes with them; what waits with the council has to be taken back first.
    """
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    page = draft_of(listing)
    lock = page.get_lock()
    if lock and lock.for_user(user):
        raise Locked(lock.get_description(user))
    if listing.state not in PUBLIC or listing.state in WAITING_FOR_COUNCIL or not page.has_unpublished_changes:
        raise IllegalMove(listing, "drop_changes")
    if page.current_workflow_state is not None:
        page.current_workflow_state.cancel(user=user)
        listing.refresh_from_db()
    approved = page.live_revision.as_object()
    approved.save_revision(user=user, changed=False, log_action=True)
    Page.objects.filter(pk=page.pk).update(has_unpublished_changes=False)
    audit.record("listings.words.drop", by=by, subject=listing, at=now)
    return listing
