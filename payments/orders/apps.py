from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "payments.orders"
    label = "orders"
    verbose_name = "Orders"
