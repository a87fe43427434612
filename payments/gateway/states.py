"""The lives of a connected account and of a stored webhook."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.states import Move, StateTable


class AccountState(models.TextChoices):
    OPENING = "opening", _("Being opened")
    ONBOARDING = "onboarding", _("Stripe has questions")
    READY = "ready", _("Can be paid")
    RESTRICTED = "restricted", _("Stripe needs more before you can be paid")
    DISCONNECTED = "disconnected", _("Not connected any more")


OPENING, ONBOARDING, READY, RESTRICTED, DISCONNECTED = AccountState

ACCOUNT_MOVES = StateTable(
    AccountState,
    {
        "open": Move(OPENING, to=ONBOARDING),
        "enable": Move(ONBOARDING, RESTRICTED, DISCONNECTED, to=READY),
        "restrict": Move(ONBOARDING, READY, DISCONNECTED, to=RESTRICTED),
        "ask": Move(READY, RESTRICTED, DISCONNECTED, to=ONBOARDING),
        "disconnect": Move(ONBOARDING, READY, RESTRICTED, to=DISCONNECTED),
    },
)
CAN_CHARGE = ACCOUNT_MOVES.states(READY)
OUT_OF_SIGHT = ACCOUNT_MOVES.states(DISCONNECTED)
HELD_UP = ACCOUNT_MOVES.states(RESTRICTED)


class PayoutState(models.TextChoices):
    ON_ITS_WAY = "on_its_way", _("On its way to the bank")
    PAID = "paid", _("In the bank")
    FAILED = "failed", _("The bank sent it back")


ON_ITS_WAY, PAID_OUT, PAYOUT_FAILED = PayoutState

PAYOUT_MOVES = StateTable(
    PayoutState,
    {
        "arrive": Move(ON_ITS_WAY, to=PAID_OUT),
        "fail": Move(ON_ITS_WAY, PAID_OUT, to=PAYOUT_FAILED),
    },
)
ARRIVED = PAYOUT_MOVES.states(PAID_OUT)
SENT_BACK = PAYOUT_MOVES.states(PAYOUT_FAILED)


class WebhookState(models.TextChoices):
    RECEIVED = "received", _("Received")
    PROCESSED = "processed", _("Acted on")
    QUARANTINED = "quarantined", _("Set aside")


RECEIVED, PROCESSED, QUARANTINED = WebhookState

WEBHOOK_MOVES = StateTable(
    WebhookState,
    {
        "process": Move(RECEIVED, to=PROCESSED),
        "quarantine": Move(RECEIVED, to=QUARANTINED),
        "replay": Move(QUARANTINED, to=RECEIVED),
    },
)
DONE = WEBHOOK_MOVES.states(PROCESSED)
WAITING = WEBHOOK_MOVES.states(RECEIVED)
SET_ASIDE = WEBHOOK_MOVES.states(QUARANTINED)
