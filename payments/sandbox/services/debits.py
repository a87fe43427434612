"""A person at the page where a mandate for Direct Debits is given."""

from .. import shapes
from ..api import settle
from ..banks import BANKS, SORT_CODE
from ..debiting import METHOD
from ..store import Store, Thing
from .errors import CardRefused
from .paying import open_session
from .saving import finish

NOT_AN_ACCOUNT = "bank_account_unusable"


def session_mandate(store: Store, *, session_id: str, sort_code: str, number: str, name: str) -> Thing:
    """Let the account of a page debit this bank account. Returns the session, complete.

    Raises NotOpen, NoSuchThing, and CardRefused for what is no bank account, with nothing kept.
    """
    with store.open() as records:
        settle(records)
        session, account = open_session(records, session_id)
        bank = BANKS.get(number)
        if METHOD not in session["payment_method_types"] or sort_code != SORT_CODE or bank is None or not bank.known:
            raise CardRefused(NOT_AN_ACCOUNT)
        setup = records.get("setup_intent", session["setup_intent"], account)
        customer = records.get("customer", setup["customer"], account)
        method = shapes.bank_method(
            id=records.new_id("pm"),
            now=records.now(),
            bank=bank,
            customer=setup["customer"],
            name=name,
            email=customer["email"],
        )
        mandate = shapes.mandate(id=records.new_id("mandate"), now=records.now(), method=method["id"])
        records.add(mandate, account=account, parent=method["id"])
        setup["mandate"] = mandate["id"]
        return finish(records, session, setup, method, account)
