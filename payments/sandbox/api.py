"""The twin's front door: method, path, headers and body in; status, headers and body out. No Django."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from . import debiting
from .call import Call, Endpoint
from .endpoints import accounts, checkout, disputes, events, off_session, payments, payouts, refunds, saved
from .errors import ApiError, no_access
from .params import Params, decode
from .store import Records, Store, Thing, shown

ROUTES: list[tuple[str, re.Pattern[str], Endpoint]] = [
    (method, re.compile(f"^{path.replace('*', '([A-Za-z0-9_]+)')}$"), endpoint)
    for method, path, endpoint in (
        ("POST", "/v1/accounts", accounts.create),
        ("GET", "/v1/accounts/*", accounts.retrieve),
        ("POST", "/v1/account_links", accounts.create_link),
        ("POST", "/v1/checkout/sessions", checkout.create),
        ("GET", "/v1/checkout/sessions", checkout.list_all),
        ("GET", "/v1/checkout/sessions/*", checkout.retrieve),
        ("POST", "/v1/checkout/sessions/*/expire", checkout.expire),
        ("POST", "/v1/customers", saved.create_customer),
        ("GET", "/v1/setup_intents/*", saved.retrieve_setup),
        ("GET", "/v1/mandates/*", saved.retrieve_mandate),
        ("POST", "/v1/payment_methods", saved.copy_method),
        ("GET", "/v1/payment_methods/*", saved.retrieve_method),
        ("POST", "/v1/payment_methods/*/detach", saved.detach_method),
        ("POST", "/v1/payment_intents", off_session.create),
        ("POST", "/v1/payment_intents/*/confirm", off_session.confirm),
        ("POST", "/v1/payment_intents/*/capture", off_session.capture),
        ("GET", "/v1/payment_intents", payments.list_intents),
        ("GET", "/v1/payment_intents/*", payments.retrieve_intent),
        ("POST", "/v1/payment_intents/*/cancel", payments.cancel_intent),
        ("GET", "/v1/charges", payments.list_charges),
        ("GET", "/v1/charges/*", payments.retrieve_charge),
        ("POST", "/v1/refunds", refunds.create),
        ("GET", "/v1/refunds", refunds.list_all),
        ("GET", "/v1/refunds/*", refunds.retrieve),
        ("GET", "/v1/balance_transactions", payments.list_balance_transactions),
        ("GET", "/v1/balance_transactions/*", payments.retrieve_balance_transaction),
        ("GET", "/v1/disputes", disputes.list_all),
        ("GET", "/v1/disputes/*", disputes.retrieve),
        ("POST", "/v1/disputes/*", disputes.update),
        ("GET", "/v1/payouts", payouts.list_all),
        ("GET", "/v1/payouts/*", payouts.retrieve),
        ("GET", "/v1/balance", payouts.balance),
        ("POST", "/oauth/token", accounts.connect_again),
        ("POST", "/oauth/deauthorize", accounts.let_go),
        ("GET", "/v1/events", events.list_all),
        ("GET", "/v1/events/*", events.retrieve),
    )
]
EXPANDABLE = {
    "payment_intent",
    "latest_charge",
    "charge",
    "balance_transaction",
    "source",
    "data",
    "setup_intent",
    "payment_method",
    "mandate",
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str


def answer(store: Store, method: str, path: str, encoded: str, headers: Mapping[str, str]) -> Answer:
    """Answer one request. `encoded` is the form body of a POST or the query of a GET.

    A POST with an Idempotency-Key answers again what it answered before, word for word, a refusal too once its work had
    begun.
    """
    given = {name.lower(): value for name, value in headers.items()}
    with store.open() as records:
        request_id = {"request-id": records.new_id("req"), "content-type": "application/json"}
        try:
            if records.switch("outage"):
                raise ApiError("The practice server is switched off.", status=503, kind="api_error")
            _check_key(given.get("authorization", ""))
            account = given.get("stripe-account", "")
            _check_account(records, account)
            settle(records)
            key = given.get("idempotency-key", "") if method == "POST" else ""
            asked = "&".join(sorted(encoded.split("&")))  # the same parameters in another order are the same
            print_of = hashlib.sha256(f"{method} {path} {asked}".encode()).hexdigest()
            kept = records.key_get(account, key) if key else None
            if kept is not None:
                _check_same_request(kept["request"], print_of, key)
                replay = {"idempotent-replayed": "true", "idempotency-key": key}
                return Answer(kept["status"], request_id | replay, kept["body"])
            try:
                with records.undone_on(ApiError):
                    body = json.dumps(_run(records, method, path, encoded, account))
            except ApiError as error:
                if key and error.begun:
                    records.key_keep(account, key, print_of, error.status, json.dumps(error.body))
                raise
        except ApiError as error:
            return Answer(error.status, request_id, json.dumps(error.body))
        if key:
            records.key_keep(account, key, print_of, 200, body)
        return Answer(200, request_id, body)


def _check_key(authorization: str) -> None:
    key = authorization.removeprefix("Bearer ").strip()
    if not key.startswith(("sk_test_", "rk_test_")):
        raise ApiError(f"Invalid API Key provided: {key[:8]}***", status=401)


def _check_account(records: Records, account: str) -> None:
    found = records.look_up(account, "") if account else {}
    if found is None or found.get("_disconnected"):
        raise no_access(account)


def _check_same_request(kept: str, now: str, key: str) -> None:
    if kept != now:
        raise ApiError(
            f"Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
            f"using a key other than '{key}' if you meant to execute a different request.",
            kind="idempotency_error",
        )


def _run(records: Records, method: str, path: str, encoded: str, account: str) -> Thing:
    for allowed, pattern, endpoint in ROUTES:
        match = pattern.match(path)
        if match and allowed == method:
            params = Params(decode(encoded))
            wanted = params.texts("expand")
            found = shown(endpoint(Call(records, account, params, match.groups(), path)))
            params.finish()
            for name in wanted:
                _expand(records, found, name.split("."), account)
            return found
    raise ApiError(f"Unrecognized request URL ({method}: {path}).", status=404)


def _expand(records: Records, thing: Thing, names: list[str], account: str) -> None:
    first, *rest = names
    if first not in EXPANDABLE or first not in thing:
        raise ApiError(f"This property cannot be expanded ({first}).", param="expand")
    if isinstance(thing[first], str):
        thing[first] = shown(records.look_up(thing[first], account) or {}) or thing[first]
    within = thing[first] if isinstance(thing[first], list) else [thing[first]]
    for each in within:
        if rest and isinstance(each, dict):
            _expand(records, each, rest, account)


def settle(records: Records) -> None:
    """Let the clock do its work: pages whose time is up expire, money held too long is let go, banks answer."""
    for account, thing in records.ended():
        if thing["object"] == "checkout.session":
            checkout.end(records, thing, account=account)
        elif thing["status"] == "processing":
            debiting.answer(records, thing, account)
        else:
            payments.release(records, thing, account=account, reason="automatic")
