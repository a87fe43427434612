"""Asking people to join: by link, by letter, by a printed card."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from marketplace.core import audit
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError

from .. import rules
from ..models import Invitation, InvitationKind, Pool
from ..states import MAY_CHANGE
from .locking import in_one_go, pool_locked
from .starting import NotChangeable
from .telling import send_invitation


class TooManyInvitations(DomainError):
    """More letters than one group sends. `left` is how many more may go now; the rest can wait an hour, or use the
    link or the card."""

    def __init__(self, left: int) -> None:
        super().__init__(str(left))
        self.left = left


@in_one_go
def invitations_send(*, pool: Pool, people: Sequence[tuple[str, str]], by: Actor, now: datetime) -> list[Invitation]:
    """Write to these people, (name, e-mail address) each, once: an address that has an open letter gets no second.

    All or none are sent. They go out as soon as the pool is open. Raises TooManyInvitations, NotChangeable.
    """
    pool = pool_locked(pool.pk)
    if pool.state not in MAY_CHANGE:
        raise NotChangeable(pool)
    wanted = {email.strip().lower(): name.strip()[:120] for name, email in people}
    letters = pool.invitations.filter(kind=InvitationKind.EMAIL)
    known = set(letters.filter(used_at=None, declined_at=None, withdrawn_at=None).values_list("email", flat=True))
    new = {email: name for email, name in wanted.items() if email not in known}
    left = min(
        rules.MOST_INVITATIONS - letters.count(),
        rules.MOST_INVITATIONS_AN_HOUR - letters.filter(sent_at__gt=now - timedelta(hours=1)).count(),
    )
    if len(new) > left:
        raise TooManyInvitations(max(0, left))
    sent = []
    for email, name in new.items():
        invitation = Invitation.objects.create(
            pool=pool,
            kind=InvitationKind.EMAIL,
            email=email,
            name=name,
            sent_by_id=by.by_id,  # type: ignore[misc]
            sent_at=now,
            open_until=pool.pledge_by,
        )
        send_invitation(invitation)
        sent.append(invitation)
    audit.record("pools.invitation.send", by=by, subject=pool, at=now, title=pool.name, count=len(sent))
    return sent


def addresses_forget(pool: Pool, now: datetime) -> None:
    """Take out the addresses that letters went to, as each letter promised. For a locked pool that has closed."""
    letters = pool.invitations.filter(kind=InvitationKind.EMAIL).exclude(email="")
    letters.update(email="", name="", forgotten_at=now)


@in_one_go
def invitation_card(*, pool: Pool, by: Actor, now: datetime) -> Invitation:
    """The code for printed cards: one for the pool, made when it is first asked for. Raises NotChangeable."""
    pool = pool_locked(pool.pk)
    if pool.state not in MAY_CHANGE:
        raise NotChangeable(pool)
    card, new = Invitation.objects.get_or_create(
        pool=pool,
        kind=InvitationKind.CARD,
        withdrawn_at=None,
        defaults={"sent_by_id": by.by_id, "sent_at": now, "open_until": pool.pledge_by},
    )
    if new:
        audit.record("pools.invitation.card", by=by, subject=pool, at=now, title=pool.name)
    return card


@in_one_go
def invitation_link_renew(*, pool: Pool, by: Actor, now: datetime) -> Invitation:
    """Another link, and the old one opens nothing any more: for a link that went too far. Raises NotChangeable."""
    pool = pool_locked(pool.pk)
    if pool.state not in MAY_CHANGE:
        raise NotChangeable(pool)
    pool.invitations.filter(kind=InvitationKind.LINK, withdrawn_at=None).update(withdrawn_at=now)
    audit.record("pools.invitation.link", by=by, subject=pool, at=now, title=pool.name)
    return Invitation.objects.create(
        pool=pool,
        kind=InvitationKind.LINK,
        sent_by_id=by.by_id,  # type: ignore[misc]
        sent_at=now,
        open_until=pool.pledge_by,
    )


@transaction.atomic
def invitation_withdraw(*, invitation: Invitation, by: Actor, now: datetime) -> Invitation:
    """It opens nothing any more. Safe to repeat."""
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("pool").get(pk=invitation.pk)
    if invitation.withdrawn_at is None and invitation.used_at is None:
        invitation.withdrawn_at = now
        invitation.save(update_fields=["withdrawn_at"])
        audit.record("pools.invitation.withdraw", by=by, subject=invitation, at=now, title=invitation.pool.name)
    return invitation


@transaction.atomic
def invitation_decline(*, invitation: Invitation, now: datetime) -> Invitation:
    """Whoever got the letter does not want to. No account is needed, no reason is asked. Safe to repeat."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    once = invitation.kind in (InvitationKind.EMAIL, InvitationKind.MEMBER)
    if once and invitation.used_at is None and invitation.declined_at is None:
        invitation.declined_at = now
        invitation.save(update_fields=["declined_at"])
    return invitation


def code_of(typed: str) -> str:
    """The code as we keep it, from whatever somebody typed from a card: case, spaces and dashes do not matter.

    >>> code_of(" 7kq2 m9xd4trb ")
    '7KQ2-M9XD-4TRB'
    """
    letters = re.sub(r"[^0-9A-Z]", "", typed.upper())[:12]
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
