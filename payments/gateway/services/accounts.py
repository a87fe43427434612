"""A provider's account at Stripe: opened, led through Stripe's questions, looked at again.

The network is never spoken to inside a transaction of ours.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK, Actor
from providers.listings.models import Provider

from .. import rules, signals
from ..client import GatewayRefused, NotConnected, asking, client
from ..models import ConnectedAccount
from ..states import ACCOUNT_MOVES

# Fees are paid by the account, losses collected by Stripe, full dashboard: the platform is never in the money's way.
CONTROLLER = {
    "fees": {"payer": "account"},
    "losses": {"payments": "stripe"},
    "requirement_collection": "stripe",
    "stripe_dashboard": {"type": "full"},
}


def account_open(*, provider: Provider, by: Actor, now: datetime) -> ConnectedAccount:
    """The provider's account, opened at Stripe when there is none. Safe to call again after any failure.

    After a refusal the next call asks with the provider's facts of that moment; after an unknown result it asks
    again word for word. Raises GatewayRefused, GatewayUnknown.
    """
    account = _about_to_open(provider, now)
    if not ACCOUNT_MOVES.can(account, "open"):
        return account
    # The row's own id is in the key: a provider whose row was made anew gets a new account.
    key = f"account:{provider.public_id}-{account.pk}:open:{account.generation}"
    try:
        with asking("open an account") as stripe:
            opened = stripe.v1.accounts.create(account.asked, {"idempotency_key": key})  # type: ignore[arg-type]
    except GatewayRefused:
        refused = ConnectedAccount.objects.filter(pk=account.pk, generation=account.generation, stripe_id=None)
        refused.update(generation=F("generation") + 1, asked={})
        raise
    with transaction.atomic():
        account = ConnectedAccount.objects.select_for_update().get(pk=account.pk)
        if ACCOUNT_MOVES.can(account, "open"):
            account.stripe_id = opened.id
            ACCOUNT_MOVES.apply(account, "open", at=now, save=False)
            account.save()
            audit.record("gateway.account.open", by=by, subject=account, at=now)
    return account


@transaction.atomic
def _about_to_open(provider: Provider, now: datetime) -> ConnectedAccount:
    """The row, committed with what Stripe is going to be asked before it is asked."""
    ConnectedAccount.objects.get_or_create(provider=provider, defaults={"state_since": now})
    account = ConnectedAccount.objects.select_for_update().get(provider=provider)
    if ACCOUNT_MOVES.can(account, "open") and not account.asked:
        account.asked = _opening(provider)
        account.save(update_fields=["asked"])
    return account


def _opening(provider: Provider) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "country": "GB",
        "controller": CONTROLLER,
        "business_profile": {"name": provider.name[:100]},
        "metadata": {"provider": provider.public_id},
    }
    return asked | ({"email": provider.email} if provider.email else {})


def account_link_create(*, account: ConnectedAccount, return_url: str, refresh_url: str) -> str:
    """The address of Stripe's questions for this provider: opens once, within minutes, so redirect at once.

    Stripe sends the person to `return_url` when they stop (finished or not) and to `refresh_url` when the link is
    too old: that page should make a new one. Raises GatewayRefused, GatewayUnknown.
    """
    with asking("link to onboarding") as stripe:
        link = stripe.v1.account_links.create(
            {
                "account": account.stripe_id or "",
                "type": "account_onboarding",
                "return_url": return_url,
                "refresh_url": refresh_url,
                "collection_options": {"fields": "eventually_due"},
            }
        )
    return link.url


class AnotherAccount(GatewayRefused):
    """Somebody connected another account of Stripe's than the one this provider had."""


def account_reconnect_link(*, account: ConnectedAccount, state: str, return_url: str) -> str:
    """Stripe's page where a provider who left lets this site in again.

    Stripe sends the browser to `return_url` with `state` and a `code`. Raises GatewayRefused when reconnecting is not
    set up here.
    """
    if settings.PAYMENTS_SANDBOX:
        home = urlsplit(return_url)
        asked = urlencode({"state": state, "redirect_uri": return_url})
        return f"{home.scheme}://{home.netloc}/sandbox/connect/{account.stripe_id}/?{asked}"
    if not settings.STRIPE_CLIENT_ID:
        raise GatewayRefused("STRIPE_CLIENT_ID is not set, so nobody can connect again")
    return client().oauth.authorize_url(
        {
            "client_id": settings.STRIPE_CLIENT_ID,
            "response_type": "code",
            "scope": "read_write",
            "state": state,
            "redirect_uri": return_url,
        }
    )


