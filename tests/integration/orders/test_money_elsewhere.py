"""Money that goes another way: held up, out of sight, given back, disputed, paid out and sent back."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from payments.gateway.models import ConnectedAccount, Payout
from payments.gateway.states import AccountState
from payments.orders import jobs, presentation, services
from payments.orders.models import Dispute, Earning, Order, PaymentAttempt, Receivable, Refund
from payments.orders.states import AttemptState, EarningState, OrderState, ReceivableState
from payments.sandbox import cards
from payments.sandbox import services as sandbox
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db


def letters_to(address: str) -> list[str]:
    return [letter.subject for letter in mail.outbox if letter.to == [address]]


def charge_of(payer) -> str:
    return payer.charges()[-1]["id"]


@pytest.mark.fault("M9")
@pytest.mark.parametrize("was_paid", [False, True])
def test_a_provider_who_leaves_while_somebody_pays_is_shown_honestly(
    cast, client_of, accepted, payer, deliver, account, store, was_paid
):
    """Never "paid", for nobody has seen it; never "you have paid nothing" either, for nobody can look."""
    ken = client_of(cast.ken)
    session_id = payer.open(ken, accepted)
    if was_paid:
        payer.card(session_id)
    sandbox.account_disconnect(store, account_id=account.stripe_id)
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAYMENT_UNCLEAR
    assert accepted.attempts.get().state == AttemptState.UNSEEN
    page = ken.get(f"/orders/{accepted.public_id}/").content.decode()
    assert "We cannot see whether you paid" in page
    assert "paid nothing" not in page
    assert f"/orders/{accepted.public_id}/pay/" not in page
    assert "do not pay again" in ken.post(f"/orders/{accepted.public_id}/pay/", follow=True).content.decode()
    assert "We cannot see your payment to Sam" in letters_to("ken@example.org")
    told = letters_to("moira@example.org")
    assert told.count("Sam Orchard cannot be paid any more") == 1
    assert not any("receipt" in letter.subject for letter in mail.outbox)
    assert letters_to("bea@example.org") == []
    jobs.look_round(timezone.now() + timedelta(days=3))
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAYMENT_UNCLEAR


def let_in_again(client, sam, store, account) -> str:
    answer = client.post(f"/provider/payments/{sam.public_id}/reconnect/")
    return client.post(answer.url, {"answer": "yes"}).url


@pytest.mark.fault("M9")
def test_connecting_again_shows_what_was_paid_meanwhile(cast, client_of, accepted, payer, deliver, account, store, sam):
    session_id = payer.open(client_of(cast.ken), accepted)
    sandbox.account_disconnect(store, account_id=account.stripe_id)
    deliver()
    payer.card(session_id)
    keeper = client_of(cast.sam)
    assert "Connect again" in keeper.get("/provider/payments/").content.decode()
    back = let_in_again(keeper, sam, store, account)
    assert "Connected again." in keeper.get(back, follow=True).content.decode()
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAID
    assert len(payer.charges()) == 1


@pytest.mark.fault("M9")
def test_an_order_given_up_out_of_sight_that_turns_out_paid_goes_back_whole(
    cast, client_of, accepted, payer, deliver, account, store, sam
):
    ken = client_of(cast.ken)
    payer.card(payer.open(ken, accepted))
    sandbox.account_disconnect(store, account_id=account.stripe_id)
    deliver()
    assert "We cannot see whether you paid" in ken.get(f"/orders/{accepted.public_id}/cancel/").content.decode()
    ken.post(f"/orders/{accepted.public_id}/cancel/")
    page = ken.get(f"/orders/{accepted.public_id}/").content.decode()
    assert "still cannot see whether you paid" in page
    keeper = client_of(cast.sam)
    keeper.get(let_in_again(keeper, sam, store, account))
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.REFUNDED
    assert sum(charge["amount_refunded"] for charge in payer.charges()) == 3600


def test_after_two_weeks_out_of_sight_the_order_ends_without_a_claim(
    cast, client_of, accepted, payer, deliver, account, store
):
    payer.open(client_of(cast.ken), accepted)
    sandbox.account_disconnect(store, account_id=account.stripe_id)
    deliver()
    jobs.look_round(timezone.now() + timedelta(days=15))
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.EXPIRED
    letter = next(letter for letter in mail.outbox if letter.subject == "Your order with Sam has ended")
    assert "paid nothing" not in letter.body


@pytest.mark.fault("M9")
def test_another_account_is_not_taken_for_the_one_they_had(cast, client_of, account, store, sam, deliver):
    """Money for Sam's orders must not go to whoever is signed in to Stripe in that browser."""
    from marketplace.core.audit import CLOCKWORK
    from payments.gateway import services as gateway
    from tests.factories.listings import make_provider

    other = gateway.account_open(
        provider=make_provider(cast.council["wharfe"], cast.asha, "Asha"), by=CLOCKWORK, now=timezone.now()
    )
    sandbox.account_disconnect(store, account_id=account.stripe_id)
    deliver()
    keeper = client_of(cast.sam)
    answer = keeper.post(f"/provider/payments/{sam.public_id}/reconnect/")
    back = keeper.post(answer.url.replace(account.stripe_id, other.stripe_id), {"answer": "yes"}).url
    assert "another account" in keeper.get(back, follow=True).content.decode()
    assert ConnectedAccount.objects.get(pk=account.pk).state == AccountState.DISCONNECTED
    assert ConnectedAccount.objects.get(pk=account.pk).stripe_id == account.stripe_id


