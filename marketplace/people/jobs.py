"""What the people on the site need done at night."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from marketplace.core import clock

from .erasure import services as erasure


@db_periodic_task(crontab(hour="3", minute="40"))
def erase_each_night() -> None:
    erasure.erase_due(clock.now())
