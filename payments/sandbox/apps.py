from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "payments.sandbox"
    label = "sandbox"
    verbose_name = "Practice payments"

    def ready(self) -> None:
        from . import checks  # noqa: F401
