"""The worker's clockwork. `manage.py run_huey` runs it; every step is safe to repeat."""

import logging

from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from . import outbox

logger = logging.getLogger(__name__)


@db_task()
def deliver_outbox() -> None:
    outbox.deliver()


@db_periodic_task(crontab(minute="*"))
def deliver_outbox_every_minute() -> None:
    """Catches what a crash or a full queue left behind."""
    outbox.deliver()


def wake_worker() -> None:
    """Tell the worker that there is something to deliver. Never fails: the clock delivers it anyway."""
    try:
        deliver_outbox()
    except OSError:
        logger.warning("the worker's queue cannot be reached; the outbox waits for the clock", exc_info=True)
