from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


class SandboxConfig(AppConfig):
    name = "payments.sandbox"
    label = "sandbox"
    verbose_name = "Practice payments"

    def ready(self) -> None:
        from . import checks

        # A web server runs no system checks, and real orders must never be paid with practice money.
        troubles = checks.practice_stays_out_of_production(None)
        if troubles:
            raise ImproperlyConfigured(" ".join(trouble.msg for trouble in troubles))
