"""Pools: several people buy one offer together, all or nothing."""

from .attempt import PledgeAttempt
from .deciding import Ballot, Brief, BriefMember, Decision, Option, Reinvestment, Tender
from .pledge import Attendance, Channel, Pledge
from .pool import CalendarAddress, Invitation, InvitationKind, Pool, Pricing, Session, Terms, Visibility

__all__ = [
    "Attendance",
    "Ballot",
    "Brief",
    "BriefMember",
    "CalendarAddress",
    "Channel",
    "Decision",
    "Invitation",
    "InvitationKind",
    "Option",
    "Pledge",
    "PledgeAttempt",
    "Pool",
    "Pricing",
    "Reinvestment",
    "Session",
    "Tender",
    "Terms",
    "Visibility",
]