@pytest.mark.parametrize("state", ["", "forged", None])
def test_a_forged_way_back_connects_nothing(cast, client_of, account, store, sam, deliver, state):
    sandbox.account_disconnect(store, account_id=account.stripe_id)
    deliver()
    asha = client_of(cast.asha)
    if state is None:  # Sam's own signed word in Asha's browser
        state = (
            client_of(cast.sam)
            .post(f"/provider/payments/{sam.public_id}/reconnect/")
            .url.split("state=")[1]
            .split("&")[0]
        )
    code = sandbox.account_reconnect(store, account_id=account.stripe_id)
    page = asha.get(f"/provider/payments/connected/?state={state}&code={code}", follow=True).content.decode()
    assert "Nothing has changed" in page
    assert ConnectedAccount.objects.get(pk=account.pk).state == AccountState.DISCONNECTED


@pytest.mark.fault("M9")
def test_a_restricted_provider_closes_open_pages_and_people_hear_when_they_can_pay(
    cast, client_of, accepted, payer, deliver, account, store
):
    ken = client_of(cast.ken)
    session_id = payer.open(ken, accepted)
    deadline = int((timezone.now() + timedelta(days=6)).timestamp())
    due = ["individual.verification.document"]
    sandbox.account_restrict(store, account_id=account.stripe_id, due=due, deadline=deadline)
    deliver()
    with pytest.raises(sandbox.NotOpen):
        payer.card(session_id)
    accepted.refresh_from_db()
    assert accepted.state == OrderState.ACCEPTED
    page = ken.get(f"/orders/{accepted.public_id}/").content.decode()
    assert "Sam cannot be paid by card just now." in page
    assert "Pay £36" not in page
    assert f"/orders/{accepted.public_id}/pay/" not in page
    assert "Sam Orchard cannot be paid just now" in letters_to("moira@example.org")
    desk = client_of(cast.sam).get("/provider/payments/").content.decode()
    assert "Stripe needs a photo of your passport or driving licence by " in desk
    Order.objects.update(pay_by=timezone.now() + timedelta(minutes=1))
    sandbox.onboarding_finish(store, account_id=account.stripe_id)
    deliver()
    assert "You can pay Sam now" in letters_to("ken@example.org")
    accepted.refresh_from_db()
    assert accepted.pay_by > timezone.now() + timedelta(days=2)
    payer.card(payer.open(ken, accepted))
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAID


@pytest.mark.fault("M9")
def test_a_page_paid_before_the_account_was_restricted_counts(
    cast, client_of, accepted, payer, deliver, account, store
):
    payer.card(payer.open(client_of(cast.ken), accepted))
    sandbox.account_restrict(store, account_id=account.stripe_id, due=["external_account"])
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAID
    assert "cannot be paid by card" not in " ".join(letters_to("ken@example.org"))


