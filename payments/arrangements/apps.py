from django.apps import AppConfig


class ArrangementsConfig(AppConfig):
    name = "payments.arrangements"
    label = "arrangements"
    verbose_name = "Arrangements"
