"""The worker's part: webhooks leave soon after a payment, and again each minute until they are heard."""

import logging

from django.conf import settings
from django.urls import reverse
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from . import place, webhooks

logger = logging.getLogger(__name__)


def deliver_to_ourselves() -> int:
    """Post what is due to this site's own webhook address."""
    if not settings.PAYMENTS_SANDBOX:
        return 0
    address = settings.SITE_URL + reverse("gateway:stripe_webhook")
    secret = settings.STRIPE_WEBHOOK_SECRET.split(",")[0].strip()
    return webhooks.deliver(place.store(), webhooks.post_to(address), secret)


@db_task()
def deliver_webhooks() -> None:
    deliver_to_ourselves()


@db_periodic_task(crontab(minute="*"))
def deliver_webhooks_every_minute() -> None:
    deliver_to_ourselves()


def wake_worker() -> None:
    """Tell the worker that webhooks wait. Never fails: the clock delivers them anyway."""
    try:
        deliver_webhooks()
    except OSError:
        logger.warning("the worker's queue cannot be reached; the webhooks wait for the clock", exc_info=True)
