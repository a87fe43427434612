"""The card that a member saves on the gateway's page, to be asked when the pool is closed."""

from datetime import datetime

from ..models import Pledge


def card_begin(*, pledge: Pledge, consent: str, saved_url: str, back_url: str, now: datetime) -> str:
    """Where to send the person to save a card, or another one. `consent` says what they agree to, above the button
    there: who may charge the card, how much at most, when, and how to stop it (at most 1,200 letters).

    `saved_url` and `back_url` are whole addresses of ours; on both, call `card_look_up`.
    Raises IllegalMove (no card is needed of this pledge), GatewayRefused, GatewayUnknown.
    """
    raise NotImplementedError


def card_look_up(*, pledge: Pledge, now: datetime) -> Pledge:
    """Whether a card has been saved meanwhile; if so the pledge is ready, or its failed payment tried again. Safe to
    repeat, does nothing when no page is open. Raises GatewayRefused, GatewayUnknown."""
    raise NotImplementedError


def repair_begin(*, pledge: Pledge, back_url: str, done_url: str, now: datetime) -> str:
    """Where to send somebody whose bank wants to hear from them: the gateway's page, which holds the worst case and
    takes nothing yet. For another card use `card_begin` instead.

    Call `repair_look_up` on both addresses. Raises IllegalMove (nothing is to be repaired, or it is too late),
    GatewayRefused, GatewayUnknown.
    """
    raise NotImplementedError


def repair_look_up(*, pledge: Pledge, now: datetime) -> Pledge:
    """What came of the page that `repair_begin` opened. Safe to repeat. Raises GatewayRefused, GatewayUnknown."""
    raise NotImplementedError
