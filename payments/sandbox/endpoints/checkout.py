"""Checkout Sessions: paying on the connected account (direct charges), saving a card on the platform, and giving a
mandate for Direct Debits to a connected account."""

from urllib.parse import urlsplit

from .. import debiting, shapes
from ..call import Call
from ..errors import ApiError, bad_param
from ..store import Records, Thing

SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60  # seconds from now to expires_at
LEAST_PENCE, MOST_PENCE = 30, 99_999_999  # https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
CLOCK_SLACK = 5  # seconds between the caller's clock and ours


def create(call: Call) -> Thing:
    params = call.params
    account_may_charge(call)
    mode = params.choice("mode", "payment", "setup")
    params.choice("ui_mode", "hosted_page", default="hosted_page")
    return _to_save(call) if mode == "setup" else _to_pay(call)


def _to_pay(call: Call) -> Thing:
    params, records = call.params, call.records
    params.choice("submit_type", "auto", "pay", "book", default="auto")
    success, cancel = params.url("success_url", required=True), params.url("cancel_url")
    lines = [_line(item) for item in params.items("line_items", required=True)]
    amount = sum(line["amount"] for line in lines)
    if amount < LEAST_PENCE:
        raise bad_param("line_items", "The Checkout Session's total amount must be at least £0.30.", "amount_too_small")
    if amount > MOST_PENCE:
        raise bad_param("line_items", "Amount must be no more than £999,999.99", "amount_too_large")
    data = params.inner("payment_intent_data")
    session_id = f"cs_test_{records.new_id('a')[2:]}"
    home = urlsplit(success or "")
    session = shapes.checkout_session(
        id=session_id,
        now=records.now(),
        amount=amount,
        url=f"{home.scheme}://{home.netloc}/sandbox/pay/{session_id}/",
        success_url=success,
        cancel_url=cancel,
        client_reference_id=params.text("client_reference_id", most=200),
        customer_email=params.text("customer_email", most=800),
        expires_at=_expiry(call),
        locale=params.text("locale"),
        metadata=params.flat("metadata"),
        payment_method_types=params.texts("payment_method_types") or ["card"],
        _lines=lines,
        _intent={
            "description": data.text("description", most=1000),
            "metadata": data.flat("metadata"),
            "receipt_email": data.text("receipt_email"),
            "statement_descriptor_suffix": data.text("statement_descriptor_suffix", most=22),
            "application_fee_amount": data.whole("application_fee_amount"),
            "capture_method": data.choice("capture_method", "automatic", "manual", default="automatic"),
        },
    )
    params.finish()
    return records.add(session, account=call.account, ends_at=session["expires_at"])


def _to_save(call: Call) -> Thing:
    """A page that charges nothing: the card is kept for later, for the customer named."""
    params, records = call.params, call.records
    success, cancel = params.url("success_url", required=True), params.url("cancel_url")
    customer = params.text("customer", required=True) or ""
    records.get("customer", customer, call.account, param="customer")
    kinds = params.texts("payment_method_types") or ["card"]
    if debiting.METHOD in kinds:
        debiting.may_debit(records, call.account)
    data, words = params.inner("setup_intent_data"), params.inner("custom_text").inner("submit")
    setup = shapes.setup_intent(
        id=records.new_id("seti"),
        now=records.now(),
        customer=customer,
        metadata=data.flat("metadata"),
        description=data.text("description", most=1000),
        kinds=kinds,
    )
    session_id = f"cs_test_{records.new_id('a')[2:]}"
    home = urlsplit(success or "")
    message = words.text("message", most=1200)
    session = shapes.checkout_session(
        id=session_id,
        now=records.now(),
        amount=0,
        url=f"{home.scheme}://{home.netloc}/sandbox/pay/{session_id}/",
        amount_subtotal=None,
        amount_total=None,
        total_details=None,
        currency=params.choice("currency", "gbp", "", default="") or None,
        customer=customer,
        customer_creation=None,
        cancel_url=cancel,
        client_reference_id=params.text("client_reference_id", most=200),
        custom_text=dict.fromkeys(("after_submit", "shipping_address", "terms_of_service_acceptance"))
        | {"submit": {"message": message} if message else None},
        expires_at=_expiry(call),
        locale=params.text("locale"),
        metadata=params.flat("metadata"),
        mode="setup",
        payment_method_collection="always",
        payment_method_types=kinds,
        payment_status="no_payment_required",
        setup_intent=setup["id"],
        success_url=success,
        _lines=[],
    )
    params.finish()
    records.add(setup, account=call.account, parent=session_id)
    return records.add(session, account=call.account, ends_at=session["expires_at"])


def account_may_charge(call: Call) -> None:
    if call.account and not call.records.get("account", call.account, "")["charges_enabled"]:
        raise ApiError(
            "Your account cannot currently make live charges. If you are a customer trying to make a purchase, "
            "please contact the owner of this site.",
            code="account_invalid",
        )


def _line(item) -> Thing:
    price = item.inner("price_data", required=True)
    price.choice("currency", "gbp")
    product = price.inner("product_data", required=True)
    name, description = product.text("name", required=True, most=250), product.text("description")
    unit, quantity = price.whole("unit_amount", required=True), item.whole("quantity", required=True, least=1)
    return {"name": name, "description": description, "quantity": quantity, "amount": (unit or 0) * (quantity or 0)}


def _expiry(call: Call) -> int:
    now = call.records.now()
    expires = call.params.whole("expires_at")
    if expires is None:
        return now + LONGEST
    if not now + SHORTEST - CLOCK_SLACK <= expires <= now + LONGEST + CLOCK_SLACK:
        raise bad_param(
            "expires_at", "The `expires_at` timestamp must be between 30 minutes and 24 hours from Session creation."
        )
    return expires


def retrieve(call: Call) -> Thing:
    return call.records.get("checkout.session", call.ids[0], call.account, param="session")


def list_all(call: Call) -> Thing:
    intent, customer = call.params.text("payment_intent") or "", call.params.text("customer")
    found = call.listed("checkout.session", parent=intent)
    if customer:
        found["data"] = [session for session in found["data"] if session["customer"] == customer]
    return found


def expire(call: Call) -> Thing:
    session = retrieve(call)
    call.params.finish()
    if session["status"] != "open":
        raise ApiError(
            f'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session['status']}`."
        )
    return end(call.records, session, account=call.account)


def end(records: Records, session: Thing, *, account: str) -> Thing:
    """Expire an open session and cancel what was tried in it."""
    session |= {"status": "expired", "url": None}
    records.save(session, ended=True)
    if session["payment_intent"]:
        intent = records.get("payment_intent", session["payment_intent"], account)
        intent |= {
            "status": "canceled",
            "canceled_at": records.now(),
            "cancellation_reason": "automatic",
            "next_action": None,
        }
        records.save(intent)
        records.emit("payment_intent.canceled", intent, account=account)
    if session["setup_intent"]:
        setup = records.get("setup_intent", session["setup_intent"], account)
        setup |= {"status": "canceled", "cancellation_reason": "abandoned", "next_action": None}
        records.save(setup)
        records.emit("setup_intent.canceled", setup, account=account)
    records.emit("checkout.session.expired", session, account=account)
    return session
