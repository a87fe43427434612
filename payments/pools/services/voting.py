"""What a group decides: one member, one vote, ranked, counted by Schulze's method, ties drawn so that anybody can work
them out again. A closed decision is never changed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet, Sum

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.core.errors import DomainError
from marketplace.core.models import OutboxRow
from marketplace.people.models import User
from payments.budgets import selectors as budgets

from .. import rules
from ..models import Ballot, Decision, Option, Pledge, Pool, Reinvestment
from ..states import DECISION_MOVES, GOES_AHEAD, PAID, VOTE_CLOSED, VOTE_OPEN
from .asked import competes, offers_of
from .telling import VOTE_LETTER, VoteLetter, tell_vote

MOST_OPTIONS = 12
SHORTEST_VOTE = timedelta(hours=24)
LAST_WARNING = timedelta(hours=24)


class NoVote(DomainError):
    """Only members of the group vote, while the vote is open, for what is proposed in it."""


class NothingSaved(DomainError):
    """More than this member saved by buying together and may put in. `left_pence` is as much as they may."""

    def __init__(self, left_pence: int) -> None:
        super().__init__(str(left_pence))
        self.left_pence = left_pence


def voters_of(decision: Decision) -> set[int]:
    """User ids of those who have a vote: paying members of a pool who opted in, or members of a brief. 1 query."""
    if decision.brief is not None:
        keepers = offers_of(decision.brief).filter(provider__keepers__isnull=False).values("provider__keepers")
        return set(decision.brief.members.exclude(person__in=keepers).values_list("person", flat=True))
    opted_in = Reinvestment.objects.filter(pledge__pool=decision.pool, pledge__state__in=PAID)
    return set(opted_in.values_list("pledge__person", flat=True))


def saving_of_one(pool: Pool, pledge: Pledge) -> int:
    """Pence that a paying member saved by buying together; 0 for anybody else."""
    paid = [pledge.share_pence or 0] if pledge.state in PAID else []
    return rules.saving(alone_pence=pool.current.alone_pence, paid=paid)


def most_to_put_in(pool: Pool, pledge: Pledge) -> int:
    """Pence of their saving that a member may put to the vote. What was saved with public money stays in its budget,
    but for the part that its council has agreed in writing. 1 query."""
    paid = budgets.agreed_parts(pledge.purchase) if pledge.purchase is not None else [(1, 100)]
    return rules.to_decide_about(saving_of_one(pool, pledge), paid)


@transaction.atomic
def reinvestment_set(*, pledge: Pledge, pence: int, by: Actor, now: datetime) -> Reinvestment | None:
    """How much of their own saving a member puts to the group's vote; 0 takes it back. Nothing is taken: it is a record
    for the next purchase. Raises NothingSaved, also for what was saved with public money and has to stay."""
    held = Pledge.objects.select_for_update(of=("self",)).select_related("pool__terms", "purchase")
    pledge = held.get(pk=pledge.pk)
    most = most_to_put_in(pledge.pool, pledge)
    if pence > most or pence < 0:
        raise NothingSaved(most)
    audit.record("pools.reinvestment.set", by=by, subject=pledge, at=now, title=pledge.pool.name, pence=pence)
    if not pence:
        Reinvestment.objects.filter(pledge=pledge).delete()
        return None
    return Reinvestment.objects.update_or_create(pledge=pledge, defaults={"pence": pence, "said_at": now})[0]


@transaction.atomic
def decision_open(*, pool: Pool, question: str, closes_at: datetime, by: Actor, now: datetime) -> Decision:
    """Ask a pool that goes ahead where its opted-in saving is to go, one question at a time. Raises NoVote."""
    pool = Pool.objects.select_for_update().get(pk=pool.pk)
    asked = Decision.objects.filter(pool=pool, state__in=VOTE_OPEN, closes_at__gt=now).exists()
    if asked or pool.state not in GOES_AHEAD or closes_at < now + SHORTEST_VOTE:
        raise NoVote(pool)
    decision = Decision.objects.create(
        pool=pool, question=question, opened_at=now, closes_at=closes_at, state_since=now
    )
    tell_vote(decision, VoteLetter.OPENED, _paying(pool))
    audit.record("pools.decision.open", by=by, subject=decision, at=now, title=question)
    return decision


def _paying(pool: Pool) -> QuerySet[Pledge]:
    return pool.pledges.filter(state__in=PAID, left_at=None).order_by("pk")


@transaction.atomic
def decision_remind(*, decision: Decision, now: datetime) -> int:
    """On the last day of a pool's vote, write once to those who have not voted; returns to how many. Safe to repeat."""
    decision = _held(decision)
    last_day = decision.closes_at - LAST_WARNING <= now < decision.closes_at
    if decision.pool is None or decision.state not in VOTE_OPEN or not last_day or not decision.options.exists():
        return 0
    warned = OutboxRow.objects.filter(
        topic=VOTE_LETTER, payload__letter=str(VoteLetter.CLOSES), payload__decision=decision.pk
    )
    known = set(warned.values_list("payload__pledge", flat=True))
    silent = _paying(decision.pool).filter(person__in=voters_of(decision)).exclude(pk__in=known)
    late = list(silent.exclude(person__in=decision.ballots.values("person")))
    tell_vote(decision, VoteLetter.CLOSES, late)
    return len(late)


