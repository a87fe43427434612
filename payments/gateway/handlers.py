"""What the outbox asks of the gateway."""

from django.utils import timezone

from marketplace.core import outbox

from . import services
from .services.webhooks import PROCESS


@outbox.handler(PROCESS)
def process_webhook(event: int) -> None:
    services.webhook_process(event_pk=event, now=timezone.now())
