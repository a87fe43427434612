"""Many at once, on a real PostgreSQL: who gives way is told so in plain words; and the database tells the time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from marketplace.core import clock
from payments.pools import services
from payments.pools.models import Pool
from payments.pools.services import locking
from payments.pools.states import ON_WAITING_LIST
from tests.factories.pools import by_self

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def impatient(only_on_postgresql, monkeypatch) -> None:
    monkeypatch.setattr(locking, "LOCK_WAIT", "20ms")


@contextmanager
def held(pool: Pool) -> Iterator[None]:
    """Somebody else changes this pool, and takes long about it."""
    begun, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Pool.objects.select_for_update().get(pk=pool.pk)
            begun.set()
            over.wait(60)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert begun.wait(60)
    try:
        yield
    finally:
        over.set()
        holder.join()


def test_who_waits_for_a_place_gives_way_and_may_try_again(group, cast):
    pool = group.open(least=2, most=2)
    for person in group.people(2):
        group.join(pool, person)
    facts = {"pool": pool, "person": cast.joan, "by": by_self(cast.joan), "now": group.at}
    with held(pool), pytest.raises(services.Busy):
        services.waiting_join(**facts)
    assert services.waiting_join(**facts).state in ON_WAITING_LIST
    with pytest.raises(services.AlreadyIn):
        services.waiting_join(**facts)


def test_whoever_presses_meanwhile_reads_that_nothing_has_changed(group, cast, client_of):
    pool = group.open(least=2, most=4, agreed=False)
    joan = group.join(pool, cast.joan)
    Pool.objects.filter(pk=pool.pk).update(heir=cast.joan)
    presses = [
        (cast.sam, "provider_pools:agree", {}),
        (cast.ken, "pools:new_link", {}),
        (cast.ken, "pools:print", {}),
        (cast.ken, "pools:hand_over", {"member": joan.public_id}),
        (cast.ken, "pools:cancel", {"words": "The hall is shut."}),
        (cast.joan, "pools:take_on", {}),
        (cast.joan, "pools:withdraw", {}),
        (cast.sam, "provider_pools:decline", {"words": "I am away."}),
    ]
    links = pool.invitations.count()
    clients = {user: client_of(user) for user in (cast.sam, cast.ken, cast.joan)}
    with held(pool):
        for user, name, typed in presses:
            answer = clients[user].post(reverse(name, args=[pool.public_id]), typed, follow=True)
            assert answer.status_code == 200, name
            assert "Nothing has changed. Try again." in answer.content.decode(), name
    after = group.fresh(pool)
    assert (after.state, after.organiser, after.current.agreed_at) == (pool.state, cast.ken, None)
    assert pool.invitations.count() == links


@pytest.mark.parametrize("wrong", [timedelta(days=5), timedelta(days=-1)])
def test_a_server_whose_clock_is_wrong_closes_nothing_and_keeps_nothing_open(
    group, cast, client_of, monkeypatch, wrong
):
    """The page asks the database what time it is, as the last step does."""
    pool, real = group.open(), timezone.now
    over = group.open()
    Pool.objects.filter(pk=over.pk).update(pledge_by=real() - timedelta(minutes=5))
    joan = client_of(cast.joan)
    clock.forget()
    monkeypatch.setattr(timezone, "now", lambda: real() + wrong)
    assert joan.get(reverse("pools:join", args=[pool.public_id])).status_code == 200
    closed = joan.get(reverse("pools:join", args=[over.public_id]), follow=True)
    assert "It is closed for joining." in closed.content.decode()
