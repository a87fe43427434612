"""Checks: said, seen, verified, run out. A required one that runs out hides its provider by itself."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from marketplace.core import audit, outbox
from marketplace.core.audit import CLOCKWORK, Actor
from providers.listings.models import Hold, Provider
from providers.listings.services import hold_lift, hold_place, public_change
from providers.listings.states import PUBLIC, HoldKind

from .. import rules
from ..models import Credential
from ..states import CREDENTIAL_MOVES, HELD, CredentialState


@transaction.atomic
def credential_claim(*, provider: Provider, kind: str, by: Actor, now: datetime, **facts: Any) -> Credential:
    """What a provider says about themselves. `facts` are Credential's own; a check already held is left alone."""
    credential, made = Credential.objects.select_for_update().get_or_create(
        provider=provider,
        kind=kind,
        defaults={"council": provider.council, "state": CredentialState.CLAIMED, "state_since": now, **facts},
    )
    if not made and credential.state not in HELD:
        _change(credential, facts)
    audit.record("assurance.credential.claim", by=by, subject=credential, at=now, kind=kind)
    _shown_again(provider)
    return credential


@transaction.atomic
def credential_see(*, credential: Credential, by: Actor, now: datetime, **facts: Any) -> Credential:
    """Somebody at the council has looked at it. Raises IllegalMove."""
    return _looked_at(credential, "see", by=by, now=now, note="", facts=facts)


@transaction.atomic
def credential_verify(
    *, credential: Credential, by: Actor, now: datetime, seen_on: date | None = None, note: str = "", **facts: Any
) -> Credential:
    """The council stands behind it from today (or from `seen_on`). Lifts the hold when nothing else has run out."""
    return _looked_at(credential, "verify", by=by, now=now, note=note, facts=facts, seen_on=seen_on)


@transaction.atomic
def credential_reject(*, credential: Credential, by: Actor, now: datetime, note: str) -> Credential:
    """Not accepted, with the reason. A required check that is rejected hides the provider, as one that ran out."""
    credential = Credential.objects.select_for_update().get(pk=credential.pk)
    was_held = credential.state in HELD
    CREDENTIAL_MOVES.apply(credential, "reject", at=now)
    audit.record("assurance.credential.reject", by=by, subject=credential, at=now, note=note, kind=credential.kind)
    if was_held:
        _hold_if_required(credential, by=by, now=now)
    _shown_again(credential.provider)
    return credential


def _looked_at(
    credential: Credential,
    move: str,
    *,
    by: Actor,
    now: datetime,
    note: str,
    facts: dict[str, Any],
    seen_on: date | None = None,
) -> Credential:
    credential = Credential.objects.select_for_update().select_related("provider").get(pk=credential.pk)
    credential.seen_on = seen_on or timezone.localdate(now)
    credential.seen_by_id = by.by_id
    credential.warned_days = None
    issued_on = facts.get("issued_on", credential.issued_on)
    facts.setdefault("next_check_on", rules.next_look(credential.kind, issued_on, credential.seen_on))
    _change(credential, facts)
    CREDENTIAL_MOVES.apply(credential, move, at=now)
    audit.record(f"assurance.credential.{move}", by=by, subject=credential, at=now, note=note, kind=credential.kind)
    _lift_if_nothing_lacks(credential.provider, by=by, now=now)
    _shown_again(credential.provider)
    return credential


def _change(credential: Credential, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(credential, name, value)
    credential.save()


def credentials_run_out(*, now: datetime) -> int:
    """Mark what has passed its last day, and hide providers who may not work without it. Returns how many."""
    today = timezone.localdate(now)
    due = Credential.objects.filter(state__in=HELD, expires_on__lt=today).values_list("pk", flat=True)
    return sum(_run_out(pk, today, now) for pk in list(due))


@transaction.atomic
def _run_out(pk: int, today: date, now: datetime) -> int:
    credential = Credential.objects.select_for_update().select_related("provider__council").get(pk=pk)
    if credential.state not in HELD or not rules.has_run_out(credential.expires_on, today):
        return 0
    CREDENTIAL_MOVES.apply(credential, "expire", at=now)
    audit.record("assurance.credential.expire", by=CLOCKWORK, subject=credential, at=now, kind=credential.kind)
    held = _hold_if_required(credential, by=CLOCKWORK, now=now)
    outbox.add("assurance.credential_expired", credential=credential.pk, hidden=held)
    _shown_again(credential.provider)
    return 1


def warnings_send(*, now: datetime) -> int:
    """Warn 30 days and 1 day before a check runs out, each once. Returns how many letters were asked for."""
    today = timezone.localdate(now)
    sent = 0
    for credential in Credential.objects.filter(state__in=HELD, expires_on__gte=today):
        days = rules.warning_due(credential.expires_on, today, credential.warned_days)  # type: ignore[arg-type]
        sent += _warn(credential.pk, days, now) if days is not None else 0
    return sent


@transaction.atomic
def _warn(pk: int, days: int, now: datetime) -> int:
    credential = Credential.objects.select_for_update().select_related("provider").get(pk=pk)
    if credential.warned_days is not None and credential.warned_days <= days:
        return 0
    credential.warned_days = days
    credential.save(update_fields=["warned_days"])
    if CREDENTIAL_MOVES.can(credential, "warn"):
        CREDENTIAL_MOVES.apply(credential, "warn", at=now)
        _shown_again(credential.provider)
    outbox.add("assurance.credential_expiring", credential=credential.pk, days=days)
    return 1


def _hold_if_required(credential: Credential, *, by: Actor, now: datetime) -> bool:
    provider = credential.provider
    if credential.kind not in rules.required_kinds(provider.council.standards):
        return False
    hold_place(
        provider=provider, kind=HoldKind.CHECK_EXPIRED, by=by, now=now, reason=str(credential.get_kind_display())
    )
    return True


def _lift_if_nothing_lacks(provider: Provider, *, by: Actor, now: datetime) -> None:
    required = rules.required_kinds(provider.council.standards)
    lacking = provider.credentials.filter(
        kind__in=required, state__in=[CredentialState.EXPIRED, CredentialState.REJECTED]
    )
    if lacking.exists():
        return
    for hold in Hold.objects.filter(provider=provider, kind=HoldKind.CHECK_EXPIRED, lifted_at=None):
        hold_lift(hold=hold, by=by, now=now)


def _shown_again(provider: Provider) -> None:
    for listing in provider.listings.filter(state__in=PUBLIC):
        public_change(listing)
