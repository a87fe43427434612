"""A1: everybody asks for every address, in every way; only those whom the policy names get further."""

from collections import Counter

import pytest
from django.urls import NoReverseMatch, Resolver404

from tests.faults.plugin import FaultRow

from .areas import (
    account,
    admin,
    arrangements,
    money,
    operator,
    orders,
    people,
    pools,
    practice,
    provider,
    public,
    search,
    staff,
)
from .policy import ACTING, ACTORS, Row
from .resolver import routes

pytestmark = [pytest.mark.django_db, pytest.mark.fault("A1"), pytest.mark.xdist_group("policy")]
AREAS = {
    "public": public.ROWS,
    "account": account.ROWS,
    "people": people.ROWS,
    "provider": provider.ROWS,
    "orders": orders.ROWS,
    "money": money.ROWS,
    "pools": pools.ROWS,
    "arrangements": arrangements.ROWS,
    "search": search.ROWS,
    "staff": staff.ROWS,
    "operator": operator.ROWS,
    "practice": practice.ROWS,
    **admin.AREAS,
}
EVERY_ROW = [row for rows in AREAS.values() for row in rows]
OTHER_METHODS = ("HEAD", "PUT", "DELETE", "PATCH")


def test_every_address_has_a_policy_and_every_policy_an_address(asker, fault_row):
    there = routes()
    spoken_of, sharing = {row.name for row in EVERY_ROW}, Counter(there.values())
    covered = {route for route, name in there.items() if name in spoken_of and sharing[name] == 1}
    for row in EVERY_ROW:
        try:
            covered.add(asker.route(row))
        except (NoReverseMatch, Resolver404) as error:
            fault_row.violation(f"{row} is no address: {type(error).__name__}")
    for route in sorted(there.keys() - covered):
        fault_row.violation(f"{there[route] or '(no name)'} has no policy: {route}")
    fault_row.count(len(there))


def ask_everybody(asker, rows: list[Row], found) -> None:
    """Every actor, GET and POST; the other methods by those who have most to gain."""
    for row in rows:
        heard: set[str] = set()
        actors = [actor for actor in ACTORS if not (row.in_admin and actor in ACTING)]
        for actor in actors:
            for method in ("GET", "POST"):
                wrong, answer = asker.judge(row, actor, method)
                found.count()
                if wrong:
                    found.violation(wrong)
                if answer.status != 405:
                    heard.add(actor)
        for actor in sorted(set(actors) - heard):
            found.violation(f"{row}: {actor} was asked by neither GET nor POST")
        outsider = "bea" if row.in_admin else "stranger"
        for method in OTHER_METHODS:
            answer = asker.ask(outsider, method, asker.path(row))
            found.count()
            if answer.status >= 500:
                found.violation(f"{method} {row} by {outsider} broke: {answer.error}")
            if answer.changed and outsider not in row.allowed("POST"):
                found.violation(f"{method} {row} by {outsider} changed {', '.join(answer.changed)}")


@pytest.mark.parametrize("area", AREAS)
def test_only_those_whom_the_policy_names_get_further(asker, fault_row, area):
    ask_everybody(asker, AREAS[area], fault_row)


@pytest.mark.fault("A1", canary=True)
def test_canary_with_the_doors_taken_off_the_matrix_finds_it(asker, monkeypatch):
    """One door that forgets whose order it is, one that forgets who keeps the listing."""
    from payments.orders import access as orders_access
    from payments.orders.models import Order
    from providers.listings import access as listings_access
    from providers.listings.models import Listing

    monkeypatch.setattr(
        orders_access, "order_to_see", lambda standing, public_id: Order.objects.get(public_id=public_id)
    )
    monkeypatch.setattr(
        listings_access, "listing_for_keeper", lambda user, listing_id: Listing.objects.get(public_id=listing_id)
    )
    found = FaultRow()
    rows = [row for row in EVERY_ROW if row.name in ("orders:receipt", "orders:cancel", "provider:pause")]
    ask_everybody(asker, rows, found)
    said = "\n".join(found.violations)
    assert "GET orders:receipt(order_paid) by stranger: is let in" in said
    assert "POST orders:cancel(order) by joan: changed" in said
    assert "POST provider:pause(live) by asha: changed" in said
