"""Our rows against the gateway's own record: what is seeded is found, and nothing else."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from marketplace.core import clock
from payments.gateway import services as gateway
from payments.ledger.models import Account
from payments.orders import jobs, services
from payments.orders.models import Difference, DifferenceKind, Dispute, Earning, Order, PaymentAttempt, Refund
from payments.orders.states import AttemptState, DifferenceState, OrderState
from payments.sandbox import services as sandbox
from tests.faults.plugin import share
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=1)  # when nothing is under way any more


@pytest.fixture
def shop(cast, place_order, payer, store, account, deliver):
    """`shop(n)`: n orders of £36, each paid and settled, without a browser."""

    def make(count: int) -> list[PaymentAttempt]:
        for _each in range(count):
            order = services.order_accept(order=place_order(), by=by_self(cast.sam), now=timezone.now())
            attempt = services.payment_begin(
                order=order,
                by=by_self(cast.ken),
                now=timezone.now(),
                paid_url="http://testserver/paid/",
                back_url="http://testserver/back/",
            )
            payer.card(attempt.session_id)
            services.order_look_up(order=order, now=timezone.now())
        return list(PaymentAttempt.objects.order_by("-pk")[:count])

    return make


def there(store, id: str) -> dict:
    with store.open() as records:
        return records.look_up(id, records.owner(id))


def change(store, id: str, **facts) -> None:
    with store.open() as records:
        records.save(records.look_up(id, records.owner(id)) | facts)


def copy(store, id: str, new: str, *, account: str | None = None, **facts) -> str:
    with store.open() as records:
        thing = records.look_up(id, records.owner(id)) | {"id": new} | facts
        records.add(thing, account=account or records.owner(id), parent="")
    return new


def forget_refund(attempt: PaymentAttempt) -> None:
    attempt.refunds.all().delete()
    PaymentAttempt.objects.filter(pk=attempt.pk).update(refund_asked_pence=0, refunded_pence=0)


def give_back(attempt: PaymentAttempt) -> Refund:
    refund = services.order_give_back(
        order=attempt.order, amount_pence=600, words="Sorry.", by=by_self(attempt.order.person), now=timezone.now()
    )
    return services.refund_send(refund=refund, now=timezone.now())


class Seeds:
    """Each makes one difference of its kind out of a payment that agreed; answers the gateway's id for it."""

    def __init__(self, store, other: str) -> None:
        self.store, self.other = store, other

    def missing_here(self, attempt: PaymentAttempt, n: int) -> str:
        metadata = {"reference": f"order:LOST-{n}:0"}
        return copy(self.store, attempt.payment_intent, f"pi_lost{n}", metadata=metadata, latest_charge=None)

    def missing_there(self, attempt: PaymentAttempt, n: int) -> str:
        PaymentAttempt.objects.filter(pk=attempt.pk).update(payment_intent=f"pi_none{n}")
        with self.store.open() as records:
            records.db.execute("DELETE FROM things WHERE id = ?", (attempt.payment_intent,))
        return f"pi_none{n}"

    def amount(self, attempt: PaymentAttempt, n: int) -> str:
        change(self.store, attempt.payment_intent, amount=9900, amount_received=9900)
        return attempt.payment_intent

    def currency(self, attempt: PaymentAttempt, n: int) -> str:
        change(self.store, attempt.payment_intent, currency="eur")
        return attempt.payment_intent

    def state(self, attempt: PaymentAttempt, n: int) -> str:
        Earning.objects.filter(attempt=attempt).delete()
        PaymentAttempt.objects.filter(pk=attempt.pk).update(state=AttemptState.OPEN, captured_pence=0)
        Order.objects.filter(pk=attempt.order_id).update(state=OrderState.PAYMENT_PENDING, paid_at=None)
        return attempt.payment_intent

    def account(self, attempt: PaymentAttempt, n: int) -> str:
        return copy(self.store, attempt.payment_intent, f"pi_elsewhere{n}", account=self.other, latest_charge=None)

    def double(self, attempt: PaymentAttempt, n: int) -> str:
        return copy(self.store, attempt.payment_intent, f"pi_twice{n}", latest_charge=None)

    def orphan_refund(self, attempt: PaymentAttempt, n: int) -> str:
        refund = give_back(attempt)
        forget_refund(attempt)
        change(self.store, refund.refund_id, metadata={})
        return refund.refund_id

    def refund_missing(self, attempt: PaymentAttempt, n: int) -> str:
        refund = give_back(attempt)
        with self.store.open() as records:
            records.db.execute("DELETE FROM things WHERE id = ?", (refund.refund_id,))
        return refund.refund_id

    def refund_state(self, attempt: PaymentAttempt, n: int) -> str:
        refund = give_back(attempt)
        change(self.store, refund.refund_id, status="failed", failure_reason="lost_or_stolen_card")
        with self.store.open() as records:
            charge = records.look_up(attempt.charge_id, records.owner(attempt.charge_id))
            records.save(charge | {"amount_refunded": 0, "refunded": False})
        return refund.refund_id

    def payout(self, attempt: PaymentAttempt, n: int) -> str:
        sandbox.payment_elsewhere(self.store, account_id=attempt.account.stripe_id, pence=100_000)
        return sandbox.payout_make(self.store, account_id=attempt.account.stripe_id)["id"]

    def dispute(self, attempt: PaymentAttempt, n: int) -> str:
        return sandbox.dispute_open(self.store, charge_id=attempt.charge_id)["id"]


