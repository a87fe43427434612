"""One saved card takes the place of another: at any moment the newest pays, and nobody is asked without need."""

from datetime import timedelta

import pytest

from marketplace.core import outbox
from payments.arrangements import jobs
from payments.arrangements.models import Bill
from payments.arrangements.states import BillState

pytestmark = pytest.mark.django_db


def test_a_card_replaced_while_it_is_charged_is_no_refusal(garden, settings):
    """The new one is tried at the next look; nobody is asked to pay what a saved card can."""
    arrangement = garden.running()
    garden.done(arrangement)
    garden.later(days=3)

    def another_is_saved(method: str, path: str) -> str:
        if (method, path) == ("POST", "/v1/payment_methods"):
            settings.SANDBOX_FAULT = None
            garden.save_card(arrangement)
            outbox.deliver()
        return ""

    settings.SANDBOX_FAULT = another_is_saved
    garden.store.clock_move(4 * 24 * 60 * 60)
    garden.at += timedelta(days=4)
    jobs.look_round(garden.at)
    assert settings.SANDBOX_FAULT is None
    assert Bill.objects.get().state == BillState.COLLECTING
    garden.later(minutes=5)
    assert garden.charged() == [3600]
    assert Bill.objects.get().state == BillState.PAID
