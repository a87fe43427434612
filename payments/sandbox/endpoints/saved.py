"""Customers and their saved cards: on the platform, and copied to the accounts that charge them."""

from .. import shapes
from ..call import Call
from ..errors import ApiError, bad_param
from ..store import Thing


def create_customer(call: Call) -> Thing:
    params, records = call.params, call.records
    email = params.text("email", most=512)
    if email and "@" not in email:
        raise bad_param("email", f"Invalid email address: {email}", "email_invalid")
    customer = shapes.customer(
        id=records.new_id("cus"), now=records.now(), email=email, metadata=params.flat("metadata")
    )
    params.finish()
    return records.add(customer, account=call.account)


def retrieve_setup(call: Call) -> Thing:
    call.params.text("client_secret")
    return call.records.get("setup_intent", call.ids[0], call.account, param="intent")


def retrieve_mandate(call: Call) -> Thing:
    return call.records.get("mandate", call.ids[0], call.account)


def retrieve_method(call: Call) -> Thing:
    return call.records.get("payment_method", call.ids[0], call.account, param="payment_method")


def copy_method(call: Call) -> Thing:
    """A card saved on the platform, as a payment method of the connected account."""
    params, records = call.params, call.records
    owner, which = params.text("customer", required=True), params.text("payment_method", required=True) or ""
    params.finish()
    if not call.account:
        raise bad_param("payment_method", "You can only clone a PaymentMethod to a connected account.")
    saved = records.get("payment_method", which, "", param="payment_method")
    if saved["customer"] != owner:
        raise ApiError(
            f"The customer does not have a payment method with the ID {which}. The payment method must be attached to "
            "the customer.",
            code="resource_missing",
            param="payment_method",
        )
    copy = saved | {"id": records.new_id("pm"), "customer": None, "created": records.now()}
    return records.add(copy, account=call.account)


def detach_method(call: Call) -> Thing:
    method = retrieve_method(call)
    call.params.finish()
    if method["customer"] is None:
        raise bad_param("payment_method", "The payment method you provided is not attached to a customer.")
    method["customer"] = None
    call.records.save(method)
    call.records.emit("payment_method.detached", method, account=call.account)
    return method
