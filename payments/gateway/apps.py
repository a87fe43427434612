from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class GatewayConfig(AppConfig):
    name = "payments.gateway"
    label = "gateway"
    verbose_name = "Payment gateway"

    def ready(self) -> None:
        from . import checks
        from .rules import key_troubles

        # System checks do not run under a web server, and a site that cannot tell a forged webhook must not start.
        troubles = key_troubles(checks.keys_of(settings))
        if troubles:
            raise ImproperlyConfigured(" ".join(words for _, words in troubles))
