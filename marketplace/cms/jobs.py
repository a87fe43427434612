"""The admin's clock: pages that were approved for a day, or that end on one."""

from django.core.management import call_command
from huey import crontab
from huey.contrib.djhuey import db_periodic_task


@db_periodic_task(crontab(minute="*/5"))
def scheduled_pages() -> None:
    """Publish what is due and take down what has ended."""
    call_command("publish_scheduled")
