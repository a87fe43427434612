"""What changes a listing. Words go through Wagtail's revisions and the council's workflow; facts change at once."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page

from marketplace.cms.models import CouncilPage
from marketplace.core import audit, outbox, pagecache
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import Council, User

from .models import Hold, Listing, ListingPage, Provider
from .states import MOVES, PUBLIC, HoldKind


class Locked(DomainError):
    """A curator has locked these words while they look at them."""


class CouncilHasNoPage(DomainError):
    """The council's part of the site has not been set up."""


def public_change(listing: Listing) -> None:
    """Something strangers see has changed: raise the version, tell the index, drop kept pages."""
    Listing.objects.filter(pk=listing.pk).update(version=F("version") + 1)
    listing.refresh_from_db(fields=["version"])
    outbox.add("listings.changed", listing=listing.pk, version=listing.version)
    pagecache.something_public_changed()


@transaction.atomic
def provider_register(*, council: Council, keeper: User, by: Actor, now: datetime, **facts: Any) -> Provider:
    """A new provider with its first keeper. `facts` are Provider's own fields."""
    provider = Provider.objects.create(council=council, **facts)
    provider.keepers.add(keeper)
    audit.record("listings.provider.register", by=by, subject=provider, at=now)
    outbox.add("listings.provider_registered", provider=provider.pk)
    return provider


@transaction.atomic
def provider_change(*, provider: Provider, by: Actor, now: datetime, **facts: Any) -> Provider:
    """Facts about the provider, in force at once."""
    before = {name: getattr(provider, name) for name in facts}
    changed = [name for name, value in facts.items() if before[name] != value]
    if not changed:
        return provider
    for name in changed:
        setattr(provider, name, facts[name])
    provider.save(update_fields=changed)
    audit.record("listings.provider.change", by=by, subject=provider, at=now, fields=changed)
    for listing in provider.listings.filter(state__in=PUBLIC):
        public_change(listing)
    return provider


