"""Pausing, archiving and confirming a listing; what of it takes effect at once."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction

from marketplace.core import audit, outbox
from marketplace.core.audit import Actor
from marketplace.core.states import IllegalMove
from marketplace.people.models import User

from ..models import Hold, Listing
from ..states import MOVES, PUBLIC, HoldKind
from .holds import hold_lift, hold_place
from .publishing import public_change
from .words import draft_of, question_answered


@transaction.atomic
def listing_pause(*, listing: Listing, by: Actor, now: datetime) -> Hold:
    """Hide a listing until its keeper shows it again. Raises IllegalMove unless it is live."""
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    if listing.state not in PUBLIC:
        raise IllegalMove(listing, "pause")
    return hold_place(provider=listing.provider, listing=listing, kind=HoldKind.PAUSED, by=by, now=now)


@transaction.atomic
def listing_resume(*, listing: Listing, by: Actor, now: datetime) -> None:
    """Show a paused listing again, unless something else hides it. Nothing happens when it is not paused."""
    _lift(listing, HoldKind.PAUSED, by, now)


@transaction.atomic
def listing_archive(*, listing: Listing, by: Actor, user: User, now: datetime) -> Listing:
    """Take a listing off the site and keep it; what lies at the council is taken back first. Raises IllegalMove."""
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    if not MOVES.can(listing, "archive"):
        raise IllegalMove(listing, "archive")
    page = draft_of(listing)
    if page.current_workflow_state is not None:
        page.current_workflow_state.cancel(user=user)
    listing.page.refresh_from_db()
    if listing.page.live:
        UnpublishPageAction(listing.page, user=user).execute(skip_permission_checks=True)  # the door was access
    listing.refresh_from_db()
    MOVES.apply(listing, "archive", at=now)
    _lift(listing, HoldKind.PAUSED, by, now)
    audit.record("listings.listing.archive", by=by, subject=listing, at=now)
    public_change(listing)
    return listing


@transaction.atomic
def listing_restore(*, listing: Listing, by: Actor, now: datetime) -> Listing:
    """Bring an archived listing back as a draft: the council reads it again before strangers do. Raises IllegalMove."""
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    MOVES.apply(listing, "restore", at=now)
    audit.record("listings.listing.restore", by=by, subject=listing, at=now)
    return listing


@transaction.atomic
def listing_confirm_correct(*, listing: Listing, by: Actor, now: datetime) -> Listing:
    """Its keeper says that everything is still right: the date starts anew, and a stale listing shows again."""
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    listing.assured_on = timezone.localdate(now)
    listing.save(update_fields=["assured_on"])
    audit.record("listings.listing.confirm", by=by, subject=listing, at=now)
    _lift(listing, HoldKind.STALE, by, now)
    if listing.state in PUBLIC:
        public_change(listing)
    return listing


@transaction.atomic
def listing_terms_change(
    *, listing: Listing, by: Actor, now: datetime, takes_direct_payments: bool, question: str = ""
) -> Listing:
    """Whether a direct payment may pay for it, in force at once."""
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    question_answered(listing, question)
    if listing.takes_direct_payments != takes_direct_payments:
        listing.takes_direct_payments = takes_direct_payments
        listing.save(update_fields=["takes_direct_payments"])
        audit.record(
            "listings.terms.change", by=by, subject=listing, at=now, takes_direct_payments=takes_direct_payments
        )
        if listing.state in PUBLIC:
            public_change(listing)
    return listing


@transaction.atomic
def question_passed(*, listing: Listing, question: str) -> None:
    """The keeper went on from a question without words of its own, such as the price list."""
    question_answered(Listing.objects.select_for_update().get(pk=listing.pk), question)


@transaction.atomic
def listing_remind(*, listing: Listing, now: datetime) -> None:
    """Ask the keeper, by e-mail, whether everything is still right."""
    audit.record("listings.listing.remind", by=audit.CLOCKWORK, subject=listing, at=now)
    outbox.add("listings.going_stale", listing=listing.pk)


def _lift(listing: Listing, kind: HoldKind, by: Actor, now: datetime) -> None:
    for hold in listing.holds.filter(kind=kind, lifted_at=None):
        hold_lift(hold=hold, by=by, now=now)
