"""Practice money never meets real people by accident."""

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security)
def practice_stays_out_of_production(app_configs, **kwargs):
    """The practice payment pages let anybody finish any payment, so production must allow them by name."""
    troubles = []
    production = str(settings.SETTINGS_MODULE).endswith("production")  # None while a test changes settings
    if settings.PAYMENTS_SANDBOX and production and not settings.SANDBOX_ALLOWED:
        troubles.append(
            Error(
                "PAYMENTS_SANDBOX is on with production settings: orders would be paid with practice money.",
                hint="Set STRIPE_SECRET_KEY, or SANDBOX_ALLOWED=1 for a rehearsal that no real person uses.",
                id="sandbox.E001",
            )
        )
    if settings.PAYMENTS_SANDBOX and settings.STRIPE_SECRET_KEY:
        troubles.append(Error("PAYMENTS_SANDBOX and STRIPE_SECRET_KEY exclude each other.", id="sandbox.E002"))
    return troubles
