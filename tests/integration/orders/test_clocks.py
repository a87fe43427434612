"""M12: a process whose clock is wrong ends nothing early and keeps nothing open: the database tells the time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.core import clock
from payments.orders import jobs
from payments.orders.models import Order
from payments.orders.states import OrderState

pytestmark = [pytest.mark.postgresql, pytest.mark.fault("M12"), pytest.mark.django_db]
WRONG = {
    "a day slow": timedelta(days=-1),
    "four days fast": timedelta(days=4),
    "ten minutes slow": timedelta(minutes=-10),
    "ten minutes fast": timedelta(minutes=10),
    "an hour fast, as after a change of clocks done twice": timedelta(hours=1),
    "an hour slow": timedelta(hours=-1),
}


@pytest.fixture(autouse=True)
def clock_asked_anew(only_on_postgresql):
    clock.forget()
    yield
    clock.forget()


def set_wrong(monkeypatch, by: timedelta) -> None:
    """The machine's clock, as this process reads it."""
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + by)
    clock.forget()


def two_orders(accepted, place_order) -> tuple[Order, Order]:
    """One whose time to pay has just run out, one with a minute left."""
    from payments.orders import services
    from tests.integration.orders.conftest import by_self

    other = place_order()
    other = services.order_accept(order=other, by=by_self(other.provider.keepers.get()), now=timezone.now())
    Order.objects.filter(pk=accepted.pk).update(pay_by=clock.now() - timedelta(minutes=1))
    Order.objects.filter(pk=other.pk).update(pay_by=clock.now() + timedelta(minutes=1))
    return accepted, other


@pytest.mark.parametrize("how", WRONG)
def test_the_databases_time_decides_whose_time_has_run_out(accepted, place_order, monkeypatch, how, client_of, cast):
    late, in_time = two_orders(accepted, place_order)
    set_wrong(monkeypatch, WRONG[how])
    jobs.look_round_every_minute.call_local()
    late.refresh_from_db()
    in_time.refresh_from_db()
    assert (late.state, in_time.state) == (OrderState.EXPIRED, OrderState.ACCEPTED)
    ken = client_of(cast.ken)
    assert ken.post(f"/orders/{in_time.public_id}/pay/").status_code == 302
    assert in_time.attempts.get().created_at - clock.now() < timedelta(seconds=20)


@pytest.mark.fault("M12", canary=True)
def test_canary_a_worker_that_trusts_its_own_clock_ends_an_order_early(accepted, place_order, monkeypatch):
    _late, in_time = two_orders(accepted, place_order)
    set_wrong(monkeypatch, WRONG["four days fast"])
    monkeypatch.setattr(clock, "now", timezone.now)
    jobs.look_round_every_minute.call_local()
    in_time.refresh_from_db()
    assert in_time.state == OrderState.EXPIRED


def test_the_time_is_asked_for_once_a_minute_and_counted_on_meanwhile(django_assert_num_queries):
    clock.forget()
    with django_assert_num_queries(1):
        first, second = clock.now(), clock.now()
    assert first <= second
    assert abs(second - timezone.now()) < timedelta(seconds=5)
