"""Letting somebody act for somebody, and helping a caller: everything that changes it."""

import hashlib
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from marketplace.core import audit, outbox
from marketplace.core.audit import Actor
from marketplace.core.clock import midnight
from marketplace.core.errors import DomainError
from marketplace.core.models import public_id

from . import selectors
from .models import NO_POST, Council, Delegation, Invitation, PhoneCall, Scope, User

OPEN_FOR = timedelta(days=14)
MOST_UNANSWERED = 10  # letters one person may have waiting; more is a mailing, not a family


class InvitesThemself(DomainError):
    """The address is the person's own."""


class AlreadyInvited(DomainError):
    """A letter to this address is waiting for an answer."""


class AlreadyHelps(DomainError):
    """Whoever has this address may act for the person already."""


class TooManyLetters(DomainError):
    """Ten letters are waiting for an answer."""


class EndsBeforeStart(DomainError):
    """The last day comes before the first."""


class InvitationOver(DomainError):
    """Answered, taken back, replaced, or its fourteen days have passed. Which of them is not said."""


class NotTheirLetter(DomainError):
    """The letter was sent to an address that this account does not hold."""


class AlreadyEnded(DomainError):
    """Somebody ended it before."""


class CannotBeHelped(DomainError):
    """Staff accounts, and one's own, are not helped by telephone."""


class AddressTaken(DomainError):
    """The caller has an account already: find it by the address."""


@transaction.atomic
def details_change(*, user: User, first_name: str, last_name: str, phone: str, by: Actor, now: datetime) -> User:
    """A person's own name and telephone number."""
    user.first_name, user.last_name, user.phone = first_name, last_name, phone
    user.save(update_fields=["first_name", "last_name", "phone"])
    audit.record("people.details.change", by=by, subject=user, at=now)
    return user


def invitation_key(invitation: Invitation) -> str:
    """The key in the letter. It is worked out anew from the row and the site's secret, so no table holds it."""
    parts = f"{invitation.public_id}|{invitation.email}|{invitation.sent_at.isoformat()}"
    return salted_hmac("people.invitation", parts, algorithm="sha256").hexdigest()[:40]


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _first_moment(day: date, now: datetime) -> datetime:
    return max(midnight(day), now)


def _last_moment(day: date | None) -> datetime | None:
    """The end of a day, as the midnight after it."""
    return None if day is None else midnight(day + timedelta(days=1))


def _send_letter(invitation: Invitation, now: datetime) -> None:
    invitation.sent_at, invitation.open_until = now, now + OPEN_FOR
    invitation.key_hash = hash_of(invitation_key(invitation))
    invitation.save()
    outbox.add("people.invitation.sent", invitation=invitation.pk, sent_at=now.isoformat())


@transaction.atomic
def invitation_send(
    *,
    person: User,
    name: str,
    email: str,
    scope: Scope,
    starts_on: date,
    ends_on: date | None,
    by: Actor,
    now: datetime,
) -> Invitation:
    """Ask somebody, by a letter to their address, to act for `person` from one day to the end of another.

    Raises InvitesThemself, AlreadyInvited, AlreadyHelps, TooManyLetters, EndsBeforeStart. Whether the address has an
    account is never looked up.
    """
    User.objects.select_for_update().get(pk=person.pk)
    email = email.lower()
    if email in addresses_of(person):
        raise InvitesThemself
    if ends_on is not None and ends_on < max(starts_on, timezone.localdate(now)):
        raise EndsBeforeStart
    if selectors.helpers_of(person, now).filter(delegate__email__iexact=email).exists():
        raise AlreadyHelps
    waiting = selectors.invitations_waiting(person)
    if waiting.open(now).filter(email=email).exists():
        raise AlreadyInvited
    waiting.filter(email=email).update(withdrawn_at=now)
    if waiting.open(now).count() >= MOST_UNANSWERED:
        raise TooManyLetters
    invitation = Invitation(
        person=person,
        email=email,
        name=name,
        scope=scope,
        starts_at=_first_moment(starts_on, now),
        ends_at=_last_moment(ends_on),
    )
    _send_letter(invitation, now)
    audit.record("people.invitation.send", by=by, subject=invitation, at=now, scope=str(scope))
    return invitation


@transaction.atomic
def invitation_replace(*, invitation: Invitation, by: Actor, now: datetime) -> Invitation:
    """Send the letter again with a new key; the old one no longer opens anything. Raises InvitationOver."""
    invitation = _unanswered(invitation)
    _send_letter(invitation, now)
    audit.record("people.invitation.replace", by=by, subject=invitation, at=now)
    return invitation


@transaction.atomic
def invitation_withdraw(*, invitation: Invitation, by: Actor, now: datetime) -> Invitation:
    """Take the letter back. Raises InvitationOver when it has been answered."""
    invitation = _unanswered(invitation)
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    audit.record("people.invitation.withdraw", by=by, subject=invitation, at=now)
    return invitation


