"""The doors of this app, and the guard for pages that a delegate's scope may close."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from . import selectors, services
from .models import Council, Delegation, Invitation, PhoneCall, Scope, User

View = Callable[..., HttpResponse]
TICKET_LASTS = 30 * 60  # seconds between finding a caller and their yes


def may(scope: Scope) -> Callable[[View], View]:
    """For a page about `request.standing.person`: sign in first; Http404 when the delegate's scope is smaller."""

    def guard(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.standing.may(scope):  # type: ignore[attr-defined]
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard


def invitation_of(person: User, public_id: str) -> Invitation:
    """A letter that this person sent and nobody has answered."""
    return get_object_or_404(selectors.invitations_waiting(person), public_id=public_id)


def invitation_by_key(user: User, key: str, now: datetime) -> Invitation | None:
    """The letter this key opens, if it was sent to this person and is open still. None says nothing more."""
    invitation = Invitation.objects.open(now).select_related("person").filter(key_hash=services.hash_of(key)).first()
    if invitation is None or invitation.email not in services.addresses_of(user):
        return None
    return invitation


def helper_of(person: User, delegation_id: int, now: datetime) -> Delegation:
    """A delegation that this person gave and that has not ended."""
    return get_object_or_404(selectors.helpers_of(person, now), pk=delegation_id)


def delegation_to_act_under(delegate: User, delegation_id: int, now: datetime) -> Delegation:
    """A delegation that this person holds and that is in force."""
    return get_object_or_404(selectors.people_helped_by(delegate, now), pk=delegation_id)


def councils_taking_calls(user: User) -> list[Council]:
    """Where this person may help callers; Http404 when nowhere."""
    councils = list(selectors.councils_of(user, *selectors.TAKES_CALLS))
    if not councils:
        raise Http404
    return councils


def caller_found(staff: User, ticket: str) -> User:
    """The caller whom this member of staff has just found."""
    try:
        caller_id, staff_id = signing.loads(ticket, salt=services.CALLER_SALT, max_age=TICKET_LASTS)
    except (signing.BadSignature, ValueError) as error:
        raise Http404 from error
    if staff_id != staff.pk:
        raise Http404
    return get_object_or_404(User, pk=caller_id, is_active=True)


def call_open(staff: User, call_id: int | None) -> PhoneCall:
    """A call this member of staff began and has not ended, however long ago."""
    return get_object_or_404(PhoneCall.objects.filter(staff=staff, ended_at=None), pk=call_id or 0)
