"""What follows from keys, flags and events: no database, no clock, no network."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .states import AccountState, PayoutState


@dataclass(frozen=True)
class Keys:
    """The settings that decide with whom we speak. `live` is what this site is meant for.

    `webhook_secret` may be several, with commas between: Stripe has one for each place it sends events from.
    """

    secret_key: str
    webhook_secret: str
    live: bool
    sandbox: bool

    @property
    def live_events(self) -> bool:
        """Whether the events that are meant for us say livemode."""
        return self.live and not self.sandbox

    @property
    def webhook_secrets(self) -> list[str]:
        """Each of them, and never an empty one, by which anybody could sign.

        >>> Keys("", "whsec_1, ,whsec_2", live=False, sandbox=True).webhook_secrets
        ['whsec_1', 'whsec_2']
        """
        return [each.strip() for each in self.webhook_secret.split(",") if each.strip()]


def key_troubles(keys: Keys) -> list[tuple[str, str]]:
    """Why this site must not start: (number, words). Empty when all is well.

    >>> key_troubles(Keys("sk_test_1", "whsec_1", live=False, sandbox=False))
    []
    >>> key_troubles(Keys("sk_live_1", " ", live=False, sandbox=False))[0][0]
    'E001'
    """
    troubles = []
    if (keys.secret_key or keys.sandbox) and not keys.webhook_secrets:
        troubles.append(("E001", "STRIPE_WEBHOOK_SECRET is empty: a forged webhook could not be told from a real one."))
    if not keys.secret_key:
        return troubles
    if not keys.secret_key.startswith(("sk_live_", "rk_live_", "sk_test_", "rk_test_")):
        troubles.append(("E002", "STRIPE_SECRET_KEY is not a secret key of Stripe (sk_live_..., sk_test_...)."))
        return troubles
    key_is_live = keys.secret_key[3:].startswith("live_")
    if key_is_live and not keys.live:
        troubles.append(("E003", "STRIPE_SECRET_KEY is a live key, and this is not the live site."))
    if keys.live and not key_is_live:
        troubles.append(("E004", "STRIPE_SECRET_KEY is a test key, and this is the live site (PAYMENTS_LIVE)."))
    return troubles


def account_move(*, state: str, charges_enabled: bool, details_submitted: bool) -> str | None:
    """The move that brings an account's state to what Stripe says, or None when it is there.

    >>> account_move(state="onboarding", charges_enabled=True, details_submitted=True)
    'enable'
    >>> account_move(state="ready", charges_enabled=False, details_submitted=True)
    'restrict'
    """
    if charges_enabled:
        target, move = AccountState.READY, "enable"
    elif details_submitted:
        target, move = AccountState.RESTRICTED, "restrict"
    else:
        target, move = AccountState.ONBOARDING, "ask"
    return None if state == target else move


def payout_move(*, state: str, shown: str) -> str | None:
    """The move that brings a payout to Stripe's status, or None when it is there or only on its way.

    >>> payout_move(state="on_its_way", shown="paid"), payout_move(state="paid", shown="failed")
    ('arrive', 'fail')
    >>> payout_move(state="failed", shown="paid") is None
    True
    """
    if shown in {"failed", "canceled"} and state != PayoutState.FAILED:
        return "fail"
    return "arrive" if shown == "paid" and state == PayoutState.ON_ITS_WAY else None


def quarantine_reason(
    *, event_live: bool, expects_live: bool, account: str, account_known: bool, about_cards: bool = False
) -> str:
    """Why a genuine event must not be acted on, or "" when it may.

    Only saved cards live on the platform itself: nothing is ever paid there.

    >>> quarantine_reason(event_live=False, expects_live=False, account="", account_known=False)
    'no account'
    >>> quarantine_reason(event_live=False, expects_live=False, account="", account_known=False, about_cards=True)
    ''
    """
    if event_live is not expects_live:
        return "wrong mode"
    if not account:
        return "" if about_cards else "no account"
    if not account_known:
        return "unknown account"
    return ""


# Prefixes of https://docs.stripe.com/connect/custom-accounts/api-verification, longest first where they overlap.
WORDS_FOR_REQUIREMENTS: list[tuple[str, Promise]] = [
    ("external_account", _("the bank account that you are paid into")),
    ("tos_acceptance", _("your yes to Stripe's terms")),
    ("business_profile", _("what you do, and your website or phone number")),
    ("business_type", _("what kind of business you are")),
    ("company.verification", _("a paper that proves your business exists")),
    ("company", _("facts about your business")),
    ("owners", _("who owns the business")),
    ("directors", _("who runs the business")),
]


def requirement_words(requirement: str) -> Promise:
    """One thing Stripe still asks for, in words that finish "Stripe needs ...".

    >>> str(requirement_words("external_account"))
    'the bank account that you are paid into'
    >>> str(requirement_words("individual.verification.document"))
    'a photo of your passport or driving licence'
    """
    if requirement.endswith((".verification.document", ".verification.additional_document")):
        return _("a photo of your passport or driving licence")
    for start, words in WORDS_FOR_REQUIREMENTS:
        if requirement.startswith(start):
            return words
    return _("facts about you, such as your date of birth")
