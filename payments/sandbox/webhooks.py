"""Signed webhooks, delivered to our own endpoint as Stripe delivers them: at least once, in no promised order."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException

from .store import Records, Store

Poster = Callable[[bytes, dict[str, str]], int]

LEASE = 60  # seconds that one worker may take over one delivery
WAITS = (10, 60, 5 * 60, 30 * 60, 2 * 60 * 60, 5 * 60 * 60)  # seconds; then every 12 hours, for three days
GIVE_UP_AFTER = 12  # attempts


def signature(body: bytes, secret: str, at: int) -> str:
    """The Stripe-Signature header: https://docs.stripe.com/webhooks#verify-manually. `at` in seconds since 1970."""
    made = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={made}"


def deliver(store: Store, poster: Poster, secret: str, *, limit: int = 100) -> int:
    """Post what is due by the twin's clock; returns how many were taken. Safe with several workers.

    `poster` gets the body and headers, and answers the HTTP status, or 0 when nobody answered.
    """
    posted = 0
    while posted < limit:
        with store.open() as records:
            claimed = _claim(records)
        if claimed is None:
            break
        event_id, body = claimed
        # Signed by the real clock: that is the one the receiver compares with.
        headers = {"Content-Type": "application/json", "Stripe-Signature": signature(body, secret, int(time.time()))}
        status = poster(body, headers)
        with store.open() as records:
            _note(records, event_id, status)
        posted += 1
    return posted


def _claim(records: Records) -> tuple[str, bytes] | None:
    row = records.db.execute(
        "SELECT event FROM deliveries WHERE delivered_at IS NULL AND due_at <= ? AND attempts < ? "
        "ORDER BY due_at, rowid LIMIT 1",
        (records.now(), GIVE_UP_AFTER),
    ).fetchone()
    if row is None:
        return None
    records.db.execute(
        "UPDATE deliveries SET due_at = ?, attempts = attempts + 1 WHERE event = ?",
        (records.now() + LEASE, row["event"]),
    )
    event = records.look_up(row["event"], records.owner(row["event"]) or "")
    return row["event"], json.dumps(event, indent=2).encode()


def _note(records: Records, event_id: str, status: int) -> None:
    if 200 <= status < 300:
        records.db.execute(
            "UPDATE deliveries SET delivered_at = ?, answer = ? WHERE event = ?", (records.now(), str(status), event_id)
        )
        event = records.look_up(event_id, records.owner(event_id) or "")
        if event is not None:
            records.save(event | {"pending_webhooks": 0})
        return
    attempts = records.db.execute("SELECT attempts FROM deliveries WHERE event = ?", (event_id,)).fetchone()[0]
    wait = WAITS[min(attempts, len(WAITS)) - 1]
    records.db.execute(
        "UPDATE deliveries SET due_at = ?, answer = ? WHERE event = ?", (records.now() + wait, str(status), event_id)
    )


def post_to(url: str) -> Poster:
    """A poster that makes a real HTTP call to one address."""

    def post(body: bytes, headers: dict[str, str]) -> int:
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310  our own address
        try:
            with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
                return response.status
        except urllib.error.HTTPError as error:
            return error.code
        except (OSError, HTTPException):
            return 0

    return post
