from django.urls import path

from .views import calendars, offering, provider

app_name = "provider_pools"
urlpatterns = [
    path("", provider.pools, name="pools"),
    path("calendar/", calendars.provider_page, name="calendar_page"),
    path("calendar/new/", calendars.provider_renew, name="calendar_renew"),
    path("wanted/<str:public_id>/", offering.brief, name="brief"),
    path("wanted/<str:public_id>/back/", offering.take_back, name="brief_back"),
    path("<str:public_id>/", provider.pool, name="pool"),
    path("<str:public_id>/agree/", provider.agree, name="agree"),
    path("<str:public_id>/decline/", provider.decline, name="decline"),
    path("<str:public_id>/call-off/", provider.call_off, name="call_off"),
    path("<str:public_id>/dates/<int:date>/", provider.attendance, name="attendance"),
]
