from django.urls import path

from .views import provider

app_name = "provider_pools"
urlpatterns = [
    path("", provider.pools, name="pools"),
    path("<str:public_id>/", provider.pool, name="pool"),
    path("<str:public_id>/agree/", provider.agree, name="agree"),
    path("<str:public_id>/decline/", provider.decline, name="decline"),
    path("<str:public_id>/call-off/", provider.call_off, name="call_off"),
    path("<str:public_id>/dates/<int:date>/", provider.attendance, name="attendance"),
]
