"""A provider whom a council hides comes back by another name, address, number or bank: held until a person looks."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from marketplace.core import audit, outbox
from marketplace.core.audit import CLOCKWORK
from providers.listings.models import Hold, Provider
from providers.listings.services import hold_place
from providers.listings.states import HoldKind

from .. import rules
from ..models import Likeness, Trace, TraceKind

LOOKS_LIKE = "assurance.looks_like_hidden"


def _digest(kind: str, words: str) -> str:
    return salted_hmac("assurance.trace", f"{kind}:{words}", algorithm="sha256").hexdigest()


@transaction.atomic
def traces_keep(*, provider: Provider, now: datetime, banks: Iterable[str] = ()) -> set[tuple[str, str]]:
    """Note by what this provider is known at this moment; `banks` are the gateway's fingerprints of bank accounts.

    Returns all (kind, digest) ever noted of them.
    """
    keepers = list(provider.keepers.all())
    known: dict[str, list[str]] = {
        TraceKind.EMAIL: [rules.email_mark(each) for each in (provider.email, *(keeper.email for keeper in keepers))],
        TraceKind.PHONE: [rules.phone_mark(each) for each in (provider.phone, *(keeper.phone for keeper in keepers))],
        TraceKind.NAME: [
            rules.name_mark(each)
            for each in (provider.name, provider.contact_name, *(keeper.get_full_name() for keeper in keepers))
        ],
        TraceKind.BANK: list(banks),
        TraceKind.CQC: [provider.cqc_id.strip().lower()],
        TraceKind.KEEPER: [str(keeper.pk) for keeper in keepers],
    }
    rows = [
        Trace(provider=provider, kind=kind, digest=_digest(kind, mark), seen_at=now)
        for kind, marks in known.items()
        for mark in dict.fromkeys(marks)
        if mark
    ]
    Trace.objects.bulk_create(rows, ignore_conflicts=True)
    return set(provider.traces.values_list("kind", "digest"))


@transaction.atomic
def return_check(*, provider: Provider, now: datetime, banks: Iterable[str] = ()) -> list[Likeness]:
    """Hold a provider who looks like one that a council hides, and tell their own council. Safe to repeat.

    A name alone counts only in the same council: elsewhere it is somebody else's too. What a person has looked at and
    let go is not held for the same reasons again. Returns what was found new.
    """
    mine = traces_keep(provider=provider, now=now, banks=banks)
    if Hold.objects.filter(provider=provider, kind=HoldKind.SUSPENDED, lifted_at=None).exists():
        return []
    alike: dict[int, set[str]] = {}
    same = Q()
    for kind, digest in mine:
        same |= Q(kind=kind, digest=digest)
    hidden = Hold.objects.filter(kind=HoldKind.SUSPENDED, lifted_at=None).values("provider")
    others = Trace.objects.filter(same, provider__in=hidden).exclude(provider=provider)
    for trace in others.select_related("provider") if mine else []:
        if trace.kind != TraceKind.NAME or trace.provider.council_id == provider.council_id:
            alike.setdefault(trace.provider_id, set()).add(trace.kind)
    found = []
    for other_id, kinds in sorted(alike.items()):
        before = Likeness.objects.filter(provider=provider, other=other_id).first()
        if before is not None and kinds <= set(before.kinds):
            continue
        hold = hold_place(provider=provider, kind=HoldKind.HELD, by=CLOCKWORK, now=now)
        facts = {"kinds": sorted(kinds | set(before.kinds if before else [])), "hold": hold, "found_at": now}
        row, _new = Likeness.objects.update_or_create(provider=provider, other_id=other_id, defaults=facts)
        audit.record("assurance.likeness.find", by=CLOCKWORK, subject=provider, at=now, kinds=row.kinds, other=other_id)
        found.append(row)
    if found:
        outbox.add(LOOKS_LIKE, provider=provider.pk)
    return found


def returns_look_round(*, provider: Provider, now: datetime) -> int:
    """Somebody has just been hidden: hold whoever is here already and looks like them. Returns how many."""
    mine = traces_keep(provider=provider, now=now)
    if not mine:
        return 0  # a filter of nothing finds everybody
    same = Q()
    for kind, digest in mine:
        same |= Q(kind=kind, digest=digest)
    others = Provider.objects.filter(traces__in=Trace.objects.filter(same)).exclude(pk=provider.pk).distinct()
    return sum(bool(return_check(provider=other, now=now)) for other in others)