KINDS = [
    "missing_here",
    "missing_there",
    "amount",
    "currency",
    "state",
    "account",
    "double",
    "orphan_refund",
    "refund_missing",
    "refund_state",
    "payout",
    "dispute",
]
PUT_RIGHT = {"state", "orphan_refund", "refund_state", "payout", "dispute"}


@pytest.fixture
def elsewhere(cast, store):
    from marketplace.core.audit import CLOCKWORK
    from payments.gateway import services as gateway
    from tests.factories.listings import make_provider

    provider = make_provider(cast.council["wharfe"], cast.asha, "Asha")
    account = gateway.account_open(provider=provider, by=CLOCKWORK, now=timezone.now())
    sandbox.onboarding_finish(store, account_id=account.stripe_id)
    return gateway.account_refresh(account=account, now=timezone.now())


def test_a_payment_in_the_list_is_the_payment_itself(shop, store, account):
    """The list is read without the library's objects, a single payment with them."""
    attempts = shop(3)
    give_back(attempts[0])
    listed = {
        each.intent_id: each for each in gateway.payments_of(account=account.stripe_id, since=timezone.now() - LATER)
    }
    assert len(listed) == 3
    for attempt in attempts:
        itself = gateway.payment_look_up(account=account.stripe_id, intent_id=attempt.payment_intent)
        assert listed[attempt.payment_intent] == replace(itself, fee_pence=0)


def test_what_agrees_is_left_alone(shop, store, elsewhere):
    shop(3)
    tally = services.payments_reconcile(now=timezone.now() + LATER)
    assert (tally.payments, tally.found, tally.repaired, tally.unseen) == (3, 0, 0, 0)
    assert not Difference.objects.exists()