@pytest.mark.fault("M9")
def test_a_refund_out_of_sight_is_neither_given_twice_nor_called_failed(
    cast, client_of, paid, payer, deliver, account, store, settings, sam
):
    """Its answer was lost, and then the account: it may have been given."""
    client_of(cast.ken).post(f"/orders/{paid.public_id}/cancel/")
    settings.SANDBOX_FAULT = lambda method, path: "unheard" if (method, path) == ("POST", "/v1/refunds") else ""
    from marketplace.core import outbox

    outbox.deliver()
    settings.SANDBOX_FAULT = None
    sandbox.account_disconnect(store, account_id=account.stripe_id)
    jobs.look_round(timezone.now() + timedelta(minutes=3))
    refund = Refund.objects.get()
    assert refund.state == "unknown"
    assert PaymentAttempt.objects.get().refund_asked_pence == 3600
    keeper = client_of(cast.sam)
    keeper.get(let_in_again(keeper, sam, store, account))
    deliver()
    jobs.look_round(timezone.now() + timedelta(minutes=6))
    paid.refresh_from_db()
    assert paid.state == OrderState.REFUNDED
    assert sum(charge["amount_refunded"] for charge in payer.charges()) == 3600


def done(paid, cast) -> Order:
    Order.objects.update(wanted_on=timezone.localdate())
    paid.refresh_from_db()
    return services.order_deliver(order=paid, by=by_self(cast.sam), now=timezone.now())


def test_a_provider_gives_part_back_and_then_the_rest(cast, client_of, paid, payer, deliver):
    done(paid, cast)
    keeper, url = client_of(cast.sam), f"/provider/orders/{paid.public_id}/give-back/"
    assert "Give money back" in keeper.get(f"/provider/orders/{paid.public_id}/").content.decode()
    keeper.post(url, {"amount": "6", "words": "The mower broke half way."})
    deliver()
    paid.refresh_from_db()
    assert paid.state == OrderState.PART_REFUNDED
    page = client_of(cast.ken).get(f"/orders/{paid.public_id}/").content.decode()
    assert "£6 of what you paid has gone back to your card." in page
    assert "The mower broke half way." in page
    keeper.post(url, {"amount": "30.00", "words": "Sorry."})
    deliver()
    paid.refresh_from_db()
    assert paid.state == OrderState.REFUNDED
    assert sum(charge["amount_refunded"] for charge in payer.charges()) == 3600
    assert not Receivable.objects.exists()


@pytest.mark.parametrize("typed", ["0", "-1", "1e9", "1.005", "١٢", "£12,50", "36.01", "", "0.00", "NaN", "12 pounds"])
def test_amounts_that_are_none_give_nothing_back(cast, client_of, paid, deliver, payer, typed):
    done(paid, cast)
    answer = client_of(cast.sam).post(
        f"/provider/orders/{paid.public_id}/give-back/", {"amount": typed, "words": "Sorry."}
    )
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Refund.objects.exists()


def test_money_back_after_it_was_paid_out_is_owed_until_stripe_has_collected_it(
    cast, client_of, paid, payer, deliver, account, store
):
    """The person has theirs first; what the provider's account lacks is written down and made good."""
    done(paid, cast)
    payout = sandbox.payout_make(store, account_id=account.stripe_id)
    sandbox.payout_arrive(store, payout_id=payout["id"])
    deliver()
    assert Earning.objects.get().state == EarningState.PAID_OUT
    client_of(cast.sam).post(f"/provider/orders/{paid.public_id}/give-back/", {"amount": "10", "words": "Sorry."})
    deliver()
    receivable = Receivable.objects.get()
    assert (receivable.amount_pence, receivable.state) == (1000, ReceivableState.OWED)
    assert "£10.00 went back to people" in client_of(cast.sam).get("/provider/payments/").content.decode()
    assert services.receivables_check(account=account, now=timezone.now()) == 0
    assert sandbox.debt_collect(store, account_id=account.stripe_id) == 1000
    assert services.receivables_check(account=account, now=timezone.now()) == 1
    receivable.refresh_from_db()
    assert (receivable.state, receivable.settled_pence) == (ReceivableState.SETTLED, 1000)


def test_the_next_payout_makes_good_what_went_back_after_the_last(
    cast, client_of, paid, payer, deliver, account, store
):
    done(paid, cast)
    sandbox.payout_make(store, account_id=account.stripe_id)
    deliver()
    client_of(cast.sam).post(f"/provider/orders/{paid.public_id}/give-back/", {"amount": "10", "words": "Sorry."})
    deliver()
    assert Receivable.objects.get().state == ReceivableState.OWED
    sandbox.payment_elsewhere(store, account_id=account.stripe_id, pence=5000)
    sandbox.payout_make(store, account_id=account.stripe_id)
    deliver()
    assert Receivable.objects.get().state == ReceivableState.SETTLED


