"""The indices' clockwork; `manage.py run_huey` runs it."""

import logging

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from marketplace.core import outbox

from . import selectors, services
from .backends import IndexUnwell
from .words import missed

logger = logging.getLogger(__name__)


@db_periodic_task(crontab(hour="3", minute="20"))
def audit_index_every_night() -> None:
    """Finds what no change told us of, such as a renamed kind of help or a moved page."""
    for name, found in services.indices_audit().items():
        if isinstance(found, IndexUnwell):
            logger.warning("search index %s: not audited: %s", name, found)
        elif found.drifted:
            logger.warning(
                "search index %s: put right %s of %s (missing %s, extra %s, old %s, ahead %s)",
                name,
                found.drifted,
                found.checked,
                len(found.missing),
                len(found.extra),
                len(found.old),
                len(found.ahead),
            )


@db_periodic_task(crontab(minute="*"))
def catch_up_after_an_outage() -> None:
    """Once the server answers again, nothing waits for the end of the long pauses between tries."""
    if not selectors.trouble_with_index():
        outbox.hurry(selectors.CHANGED)


@db_periodic_task(crontab(minute="*"))
def build_what_is_missing() -> None:
    """Within a minute of the worker's start, or of the loss of a file: not only at the next change or at night."""
    for name in services.missing_build():
        logger.warning("search index %s: was missing or of an older form, and has been built", name)


@db_periodic_task(crontab(minute="7"))
def overwrite_what_was_taken_out() -> None:
    """Within an hour no byte of a listing that was taken out lies in the file."""
    services.words_overwrite()


@db_periodic_task(crontab(hour="3", minute="40"))
def forget_words_every_night() -> None:
    """Nobody's words are kept longer than 30 days."""
    missed.words_forget(today=timezone.localdate())
