from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "marketplace.core"
    label = "core"
    verbose_name = "Foundations"

    def ready(self) -> None:
        from . import checks  # noqa: F401

        autodiscover_modules("signals", "handlers", "jobs")
