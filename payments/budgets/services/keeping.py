"""Receipts and invoices: encrypted at rest under random names, every look written down."""

import secrets
from datetime import datetime
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from marketplace.core import audit
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError

from ..models import Evidence, Purchase

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 10  # of one purchase
KINDS = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
)


class NotAPaper(DomainError):
    """Neither a PDF nor a photograph, empty, too large, or one too many."""


class Unreadable(DomainError):
    """The file is gone, was changed, or its key is not among ours."""


def _cipher() -> MultiFernet:
    import base64

    keys = list(settings.EVIDENCE_KEYS)
    if not keys:
        made = salted_hmac("budgets.evidence", "key", algorithm="sha256").digest()
        keys = [base64.urlsafe_b64encode(made).decode()]
    return MultiFernet([Fernet(key) for key in keys])


def place_of(stored_as: str) -> Path:
    """Where a paper lies; whether it is there nobody has asked."""
    return Path(settings.EVIDENCE_DIR) / stored_as[:2] / stored_as


def evidence_check(*, name: str, content: bytes) -> tuple[str, str]:
    """The content type and the ending that the first bytes say. Raises NotAPaper."""
    kind = next(((mime, ending) for start, mime, ending in KINDS if content.startswith(start)), None)
    if kind is None or len(content) > MOST_BYTES:
        raise NotAPaper(name)
    return kind


def evidence_add(*, purchase: Purchase, name: str, content: bytes, by: Actor, now: datetime) -> Evidence:
    """Keep a paper beside a purchase. What it is, its first bytes say. Raises NotAPaper."""
    kind = evidence_check(name=name, content=content)
    stored_as = secrets.token_hex(24)
    path = place_of(stored_as)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(_cipher().encrypt(content))
    path.chmod(0o600)
    with transaction.atomic():
        Purchase.objects.select_for_update().get(pk=purchase.pk)
        if purchase.evidence.count() >= MOST_FILES:
            path.unlink()
            raise NotAPaper(name)
        stem = "".join(letter for letter in Path(name).stem if letter.isalnum() or letter in " -_")[:80] or "paper"
        evidence = Evidence.objects.create(
            purchase=purchase,
            stored_as=stored_as,
            name=f"{stem.strip()}.{kind[1]}",
            content_type=kind[0],
            size=len(content),
            added_by=by.by_id,
            added_at=now,
        )
        audit.record("budgets.evidence.add", by=by, subject=evidence, at=now, title=purchase.title)
    return evidence


def evidence_is_whole(evidence: Evidence) -> bool:
    """Whether its file is there and opens with one of our keys. Nobody sees the paper."""
    try:
        return len(_opened(evidence)) == evidence.size
    except Unreadable:
        return False


def evidence_read(*, evidence: Evidence, by: Actor, now: datetime) -> bytes:
    """The paper as it was added; who looked is written down first. Raises Unreadable."""
    audit.record("budgets.evidence.read", by=by, subject=evidence, at=now, title=evidence.purchase.title)
    return _opened(evidence)


def _opened(evidence: Evidence) -> bytes:
    try:
        return _cipher().decrypt(place_of(evidence.stored_as).read_bytes())
    except (OSError, InvalidToken) as error:
        raise Unreadable(evidence.public_id) from error