def test_a_payout_that_the_bank_sends_back_opens_the_earning_until_the_next(cast, paid, deliver, account, store):
    first = sandbox.payout_make(store, account_id=account.stripe_id)
    deliver()
    assert Earning.objects.get().state == EarningState.ON_ITS_WAY
    sandbox.payout_arrive(store, payout_id=first["id"])
    deliver()
    sandbox.payout_fail(store, payout_id=first["id"])
    deliver()
    deliver()
    assert Earning.objects.get().state == EarningState.EARNED
    assert letters_to("sam@example.org").count("Your bank sent your money back") == 1
    second = sandbox.payout_make(store, account_id=account.stripe_id)
    sandbox.payout_arrive(store, payout_id=second["id"])
    deliver()
    earning = Earning.objects.select_related("payout").get()
    assert (earning.state, earning.payout.payout_id) == (EarningState.PAID_OUT, second["id"])
    assert Payout.objects.count() == 2


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute_from_the_first_letter_to_the_banks_decision(cast, client_of, paid, payer, deliver, store, won):
    done(paid, cast)
    sandbox.dispute_open(store, charge_id=charge_of(payer))
    deliver()
    paid.refresh_from_db()
    attempt = PaymentAttempt.objects.get()
    assert (paid.state, attempt.disputed_pence) == (OrderState.DISPUTED, 3600)
    assert "Your bank is asking Sam about a payment" in letters_to("ken@example.org")
    assert "A bank asks you about a payment of £36.00" in letters_to("sam@example.org")
    keeper = client_of(cast.sam)
    page = keeper.get(f"/provider/orders/{paid.public_id}/").content.decode()
    assert "Answer by " in page
    shown = keeper.get(f"/provider/orders/{paid.public_id}/evidence/")
    assert [step["title"] for step in shown.context["steps"]] == [
        "Ken asked",
        "Sam said yes",
        "Ken paid",
        "Sam said that it is done",
        "Ken’s bank took the money back",
    ], "a bank reads it: to it nobody is you"
    assert all(step["when"].startswith(f"{timezone.localdate():%-d %B %Y}, ") for step in shown.context["steps"])
    pack = shown.content.decode()
    assert "Done, as the seller said" in pack
    assert "Ken Hobbs" in pack
    assert "Sam said yes<br>“See you then.”" in pack
    assert "In the words that Ken read." in pack
    answer = keeper.post(f"/provider/orders/{paid.public_id}/give-back/", {"amount": "1", "words": "Sorry."})
    assert answer.status_code == 200
    assert not Refund.objects.exists(), "never both a refund and a dispute"
    dispute = Dispute.objects.get()
    sandbox.dispute_close(store, dispute_id=dispute.dispute_id, won=won)
    deliver()
    paid.refresh_from_db()
    attempt.refresh_from_db()
    assert paid.state == (OrderState.DELIVERED if won else OrderState.DISPUTE_LOST)
    assert attempt.disputed_pence == (0 if won else 3600)
    assert "The bank has decided about a payment" in letters_to("sam@example.org")


def test_the_evidence_leaves_out_the_note(cast, client_of, paid, payer, deliver, store):
    """What a person writes to a provider may be about their health, and a bank is no place for it."""
    Order.objects.update(note="I fell badly in May.")
    sandbox.dispute_open(store, charge_id=charge_of(payer))
    deliver()
    pack = client_of(cast.sam).get(f"/provider/orders/{paid.public_id}/evidence/").content.decode()
    assert "fell badly" not in pack


def test_a_dispute_card_pays_and_is_taken_back_at_once(cast, client_of, accepted, payer, deliver):
    payer.card(payer.open(client_of(cast.ken), accepted), cards.DISPUTED)
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.DISPUTED
    assert accepted.paid_at


def test_a_dispute_of_something_else_that_sam_sold_is_none_of_ours(cast, paid, payer, deliver, store, account):
    from dataclasses import replace

    from payments.gateway import services as gateway

    made = sandbox.dispute_open(store, charge_id=charge_of(payer))
    shown = gateway.dispute_look_up(account=account.stripe_id, dispute_id=made["id"])
    elsewhere = replace(shown, payment_intent="pi_elsewhere")
    assert services.dispute_settle(account=account, shown=elsewhere, now=timezone.now()) is None
    paid.refresh_from_db()
    assert paid.state == OrderState.PAID


