"""The client, and Stripe's ways of failing reduced to two: it said no, or we do not know.

A refused call has not happened. An unknown one may have: look it up, or send it again word for word with the same
idempotency key. Never treat unknown as failed.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import stripe
from django.conf import settings

from marketplace.core.errors import DomainError
from payments.sandbox import place
from payments.sandbox.transport import SandboxTransport

logger = logging.getLogger(__name__)

TIMEOUT = (4.0, 20.0)  # seconds to connect, seconds to answer
RETRIES = 2
PRACTICE_KEY = "sk_test_practice"


class GatewayError(DomainError):
    """Stripe did not do what we asked."""


class GatewayRefused(GatewayError):
    """A confirmed no: nothing happened. `code` is Stripe's error code, or "" when it gave none."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class NotConnected(GatewayRefused):
    """The account took our access away, or never gave it."""


class GatewayUnknown(GatewayError):
    """A time-out, a dropped connection, an error on Stripe's side: it may have happened."""


@lru_cache(maxsize=1)
def _network() -> stripe.HTTPClient:
    return stripe.RequestsClient(timeout=TIMEOUT)


def client() -> stripe.StripeClient:
    """A client for the settings of the moment. Raises GatewayRefused when payments are not set up."""
    if settings.PAYMENTS_SANDBOX:
        transport = SandboxTransport(place.store(), fault=settings.SANDBOX_FAULT)
        return stripe.StripeClient(PRACTICE_KEY, http_client=transport, max_network_retries=RETRIES)
    if not settings.STRIPE_SECRET_KEY:
        raise GatewayRefused("payments are not set up on this site")
    addresses = (
        {"api": settings.STRIPE_API_BASE, "connect": settings.STRIPE_API_BASE} if settings.STRIPE_API_BASE else {}
    )
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY, http_client=_network(), max_network_retries=RETRIES, base_addresses=addresses
    )


@contextmanager
def asking(what: str) -> Iterator[stripe.StripeClient]:
    """A client whose failures come out as GatewayRefused or GatewayUnknown. `what` is for the log."""
    try:
        yield client()
    except stripe.PermissionError as error:
        raise NotConnected(str(error), error.code or "") from error
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        if error.http_status == 409:
            raise GatewayUnknown(str(error)) from error
        raise GatewayRefused(str(error), error.code or "") from error
    except stripe.StripeError as error:
        # Rate limits, a key that is being changed, and a key used for another request included: an earlier sending
        # of the same request may have been carried out.
        logger.warning("%s: the result is not known (%s, request %s)", what, type(error).__name__, error.request_id)
        raise GatewayUnknown(str(error)) from error
