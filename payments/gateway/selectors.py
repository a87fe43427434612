"""What others want to know about being paid."""

from django.utils.functional import Promise

from providers.listings.models import Provider

from .models import ConnectedAccount
from .rules import requirement_words
from .states import CAN_CHARGE


def account_of(provider: Provider) -> ConnectedAccount | None:
    """The provider's account, whatever its state. 1 query."""
    return ConnectedAccount.objects.filter(provider=provider).first()


def can_be_paid(provider: Provider) -> bool:
    """Whether a person can pay this provider here now. 1 query."""
    return ConnectedAccount.objects.filter(provider=provider, state__in=CAN_CHARGE).exists()


def still_needed(account: ConnectedAccount) -> list[Promise]:
    """What Stripe still asks of the provider, in plain words, each once."""
    words = {str(found): found for found in map(requirement_words, account.requirements.get("currently_due", []))}
    return list(words.values())
