"""Requests that nobody answered in time, and papers that were kept long enough."""

from datetime import datetime

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from marketplace.core import clock

from . import services
from .models import Approval
from .states import UNDECIDED


def lapse_all(now: datetime) -> int:
    """Let every request run out whose time has passed; returns how many."""
    late = list(Approval.objects.filter(state__in=UNDECIDED, answer_by__lt=now).order_by("pk"))
    for approval in late:
        services.approval_lapse(approval=approval, now=now)
    return len(late)


@db_periodic_task(crontab(minute="*/5"))
def lapse_every_five_minutes() -> None:
    lapse_all(clock.now())


@db_periodic_task(crontab(hour="3", minute="20"))
def forget_old_papers_each_night() -> None:
    services.papers_forget_old(now=clock.now())
