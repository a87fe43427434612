"""Connected accounts and the links that lead a provider through the questions of Stripe."""

from urllib.parse import urlsplit

from .. import shapes
from ..call import Call
from ..errors import ApiError, bad_param, no_access
from ..store import Thing

LINK_LASTS = 5 * 60  # seconds


def create(call: Call) -> Thing:
    params, records = call.params, call.records
    controller = params.inner("controller", required=True)
    kept: Thing = {
        "fees": {"payer": controller.inner("fees").choice("payer", "account", "application")},
        "is_controller": True,
        "losses": {"payments": controller.inner("losses").choice("payments", "stripe", "application")},
        "requirement_collection": controller.choice(
            "requirement_collection", "stripe", "application", default="stripe"
        ),
        "stripe_dashboard": {"type": controller.inner("stripe_dashboard").choice("type", "full", "express", "none")},
        "type": "application",
    }
    if kept["stripe_dashboard"]["type"] == "full" and kept["losses"]["payments"] != "stripe":
        raise bad_param("controller", "An account with the full dashboard must have Stripe liable for losses.")
    profile = params.inner("business_profile")
    email = params.text("email")
    if email and "@" not in email:
        raise bad_param("email", f"Invalid email address: {email}", "email_invalid")
    account = shapes.account(
        id=records.new_id("acct"),
        now=records.now(),
        country=params.choice("country", "GB", default="GB") or "GB",
        email=email,
        profile={name: profile.text(name) for name in ("name", "url", "product_description")},
        controller=kept,
        business_type=params.choice(
            "business_type", "individual", "company", "non_profit", "government_entity", "", default=""
        )
        or None,
        metadata=params.flat("metadata"),
    )
    params.finish()
    return records.add(account, account="")


def retrieve(call: Call) -> Thing:
    account = call.records.get("account", call.ids[0], "", param="account")
    if account.get("_disconnected"):
        raise no_access(account["id"])
    return account


def create_link(call: Call) -> Thing:
    """The link opens once and for five minutes, as Stripe's do; the page is the twin's own."""
    params, records = call.params, call.records
    account = records.get("account", params.text("account", required=True) or "", "", param="account")
    params.choice("type", "account_onboarding", "account_update")
    refresh, back = params.url("refresh_url", required=True), params.url("return_url", required=True)
    options = params.inner("collection_options")
    options.choice("fields", "currently_due", "eventually_due", default="currently_due")
    options.choice("future_requirements", "include", "omit", default="omit")
    params.finish()
    secret = records.new_id("link")
    home = urlsplit(back or "")
    link = {
        "object": "account_link",
        "created": records.now(),
        "expires_at": records.now() + LINK_LASTS,
        "url": f"{home.scheme}://{home.netloc}/sandbox/onboard/{account['id']}/?link={secret}",
    }
    note = {"id": secret, "_refresh": refresh, "_return": back, "_used": False}
    records.add(link | note, account=account["id"], parent=account["id"])
    return link


def connect_again(call: Call) -> Thing:
    """Trade the code from the browser for access to the account that its owner chose. A code works once."""
    params, records = call.params, call.records
    params.choice("grant_type", "authorization_code")
    params.text("client_id")
    code = records.look_up(params.text("code", required=True) or "", "")
    params.finish()
    if code is None or code["object"] != "authorization_code" or code.get("_used"):
        raise ApiError("This authorization code does not exist.", code="invalid_grant")
    records.save(code | {"_used": True})
    account = records.get("account", code["_account"], "")
    records.save(account | {"_disconnected": False})
    records.emit("account.updated", account, account=account["id"])
    return {
        "access_token": "sk_test_practice",
        "livemode": False,
        "refresh_token": "rt_practice",
        "scope": "read_write",
        "stripe_user_id": account["id"],
        "token_type": "bearer",
    }


def let_go(call: Call) -> Thing:
    """Give up our own access to an account."""
    call.params.text("client_id")
    account = call.records.get("account", call.params.text("stripe_user_id", required=True) or "", "")
    call.params.finish()
    call.records.save(account | {"_disconnected": True})
    return {"stripe_user_id": account["id"]}
