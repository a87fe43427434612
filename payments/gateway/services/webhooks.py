"""The inbox: every event is checked, kept once, and acted on later by looking at the thing it names."""

import json
import logging
from datetime import datetime, timedelta
from typing import Any

import stripe
from django.conf import settings
from django.db import transaction

from marketplace.core import audit, outbox
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError

from .. import rules, signals
from ..checks import keys_of
from ..client import GatewayRefused, NotConnected
from ..models import ConnectedAccount, WebhookEvent
from ..shapes import Checkout, Dispute, Payment, Refund
from ..states import DONE, WAITING, WEBHOOK_MOVES
from .accounts import account_disconnect, account_refresh
from .cards import card_setup_look_up, mandate_look_up
from .checkouts import checkout_look_up, payment_look_up
from .disputes import dispute_look_up
from .payouts import payout_refresh
from .refunds import refund_look_up

logger = logging.getLogger(__name__)

WORDS_KEPT = timedelta(days=90)
TOLERANCE = 300  # seconds between Stripe's signing and our reading
PROCESS = "gateway.webhook_received"


class NotGenuine(DomainError):
    """Not signed by Stripe for us, too old, or not an event at all."""


def webhook_receive(*, body: bytes, signature: str, now: datetime) -> WebhookEvent:
    """Check an event and keep it once; the work comes after. Returns the row that was there when it is a repeat.

    A genuine event of the wrong mode or of an account we do not know is kept aside. Raises NotGenuine.
    """
    event = _genuine(body, signature)
    thing = event["data"]["object"]
    reason = _why_not(event)
    with transaction.atomic():
        row, new = WebhookEvent.objects.get_or_create(
            account=(event.get("account") or "")[:255],
            event_id=event["id"][:255],
            defaults={
                "kind": event["type"][:100],
                "object_kind": str(thing.get("object", ""))[:60],
                "object_id": str(thing.get("id", ""))[:255],
                "body": body.decode(),
                "received_at": now,
            },
        )
        if new and reason:
            _set_aside(row, reason, now)
        elif new:
            outbox.add(PROCESS, event=row.pk)
    return row


def _signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        return stripe.WebhookSignature.verify_header(body, signature, secret, TOLERANCE)
    except stripe.SignatureVerificationError:
        return False


def _genuine(body: bytes, signature: str) -> dict[str, Any]:
    try:
        if not any(_signed(body, signature, secret) for secret in keys_of(settings).webhook_secrets):
            raise NotGenuine("not signed for us")
        event = json.loads(body)
    except ValueError as error:
        raise NotGenuine(type(error).__name__) from error
    shape = {"id": str, "type": str, "livemode": bool, "data": dict}
    if not isinstance(event, dict) or any(not isinstance(event.get(name), kind) for name, kind in shape.items()):
        raise NotGenuine("not an event")
    if not isinstance(event["data"].get("object"), dict) or not isinstance(event.get("account") or "", str):
        raise NotGenuine("not an event")
    return event


def _why_not(event: dict[str, Any]) -> str:
    account = event.get("account") or ""
    return rules.quarantine_reason(
        event_live=event["livemode"],
        expects_live=keys_of(settings).live_events,
        account=account,
        account_known=ConnectedAccount.objects.filter(stripe_id=account).exists(),
        about_cards=_about_cards(event["data"]["object"]),
    )


def _about_cards(thing: dict[str, Any]) -> bool:
    kind = thing.get("object")
    return kind in {"setup_intent", "payment_method", "customer"} or (
        kind == "checkout.session" and thing.get("mode") == "setup"
    )


def _set_aside(row: WebhookEvent, reason: str, now: datetime) -> None:
    WEBHOOK_MOVES.apply(row, "quarantine", at=now, save=False)
    row.reason, row.processed_at = reason[:300], now
    row.save()
    logger.warning("webhook %s (%s) set aside: %s", row.event_id, row.kind, reason)


def webhook_process(*, event_pk: int, now: datetime) -> WebhookEvent:
    """Look at the thing an event names and tell those who listen. Safe to repeat.

    Raises GatewayUnknown when Stripe cannot be asked: the outbox tries again.
    """
    row = WebhookEvent.objects.get(pk=event_pk)
    if row.state not in WAITING:
        return row
    reason = _why_not(json.loads(row.body))
    if reason:
        _set_aside(row, reason, now)
        return row
    if not row.account:
        return _on_platform(row, now)
    account = ConnectedAccount.objects.select_related("provider").get(stripe_id=row.account)
    try:
        _act(row, account, now)
    except NotConnected:
        account_disconnect(account=account, now=now)
        _set_aside(row, "the account is not connected any more", now)
        return row
    except GatewayRefused as error:
        # Foreign: the event names something that this account does not have.
        _set_aside(row, f"refused: {error}", now)
        return row
    except signals.NotOurs as error:
        _set_aside(row, f"not ours: {error}", now)
        return row
    return _processed(row, now)


