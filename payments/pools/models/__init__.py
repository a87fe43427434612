"""Pools: several people buy one offer together, all or nothing."""

from .attempt import PledgeAttempt
from .pledge import Attendance, Channel, Pledge
from .pool import Invitation, InvitationKind, Pool, Pricing, Session, Terms, Visibility

__all__ = [
    "Attendance",
    "Channel",
    "Invitation",
    "InvitationKind",
    "Pledge",
    "PledgeAttempt",
    "Pool",
    "Pricing",
    "Session",
    "Terms",
    "Visibility",
]