def account_reconnect(*, account: ConnectedAccount, code: str, by: Actor, now: datetime) -> ConnectedAccount:
    """Take the provider's own account back in. Any other account is let go again at once.

    Raises AnotherAccount, GatewayRefused, GatewayUnknown.
    """
    with asking("connect again") as stripe:
        let_in = stripe.oauth.token({"grant_type": "authorization_code", "code": code}).stripe_user_id or ""
        if let_in != account.stripe_id:
            stripe.oauth.deauthorize(
                {"client_id": settings.STRIPE_CLIENT_ID or "ca_practice", "stripe_user_id": let_in}
            )
            raise AnotherAccount("another account was connected")
    audit.record("gateway.account.reconnect", by=by, subject=account, at=now)
    return account_refresh(account=account, now=now, by=by)


def account_refresh(*, account: ConnectedAccount, now: datetime, by: Actor = CLOCKWORK) -> ConnectedAccount:
    """Fetch what Stripe says of the account, keep it, and tell those who listen when its state changed.

    An account that took our access away becomes disconnected. Raises GatewayRefused, GatewayUnknown.
    """
    if not account.stripe_id:
        return account
    try:
        with asking("look at an account") as stripe:
            shown = stripe.v1.accounts.retrieve(account.stripe_id)
    except NotConnected:
        return account_disconnect(account=account, now=now, by=by)
    asked = shown.requirements
    with transaction.atomic():
        account = ConnectedAccount.objects.select_for_update().get(pk=account.pk)
        account.charges_enabled = bool(shown.charges_enabled)
        account.payouts_enabled = bool(shown.payouts_enabled)
        account.details_submitted = bool(shown.details_submitted)
        account.debits_enabled = _may_debit(shown)
        account.requirements = {
            "currently_due": list((asked and asked.currently_due) or []),
            "deadline": asked.current_deadline if asked else None,
            "reason": (asked.disabled_reason if asked else None) or "",
        }
        account.refreshed_at = now
        move = rules.account_move(
            state=account.state, charges_enabled=account.charges_enabled, details_submitted=account.details_submitted
        )
        if move:
            ACCOUNT_MOVES.apply(account, move, at=now, save=False)
            audit.record(f"gateway.account.{move}", by=by, subject=account, at=now)
        account.save()
    signals.account_seen.send(sender=ConnectedAccount, account=account, banks=_banks(shown))
    if move:
        signals.account_changed.send(sender=ConnectedAccount, account=account)
    return account


def _may_debit(shown: Any) -> bool:
    """The provider switches it on at Stripe; an account that was never asked for it shows no such capability."""
    return getattr(getattr(shown, "capabilities", None), "bacs_debit_payments", None) == "active"


def _banks(shown: Any) -> list[str]:
    """Fingerprints of the bank accounts that Stripe shows us; none where it shows none."""
    accounts = getattr(shown, "external_accounts", None)
    marks = [getattr(each, "fingerprint", None) for each in (accounts.data if accounts else [])]
    return [mark for mark in marks if mark]


def account_disconnect(*, account: ConnectedAccount, now: datetime, by: Actor = CLOCKWORK) -> ConnectedAccount:
    """Note that the provider took our access away. Nobody can pay them here until they connect again."""
    with transaction.atomic():
        account = ConnectedAccount.objects.select_for_update().get(pk=account.pk)
        if not ACCOUNT_MOVES.can(account, "disconnect"):
            return account
        account.charges_enabled = account.payouts_enabled = account.debits_enabled = False
        ACCOUNT_MOVES.apply(account, "disconnect", at=now, save=False)
        account.save()
        audit.record("gateway.account.disconnect", by=by, subject=account, at=now)
    signals.account_changed.send(sender=ConnectedAccount, account=account)
    return account
