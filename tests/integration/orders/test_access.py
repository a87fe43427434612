"""Order ids travel in letters, so a stranger will have one: they see nothing and nothing moves."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from marketplace.core.models import AuditEntry
from marketplace.people.middleware import ACTING_FOR, ON_THE_PHONE
from marketplace.people.models import Delegation, PhoneCall, Scope
from payments.budgets.models import Approval, AskedOf
from payments.orders.models import Order, VisitRequest
from payments.orders.states import OrderState, VisitState
from providers.listings.models import Keeper
from tests.factories.listings import make_provider
from tests.factories.people import make_delegation
from tests.integration.orders.test_buying import answer_all, hidden, order_now

pytestmark = pytest.mark.django_db

MINE_GET = ["", "cancel/", "paid/", "receipt/"]
MINE_POST = ["agree/", "cancel/", "pay/"]
PROVIDER_GET = ["", "decline/", "propose/", "cancel/"]
PROVIDER_POST = ["", "decline/", "propose/", "done/", "cancel/"]


def snapshot(order: Order) -> dict:
    order.refresh_from_db()
    return {field.name: getattr(order, field.attname) for field in order._meta.fields}


@pytest.mark.parametrize("who", ["joan", "sam", "asha", "moira", "stranger", None])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_sees_or_moves_an_order(cast, client_of, accepted, payer, who, method):
    make_provider(cast.council["wharfe"], cast.asha, name="Asha's Kitchen")
    before, entries = snapshot(accepted), AuditEntry.objects.count()
    client = client_of(cast.people[who] if who else None)
    for tail in MINE_GET if method == "get" else MINE_POST:
        answer = getattr(client, method)(f"/orders/{accepted.public_id}/{tail}", follow=True)
        if who:
            assert answer.status_code == 404, tail
        else:
            assert answer.redirect_chain[-1][0].startswith("/accounts/login/"), tail
    assert snapshot(accepted) == before
    assert AuditEntry.objects.count() == entries
    assert payer.charges() == []


@pytest.mark.parametrize("who", ["joan", "ken", "asha", "moira", "stranger", None])
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_its_keeper_answers_for_a_provider(cast, client_of, place_order, who, method):
    make_provider(cast.council["wharfe"], cast.asha, name="Asha's Kitchen")
    order = place_order()
    before, entries = snapshot(order), AuditEntry.objects.count()
    client = client_of(cast.people[who] if who else None)
    for tail in PROVIDER_GET if method == "get" else PROVIDER_POST:
        answer = getattr(client, method)(f"/provider/orders/{order.public_id}/{tail}", {"words": "no"})
        assert answer.status_code == (404 if who else 302), tail
    assert snapshot(order) == before
    assert AuditEntry.objects.count() == entries


@pytest.fixture
def acting(cast, client_of):
    """Priya, acting for Joan within a scope."""

    def act(scope: Scope):
        now = timezone.now()
        held = make_delegation(cast.joan, cast.priya, scope, now=now)
        client = client_of(cast.priya)
        session = client.session
        session[ACTING_FOR] = held.pk
        session.save()
        return client, held

    return act


def test_a_helper_who_may_buy_orders_for_her_and_it_says_so_everywhere(cast, client_of, acting, offer, payer, deliver):
    priya, held = acting(Scope.BUY)
    answer_all(priya, offer)
    order_now(priya, offer)
    order = Order.objects.get()
    assert (order.person, order.placed_by, order.channel) == (cast.joan, cast.priya, "delegate")
    said = "Placed by Priya Tapper for Joan Tapper"
    for client, path in (
        (priya, "/orders/"),
        (priya, f"/orders/{order.public_id}/"),
        (client_of(cast.joan), "/orders/"),
        (client_of(cast.joan), f"/orders/{order.public_id}/"),
        (client_of(cast.sam), "/provider/orders/"),
        (client_of(cast.sam), f"/provider/orders/{order.public_id}/"),
    ):
        assert said in client.get(path).content.decode(), path
    client_of(cast.sam).post(f"/provider/orders/{order.public_id}/", {})
    deliver()
    told = {letter.to[0] for letter in mail.outbox if letter.subject == "Sam said yes: please pay"}
    assert told == {"joan@example.org", "priya@example.org"}
    by_acting = f"/accounts/acting/start/{held.pk}/?next=%2Forders%2F{order.public_id}%2F"
    for letter in mail.outbox:
        hers = letter.to == ["priya@example.org"]
        assert (by_acting in letter.body) == hers, "her link leads there by acting for Joan"
    payer.card(payer.open(priya, order))
    deliver()
    receipts = [letter for letter in mail.outbox if "receipt" in letter.subject]
    assert {letter.to[0] for letter in receipts} == {"joan@example.org", "priya@example.org"}
    entry = AuditEntry.objects.get(action="orders.order.place")
    assert (entry.by_id, entry.for_id, entry.channel) == (cast.priya.pk, cast.joan.pk, "delegate")
    assert client_of(cast.priya).get(f"/orders/{order.public_id}/").status_code == 404, "not for herself"


@pytest.mark.fault("A3")
def test_a_helper_who_was_removed_reads_no_more_letters_about_what_she_ordered(cast, client_of, acting, offer, deliver):
    """Also when the letter waited while Joan took her right back; and a keeper who left gets none either."""
    priya, held = acting(Scope.BUY)
    answer_all(priya, offer)
    order_now(priya, offer)
    order = Order.objects.get()
    deliver()
    mail.outbox.clear()
    client_of(cast.sam).post(f"/provider/orders/{order.public_id}/", {})
    Delegation.objects.filter(pk=held.pk).update(ended_at=timezone.now())
    deliver()
    assert [letter.to for letter in mail.outbox] == [["joan@example.org"]]
    mail.outbox.clear()
    client_of(cast.joan).post(f"/orders/{order.public_id}/cancel/", {"words": "", "reason": ""})
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED
    Keeper.objects.filter(provider=order.provider, user=cast.sam).delete()
    deliver()
    assert "sam@example.org" not in {letter.to[0] for letter in mail.outbox}
    assert "priya@example.org" not in {letter.to[0] for letter in mail.outbox}


@pytest.mark.parametrize("scope", [Scope.SEE, Scope.SHORTLIST])
def test_a_helper_who_may_only_look_buys_nothing(cast, acting, accepted, offer, listing, scope):
    Order.objects.update(person=cast.joan, placed_by=cast.joan)
    priya, _held = acting(scope)
    assert priya.get(f"/orders/{accepted.public_id}/").status_code == 200
    before = snapshot(accepted)
    questions = (
        f"/orders/new/{offer.public_id}/",
        f"/orders/new/{offer.public_id}/when/",
        f"/orders/new/{offer.public_id}/check/",
        f"/orders/choose/{listing.public_id}/",
    )
    if scope == Scope.SHORTLIST:  # who keeps the shortlist may propose: budgets/test_asking_first.py
        answer_all(priya, offer)
        page = priya.get(f"/orders/new/{offer.public_id}/check/")
        data = {"token": hidden(page, "token"), "total": "3600", "begin_early": "on"}
        assert priya.post(f"/orders/new/{offer.public_id}/check/", data).status_code == 302
        assert Approval.objects.get().asked_of == AskedOf.PERSON
        questions = ()
    for path in (
        *questions,
        f"/orders/visits/new/{listing.public_id}/",
        f"/orders/{accepted.public_id}/cancel/",
    ):
        assert priya.get(path).status_code == 404, path
        assert priya.post(path).status_code in {404, 405}, path
    assert priya.post(f"/orders/{accepted.public_id}/pay/").status_code == 404
    assert snapshot(accepted) == before
    assert Order.objects.count() == 1


def test_an_ended_delegation_ends_between_two_clicks(cast, acting, offer):
    priya, held = acting(Scope.BUY)
    answer_all(priya, offer)
    page = priya.get(f"/orders/new/{offer.public_id}/check/")
    held.ended_at = timezone.now()
    held.save()
    data = {"token": hidden(page, "token"), "total": "3600", "begin_early": "on"}
    assert priya.post(f"/orders/new/{offer.public_id}/check/", data).status_code == 404
    assert not Order.objects.exists()


def test_an_order_by_phone_says_through_which_council(cast, client_of, offer, listing, deliver):
    now = timezone.now()
    call = PhoneCall.objects.create(
        council=cast.council["quantock"], staff=cast.nia, caller=cast.ken, consent_words="Yes, please", started_at=now
    )
    nia = client_of(cast.nia)
    session = nia.session
    session[ON_THE_PHONE] = call.pk
    session.save()
    answer_all(nia, offer)
    order_now(nia, offer)
    order = Order.objects.get()
    assert (order.person, order.placed_by, order.channel) == (cast.ken, cast.nia, "phone")
    said = "Placed by phone through Quantock Council for Ken Hobbs"
    assert said in client_of(cast.ken).get("/orders/").content.decode()
    assert said in client_of(cast.sam).get(f"/provider/orders/{order.public_id}/").content.decode()
    deliver()
    assert {letter.to[0] for letter in mail.outbox} == {"ken@example.org", "sam@example.org"}, "none to the adviser"
    client_of(cast.sam).post(f"/provider/orders/{order.public_id}/", {})
    page = nia.post(f"/orders/{order.public_id}/pay/", follow=True).content.decode()
    assert "Nobody may give a card number by phone" in page
    assert not order.attempts.exists()


def test_a_first_visit_asked_for_proposed_and_agreed(cast, client_of, listing, deliver):
    ken, sam = client_of(cast.ken), client_of(cast.sam)
    typed = {"when_words": "weekday mornings", "note": "Mind the cat."}
    ken.post(f"/orders/visits/new/{listing.public_id}/", typed)
    ken.post(f"/orders/visits/new/{listing.public_id}/", typed)
    visit = VisitRequest.objects.get()
    day = timezone.localdate() + timedelta(days=3)
    boxes = {"day_0": str(day.day), "day_1": str(day.month), "day_2": str(day.year), "words": "10.30am"}
    page = sam.get(f"/provider/orders/visits/{visit.public_id}/").content.decode()
    assert "Mind the cat." in page
    assert "Hobbs" not in page, "the first name until both have said yes"
    sam.post(f"/provider/orders/visits/{visit.public_id}/", boxes)
    assert "10.30am" in ken.get(f"/orders/visits/{visit.public_id}/").content.decode()
    ken.post(f"/orders/visits/{visit.public_id}/agree/")
    visit.refresh_from_db()
    assert visit.state == VisitState.AGREED
    deliver()
    assert not any("cat" in letter.body for letter in mail.outbox)
    visits = [letter for letter in mail.outbox if "visit" in letter.subject or "visit" in letter.body]
    assert [letter.to[0] for letter in visits] == ["sam@example.org", "ken@example.org", "sam@example.org"]
    early = sam.post(f"/provider/orders/visits/{visit.public_id}/happened/", follow=True).content.decode()
    assert "The day has not come yet." in early


@pytest.mark.parametrize(
    ("who", "path", "state"),
    [
        ("ken", "/orders/visits/{}/withdraw/", VisitState.WITHDRAWN),
        ("sam", "/provider/orders/visits/{}/decline/", VisitState.DECLINED),
    ],
)
def test_either_side_may_say_no_without_a_reason(cast, client_of, listing, who, path, state):
    client_of(cast.ken).post(f"/orders/visits/new/{listing.public_id}/", {"when_words": "any time"})
    visit = VisitRequest.objects.get()
    assert client_of(cast.stranger).post(path.format(visit.public_id)).status_code == 404
    visit.refresh_from_db()
    assert visit.state == VisitState.ASKED
    client_of(cast.people[who]).post(path.format(visit.public_id))
    visit.refresh_from_db()
    assert visit.state == state


def test_a_stranger_types_first_and_signs_in_after(cast, listing):
    from django.test import Client

    stranger = Client()
    page = stranger.post(f"/orders/visits/new/{listing.public_id}/", {"when_words": "any Friday"})
    assert "Who is asking?" in page.content.decode()
    assert not VisitRequest.objects.exists()
    stranger.post("/accounts/login/", {"login": "ken@example.org", "password": "a long enough word"})
    assert "any Friday" in stranger.get(f"/orders/visits/new/{listing.public_id}/").content.decode()


def test_the_list_costs_the_same_however_long_it_is(cast, client_of, place_order, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ken, sam = client_of(cast.ken), client_of(cast.sam)
    counts = []
    for _round in range(2):
        place_order()
        with CaptureQueriesContext(
            connection,
        ) as mine:
            ken.get("/orders/")
        with CaptureQueriesContext(connection) as theirs:
            sam.get("/provider/orders/")
        counts.append((len(mine), len(theirs)))
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 12
    assert Order.objects.filter(state=OrderState.REQUESTED).count() == 2
