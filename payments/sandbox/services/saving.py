"""A person at the page that saves a card: nothing is charged, but the bank may ask who they are."""

from .. import shapes
from ..cards import CARDS, Card
from ..store import Records, Thing
from .errors import CardRefused, NotOpen

FAR_OFF = (2040, 12)


def try_card(records: Records, session: Thing, card: Card, expiry: tuple[int, int], account: str) -> Thing:
    """The session, complete; or open still, when the bank asks first. Raises CardRefused, with nothing kept."""
    if card.refused and not card.saves:
        raise CardRefused(card.refused)
    setup = records.get("setup_intent", session["setup_intent"], account)
    setup |= {"_card": card.number, "_expiry": list(expiry)}
    if card.asks:
        page = {"redirect_to_url": {"return_url": session["success_url"], "url": f"{session['url']}check/"}}
        setup |= {"status": "requires_action", "next_action": {"type": "redirect_to_url"} | page}
        records.save(setup)
        records.emit("setup_intent.requires_action", setup, account=account)
        return session
    return _save(records, session, setup, account)


def answer_bank(records: Records, session: Thing, account: str, *, approved: bool) -> Thing:
    """Raises NotOpen, CardRefused("not_approved")."""
    setup = records.get("setup_intent", session["setup_intent"], account)
    if setup["status"] != "requires_action":
        raise NotOpen(session["id"])
    if not approved:
        raise CardRefused("not_approved")
    return _save(records, session, setup, account)


def _save(records: Records, session: Thing, setup: Thing, account: str) -> Thing:
    year, month = setup["_expiry"]
    method = shapes.payment_method(
        id=records.new_id("pm"),
        now=records.now(),
        card=CARDS[setup["_card"]],
        expiry=(year, month),
        customer=setup["customer"],
    )
    return finish(records, session, setup, method, account)


def finish(records: Records, session: Thing, setup: Thing, method: Thing, account: str) -> Thing:
    """Keep what was saved, and end the page."""
    records.add(method, account=account, parent=setup["id"])
    setup |= {"status": "succeeded", "payment_method": method["id"], "next_action": None}
    records.save(setup)
    complete(session, session["customer_email"], "no_payment_required")
    records.save(session, ended=True)
    records.emit("setup_intent.succeeded", setup, account=account)
    records.emit("checkout.session.completed", session, account=account)
    return session


def complete(session: Thing, email: str | None, payment_status: str) -> None:
    """Make an open session a finished one. Of a sum that is only held Stripe says "unpaid"."""
    session |= {"status": "complete", "payment_status": payment_status, "url": None}
    session["customer_details"] = {
        "address": dict(shapes.NO_ADDRESS),
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
