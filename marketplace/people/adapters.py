"""How allauth behaves here: in our words, by our letters, telling nobody who has an account."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core import mail

logger = logging.getLogger(__name__)

CODES = {
    "account/email/email_confirmation": gettext_lazy("Your code for %(product)s"),
    "account/email/email_confirmation_signup": gettext_lazy("Your code for %(product)s"),
    "account/email/login_code": gettext_lazy("Your code to sign in"),
    "account/email/password_reset_code": gettext_lazy("Your code for a new password"),
}
NOTICES = {
    "account/email/email_changed": gettext_lazy("Your e-mail address was changed"),
    "account/email/email_confirm": gettext_lazy("Your e-mail address is confirmed"),
    "account/email/email_deleted": gettext_lazy("An e-mail address was removed from your account"),
    "account/email/password_changed": gettext_lazy("Your password was changed"),
    "account/email/password_reset": gettext_lazy("Your password was changed"),
    "account/email/password_set": gettext_lazy("A password was set for your account"),
    "mfa/email/recovery_codes_generated": gettext_lazy("New spare codes were made for your account"),
    "mfa/email/totp_activated": gettext_lazy("An app is now your second step at sign-in"),
    "mfa/email/totp_deactivated": gettext_lazy("The app is no longer your second step at sign-in"),
    "mfa/email/webauthn_added": gettext_lazy("A passkey was added to your account"),
    "mfa/email/webauthn_removed": gettext_lazy("A passkey was removed from your account"),
}


class AccountAdapter(DefaultAccountAdapter):
    """Names come with sign-up; addresses are kept in lower case."""

    def clean_email(self, email: str) -> str:
        return super().clean_email(email).lower()

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/orders/"

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:account")

    def send_account_already_exists_mail(self, email: str) -> None:
        make_password(email)  # a new account costs one hashing; without it the quicker answer would tell
        super().send_account_already_exists_mail(email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Codes must arrive while somebody waits, so they skip the outbox. A mail server that is down is logged:
        the page offers to send another code, and its answer is the same for every address.
        """
        subject, template, words = self._letter(template_prefix, context)
        try:
            mail.send(email, subject, template, words)
        except OSError:
            logger.exception("the letter %s could not be sent", template_prefix)

    def _letter(self, prefix: str, context: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        if prefix in CODES:
            subject = CODES[prefix] % {"product": settings.PRODUCT_NAME}
            return subject, "people/code", {"code": context["code"]}
        if prefix in NOTICES:
            words = {"sentence": NOTICES[prefix], "at": context.get("timestamp"), "url": self._page("people:account")}
            return str(NOTICES[prefix]), "people/account_changed", words
        if prefix == "account/email/account_already_exists":
            return _("You have an account already"), "people/account_known", self._doors()
        if prefix == "account/email/unknown_account":
            return _("There is no account with this address"), "people/account_unknown", self._doors()
        raise LookupError(f"no letter of ours for {prefix}")

    def _doors(self) -> dict[str, str]:
        return {
            "login_url": self._page("account_login"),
            "reset_url": self._page("account_reset_password"),
            "signup_url": self._page("account_signup"),
        }

    def _page(self, name: str) -> str:
        return settings.SITE_URL + reverse(name)
