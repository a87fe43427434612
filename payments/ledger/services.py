"""The one way into the books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError

from .models import Account, AccountKind, Entry


class NotEnough(DomainError):
    """An account would fall below its floor. Nothing was written."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class KeyReused(DomainError):
    """The same key names another movement: somebody asks for two things under one name."""


@dataclass(frozen=True)
class Ref:
    """An account by its key; made the first time it is named. `floor_pence` is None where it may fall below zero."""

    key: str
    kind: AccountKind
    floor_pence: int | None = None


@dataclass(frozen=True)
class Posting:
    """One movement to be written: `pence` (positive) from `credit` to `debit`."""

    key: str
    debit: Ref
    credit: Ref
    pence: int
    why: str
    about: str = ""


@transaction.atomic
def post(*, postings: Sequence[Posting], by: Actor, now: datetime) -> list[Entry]:
    """Write these movements, all or none, and move the balances. Repeating a call changes nothing.

    Accounts are made and locked in one order (their keys, then their primary keys), so that opposite movements wait
    for each other and never for ever. Raises NotEnough, KeyReused, ValueError for a movement of nothing.
    """
    if any(posting.pence < 1 for posting in postings):
        raise ValueError("a movement has a positive amount of pence")
    accounts = _locked({ref.key: ref for posting in postings for ref in (posting.debit, posting.credit)})
    known = {entry.key: entry for entry in Entry.objects.filter(key__in=[posting.key for posting in postings])}
    written, fresh, moved = [], [], dict.fromkeys(accounts, 0)
    for posting in postings:
        debit, credit = accounts[posting.debit.key], accounts[posting.credit.key]
        entry = known.get(posting.key)
        if entry is not None:
            if (entry.debit_id, entry.credit_id, entry.amount_pence) != (debit.pk, credit.pk, posting.pence):
                raise KeyReused(posting.key)
            written.append(entry)
            continue
        entry = Entry(
            key=posting.key,
            debit=debit,
            credit=credit,
            amount_pence=posting.pence,
            at=now,
            why=posting.why,
            about=posting.about,
            made_by=by.by_id,
        )
        known[posting.key] = entry
        written.append(entry)
        fresh.append(entry)
        moved[posting.debit.key] += posting.pence
        moved[posting.credit.key] -= posting.pence
    Entry.objects.bulk_create(fresh)
    for key, pence in moved.items():
        if pence:
            _move(accounts[key], pence)
    return written


def _locked(refs: dict[str, Ref]) -> dict[str, Account]:
    named = Account.objects.filter(key__in=list(refs))
    there = set(named.values_list("key", flat=True))
    fresh = [
        Account(key=key, kind=refs[key].kind, floor_pence=refs[key].floor_pence) for key in sorted(refs.keys() - there)
    ]
    Account.objects.bulk_create(fresh, ignore_conflicts=True)  # somebody else's, made meanwhile, is as good
    return {account.key: account for account in named.select_for_update().order_by("pk")}


def _move(account: Account, pence: int) -> None:
    """The guard: the balance moves only if it stays above its floor at this very moment."""
    room = Account.objects.filter(Q(floor_pence=None) | Q(balance_pence__gte=F("floor_pence") - pence), pk=account.pk)
    if not room.update(balance_pence=F("balance_pence") + pence):
        raise NotEnough(account.key)
