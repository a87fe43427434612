from django.apps import AppConfig


class ListingsConfig(AppConfig):
    name = "providers.listings"
    label = "listings"
    verbose_name = "Listings"

    def ready(self) -> None:
        from . import handlers, signals  # noqa: F401  connects them
