"""Money that goes another way, as both sides and an operator see it: every page passed is looked at by axe."""

from datetime import timedelta

import pytest
from django.utils import timezone

from payments.gateway import services as gateway
from payments.orders import services
from payments.orders.models import Dispute, Order
from payments.orders.states import OrderState
from payments.sandbox import services as sandbox
from tests.integration.orders.conftest import by_self

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def done(order: Order, cast) -> Order:
    Order.objects.update(wanted_on=timezone.localdate())
    return services.order_deliver(order=Order.objects.get(pk=order.pk), by=by_self(cast.sam), now=timezone.now())


def test_sam_gives_part_back_and_ken_reads_why(browser_of, look, cast, paid, deliver):
    done(paid, cast)
    sam = browser_of(cast.sam, f"/provider/orders/{paid.public_id}/")
    look(sam, "give-back-from-here")
    sam.get_by_role("link", name="Give money back").click()
    sam.get_by_label("How much goes back?").fill("£12,50")
    press(sam, "Give it back")
    look(sam, "give-back-wrong")
    sam.get_by_label("How much goes back?").fill("12.50")
    sam.get_by_label("Why? One sentence will do.").fill("It rained for the last part.")
    look(sam, "give-back")
    press(sam, "Give it back")
    deliver()
    ken = browser_of(cast.ken, f"/orders/{paid.public_id}/")
    assert ken.get_by_text("It rained for the last part.").count() == 1
    look(ken, "part-went-back")
    paid.refresh_from_db()
    assert paid.state == OrderState.PART_REFUNDED


def test_a_dispute_on_both_sides_until_the_bank_decides(browser_of, look, cast, paid, deliver, store):
    done(paid, cast)
    sandbox.dispute_open(store, charge_id=paid.attempts.get().charge_id)
    deliver()
    ken = browser_of(cast.ken, f"/orders/{paid.public_id}/")
    look(ken, "disputed-ken")
    sam = browser_of(cast.sam, "/provider/orders/")
    look(sam, "disputed-inbox")
    sam.goto(f"/provider/orders/{paid.public_id}/")
    look(sam, "disputed-sam")
    sam.get_by_role("link", name="See what to send").click()
    look(sam, "evidence")
    sandbox.dispute_close(store, dispute_id=Dispute.objects.get().dispute_id, won=False)
    deliver()
    ken.reload()
    look(ken, "lost-ken")
    sam.goto(f"/provider/orders/{paid.public_id}/")
    look(sam, "lost-sam")
    sam.goto(f"/provider/orders/{paid.public_id}/evidence/")
    look(sam, "evidence-after")


def test_a_provider_held_up_and_one_who_left(browser_of, look, cast, accepted, account, store, deliver):
    payouts = browser_of(cast.sam, "/provider/payments/")
    deadline = int((timezone.now() + timedelta(days=12)).timestamp())
    due = ["individual.verification.document", "external_account"]
    sandbox.account_restrict(store, account_id=account.stripe_id, due=due, deadline=deadline)
    deliver()
    payouts.reload()
    look(payouts, "held-up-sam")
    ken = browser_of(cast.ken, f"/orders/{accepted.public_id}/")
    look(ken, "held-up-ken")
    sandbox.onboarding_finish(store, account_id=account.stripe_id)
    deliver()
    ken.reload()
    press(ken, "Pay £36.00")
    sandbox.account_disconnect(store, account_id=account.stripe_id)
    deliver()
    ken.goto(f"/orders/{accepted.public_id}/")
    look(ken, "unseen-ken")
    ken.goto(f"/orders/{accepted.public_id}/cancel/")
    look(ken, "unseen-cancel")
    payouts.reload()
    look(payouts, "left-sam")
    press(payouts, "Connect again")
    look(payouts, "connect")
    press(payouts, "Yes, connect again")
    look(payouts, "connected")
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAYMENT_PENDING


def test_the_operators_pages(browser_of, look, cast, paid, deliver, store, account):
    olwen = browser_of(cast.olwen, "/operator/money/")
    look(olwen, "never-compared")
    with store.open() as records:
        intent = records.look_up(paid.attempts.get().payment_intent, account.stripe_id)
        records.save(intent | {"amount": 9900, "amount_received": 9900})
    services.payments_reconcile(now=timezone.now() + timedelta(hours=1))
    assert gateway.payment_look_up(account=account.stripe_id, intent_id=intent["id"]).received_pence == 9900
    olwen.reload()
    look(olwen, "differences")
    olwen.get_by_role("link", name="Another amount").click()
    press(olwen, "Close it")
    look(olwen, "difference-wrong")
    olwen.get_by_label("What did you find, and what did you do?").fill("Sam gave £63 back.")
    press(olwen, "Close it")
    look(olwen, "closed")
    olwen.goto("/operator/money/webhooks/?state=all")
    look(olwen, "webhooks")
    olwen.get_by_role("link", name="checkout.session.completed").first.click()
    look(olwen, "webhook")
