"""What others want to know about being paid."""

from datetime import UTC, date, datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from providers.listings.models import Provider

from .models import ConnectedAccount, WebhookEvent
from .rules import requirement_words
from .states import CAN_CHARGE


def account_of(provider: Provider) -> ConnectedAccount | None:
    """The provider's account, whatever its state. 1 query."""
    return ConnectedAccount.objects.filter(provider=provider).first()


def can_be_paid(provider: Provider) -> bool:
    """Whether a person can pay this provider here now. 1 query."""
    return ConnectedAccount.objects.filter(provider=provider, state__in=CAN_CHARGE).exists()


def can_be_debited_for(provider: Provider) -> bool:
    """Whether this provider's account can collect Direct Debits now. 1 query."""
    accounts = ConnectedAccount.objects.filter(provider=provider, state__in=CAN_CHARGE, debits_enabled=True)
    return accounts.exists()


def still_needed(account: ConnectedAccount) -> list[Promise]:
    """What Stripe still asks of the provider, in plain words, each once."""
    words = {str(found): found for found in map(requirement_words, account.requirements.get("currently_due", []))}
    return list(words.values())


def needed_by(account: ConnectedAccount) -> date | None:
    """The day until which Stripe waits for that, or None when it names none."""
    deadline = account.requirements.get("deadline")
    return timezone.localdate(datetime.fromtimestamp(deadline, UTC)) if deadline else None


def webhooks_shown(state: str) -> QuerySet[WebhookEvent]:
    """What Stripe told us, newest first, in one state or ("") in all. 1 query."""
    rows = WebhookEvent.objects.order_by("-received_at", "-pk")
    return rows.filter(state=state) if state else rows
