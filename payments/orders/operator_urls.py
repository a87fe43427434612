"""Money, for whoever runs the site for all councils: what Stripe told us, and where its record differs from ours."""

from django.urls import path

from payments.gateway import views as gateway

from .views import earnings, operator

app_name = "operator_money"
urlpatterns = [
    path("", operator.differences, name="differences"),
    path("differences/<int:pk>/", operator.difference, name="difference"),
    path("sellers/", earnings.sellers, name="sellers"),
    path("sellers.xlsx", earnings.sellers_sheet, name="sellers_sheet"),
    path("webhooks/", gateway.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/", gateway.webhook, name="webhook"),
    path("webhooks/<int:pk>/replay/", gateway.webhook_replay, name="webhook_replay"),
]
