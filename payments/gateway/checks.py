"""Start-up refusals about keys and webhooks."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

from .rules import Keys, key_troubles


def keys_of(source) -> Keys:
    return Keys(
        secret_key=source.STRIPE_SECRET_KEY,
        webhook_secret=source.STRIPE_WEBHOOK_SECRET,
        live=source.PAYMENTS_LIVE,
        sandbox=source.PAYMENTS_SANDBOX,
    )


@register(Tags.security)
def stripe_keys_fit(app_configs, **kwargs):
    """A key has its webhook secret, and its mode is the mode of this site."""
    keys = keys_of(settings)
    troubles: list = [Error(words, id=f"gateway.{number}") for number, words in key_troubles(keys)]
    if not keys.secret_key and not keys.sandbox:
        troubles.append(
            Warning("Nobody can pay here: STRIPE_SECRET_KEY is not set and the sandbox is off.", id="gateway.W001")
        )
    return troubles
