"""Worries: said by anybody, looked at by the council, decided with a reason."""

from datetime import datetime, timedelta

from django.db import transaction

from marketplace.core import audit, outbox
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.core.models import public_id
from marketplace.people.models import Council, User
from providers.listings.models import Listing
from providers.listings.services import hold_lift, hold_place
from providers.listings.states import HoldKind

from ..models import Concern, Severity
from ..states import CONCERN_MOVES, UNDECIDED

NOT_HIDDEN_TWICE = timedelta(days=14)  # after a person has looked and lifted, an unsigned form does not hide again


class ReasonNeeded(DomainError):
    """A decision about a concern is kept with its reason."""


@transaction.atomic
def concern_raise(
    *,
    words: str,
    severity: str,
    council: Council | None,
    listing: Listing | None,
    by: Actor,
    now: datetime,
    about_whom: str = "",
    name: str = "",
    contact: str = "",
    reporter: User | None = None,
    once: str | None = None,
) -> Concern:
    """Keep what somebody is worried about. High severity hides the listing until a person has looked.

    `once` becomes its reference, so that a form sent twice is one worry. Nobody's name goes into the audit log or any
    letter: the provider must not learn who spoke.
    """
    facts = {
        "council": council,
        "listing": listing,
        "words": words,
        "about_whom": about_whom,
        "severity": severity,
        "reporter_name": name,
        "reporter_contact": contact,
        "reporter": reporter,
        "state_since": now,
        "created_at": now,
    }
    concern, made = Concern.objects.get_or_create(public_id=once or public_id(), defaults=facts)
    if not made:
        return concern
    if listing is not None and severity == Severity.HIGH and not _looked_at_lately(listing, now):
        concern.hold = hold_place(
            provider=listing.provider, listing=listing, kind=HoldKind.HELD, by=Actor(by_id=None), now=now
        )
        concern.save(update_fields=["hold"])
    audit.record("assurance.concern.raise", by=Actor(by_id=None), subject=concern, at=now, severity=severity)
    outbox.add("assurance.concern_raised", concern=concern.pk)
    return concern


def _looked_at_lately(listing: Listing, now: datetime) -> bool:
    return listing.holds.filter(kind=HoldKind.HELD, lifted_at__gte=now - NOT_HIDDEN_TWICE).exists()


@transaction.atomic
def concern_triage(
    *,
    concern: Concern,
    by: Actor,
    now: datetime,
    care_needs: str,
    abuse_or_risk: str,
    cannot_protect_themselves: str,
) -> Concern:
    """Record the answers to the three questions of section 42. Raises IllegalMove."""
    concern = Concern.objects.select_for_update(of=("self",)).get(pk=concern.pk)
    CONCERN_MOVES.apply(concern, "triage", at=now)
    concern.care_needs, concern.abuse_or_risk = care_needs, abuse_or_risk
    concern.cannot_protect_themselves = cannot_protect_themselves
    concern.save(update_fields=["care_needs", "abuse_or_risk", "cannot_protect_themselves"])
    audit.record("assurance.concern.triage", by=by, subject=concern, at=now)
    return concern


@transaction.atomic
def concern_decide(
    *, concern: Concern, decision: str, reason: str, keep_hidden: bool, by: Actor, now: datetime
) -> Concern:
    """`decision` is "refer", "pass_on" or "leave". The listing is shown again unless it stays hidden on purpose.

    Raises IllegalMove, ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded
    concern = Concern.objects.select_for_update(of=("self",)).select_related("hold").get(pk=concern.pk)
    CONCERN_MOVES.apply(concern, decision, at=now)
    concern.reason, concern.decided_by_id = reason, by.by_id
    concern.save(update_fields=["reason", "decided_by"])
    audit.record("assurance.concern.decide", by=by, subject=concern, at=now, note=reason, decision=decision)
    if concern.hold is not None and not keep_hidden:
        _lift_unless_others_ask(concern, by=by, now=now)
    return concern


def _lift_unless_others_ask(concern: Concern, *, by: Actor, now: datetime) -> None:
    undecided = Concern.objects.filter(hold=concern.hold, state__in=UNDECIDED).exclude(pk=concern.pk)
    if concern.hold is not None and not undecided.exists():
        hold_lift(hold=concern.hold, by=by, now=now, note=concern.reason)


@transaction.atomic
def concern_close(*, concern: Concern, by: Actor, now: datetime) -> Concern:
    """Nothing is left to do; what hid the listing goes too. Raises IllegalMove."""
    concern = Concern.objects.select_for_update(of=("self",)).select_related("hold").get(pk=concern.pk)
    CONCERN_MOVES.apply(concern, "close", at=now)
    audit.record("assurance.concern.close", by=by, subject=concern, at=now)
    if concern.hold is not None:
        _lift_unless_others_ask(concern, by=by, now=now)
    return concern