@transaction.atomic
def invitation_accept(*, invitation: Invitation, user: User, by: Actor, now: datetime) -> Delegation:
    """Become the person's delegate on the terms of the letter, once.

    Raises InvitationOver, NotTheirLetter; neither uses the letter up.
    """
    invitation = _answerable(invitation, user, now)
    for former in Delegation.objects.select_for_update().filter(person=invitation.person, delegate=user, ended_at=None):
        former.ended_at, former.ended_by = min(former.ends_at or now, now), user
        former.save(update_fields=["ended_at", "ended_by"])
    delegation = Delegation.objects.create(
        person=invitation.person,
        delegate=user,
        scope=invitation.scope,
        starts_at=invitation.starts_at,
        ends_at=invitation.ends_at,
        granted_by=invitation.person,
        granted_at=now,
    )
    invitation.accepted_at, invitation.delegation = now, delegation
    invitation.save(update_fields=["accepted_at", "delegation"])
    outbox.add("people.invitation.accepted", invitation=invitation.pk)
    audit.record("people.invitation.accept", by=by, subject=invitation, at=now, scope=invitation.scope)
    return delegation


@transaction.atomic
def invitation_decline(*, invitation: Invitation, user: User, by: Actor, now: datetime) -> Invitation:
    """Say no. Nobody is asked why. Raises InvitationOver, NotTheirLetter."""
    invitation = _answerable(invitation, user, now)
    invitation.declined_at = now
    invitation.save(update_fields=["declined_at"])
    outbox.add("people.invitation.declined", invitation=invitation.pk)
    audit.record("people.invitation.decline", by=by, subject=invitation, at=now)
    return invitation


@transaction.atomic
def delegation_end(*, delegation: Delegation, by: Actor, now: datetime) -> Delegation:
    """End it at once, by either side: the delegate's next request is refused. Raises AlreadyEnded."""
    delegation = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if delegation.ended_at is not None:
        raise AlreadyEnded
    delegation.ended_at, delegation.ended_by_id = now, by.by_id
    delegation.save(update_fields=["ended_at", "ended_by"])
    outbox.add("people.delegation.ended", delegation=delegation.pk)
    audit.record("people.delegation.end", by=by, subject=delegation, at=now)
    return delegation


def addresses_of(user: User) -> set[str]:
    """Every address that this account has shown to be its own, in lower case."""
    verified = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {address.lower() for address in verified}


def _unanswered(invitation: Invitation) -> Invitation:
    locked = Invitation.objects.unanswered().select_for_update().filter(pk=invitation.pk).first()
    if locked is None:
        raise InvitationOver
    return locked


def _answerable(invitation: Invitation, user: User, now: datetime) -> Invitation:
    """The letter, locked, if this key still opens it and the account may answer it."""
    locked = (
        Invitation.objects.open(now)
        .select_for_update()
        .filter(pk=invitation.pk, key_hash=invitation.key_hash, person__is_active=True)
        .first()
    )
    if locked is None or (locked.ends_at is not None and locked.ends_at <= now):
        raise InvitationOver
    if locked.person_id == user.pk or locked.email not in addresses_of(user):
        raise NotTheirLetter
    return locked


CALLER_SALT = "people.caller"


def caller_ticket(caller: User, staff: User) -> str:
    """A short-lived word in an address for the caller who was found, good for this member of staff alone."""
    return signing.dumps([caller.pk, staff.pk], salt=CALLER_SALT)


@transaction.atomic
def call_start(
    *, council: Council, staff: User, caller: User, consent_words: str, by: Actor, now: datetime
) -> PhoneCall:
    """Begin to act for somebody on the telephone, with the words in which they agreed. Ends a call left open.

    Raises CannotBeHelped.
    """
    if caller.pk == staff.pk or selectors.is_council_staff(caller):
        raise CannotBeHelped
    for left_open in PhoneCall.objects.select_for_update().filter(staff=staff, ended_at=None):
        left_open.ended_at = min(now, left_open.started_at + selectors.LONGEST_CALL)
        left_open.save(update_fields=["ended_at"])
    call = PhoneCall.objects.create(
        council=council, staff=staff, caller=caller, consent_words=consent_words, started_at=now
    )
    audit.record(
        "people.call.start", by=_for_caller(by, call), subject=call, at=now, council=council.name, consent=consent_words
    )
    return call


@transaction.atomic
def call_start_for_stranger(
    *,
    council: Council,
    staff: User,
    first_name: str,
    last_name: str,
    phone: str,
    email: str,
    consent_words: str,
    by: Actor,
    now: datetime,
) -> PhoneCall:
    """Make an account for a caller who has none, and begin the call.

    The account has no password. An address given by telephone is not verified: its owner shows that it is theirs by
    asking for a sign-in code. Raises AddressTaken.
    """
    email = email.lower()
    if email and (
        User.objects.filter(email__iexact=email).exists() or EmailAddress.objects.filter(email__iexact=email).exists()
    ):
        raise AddressTaken
    caller = User.objects.create_user(
        email or f"{public_id().lower()}@{NO_POST}", None, first_name=first_name, last_name=last_name, phone=phone
    )
    if email:
        EmailAddress.objects.create(user=caller, email=email, verified=False, primary=True)
    return call_start(council=council, staff=staff, caller=caller, consent_words=consent_words, by=by, now=now)


@transaction.atomic
def call_end(*, call: PhoneCall, by: Actor, now: datetime) -> PhoneCall:
    """Put the receiver down. Ending twice changes nothing."""
    call = PhoneCall.objects.select_for_update().get(pk=call.pk)
    if call.ended_at is None:
        call.ended_at = now
        call.save(update_fields=["ended_at"])
        audit.record("people.call.end", by=_for_caller(by, call), subject=call, at=now, council=call.council.name)
    return call


def _for_caller(by: Actor, call: PhoneCall) -> Actor:
    return Actor(by.by_id, call.caller_id, audit.PHONE)
