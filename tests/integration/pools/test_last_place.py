"""M5 over HTTP: fifty people press "Take my place" at the same moment, on a live site with PostgreSQL.

Each is signed in, has answered every question, and sends the last form with a browser of their own. Exactly one of them
gets the place; when the cards are asked only those with a place have paid; and PostgreSQL counted no deadlock.
"""

import re
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection

from marketplace.people.models import User
from payments.pools.models import Pool
from payments.pools.states import HAS_PLACE, PoolState
from payments.pools.views.answers import KEPT
from tests.conftest import sign_in
from tests.faults.plugin import FULL
from tests.integration.pools.group import Group
from tests.live import live_site

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.fault("M5"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("only_on_postgresql"),
]
CLIENTS = 50
# A round takes two seconds: 500 with FULL=1, in parts that each report what they found, and one of them in the commit
# tier. The row keeps this count of its own, whatever FAULT_SHARE says.
ROUNDS, PARTS = 50, 10 if FULL else 1
CSRF = "a" * 32


@dataclass
class Visitor:
    """Somebody with a browser: signed in, and ready to press."""

    person: User
    session: str

    def press(self, port: int, path: str, fields: dict[str, str]) -> tuple[int, str]:
        """Send the last form: the status, and where it leads or what it says."""
        asked = HTTPConnection("127.0.0.1", port, timeout=120)
        cookies = f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        asked.request("POST", path, urlencode({**fields, "csrfmiddlewaretoken": CSRF}), headers)
        answer = asked.getresponse()
        body = answer.read().decode()
        asked.close()
        return answer.status, answer.headers.get("Location") or re.sub(r"\s+", " ", body)


@pytest.fixture
def crowd(group) -> list[Visitor]:
    people = group.people(CLIENTS)
    return [Visitor(person, sign_in(person).cookies[settings.SESSION_COOKIE_NAME].value) for person in people]


def all_answered(crowd: list[Visitor], pool: Pool) -> None:
    """Everybody has said yes to the house rules and what they would pay at most."""
    about = f"join:{pool.public_id}:{pool.current.number}"
    given = {"rules": {"agree": "on"}, "most": {"most": f"{pool.worst_pence / 100:.2f}"}}
    rows = list(Session.objects.filter(session_key__in=[each.session for each in crowd]))
    for row in rows:
        kept = row.get_decoded() | {KEPT: {about: {"token": row.session_key[:16], "given": given}}}
        row.session_data = SessionStore().encode(kept)
    Session.objects.bulk_update(rows, ["session_data"])


def last_place_race(group: Group, crowd: list[Visitor], port: int) -> tuple[Pool, list[tuple[int, str]]]:
    """Fifty press for the last of three places. The group as it is then, and what each of them read."""
    pool = group.open(least=2, most=3)
    for person in group.people(2):
        group.join(pool, person)
    pool = group.fresh(pool)
    all_answered(crowd, pool)
    path = f"/pools/{pool.public_id}/join/check/"
    fields = {"terms": str(pool.current.number), "begin_early": "on"}
    ready, read = threading.Barrier(CLIENTS), list[tuple[int, str]]()

    def press(visitor: Visitor) -> None:
        ready.wait()
        read.append(visitor.press(port, path, fields))

    threads = [threading.Thread(target=press, args=(visitor,)) for visitor in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return group.fresh(pool), read


def wrong_in(group: Group, pool: Pool, read: list[tuple[int, str]]) -> list[str]:
    """What must not be after a race: too many or too few places, a loser who is charged, an error page."""
    placed = list(pool.pledges.filter(state__in=HAS_PLACE))
    won = [where for status, where in read if status == 302 and where.endswith("/card/")]
    wrong = [f"{status}: {words[:200]}" for status, words in read if status not in (200, 302)]
    if len(placed) != 3 or pool.taken != 3 or len(won) != 1 or len(read) != CLIENTS:
        wrong.append(f"{len(placed)} people in 3 places, {pool.taken} counted, {len(won)} of {len(read)} told yes")
    lost = [words for status, words in read if status == 200]
    wrong += [words[:300] for words in lost if "just taken the last place" not in words]
    for pledge in placed:
        if not pledge.has_card:
            group.save_card(pledge)
    pool = group.step(pool, times=2, words=False)
    paid, asked = group.taken(pool), group.intents(pool)
    if set(paid) != {pledge.public_id for pledge in placed} or sum(paid.values()) != 10000 or set(asked) != set(paid):
        wrong.append(f"{paid} was taken, {list(asked)} were asked")
    if pool.state != PoolState.CONFIRMED:
        wrong.append(f"{pool} is {pool.state}")
    return wrong


def deadlocks() -> int:
    """As PostgreSQL counts them. Each connection tells it within a second."""
    time.sleep(1.5)
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


@pytest.mark.timeout(20_000 if FULL else 7200)
@pytest.mark.parametrize("part", range(PARTS))
def test_fifty_browsers_press_for_the_last_place_and_one_gets_it(group, crowd, fault_row, tmp_path, part):
    before = deadlocks()
    with live_site(tmp_path / "site.log") as port:
        for _round in range(ROUNDS):
            pool, read = last_place_race(group, crowd, port)
            fault_row.count()
            for wrong in wrong_in(group, pool, read):
                fault_row.violation(wrong)
    if deadlocks() != before:
        fault_row.violation(f"{deadlocks() - before} deadlocks")


@pytest.mark.fault("M5", canary=True)
def test_canary_a_site_without_locks_gives_the_last_place_away_more_than_once(group, crowd, tmp_path):
    with live_site(tmp_path / "site.log", "tests.integration.pools.unguarded:site") as port:
        pool, read = last_place_race(group, crowd, port)
    assert len([where for status, where in read if status == 302 and where.endswith("/card/")]) > 1
    assert pool.pledges.filter(state__in=HAS_PLACE).count() > 3