@transaction.atomic
def listing_create(
    *, provider: Provider, title: str, by: Actor, user: User | None, now: datetime, words: dict[str, Any] | None = None
) -> Listing:
    """A first draft under the council's page. Raises CouncilHasNoPage.

    The parent row is locked first: the paths of new Wagtail pages race otherwise.
    """
    parent = CouncilPage.objects.filter(council=provider.council).first()
    if parent is None:
        raise CouncilHasNoPage(provider.council)
    Page.objects.select_for_update().get(pk=parent.pk)
    parent.refresh_from_db()
    page = ListingPage(title=title, slug=_free_slug(parent, title), live=False, owner=user, **(words or {}))
    parent.add_child(instance=page)
    page.save_revision(user=user, log_action=True, changed=False)
    listing = Listing.objects.create(
        provider=provider, council=provider.council, page=page, state_since=now, assured_on=timezone.localdate(now)
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
def listing_edit(*, listing: Listing, by: Actor, user: User, now: datetime, **words: Any) -> ListingPage:
    """Save new words as a draft; strangers go on seeing the approved ones. Raises Locked.

    `categories`, when given, is a list of Category.
    """
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    page = draft_of(listing)
    lock = page.get_lock()
    if lock and lock.for_user(user):
        raise Locked(lock.get_description(user))
    categories = words.pop("categories", None)
    for name, value in words.items():
        setattr(page, name, value)
    if categories is not None:
        page.categories.set(categories)
    page.save_revision(user=user, log_action=True)
    audit.record("listings.words.edit", by=by, subject=listing, at=now, fields=sorted(words))
    return page


@transaction.atomic
def listing_submit(*, listing: Listing, by: Actor, user: User, now: datetime) -> Listing:
    """Send the newest words to the council: start its workflow, or resume it after "needs changes".

    Raises IllegalMove. Completeness is the business of rules.missing_words, asked by the page beforehand.
    """
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    move = "submit_changes" if listing.state in PUBLIC else "submit"
    MOVES.apply(listing, move, at=now)
    page = draft_of(listing)
    state = page.current_workflow_state
    if state is not None and state.status == state.STATUS_NEEDS_CHANGES:
        state.resume(user=user)
    elif state is None:
        page.get_workflow().start(page, user)
    audit.record("listings.listing.submit", by=by, subject=listing, at=now)
    outbox.add("listings.submitted", listing=listing.pk)
    return listing


@transaction.atomic
def listing_publish(*, page: ListingPage, by_user: User | None, now: datetime | None = None) -> None:
    """Wagtail has published the page: the listing is live with these words."""
    listing = Listing.objects.select_for_update().filter(page=page).first()
    if listing is None:
        return
    now = now or timezone.now()
    first = listing.state not in PUBLIC
    MOVES.apply(listing, "publish", at=now)
    if first:
        listing.assured_on = timezone.localdate(now)
        listing.save(update_fields=["assured_on"])
    by = Actor(by_id=by_user.pk if by_user else None)
    audit.record("listings.listing.publish", by=by, subject=listing, at=now)
    outbox.add("listings.published", listing=listing.pk, first=first)
    public_change(listing)


@transaction.atomic
def listing_unpublish(*, page: ListingPage, now: datetime | None = None) -> None:
    listing = Listing.objects.select_for_update().filter(page=page).first()
    if listing is None or not MOVES.can(listing, "unpublish"):
        return
    MOVES.apply(listing, "unpublish", at=now or timezone.now())
    public_change(listing)


@transaction.atomic
def listing_return(*, page: ListingPage, by_user: User, now: datetime | None = None) -> None:
    """The council asks for changes; what is live stays live."""
    listing = Listing.objects.select_for_update().filter(page=page).first()
    if listing is None:
        return
    now = now or timezone.now()
    move = "return_changes" if listing.state in PUBLIC else "return"
    MOVES.apply(listing, move, at=now)
    audit.record("listings.listing.return", by=Actor(by_id=by_user.pk), subject=listing, at=now)
    outbox.add("listings.returned", listing=listing.pk)


@transaction.atomic
def listing_submission_cancelled(*, page: ListingPage, now: datetime | None = None) -> None:
    listing = Listing.objects.select_for_update().filter(page=page).first()
    if listing is None:
        return
    for move in ("withdraw", "drop_changes"):
        if MOVES.can(listing, move):
            MOVES.apply(listing, move, at=now or timezone.now())
            return


@transaction.atomic
def hold_place(
    *, provider: Provider, kind: HoldKind, by: Actor, now: datetime, listing: Listing | None = None, reason: str = ""
) -> Hold:
    """Hide a provider's listings, or one of them, from the next request on. Placing it twice changes nothing."""
    hold, placed = Hold.objects.get_or_create(
        provider=provider,
        listing=listing,
        kind=kind,
        lifted_at=None,
        defaults={"reason": reason, "placed_at": now, "placed_by_id": by.by_id},
    )
    if placed:
        audit.record("listings.hold.place", by=by, subject=listing or provider, at=now, note=reason, kind=str(kind))
        _held_listings_changed(hold)
    return hold


@transaction.atomic
def hold_lift(*, hold: Hold, by: Actor, now: datetime, note: str = "") -> Hold:
    """Show again what this held back, unless something else still does."""
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    if hold.lifted_at is None:
        hold.lifted_at, hold.lifted_by_id = now, by.by_id
        hold.save(update_fields=["lifted_at", "lifted_by"])
        audit.record(
            "listings.hold.lift", by=by, subject=hold.listing or hold.provider, at=now, note=note, kind=hold.kind
        )
        _held_listings_changed(hold)
    return hold


def _held_listings_changed(hold: Hold) -> None:
    for listing in [hold.listing] if hold.listing else hold.provider.listings.all():
        public_change(listing)
