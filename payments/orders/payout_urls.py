from django.urls import path

from .views import earnings, payouts

app_name = "provider_payments"
urlpatterns = [
    path("", payouts.payouts, name="payouts"),
    path("connected/", payouts.connected, name="connected"),
    path("<str:provider_id>/earnings/", earnings.year, name="earnings"),
    path("<str:provider_id>/earnings.xlsx", earnings.sheet, name="earnings_sheet"),
    path("<str:provider_id>/earnings.pdf", earnings.paper, name="earnings_paper"),
    path("<str:provider_id>/reconnect/", payouts.reconnect, name="reconnect"),
    path("<str:provider_id>/start/", payouts.start, name="start"),
    path("<str:provider_id>/again/", payouts.again, name="again"),
    path("<str:provider_id>/back/", payouts.back, name="back"),
]
