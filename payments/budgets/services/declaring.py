"""How a person and each of those who would be paid belong together: said once, of everybody by their first name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from marketplace.core import audit
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import User
from providers.listings.models import Provider

from ..models import Declaration, Relation

OTHERS = "others"


class NotDeclared(DomainError):
    """Nobody has said yet whether the person and somebody who works for this provider are related."""


@dataclass(frozen=True)
class Worker:
    """Somebody who works for a provider and would be paid: a keeper by name, or the `others` whom this site does not
    know by name, so many of them.

    `alone` says that nobody else works there.
    """

    name: str
    keeper_id: int | None = None
    others: int = 0
    alone: bool = False

    @property
    def key(self) -> str:
        """What the answer about them is called in a form."""
        return OTHERS if self.keeper_id is None else str(self.keeper_id)


@dataclass(frozen=True)
class Related:
    """How the person and somebody who is paid belong together, as said."""

    relation: Relation
    shares_home: bool


def workers_of(provider: Provider) -> list[Worker]:
    """Everybody who works there: the keepers by their first name, then the rest as one. 1 query."""
    keepers = list(provider.keepers.order_by("first_name", "pk").values_list("pk", "first_name", "last_name"))
    others = max(0, provider.people_working - len(keepers))
    alone = len(keepers) + others == 1
    first_names = [first for _pk, first, _last in keepers]
    found = [
        Worker(f"{first} {last}".strip() if first_names.count(first) > 1 else first or provider.name, pk, alone=alone)
        for pk, first, last in keepers
    ]
    if others:
        found.append(Worker(provider.contact_name or provider.name, others=others, alone=alone))
    return found


def spoken_of(person: User, provider: Provider) -> tuple[list[Declaration], list[Worker]]:
    """What counts of what was said about this person and those who work there now, and of whom nothing was said yet,
    or it was taken back. 2 queries."""
    rows = Declaration.objects.filter(person=person, provider=provider).order_by("said_at", "pk")
    last = {said.worker_id: said for said in rows}  # about each keeper, and under None about everybody else
    counts, unspoken = [], []
    for worker in workers_of(provider):
        said = last.get(worker.keeper_id)
        if said is not None and said.taken_back_at is None and worker.others <= said.people:
            counts.append(said)
        else:
            unspoken.append(worker)
    return counts, unspoken


def workers_unspoken(person: User, provider: Provider) -> list[Worker]:
    """Who works there now, and of whom nothing was said yet, or it was taken back. 2 queries."""
    return spoken_of(person, provider)[1]


@transaction.atomic
def declaration_make(
    *, person: User, provider: Provider, said: Mapping[str, Related], by: Actor, now: datetime
) -> list[Declaration]:
    """Keep how a person and those who work for a provider belong together, by the worker's key; nothing is said of
    whoever does not stand in `said`, and a key of nobody who works there is passed over.

    A new answer stands beside the old one, and counts.
    """
    made = [
        Declaration.objects.create(
            person=person,
            provider=provider,
            worker_id=worker.keeper_id,
            people=worker.others,
            relation=said[worker.key].relation,
            shares_home=said[worker.key].shares_home,
            said_by=by.by_id,
            said_at=now,
        )
        for worker in workers_of(provider)
        if worker.key in said
    ]
    for each in made:
        audit.record("budgets.declaration.make", by=by, subject=each, at=now, provider=str(provider))
    return made


def the_same_of_all(provider: Provider, related: Related) -> dict[str, Related]:
    """One answer about everybody who works there. 1 query."""
    return {worker.key: related for worker in workers_of(provider)}


def known_by_key(said: Iterable[Declaration]) -> dict[str, Related]:
    """What was said, by the worker's key."""
    return {
        OTHERS if each.worker_id is None else str(each.worker_id): Related(Relation(each.relation), each.shares_home)
        for each in said
    }


@transaction.atomic
def declaration_take_back(*, person: User, provider: Provider, by: Actor, now: datetime) -> None:
    """What was said no longer counts: the next order asks again. Doing it twice changes nothing."""
    said = Declaration.objects.filter(person=person, provider=provider, taken_back_at=None)
    if said.update(taken_back_at=now):
        audit.record("budgets.declaration.take_back", by=by, subject=provider, at=now, provider=str(provider))


def declaration_elsewhere(person: User, name: str) -> Declaration | None:
    """What was last said about somebody who is paid outside this site, by their name. 1 query."""
    return Declaration.objects.filter(person=person, provider=None, name__iexact=name.strip()).first()


def declaration_make_elsewhere(*, person: User, name: str, related: Related, by: Actor, now: datetime) -> Declaration:
    """Keep what was said about somebody who is paid outside this site. Inside a transaction."""
    said = Declaration.objects.create(
        person=person,
        name=name.strip(),
        people=1,
        relation=related.relation,
        shares_home=related.shares_home,
        said_by=by.by_id,
        said_at=now,
    )
    audit.record("budgets.declaration.make", by=by, subject=said, at=now, provider=name.strip())
    return said


def declarations_forget(person: User) -> None:
    """Nothing is kept of what was said about an erased person, by them or about them. Inside a transaction."""
    Declaration.objects.filter(Q(person=person) | Q(worker=person)).delete()
