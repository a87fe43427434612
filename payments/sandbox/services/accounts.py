"""A provider at Stripe's own pages: answers questions, is restricted, leaves and comes back."""

from .. import shapes
from ..api import settle
from ..debiting import CAPABILITY
from ..store import Records, Store, Thing, shown
from .errors import NoSuchThing


def account_get(store: Store, account_id: str) -> Thing:
    """Raises NoSuchThing."""
    with store.open() as records:
        return _account(records, account_id)


def link_get(store: Store, account_id: str, link_id: str) -> Thing | None:
    """Where an onboarding link leads (`_return`, `_refresh`), or None when it never existed.

    `_open` says whether it may still be used.
    """
    with store.open() as records:
        link = records.look_up(link_id, account_id)
        if link is None or link["object"] != "account_link":
            return None
        return link | {"_open": not link["_used"] and link["expires_at"] >= records.now()}


def onboarding_finish(
    store: Store, *, account_id: str, due: list[str] | None = None, link_id: str = "", bank: str = ""
) -> Thing:
    """Answer Stripe's questions for a provider: all of them, or all but those named in `due`.

    `bank` is the number of a bank account; a bank account of its own when it is not said. With nothing due
    the account can charge and be paid out. Raises NoSuchThing.
    """
    with store.open() as records:
        account = _account(records, account_id)
        due = due or []
        ready = not due
        before = {"charges_enabled": account["charges_enabled"], "details_submitted": account["details_submitted"]}
        account |= {"charges_enabled": ready, "payouts_enabled": ready, "details_submitted": True}
        account["capabilities"] = dict.fromkeys(account["capabilities"], "active" if ready else "inactive")
        account["requirements"] = shapes.requirements(
            due,
            disabled=None if ready else "requirements.past_due",
            deadline=None if ready else records.now() + 14 * 24 * 60 * 60,
        )
        account["external_accounts"]["data"] = [shapes.bank_account(account_id, bank or account_id)]
        account["tos_acceptance"] = {"date": records.now(), "ip": None, "user_agent": None}
        records.save(account)
        link = records.look_up(link_id, account_id) if link_id else None
        if link is not None:
            records.save(link | {"_used": True})
        records.emit("account.updated", account, account=account_id, previous=before)
        return account


def account_disconnect(store: Store, *, account_id: str) -> None:
    """The provider takes our access away: every later call for the account is refused. Raises NoSuchThing."""
    with store.open() as records:
        account = _account(records, account_id)
        application = {"id": "ca_practice", "object": "application", "name": "Practice"}
        records.save(account | {"_disconnected": True})
        records.emit("account.application.deauthorized", application, account=account_id)


def account_restrict(store: Store, *, account_id: str, due: list[str], deadline: int | None = None) -> Thing:
    """Stripe asks for more and stops payments and payouts until it has it. `deadline` in seconds since 1970.

    Raises NoSuchThing.
    """
    with store.open() as records:
        account = _account(records, account_id)
        before = {"charges_enabled": account["charges_enabled"], "payouts_enabled": account["payouts_enabled"]}
        account |= {"charges_enabled": False, "payouts_enabled": False}
        account["capabilities"] = dict.fromkeys(account["capabilities"], "inactive")
        account["requirements"] = shapes.requirements(due, disabled="requirements.past_due", deadline=deadline)
        records.save(account)
        records.emit("account.updated", account, account=account_id, previous=before)
        return account


def account_debits(store: Store, *, account_id: str, status: str = "active") -> Thing:
    """The provider switches Direct Debits on at Stripe, or loses them ("inactive"). Raises NoSuchThing."""
    with store.open() as records:
        account = _account(records, account_id)
        before = {"capabilities": dict(account["capabilities"])}
        account["capabilities"][CAPABILITY] = status
        records.save(account)
        records.emit("account.updated", account, account=account_id, previous=before)
        return account


def account_reconnect(store: Store, *, account_id: str) -> str:
    """The provider lets us back in; the code that Stripe hands to the browser for it. Raises NoSuchThing."""
    with store.open() as records:
        account = _account(records, account_id)
        code = records.new_id("ac")
        records.add(
            {"id": code, "object": "authorization_code", "created": records.now(), "_account": account["id"]},
            account="",
            parent=account["id"],
        )
        return code


def _account(records: Records, account_id: str) -> Thing:
    account = records.look_up(account_id, "")
    if account is None or account["object"] != "account":
        raise NoSuchThing(account_id)
    return account


def overview(store: Store, *, limit: int = 25) -> dict[str, list[Thing]]:
    """The newest sessions and events over all accounts, for the page that helps with demonstrations."""
    with store.open() as records:
        settle(records)
        sessions, _ = records.page("checkout.session", None, limit=limit)
        events, _ = records.page("event", None, limit=limit)
        waiting = {
            row["event"] for row in records.db.execute("SELECT event FROM deliveries WHERE delivered_at IS NULL")
        }
        return {
            "sessions": [shown(session) | {"seller": records.owner(session["id"])} for session in sessions],
            "disputes": records.page("dispute", None, limit=limit)[0],
            "accounts": records.page("account", None, limit=limit)[0],
            "events": [event | {"waiting": event["id"] in waiting} for event in events],
        }
