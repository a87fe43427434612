from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The seeded demonstration: invented people on real ground. Installed in demo and test settings only."""

    name = "marketplace.demo"
    label = "demo"
