"""The second step of the demonstration's council staff: real, with secrets that everybody may know."""

import base64
import hashlib
import time

from allauth.mfa import app_settings as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

from marketplace.people.models import User

USED = "demo_used"  # in the authenticator's data: the last codes it took, which it takes only once
REMEMBERED = 10


def demo_second_factor(user: User) -> Authenticator:
    """Give somebody an authenticator app whose secret follows from their address. Safe to repeat."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return found or TOTP.activate(user, _secret_of(user)).instance


def code_now(user: User) -> str:
    """The six numbers that the app of this person would show, and that have not been used; "" without an app."""
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if app is None:
        return ""
    window = int(time.time()) // mfa.TOTP_PERIOD
    steps = sorted(range(-mfa.TOTP_TOLERANCE, mfa.TOTP_TOLERANCE + 1), key=abs)
    codes = [format_hotp_value(hotp_value(_secret_of(user), window + step)) for step in steps]
    return next((code for code in codes if code not in app.data.get(USED, [])), codes[0])


def code_used(authenticator: Authenticator, code: str) -> None:
    """Remember a code in the database: the site's processes do not share their memory."""
    authenticator.data[USED] = [code, *authenticator.data.get(USED, [])][:REMEMBERED]
    authenticator.save(update_fields=["data"])


def _secret_of(user: User) -> str:
    return base64.b32encode(hashlib.sha1(f"demo {user.email}".encode()).digest()).decode()  # noqa: S324