def _on_platform(row: WebhookEvent, now: datetime) -> WebhookEvent:
    """Only pages that save cards are of interest there. Raises GatewayUnknown."""
    if row.object_kind == "checkout.session":
        try:
            setup = card_setup_look_up(session_id=row.object_id)
            signals.card_setup_changed.send(sender=WebhookEvent, setup=setup)
        except GatewayRefused as error:
            _set_aside(row, f"refused: {error}", now)
            return row
    return _processed(row, now)


def _processed(row: WebhookEvent, now: datetime) -> WebhookEvent:
    WEBHOOK_MOVES.apply(row, "process", at=now, save=False)
    row.processed_at = now
    row.save()
    return row


def _act(row: WebhookEvent, account: ConnectedAccount, now: datetime) -> None:
    if row.kind == "account.application.deauthorized":
        account_disconnect(account=account, now=now)
    elif row.object_kind in {"account", "capability"}:
        account_refresh(account=account, now=now)
    elif row.object_kind == "payout":
        payout_refresh(account=account, payout_id=row.object_id, now=now)
    elif row.object_kind == "checkout.session" and _about_cards(json.loads(row.body)["data"]["object"]):
        setup = card_setup_look_up(session_id=row.object_id, account=row.account)
        signals.card_setup_changed.send(sender=WebhookEvent, setup=setup)
    elif row.object_kind == "mandate":
        mandate = mandate_look_up(account=row.account, mandate_id=row.object_id)
        signals.mandate_changed.send(sender=WebhookEvent, mandate=mandate)
    else:
        kind, snapshot = _fetch(row)
        signals.object_changed.send(
            sender=WebhookEvent,
            kind=kind,
            object_id=row.object_id if snapshot is None else _id_of(snapshot),
            account=account,
            snapshot=snapshot,
        )


def _fetch(row: WebhookEvent) -> tuple[str, Checkout | Payment | Refund | Dispute | None]:
    match row.object_kind:
        case "checkout.session":
            return row.object_kind, checkout_look_up(account=row.account, session_id=row.object_id)
        case "payment_intent":
            return row.object_kind, payment_look_up(account=row.account, intent_id=row.object_id)
        case "refund":
            return row.object_kind, refund_look_up(account=row.account, refund_id=row.object_id)
        case "dispute":
            return row.object_kind, dispute_look_up(account=row.account, dispute_id=row.object_id)
        case "charge":
            intent = json.loads(row.body)["data"]["object"].get("payment_intent")
            if isinstance(intent, str) and intent:
                return "payment_intent", payment_look_up(account=row.account, intent_id=intent)
    return row.object_kind, None


def _id_of(snapshot: Checkout | Payment | Refund | Dispute) -> str:
    match snapshot:
        case Checkout():
            return snapshot.session_id
        case Payment():
            return snapshot.intent_id
        case Refund():
            return snapshot.refund_id
        case Dispute():
            return snapshot.dispute_id


def webhooks_forget(*, now: datetime) -> int:
    """Drop the words of what was acted on long ago (they hold e-mail addresses); returns how many rows."""
    old = WebhookEvent.objects.filter(state__in=DONE, processed_at__lt=now - WORDS_KEPT).exclude(body="")
    return old.update(body="")


@transaction.atomic
def webhook_quarantine(*, row: WebhookEvent, reason: str, by: Actor, now: datetime) -> WebhookEvent:
    """Set an event aside by hand, so that nothing comes of it. Raises IllegalMove when it has been acted on."""
    row = WebhookEvent.objects.select_for_update().get(pk=row.pk)
    _set_aside(row, f"by hand: {reason}", now)
    audit.record("gateway.webhook.quarantine", by=by, subject=row, at=now, note=reason)
    return row


@transaction.atomic
def webhook_replay(*, row: WebhookEvent, by: Actor, now: datetime) -> WebhookEvent:
    """Let an event that was set aside be acted on after all. Raises IllegalMove."""
    row = WebhookEvent.objects.select_for_update().get(pk=row.pk)
    WEBHOOK_MOVES.apply(row, "replay", at=now, save=False)
    row.reason, row.processed_at = "", None
    row.save()
    outbox.add(PROCESS, event=row.pk)
    audit.record("gateway.webhook.replay", by=by, subject=row, at=now)
    return row
