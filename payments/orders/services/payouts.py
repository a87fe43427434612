"""A provider's way to being paid: an account at Stripe, and Stripe's questions."""

from datetime import datetime

from marketplace.core.audit import Actor
from payments.gateway import selectors as accounts
from payments.gateway import services as gateway
from providers.listings.models import Provider


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
