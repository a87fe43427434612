"""A person at the payment page: looks, tries a card, answers the bank."""

from .. import shapes
from ..api import settle
from ..cards import CARDS, Card
from ..charging import refuse, take
from ..disputing import open_dispute
from ..store import Records, Store, Thing
from . import saving
from .errors import CardRefused, NoSuchThing, NotOpen
from .saving import complete


def session_get(store: Store, session_id: str) -> Thing:
    """The session as it is now, private notes (`_lines`, `_seller`) included. Raises NoSuchThing."""
    with store.open() as records:
        settle(records)
        session, account = _session(records, session_id)
        seller = records.look_up(account, "") or {}
        return session | {"_seller": (seller.get("business_profile") or {}).get("name") or ""}


def session_pay(
    store: Store, *, session_id: str, number: str, email: str = "", expiry: tuple[int, int] = saving.FAR_OFF
) -> Thing:
    """Try a card. Returns the session: `complete`, or still `open` when the bank asks the person first.

    A page that only saves the card does that. `expiry` is (year, month).

    Raises NotOpen, NoSuchThing, and CardRefused, after the refusal has been recorded.
    """
    refused = ""
    with store.open() as records:
        settle(records)
        session, account = open_session(records, session_id)
        card = CARDS.get(number, Card(number, refused="generic_decline"))
        if session["mode"] == "setup":
            return saving.try_card(records, session, card, expiry, account)
        intent = _intent(records, session, account, email)
        intent["payment_method"] = records.new_id("pm")
        if card.asks:
            page = {"redirect_to_url": {"return_url": session["success_url"], "url": f"{session['url']}check/"}}
            intent |= {"status": "requires_action", "next_action": {"type": "redirect_to_url"} | page}
            intent["_card"] = number
            records.save(intent)
            records.emit("payment_intent.requires_action", intent, account=account)
        elif card.refused:
            _refuse(records, intent, card, account)
            refused = card.refused
        else:
            _take(records, session, intent, card, account)
    if refused:
        raise CardRefused(refused)
    return session


def session_approve(store: Store, *, session_id: str, approved: bool) -> Thing:
    """The person's answer to the bank's question. Raises NotOpen, NoSuchThing, CardRefused("not_approved")."""
    with store.open() as records:
        settle(records)
        session, account = open_session(records, session_id)
        if session["mode"] == "setup":
            return saving.answer_bank(records, session, account, approved=approved)
        intent = records.look_up(session["payment_intent"] or "", account)
        if intent is None or intent["status"] != "requires_action":
            raise NotOpen(session_id)
        card = CARDS[intent["_card"]]
        if approved and not card.refused:
            _take(records, session, intent, card, account)
            return session
        if approved:
            _refuse(records, intent, card, account)
        else:
            _not_approved(records, intent, account)
    raise CardRefused(card.refused if approved else "not_approved")


def _not_approved(records: Records, intent: Thing, account: str) -> None:
    error = {
        "type": "invalid_request_error",
        "code": "payment_intent_authentication_failure",
        "message": "The provided PaymentMethod has failed authentication.",
    }
    intent |= {"status": "requires_payment_method", "next_action": None, "last_payment_error": error}
    intent["payment_method"] = None
    records.save(intent)
    records.emit("payment_intent.payment_failed", intent, account=account)


def _session(records: Records, session_id: str) -> tuple[Thing, str]:
    account = records.owner(session_id)
    session = records.look_up(session_id, account) if account is not None else None
    if session is None or account is None or session["object"] != "checkout.session":
        raise NoSuchThing(session_id)
    return session, account


def open_session(records: Records, session_id: str) -> tuple[Thing, str]:
    session, account = _session(records, session_id)
    if session["status"] != "open":
        raise NotOpen(session_id)
    return session, account


def _intent(records: Records, session: Thing, account: str, email: str) -> Thing:
    """The session's one PaymentIntent, made at the first try as Stripe does."""
    if email:
        session["customer_email"] = session["customer_email"] or email
    if session["payment_intent"]:
        return records.get("payment_intent", session["payment_intent"], account)
    wanted = session["_intent"]
    intent = shapes.payment_intent(
        id=records.new_id("pi"),
        now=records.now(),
        amount=session["amount_total"],
        application_fee_amount=wanted["application_fee_amount"] or None,
        description=wanted["description"],
        metadata=wanted["metadata"],
        receipt_email=wanted["receipt_email"],
        statement_descriptor_suffix=wanted["statement_descriptor_suffix"],
        capture_method=wanted["capture_method"],
        _session=session["id"],
    )
    records.add(intent, account=account, parent=session["id"])
    session["payment_intent"] = intent["id"]
    records.save(session, parent=intent["id"])
    records.emit("payment_intent.created", intent, account=account)
    return intent


def _refuse(records: Records, intent: Thing, card: Card, account: str) -> None:
    session = records.look_up(intent["_session"], account) or {}
    refuse(records, intent, card, account, refused=card.refused, email=session.get("customer_email"))


def _take(records: Records, session: Thing, intent: Thing, card: Card, account: str) -> None:
    email = session["customer_email"]
    charge = take(records, intent, card, account, away=False, email=email)
    complete(session, email, "paid" if intent["status"] == "succeeded" else "unpaid")
    records.save(session, ended=True)
    records.emit("checkout.session.completed", session, account=account)
    if card.disputed:
        open_dispute(records, charge, account, reason="fraudulent")
