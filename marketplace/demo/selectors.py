"""Who can be tried out, and what was posted to them."""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from marketplace.core.mail import SIGNATURE
from marketplace.people.models import User
from marketplace.people.selectors import is_council_staff
from tests.cast import CAST

from . import services

BETWEEN_LETTERS = "-" * 79  # what Django's file backend writes after each message


@dataclass(frozen=True)
class Player:
    """One of the cast, if seeded: a key, a name, what they are here for, and their code when they need one."""

    key: str
    name: str
    first_name: str
    role: str
    code: str = ""


@dataclass(frozen=True)
class Line:
    """A line of a letter; `path` when it is nothing but an address of this site."""

    words: str
    path: str = ""


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    at: datetime | None
    lines: tuple[Line, ...]


def players() -> list[Player]:
    """The cast in the order of tests/cast.py. Two queries and one a member of staff."""
    users = {user.email: user for user in User.objects.filter(email__in=[part.email for part in CAST], is_active=True)}
    found = []
    for part in CAST:
        user = users.get(part.email)
        if user is not None:
            code = services.code_now(user) if part.work and is_council_staff(user) else ""
            found.append(Player(part.key, str(user), user.first_name, part.role, code))
    return found


def player(key: str) -> User | None:
    """The account of one of the cast; nobody else can be signed in as."""
    return next((User.objects.filter(email=part.email).first() for part in CAST if part.key == key), None)


def letters(*, to: str = "", most: int = 40) -> list[Letter]:
    """What the site wrote last, newest first, from the files that stand in for a mail server."""
    folder = Path(settings.EMAIL_FILE_PATH or "")
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True) if folder.is_dir() else []
    found: list[Letter] = []
    for file in files:
        for raw in reversed(file.read_bytes().split(f"{BETWEEN_LETTERS}\n".encode())):
            if raw.strip():
                letter = _read(raw)
                if not to or letter.to == to:
                    found.append(letter)
        if len(found) >= most:
            break
    return found[:most]


def _read(raw: bytes) -> Letter:
    message: EmailMessage = email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[assignment]
    body = message.get_body(("plain",))
    words = body.get_content().split(SIGNATURE, 1)[0].strip() if body is not None else ""
    sent = message["Date"].datetime if message["Date"] is not None else None
    at = timezone.localtime(sent) if sent is not None and timezone.is_aware(sent) else None
    return Letter(str(message["To"]), str(message["Subject"]), at, tuple(_line(each) for each in words.split("\n")))


def _line(words: str) -> Line:
    words = words.strip()
    ours = f"{settings.SITE_URL}/"
    return Line(words, words[len(ours) - 1 :]) if words.startswith(ours) and " " not in words else Line(words)
