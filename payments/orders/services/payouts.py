"""A provider's way to being paid: an account at Stripe, and Stripe's questions."""

from datetime import datetime

from django.core import signing

from marketplace.core.audit import Actor
from payments.gateway import selectors as accounts
from payments.gateway import services as gateway
from payments.gateway.services import AnotherAccount
from providers.listings.models import Provider

__all__ = [
    "AnotherAccount",
    "onboarding_begin",
    "onboarding_return",
    "provider_of_state",
    "reconnect_begin",
    "reconnect_return",
]


def onboarding_begin(*, provider: Provider, return_url: str, refresh_url: str, by: Actor, now: datetime) -> str:
    """The address of Stripe's questions for this provider, opening an account where there is none.

    Raises GatewayRefused, GatewayUnknown.
    """
    account = gateway.account_open(provider=provider, by=by, now=now)
    return gateway.account_link_create(account=account, return_url=return_url, refresh_url=refresh_url)


def onboarding_return(*, provider: Provider, by: Actor, now: datetime) -> None:
    """The provider is back from Stripe: look what came of it. Raises GatewayRefused, GatewayUnknown."""
    account = accounts.account_of(provider)
    if account is not None:
        gateway.account_refresh(account=account, now=now, by=by)


STATE_SALT = "orders.reconnect"
STATE_LASTS = 60 * 60  # seconds between leaving for Stripe and coming back


def reconnect_begin(*, provider: Provider, return_url: str, by: Actor) -> str:
    """The address where a provider who left lets us in again. Raises GatewayRefused."""
    account = accounts.account_of(provider)
    if account is None or not account.stripe_id:
        raise gateway.GatewayRefused("there is no account to connect again")
    state = signing.dumps([provider.public_id, by.by_id], salt=STATE_SALT)
    return gateway.account_reconnect_link(account=account, state=state, return_url=return_url)


def provider_of_state(state: str, by: Actor) -> str:
    """The provider whom this person left to connect again; "" when the word is forged, old or another person's."""
    try:
        public_id, by_id = signing.loads(state, salt=STATE_SALT, max_age=STATE_LASTS)
    except (signing.BadSignature, ValueError):
        return ""
    return public_id if by_id == by.by_id else ""


def reconnect_return(*, provider: Provider, code: str, by: Actor, now: datetime) -> None:
    """Back from there with Stripe's code. Raises AnotherAccount, GatewayRefused, GatewayUnknown."""
    account = accounts.account_of(provider)
    if account is not None:
        gateway.account_reconnect(account=account, code=code, by=by, now=now)