def test_a_refund_that_fails_days_later_is_owed_and_can_be_given_again(
    cast, client_of, accepted, payer, deliver, store
):
    payer.card(payer.open(client_of(cast.ken), accepted))
    deliver()
    accepted.refresh_from_db()
    client_of(cast.ken).post(f"/orders/{accepted.public_id}/cancel/")
    deliver()
    sandbox.refund_fail(store, refund_id=Refund.objects.get().refund_id)
    deliver()
    attempt = PaymentAttempt.objects.get()
    assert (attempt.refund_asked_pence, attempt.refunded_pence) == (0, 0)
    assert Receivable.objects.get().kind == "failed_refund"
    accepted.refresh_from_db()
    assert accepted.state == OrderState.CANCELLED
    keeper = client_of(cast.sam)
    assert "give-back" in keeper.get(f"/provider/orders/{accepted.public_id}/").content.decode()
    keeper.post(f"/provider/orders/{accepted.public_id}/give-back/", {"amount": "36", "words": "Once more."})
    deliver()
    accepted.refresh_from_db()
    assert (accepted.state, Receivable.objects.get().state) == (OrderState.REFUNDED, ReceivableState.SETTLED)


@pytest.mark.parametrize(
    ("lived", "parts", "then"),
    [
        ("paid", [600], OrderState.PAID),
        ("done", [600], OrderState.DELIVERED),
        ("done", [3600], OrderState.DELIVERED),
        ("finished", [3600], OrderState.COMPLETED),
        ("done", [600, 3000], OrderState.PART_REFUNDED),
    ],
)
def test_an_order_whose_money_did_not_go_back_after_all_is_what_it_was(cast, paid, deliver, store, lived, parts, then):
    """A page that still said "paid back" would be untrue, and nobody could give the sum a second time."""
    if lived != "paid":
        done(paid, cast)
    if lived == "finished":
        paid.refresh_from_db()
        services.order_complete(order=paid, by=by_self(cast.ken), now=timezone.now() + timedelta(days=30))
    for pence in parts:
        facts = {"amount_pence": pence, "words": "Sorry.", "by": by_self(cast.sam), "now": timezone.now()}
        services.order_give_back(order=paid, **facts)
        deliver()
    sandbox.refund_fail(store, refund_id=Refund.objects.latest("pk").refund_id)
    deliver()
    paid.refresh_from_db()
    assert paid.state == then
    assert "still owes it to you" in presentation.headline(paid)
    assert PaymentAttempt.objects.get().refunded_pence == sum(parts[:-1])


def test_a_slow_refund_is_on_its_way_until_it_arrives(cast, client_of, accepted, payer, deliver, store):
    payer.card(payer.open(client_of(cast.ken), accepted), cards.REFUNDS_LATE)
    deliver()
    client_of(cast.ken).post(f"/orders/{accepted.public_id}/cancel/")
    deliver()
    refund = Refund.objects.get()
    assert refund.state == "pending"
    sandbox.refund_finish(store, refund_id=refund.refund_id)
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.REFUNDED


def test_the_database_itself_holds_refunds_and_disputes_within_what_was_paid(paid):
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentAttempt.objects.update(refund_asked_pence=1, disputed_pence=3600)


def test_every_movement_of_money_is_told_once(cast, client_of, accepted, payer, deliver, store, account):
    """Books kept elsewhere (a ledger) live on this."""
    heard = []

    def listen(moved, **kwargs):
        heard.append(moved)

    services.money_moved.connect(listen)
    try:
        payer.card(payer.open(client_of(cast.ken), accepted))
        deliver()
        done(accepted, cast)
        payout = sandbox.payout_make(store, account_id=account.stripe_id)
        sandbox.payout_arrive(store, payout_id=payout["id"])
        deliver()
        client_of(cast.sam).post(
            f"/provider/orders/{accepted.public_id}/give-back/", {"amount": "6", "words": "Sorry."}
        )
        deliver()
        sandbox.dispute_open(store, charge_id=charge_of(payer))
        deliver()
    finally:
        services.money_moved.disconnect(listen)
    said = [(moved.kind, moved.pence) for moved in heard]
    assert said == [("captured", 3600), ("paid_out", 3526), ("refunded", 600), ("dispute_taken", 3000)]
    assert len({moved.key for moved in heard}) == 4
