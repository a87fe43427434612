"""What the outbox asks of the gateway."""

from marketplace.core import clock, outbox

from . import services
from .services.webhooks import PROCESS


@outbox.handler(PROCESS)
def process_webhook(event: int) -> None:
    services.webhook_process(event_pk=event, now=clock.now())
