from django.apps import AppConfig


class ListingsConfig(AppConfig):
    name = "providers.listings"
    label = "listings"
    verbose_name = "Listings"
