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
