"""How a pool ends before its dates: called off by the organiser or the provider, stopped, or without its people."""

from datetime import datetime

from marketplace.core.audit import Actor
from marketplace.people.models import User

from ..models import Pool


def pool_cancel(*, pool: Pool, by: Actor, now: datetime, words: str = "") -> Pool:
    """The organiser calls it off, until cards have been asked. Everybody is told, nobody pays. Raises IllegalMove,
    TooLateToCancel once it is confirmed."""
    raise NotImplementedError


def pool_decline(*, pool: Pool, by: Actor, now: datetime, words: str) -> Pool:
    """The provider says no to dates or price before anything is confirmed. Everybody is told, nobody pays.
    Raises IllegalMove."""
    raise NotImplementedError


def pool_call_off(*, pool: Pool, by: Actor, now: datetime, words: str) -> Pool:
    """The provider cannot come after all: whatever was paid goes back whole. Raises IllegalMove."""
    raise NotImplementedError


def pool_stop(*, pool: Pool, now: datetime) -> Pool:
    """The council stopped the listing, the offer went, or the provider cannot be paid: a pool that is not confirmed
    fails, and one that is goes on or back by what the council says. Safe to repeat."""
    raise NotImplementedError


def person_leaves(*, person: User, by: Actor, now: datetime) -> int:
    """Somebody died or is erased: their places become free where nothing is paid, given up where it is; pools they
    organise go to the longest-standing member, or end where there is none. Returns how many pools changed."""
    raise NotImplementedError
