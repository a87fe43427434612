"""The worker's part: old words are forgotten each night."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from marketplace.core import clock

from . import services


@db_periodic_task(crontab(hour="3", minute="40"))
def forget_old_webhooks() -> None:
    services.webhooks_forget(now=clock.now())
