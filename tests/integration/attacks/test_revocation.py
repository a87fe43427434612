"""A3: a right ends while its holder has a page open. Their next request, whatever it is, is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from marketplace.cms import services as cms
from marketplace.core.audit import CLOCKWORK
from marketplace.people import services as people
from marketplace.people.models import CouncilStaff, Delegation, PhoneCall
from providers.listings.models import Keeper
from tests.integration.policy import policy
from tests.integration.policy.asking import CONFIRM, SECOND_STEP, SIGN_IN, Answer
from tests.integration.policy.test_matrix import EVERY_ROW
from tests.integration.policy.world import World

ENDS_IT_TOO = frozenset(["account_logout", "demo:sign_in"])  # signing out, and signing in as another, stay possible
pytestmark = [pytest.mark.django_db, pytest.mark.fault("A3"), pytest.mark.xdist_group("attacks")]


def _ended(key: str) -> Callable[[World], None]:
    def end(world: World) -> None:
        delegation = Delegation.objects.get(pk=world[key])
        people.delegation_end(delegation=delegation, by=CLOCKWORK, now=timezone.now())

    return end


def _ran_out(world: World) -> None:
    Delegation.objects.filter(pk=world["joan_priya"]).update(
        starts_at=timezone.now() - timedelta(days=9), ends_at=timezone.now() - timedelta(seconds=1)
    )


def _off_the_phone(world: World) -> None:
    call = PhoneCall.objects.get(pk=world["call"])
    people.call_end(call=call, by=CLOCKWORK, now=timezone.now())


def _left_the_council(key: str) -> Callable[[World], None]:
    def leave(world: World) -> None:
        for work in CouncilStaff.objects.filter(user=world.cast.people[key]):
            cms.council_staff_remove(work=work, by=CLOCKWORK, now=timezone.now())

    return leave


def _keeps_no_more(world: World) -> None:
    Keeper.objects.filter(user=world.cast.sam).delete()


def _operates_no_more(world: World) -> None:
    world.cast.olwen.is_national_operator = False
    world.cast.olwen.save()


def _closed(key: str) -> Callable[[World], None]:
    def close(world: World) -> None:
        user = world.cast.people[key]
        user.is_active = False
        user.save()

    return close


@dataclass(frozen=True)
class Revocation:
    """`actor` loses what a `like` never had: every address that the one might use and the other not."""

    actor: str
    happens: Callable[[World], None]
    like: str = "stranger"


REVOCATIONS = {
    "Joan ends what Priya may do": Revocation(policy.PRIYA_FOR_JOAN, _ended("joan_priya"), like="nobody at all"),
    "Priya’s last day is over": Revocation(policy.PRIYA_FOR_JOAN, _ran_out, like="nobody at all"),
    "Ken ends what Lee may do": Revocation(policy.LEE_FOR_KEN, _ended("ken_lee"), like="nobody at all"),
    "the call is over": Revocation(policy.NIA_FOR_KEN, _off_the_phone, like="nobody at all"),
    "the adviser leaves in the middle of a call": Revocation(
        policy.NIA_FOR_KEN, _left_the_council("nia"), like="nobody at all"
    ),
    "the adviser leaves": Revocation("nia", _left_the_council("nia")),
    "the curator leaves": Revocation("moira", _left_the_council("moira")),
    "the commissioner leaves": Revocation("theo", _left_the_council("theo")),
    "the keeper is taken off": Revocation("sam", _keeps_no_more),
    "the operator is one no more": Revocation("olwen", _operates_no_more),
    "Ken’s account is closed": Revocation("ken", _closed("ken"), like=policy.NOBODY),
    "Sam’s account is closed": Revocation("sam", _closed("sam"), like=policy.NOBODY),
    "Moira’s account is closed": Revocation("moira", _closed("moira"), like=policy.NOBODY),
}


def _turned_away(answer: Answer) -> bool:
    refused = answer.status in (400, 403, 404, 405)
    return not answer.changed and (refused or answer.location.startswith((SIGN_IN, SECOND_STEP, CONFIRM)))


@pytest.mark.parametrize("what", REVOCATIONS)
def test_the_next_request_is_refused_and_changes_nothing(asker, fault_row, what):
    """Whoever acts for another is refused on every page, so that nothing is done in the wrong name."""
    revocation = REVOCATIONS[what]
    with transaction.atomic():
        revocation.happens(asker.world)
        asker.starts_from_here()
        for row in EVERY_ROW:
            for method in ("GET", "POST"):
                may = row.allowed(method)
                if revocation.actor not in may or revocation.like in may or row.name in ENDS_IT_TOO:
                    continue
                data = {name: str(value).format_map(asker.world.things) for name, value in row.data.items()}
                answer = asker.ask(revocation.actor, method, asker.path(row), data if method == "POST" else None)
                fault_row.count()
                if not _turned_away(answer) and not asker.leads_nowhere(revocation.actor, answer):
                    said = f"{answer.status} {answer.location} {answer.error} {answer.changed}"
                    fault_row.violation(f"{what}: {method} {row} answered {said}")
        transaction.set_rollback(True)
    asker.starts_from_here()


def test_something_was_there_to_lose(asker, fault_row):
    """Each of them got further the moment before: a revocation that loses nothing would show nothing."""
    for what, revocation in REVOCATIONS.items():
        rows = [row for row in EVERY_ROW if revocation.actor in row.may and revocation.like not in row.may]
        if what != "the commissioner leaves" and len(rows) < 5:
            fault_row.violation(f"{what}: only {len(rows)} addresses to lose")
        lost = [asker.ask(revocation.actor, "GET", asker.path(row)) for row in rows[:5]]
        if not any(answer.status == 200 for answer in lost):
            fault_row.violation(f"{what}: nothing opened before it either")
    fault_row.count(0)
