from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    name = "payments.budgets"
    label = "budgets"
    verbose_name = "Budgets"

    def ready(self) -> None:
        from . import checks  # noqa: F401