@pytest.mark.fault("M16")
def test_every_seeded_difference_is_found_and_nothing_else(shop, store, elsewhere, fault_row):
    """Twelve kinds, mixed among payments that agree: 200 of 200 when run in full, and no false one."""
    each = -(-share(200) // len(KINDS))
    attempts = shop((each + 1) * len(KINDS))
    seeds, wanted = Seeds(store, elsewhere.stripe_id), set()
    for n, attempt in enumerate(attempts[: each * len(KINDS)]):
        kind = KINDS[n % len(KINDS)]
        wanted.add((kind, getattr(seeds, kind)(attempt, n)))
    services.payments_reconcile(now=timezone.now() + LATER)
    found = set(Difference.objects.values_list("kind", "subject"))
    for kind, subject in wanted - found:
        fault_row.violation(f"{kind} {subject} was not found")
    for kind, subject in found - wanted:
        fault_row.violation(f"{kind} {subject} was found and is none")
    for row in Difference.objects.all():
        right = DifferenceState.REPAIRED if row.kind in PUT_RIGHT else DifferenceState.OPEN
        if row.state != right:
            fault_row.violation(f"{row} should be {right}")
    fault_row.count(len(wanted))
    again = services.payments_reconcile(now=timezone.now() + LATER * 2)
    if again.found:
        fault_row.violation(f"a second comparison found {again.found} more")


@pytest.mark.fault("M16", canary=True)
def test_canary_a_comparison_that_reads_only_our_rows_finds_too_little(shop, store, elsewhere, monkeypatch):
    from payments.gateway import services as gateway

    attempts, seeds = shop(3), Seeds(store, elsewhere.stripe_id)
    seeds.missing_here(attempts[0], 0)
    seeds.double(attempts[1], 1)
    with monkeypatch.context() as patch:
        patch.setattr(gateway, "payments_of", lambda **unused: iter(()))
        services.payments_reconcile(now=timezone.now() + LATER)
    assert not Difference.objects.exists()
    services.payments_reconcile(now=timezone.now() + LATER * 2)
    assert Difference.objects.count() == 2


def test_what_is_put_right_is_right(shop, store, elsewhere):
    attempts, seeds = shop(3), Seeds(store, elsewhere.stripe_id)
    for n, kind in enumerate(["dispute", "orphan_refund", "state"]):
        getattr(seeds, kind)(attempts[n], n)
    services.payments_reconcile(now=timezone.now() + LATER)
    disputed, refunded, paid = (PaymentAttempt.objects.get(pk=attempt.pk) for attempt in attempts)
    assert Dispute.objects.get().attempt_id == disputed.pk
    assert refunded.refunded_pence == 600
    assert (paid.state, paid.captured_pence) == (AttemptState.CAPTURED, 3600)
    assert Order.objects.get(pk=paid.order_id).state == OrderState.PAID


def test_what_is_under_way_is_no_difference(cast, shop, store):
    attempt = shop(1)[0]
    Seeds(store, "").state(attempt, 0)
    PaymentAttempt.objects.update(state_since=timezone.now())
    assert services.payments_reconcile(now=timezone.now()).found == 0


def test_an_account_that_does_not_answer_is_said_and_the_others_are_compared(shop, store, elsewhere, settings):
    shop(1)
    settings.SANDBOX_FAULT = lambda method, path: "500"
    tally = services.payments_reconcile(now=timezone.now() + LATER)
    assert tally.unseen == 2
    assert not Difference.objects.exists()


def test_the_operator_hears_reads_and_closes_it(cast, client_of, shop, store, elsewhere, deliver, capsys):
    Seeds(store, elsewhere.stripe_id).amount(shop(1)[0], 0)
    services.payments_reconcile(now=timezone.now() + LATER)
    deliver()
    letter = next(letter for letter in mail.outbox if letter.to == ["olwen@example.org"])
    assert letter.subject == "1 difference between our payments and Stripe’s record"
    call_command("payments_reconcile")
    assert "amount: pi_" in capsys.readouterr().out
    olwen, row = client_of(cast.olwen), Difference.objects.get()
    assert "One difference waits for you" in olwen.get("/operator/money/").content.decode()
    url = f"/operator/money/differences/{row.pk}/"
    page = olwen.get(url).content.decode()
    assert "3600p" in page
    assert "9900p gbp" in page
    assert 'aria-invalid="true"' in olwen.post(url, {"note": " "}).content.decode()
    olwen.post(url, {"note": "Sam gave £63 back."})
    row.refresh_from_db()
    assert (row.state, row.note) == (DifferenceState.CLOSED, "Sam gave £63 back.")
    services.payments_reconcile(now=timezone.now() + LATER * 3)
    row.refresh_from_db()
    assert row.state == DifferenceState.CLOSED, "what somebody has answered is not asked again"


def test_the_clock_compares_once_each_night_and_finds_what_is_wrong(shop, store, elsewhere, monkeypatch):
    """A command that nobody runs finds nothing."""
    Seeds(store, elsewhere.stripe_id).amount(shop(1)[0], 0)
    monkeypatch.setattr(clock, "now", lambda: timezone.now() + LATER)
    jobs.compare_with_the_gateway_each_night.call_local()
    assert Difference.objects.get().kind == DifferenceKind.AMOUNT
    task = jobs.compare_with_the_gateway_each_night.task_class()
    day = datetime(2026, 3, 3)
    turns = [at for at in (day + timedelta(minutes=each) for each in range(24 * 60)) if task.validate_datetime(at)]
    assert [at.hour for at in turns] == [4]


def test_a_ledger_that_is_out_of_step_is_said_to_the_operator(shop, cast, client_of, deliver, capsys):
    shop(1)
    assert services.payments_reconcile(now=timezone.now() + LATER).out_of_step == 0
    Account.objects.filter(kind="earning").update(balance_pence=1)
    assert services.payments_reconcile(now=timezone.now() + LATER).out_of_step == 1
    deliver()
    assert [letter for letter in mail.outbox if letter.to == ["olwen@example.org"]]
    assert "The ledger is out of step" in client_of(cast.olwen).get("/operator/money/").content.decode()
    call_command("payments_reconcile")
    assert "1 accounts of the ledger" in capsys.readouterr().out


def test_every_kind_has_its_explanation():
    from payments.orders.presentation.differences import MEANS

    assert set(MEANS) == set(DifferenceKind)
