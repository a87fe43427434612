"""The demonstration shows an arrangement that runs, one that stands still and one that waits, each truly so."""

import pytest
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from marketplace.demo.seed import weekly
from payments.arrangements.models import Arrangement
from payments.arrangements.states import ArrangementState, BillState, VisitState
from payments.budgets import services as budgets

pytestmark = pytest.mark.django_db


def test_each_kind_is_there_once_however_often_it_is_seeded(cast, listing, offer, budget, settings):
    settings.SITE_URL = "http://testserver"
    now = timezone.now()
    more = {"allocated_pence": 30_000, "contributed_pence": 0, "key": "more"}  # for every visit, or she is asked first
    budgets.budget_fund(budget=budget, by=CLOCKWORK, now=now, **more)
    assert weekly.every_week(listing, cast.people, now) == 3
    assert weekly.every_week(listing, cast.people, now) == 0
    states = dict(Arrangement.objects.values_list("person__first_name", "state").exclude(state="proposed"))
    assert states == {"Joan": ArrangementState.RUNNING, "Ken": ArrangementState.PAUSED}
    running = Arrangement.objects.get(state=ArrangementState.RUNNING)
    kinds = set(running.visits.values_list("state", flat=True))
    assert kinds >= {VisitState.QUERIED, VisitState.MISSED, VisitState.DONE, VisitState.PAID, VisitState.PLANNED}
    assert running.bills.get().state == BillState.PAID
    assert running.budget == budget
    assert running.visits.exclude(purchase="").exists()
    paused = Arrangement.objects.get(state=ArrangementState.PAUSED)
    assert paused.bills.get().state == BillState.LEFT
