"""Many at once on a real PostgreSQL: the last place goes once, a form makes one order, money goes back once.

Each race has a twin without its guard, which must fail: so the race is known to bite.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from marketplace.core.errors import DomainError
from marketplace.people.models import User
from payments.gateway import selectors as accounts
from payments.orders import services
from payments.orders.models import Order, PaymentAttempt, Refund
from payments.orders.rules import Wish
from payments.orders.services import placing, refunding
from providers.listings.models import OfferDate
from tests.faults.plugin import share
from tests.integration.orders.conftest import by_self
from tests.integration.orders.shop import Shop, open_shop

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.fault,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("only_on_postgresql"),
]
CLIENTS = 12
ALL_ROUNDS = 100  # of twelve who press at once, with FULL=1
ROUNDS = 40 if os.environ.get("FULL") == "1" else 4


def all_at_once(act: Callable[[int], object], clients: int = CLIENTS) -> int:
    """Run `act(n)` in as many threads, each with its own connection; how many were not refused."""
    ready, done = threading.Barrier(clients), []

    def run(number: int) -> None:
        connection.ensure_connection()  # else whoever connects first is through before the last has begun
        ready.wait()
        try:
            act(number)
            done.append(number)
        except DomainError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done)


@contextmanager
def without_locks(monkeypatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(QuerySet, "select_for_update", lambda self, *args, **kwargs: self)
        yield


@contextmanager
def without_unique(model: type[Model], *names: str) -> Iterator[None]:
    """Without these unique constraints and unique fields; afterwards the table is empty, and they hold again."""
    guards = [each for each in model._meta.constraints if each.name in names]
    fields = [model._meta.get_field(name) for name in names if name not in {each.name for each in guards}]
    loose = [copy(field) for field in fields]
    for field in loose:
        field._unique = False
        vars(field).pop("unique", None)  # Django keeps what it was, once somebody has asked
    with connection.schema_editor() as editor:
        for guard in guards:
            editor.remove_constraint(model, guard)
        for field, free in zip(fields, loose, strict=True):
            editor.alter_field(model, field, free)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")
        with connection.schema_editor() as editor:
            for guard in guards:
                editor.add_constraint(model, guard)
            for field, free in zip(fields, loose, strict=True):
                editor.alter_field(model, free, field)


def slowed(monkeypatch, place: object, name: str, seconds: float = 0.05) -> None:
    """What this function of a module finds out is a moment old when it says so: somebody else comes between."""
    honest = getattr(place, name)

    def slowly(*given, **named):
        found = honest(*given, **named)
        time.sleep(seconds)
        return found

    monkeypatch.setattr(place, name, slowly)


def naive_take(order: Order) -> None:
    """`places_take` as one would write it who had never seen two people press a button at once."""
    seen = OfferDate.objects.get(pk=order.offer_date_id)
    if seen.places_left < order.quantity:
        raise services.NoPlaceLeft(order)
    time.sleep(0.05)
    OfferDate.objects.filter(pk=seen.pk).update(taken=seen.taken + order.quantity)
    order.places_held = order.quantity


@pytest.fixture
def crowd(db) -> list[User]:
    return [User.objects.create_user(f"crowd{n}@example.org", first_name=f"Person {n}") for n in range(CLIENTS)]


def last_place_race(lesson: OfferDate, crowd: list[User], name: str) -> int:
    """How many orders hold the one place of a date after everybody has tried."""
    date = OfferDate.objects.create(
        offer=lesson.offer, starts_at=lesson.starts_at + timedelta(minutes=OfferDate.objects.count()), places=1
    )

    def book(number: int) -> None:
        services.order_place(
            person=crowd[number],
            offer=lesson.offer,
            wish=Wish(date=OfferDate.objects.get(pk=date.pk), begin_early=True),
            expected_total_pence=800,
            token=f"{name}-{number}",
            by=by_self(crowd[number]),
            now=timezone.now(),
        )

    all_at_once(book)
    return Order.objects.filter(offer_date=date, places_held=1).count()


@pytest.mark.fault("M5")
def test_the_last_place_goes_once(lesson, crowd):
    assert [last_place_race(lesson, crowd, f"round-{n}") for n in range(ROUNDS)] == [1] * ROUNDS


@pytest.mark.fault("M5", canary=True)
def test_canary_without_locks_and_guard_it_goes_more_than_once(lesson, crowd, monkeypatch):
    monkeypatch.setattr(placing, "places_take", naive_take)
    with without_locks(monkeypatch):
        assert last_place_race(lesson, crowd, "canary") > 1


def double_submit_race(offer, person: User, token: str) -> int:
    """How many orders one form makes that is sent by twelve requests at once."""

    def send(_number: int) -> None:
        services.order_place(
            person=person,
            offer=offer,
            wish=Wish(wanted_words="any day"),
            expected_total_pence=1800,
            token=token,
            by=by_self(person),
            now=timezone.now(),
        )

    all_at_once(send)
    return Order.objects.filter(placed_by=person).count()


def test_one_form_makes_one_order(offer, cast):
    assert double_submit_race(offer, cast.ken, "one-form") == 1


def test_canary_without_the_constraint_one_form_makes_several(offer, cast):
    with without_unique(Order, "one_order_a_form"):
        assert double_submit_race(offer, cast.ken, "one-form") > 1


@pytest.fixture
def shop(store, offer, cast) -> Shop:
    return open_shop(store, offer, cast.ken, cast.sam)


def pay_race(shop: Shop) -> str:
    """What is wrong after twelve clicks on one button, "" for nothing: one attempt here, one page at the gateway."""
    order = shop.accepted()

    def click(_number: int) -> None:
        try:
            shop.begin(Order.objects.get(pk=order.pk))
        except IntegrityError as error:
            raise services.NothingToPay(order) from error

    all_at_once(click)
    ours = list(order.attempts.values_list("session_id", flat=True))
    pages = [page for page in shop.open_pages() if page["client_reference_id"].split(":")[1] == order.public_id]
    there = [page["id"] for page in pages]
    return "" if len(ours) == 1 and ours == there else f"{order}: {ours} here, {there} there"


@pytest.mark.fault("M6")
def test_twelve_clicks_on_pay_open_one_page(shop, fault_row):
    for _round in range(share(ALL_ROUNDS)):
        wrong = pay_race(shop)
        fault_row.count(CLIENTS)
        if wrong:
            fault_row.violation(wrong)


@pytest.mark.fault("M6", canary=True)
def test_canary_without_locks_and_constraint_twelve_clicks_make_several_attempts(shop, monkeypatch):
    slowed(monkeypatch, accounts, "account_of")
    guards = ("one_live_attempt_an_order", "attempt_generation_once", "reference", "idempotency_key")
    with without_unique(PaymentAttempt, *guards), without_locks(monkeypatch):
        assert "here" in pay_race(shop)


def refund_race(attempt: PaymentAttempt, by) -> int:
    """Pence asked back after twelve tries to give £20 of £36 back."""

    def give(_number: int) -> None:
        with transaction.atomic():
            refunding.refund_start(
                attempt=PaymentAttempt.objects.get(pk=attempt.pk), amount_pence=2000, by=by, now=timezone.now()
            )

    all_at_once(give)
    return sum(Refund.objects.filter(attempt=attempt).values_list("amount_pence", flat=True))


@pytest.mark.fault("M6")
def test_refunds_at_once_never_come_to_more_than_was_paid(shop, cast, fault_row):
    for _round in range(share(ALL_ROUNDS)):
        order = shop.paid()
        asked = refund_race(order.attempts.get(), by_self(cast.ken))
        fault_row.count(CLIENTS)
        if asked != 2000:
            fault_row.violation(f"{order}: {asked}p were asked back")


@pytest.mark.fault("M6", canary=True)
def test_canary_a_refund_that_looks_before_it_leaps_gives_too_much(paid, cast, monkeypatch):
    def naive(*, attempt, amount_pence, by, now):
        if attempt.refund_asked_pence + amount_pence > attempt.captured_pence:
            raise services.MoreThanPaid(attempt)
        time.sleep(0.05)
        PaymentAttempt.objects.filter(pk=attempt.pk).update(
            refund_asked_pence=attempt.refund_asked_pence + amount_pence
        )
        Refund.objects.create(
            attempt=attempt,
            amount_pence=amount_pence,
            state_since=now,
            created_at=now,
            idempotency_key=f"naive-{threading.get_ident()}",
        )

    monkeypatch.setattr(refunding, "refund_start", naive)
    assert refund_race(paid.attempts.get(), by_self(cast.ken)) > 3600
