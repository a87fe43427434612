from django.apps import AppConfig


class AssuranceConfig(AppConfig):
    name = "providers.assurance"
    label = "assurance"
