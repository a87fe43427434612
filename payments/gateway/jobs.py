"""The worker's part: old words are forgotten each night."""

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from . import services


@db_periodic_task(crontab(hour="3", minute="40"))
def forget_old_webhooks() -> None:
    services.webhooks_forget(now=timezone.now())
