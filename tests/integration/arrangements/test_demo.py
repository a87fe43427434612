"""The demonstration shows an arrangement that runs, one that stands still, one that waits, and one by
Direct Debit, each truly so."""

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
    assert weekly.every_week(listing, cast.people, now) == 4
    assert weekly.every_week(listing, cast.people, now) == 0
    states = dict(Arrangement.objects.values_list("form_token", "state").exclude(state="proposed"))
    runs, stands = ArrangementState.RUNNING, ArrangementState.PAUSED
    assert states == {"seed-running": runs, "seed-paused": stands, "seed-debit": runs}
    running = Arrangement.objects.get(form_token="seed-running")
    kinds = set(running.visits.values_list("state", flat=True))
    assert kinds >= {VisitState.QUERIED, VisitState.MISSED, VisitState.DONE, VisitState.PAID, VisitState.PLANNED}
    assert running.bills.get().state == BillState.PAID
    assert running.budget == budget
    assert running.visits.exclude(purchase="").exists()
    paused = Arrangement.objects.get(state=ArrangementState.PAUSED)
    assert paused.bills.get().state == BillState.LEFT
    debited = Arrangement.objects.get(form_token="seed-debit").bills.get()
    assert (debited.state, debited.order.debit_on > now.date()) == (BillState.ON_ITS_WAY, True)
