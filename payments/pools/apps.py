from django.apps import AppConfig


class PoolsConfig(AppConfig):
    name = "payments.pools"
    label = "pools"
    verbose_name = "Pools"
