"""A card saved on Stripe's page for later, on the platform, and copied to the provider's account that charges it; or a
mandate for Direct Debits, given on Stripe's page to the provider's account itself.

The order of things for a caller: `customer_open` once a person, row committed with `CardSetupRequest.as_row()`,
`card_setup_open`, the answer kept; when the person is back, `card_setup_look_up`. After GatewayUnknown send the same
request again or look with `card_setup_find`. Before a charge of a card, `card_copy` and keep its answer. `account` is
the provider's for a mandate and for the customer who gives it, "" (the platform) for a card.
"""

from datetime import datetime

from ..client import GatewayRefused, asking
from ..shapes import CardSetup, CardSetupRequest, Mandate

WHOLE = {"expand": ["setup_intent.payment_method"]}


def _on(account: str) -> dict[str, str]:
    return {"stripe_account": account} if account else {}


def customer_open(*, reference: str, email: str, idempotency_key: str, account: str = "") -> str:
    """The id of a customer who owns the cards, or on a provider's account the mandates, that one person saves.

    Raises GatewayRefused, GatewayUnknown.
    """
    params = {"email": email, "metadata": {"reference": reference}} if email else {"metadata": {"reference": reference}}
    with asking("open a customer") as stripe:
        options = {"idempotency_key": idempotency_key} | _on(account)
        return stripe.v1.customers.create(params, options).id  # type: ignore[arg-type]


def card_setup_open(request: CardSetupRequest) -> CardSetup:
    """Make the page where the person saves a card; send them to `.url`. Raises GatewayRefused, GatewayUnknown."""
    with asking("open a page to save a card") as stripe:
        session = stripe.v1.checkout.sessions.create(
            request.as_params(),  # type: ignore[arg-type]
            {"idempotency_key": request.idempotency_key} | _on(request.account),  # type: ignore[arg-type]
        )
    return CardSetup.read(session, request.account)


def card_setup_look_up(*, session_id: str, account: str = "") -> CardSetup:
    """The page as it is now, with its card once one is saved. Raises GatewayRefused, GatewayUnknown."""
    with asking("look at a page to save a card") as stripe:
        session = stripe.v1.checkout.sessions.retrieve(session_id, WHOLE, _on(account))  # type: ignore[arg-type]
    return CardSetup.read(session, account)


def card_setup_find(*, customer: str, reference: str, since: datetime, account: str = "") -> CardSetup | None:
    """The newest page with our reference made for a customer since then, for a caller who never got the answer.

    Raises GatewayRefused, GatewayUnknown.
    """
    params = {"limit": 100, "customer": customer, "created": {"gte": int(since.timestamp())}}
    with asking("find a page to save a card") as stripe:
        pages = stripe.v1.checkout.sessions.list(params, _on(account))  # type: ignore[arg-type]
        for session in pages.auto_paging_iter():
            if session.client_reference_id == reference:
                return card_setup_look_up(session_id=session.id, account=account)
    return None


def card_setup_expire(*, session_id: str, account: str = "") -> CardSetup:
    """End the page, unless a card has been saved or it has ended already: look at `.saved`, the person may have been
    quicker. Raises GatewayRefused, GatewayUnknown."""
    try:
        with asking("end a page to save a card") as stripe:
            stripe.v1.checkout.sessions.expire(session_id, {}, _on(account))  # type: ignore[arg-type]
    except GatewayRefused:
        found = card_setup_look_up(session_id=session_id, account=account)
        if found.status == "open":
            raise
        return found
    return card_setup_look_up(session_id=session_id, account=account)


def card_copy(*, account: str, customer: str, payment_method: str, idempotency_key: str) -> str:
    """The id of a saved card's copy on a provider's account, which that account can charge.

    Copies are made from the platform's card: one that was forgotten is refused. Raises GatewayRefused, GatewayUnknown.
    """
    params = {"customer": customer, "payment_method": payment_method}
    with asking("copy a card") as stripe:
        options = {"stripe_account": account, "idempotency_key": idempotency_key}
        return stripe.v1.payment_methods.create(params, options).id  # type: ignore[arg-type]


def card_forget(*, payment_method: str, account: str = "") -> None:
    """Take a saved card or bank account from its customer, so that it can be charged no more. Safe to repeat.

    Raises GatewayUnknown; GatewayRefused only when it is still there.
    """
    try:
        with asking("forget a card") as stripe:
            stripe.v1.payment_methods.detach(payment_method, {}, _on(account))  # type: ignore[arg-type]
    except GatewayRefused:
        with asking("look at a card") as stripe:
            found = stripe.v1.payment_methods.retrieve(payment_method, {}, _on(account))  # type: ignore[arg-type]
            if found.customer is not None:
                raise


def mandate_look_up(*, account: str, mandate_id: str) -> Mandate:
    """A mandate as it is now. Raises GatewayRefused, GatewayUnknown."""
    with asking("look at a mandate") as stripe:
        return Mandate.read(stripe.v1.mandates.retrieve(mandate_id, {}, _on(account)), account)