def _held(decision: Decision) -> Decision:
    return Decision.objects.select_for_update(of=("self",)).select_related("pool", "brief").get(pk=decision.pk)


@transaction.atomic
def option_propose(*, decision: Decision, words: str, person: User, by: Actor, now: datetime) -> Option:
    """A member proposes something to choose. Raises NoVote, also when there are twelve already."""
    decision = _held(decision)
    may = decision.brief is None and person.pk in voters_of(decision) and now < decision.closes_at
    if not may or decision.state not in VOTE_OPEN or decision.options.count() >= MOST_OPTIONS:
        raise NoVote(decision)
    option = Option.objects.create(decision=decision, words=words, proposed_by=person, proposed_at=now)
    audit.record("pools.option.propose", by=by, subject=option, at=now, title=words)
    return option


@transaction.atomic
def ballot_cast(*, decision: Decision, person: User, ranking: Sequence[Option], by: Actor, now: datetime) -> Ballot:
    """A member's ranking, the best first; casting again replaces it until the vote closes. Raises NoVote, also when
    `by` keeps a provider that was asked for an offer."""
    decision = _held(decision)
    if decision.brief is not None and competes(decision.brief, by.by_id):
        raise NoVote(decision)
    if decision.state not in VOTE_OPEN or now >= decision.closes_at or person.pk not in voters_of(decision):
        raise NoVote(decision)
    ids = [option.pk for option in ranking]
    known = set(decision.options.values_list("pk", flat=True))
    if not ids or len(set(ids)) != len(ids) or not set(ids) <= known:
        raise NoVote(decision)
    ballot, _new = Ballot.objects.update_or_create(
        decision=decision, person=person, defaults={"ranking": ids, "cast_at": now}
    )
    audit.record("pools.ballot.cast", by=by, subject=decision, at=now)
    return ballot


@transaction.atomic
def decision_close(*, decision: Decision, now: datetime) -> Decision:
    """Count the votes once the time is over, and keep everything they can be counted from again. Safe to repeat."""
    decision = _held(decision)
    if decision.state not in VOTE_OPEN or now < decision.closes_at:
        return decision
    names = dict(decision.options.order_by("pk").values_list("pk", "public_id"))
    entitled = voters_of(decision)
    ballots = sorted(
        [pk for pk in ballot.ranking if pk in names] for ballot in decision.ballots.filter(person__in=entitled)
    )
    decision.result = {
        "options": list(names),
        "ballots": ballots,
        "order": ranked(names, ballots, decision.public_id) if ballots else [],
        "seed": decision.public_id,
        "voters": len(ballots),
        "entitled": len(entitled),
    }
    DECISION_MOVES.apply(decision, "close", at=now, save=False)
    decision.save()
    if decision.pool is not None:
        tell_vote(decision, VoteLetter.DECIDED, decision.pool.pledges.filter(person__in=entitled, state__in=PAID))
    audit.record("pools.decision.close", by=CLOCKWORK, subject=decision, at=now, title=decision.question)
    return decision


def ranked(names: dict[int, str], ballots: Sequence[Sequence[int]], seed: str) -> list[int]:
    """Option ids from the most wanted down; ties drawn by the seed, the same for whoever works it out."""
    by_name = {name: pk for pk, name in names.items()}
    order: list[int] = []
    for tied in rules.schulze(list(names), ballots):
        order += [by_name[name] for name in rules.drawn([names[pk] for pk in tied], seed)]
    return order


def winner_of(decision: Decision) -> Option | None:
    """What was chosen, or None while it is open or when nobody voted. 1 query."""
    if decision.state not in VOTE_CLOSED or not decision.result.get("order"):
        return None
    return decision.options.select_related("tender__provider", "tender__offer").get(pk=decision.result["order"][0])


def put_in(pool: Pool) -> int:
    """Pence that members would spend where the group decides; nobody holds it. 1 query."""
    parts = Reinvestment.objects.filter(pledge__in=_paying(pool))
    return parts.aggregate(pence=Sum("pence"))["pence"] or 0


def chosen_before(pool: Pool, person: User) -> tuple[str, int] | None:
    """What the group before this one chose for its saving, and the pence put in for it; for who was in that group."""
    before = pool.renews
    if before is None or not _paying(before).filter(person=person).exists():
        return None
    decision = before.decisions.filter(state__in=VOTE_CLOSED).order_by("-pk").first()
    won = winner_of(decision) if decision else None
    return (won.words, put_in(before)) if won else None
