"""The index's clockwork; `manage.py run_huey` runs it."""

import logging

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from . import services

logger = logging.getLogger(__name__)


@db_periodic_task(crontab(hour="3", minute="20"))
def audit_index_every_night() -> None:
    """Finds what no change told us of, such as a renamed kind of help or a moved page."""
    found = services.index_audit()
    if found.drifted:
        logger.warning(
            "search index: put right %s of %s (missing %s, extra %s, old %s)",
            found.drifted,
            found.checked,
            len(found.missing),
            len(found.extra),
            len(found.old),
        )
