"""The assurance clock: once a day, early, in London's time."""

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from . import services


@db_periodic_task(crontab(hour="4", minute="10"))
def checks_daily() -> None:
    now = timezone.now()
    services.credentials_run_out(now=now)
    services.warnings_send(now=now)


@db_periodic_task(crontab(hour="4", minute="40"))
def freshness_daily() -> None:
    services.listings_age(now=timezone.now())
