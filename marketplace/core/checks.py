"""Start-up refusals: what must never happen in production."""

from django.conf import settings
from django.core.checks import Error, Tags, register

MARKS_OF_A_DEFAULT = ("only-for-development", "demo-only", "for-tests", "changeme", "django-insecure")


def _in_production() -> bool:
    return settings.SETTINGS_MODULE.endswith("production")


@register(Tags.security)
def secrets_are_real(app_configs, **kwargs):
    """Production refuses an empty, default or short secret key."""
    if not _in_production():
        return []
    key = settings.SECRET_KEY
    if len(key) < 40 or key.startswith(MARKS_OF_A_DEFAULT):
        return [Error("SECRET_KEY must be a random secret of at least 40 characters.", id="core.E001")]
    return []


@register(Tags.security)
def demo_stays_out_of_production(app_configs, **kwargs):
    """The page that signs anybody in as anybody exists in demonstration and test settings only."""
    allowed = settings.SETTINGS_MODULE.rsplit(".", 1)[-1] in {"demo", "test"}
    if settings.DEMO and not allowed:
        return [Error("DEMO may be switched on in the demo and test settings only.", id="core.E002")]
    return []
