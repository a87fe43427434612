from django.urls import path

from .models.arrangement import Side
from .views import both, calendars, provider

app_name = "provider_arrangements"
THEIRS = {"side": Side.PROVIDER}
urlpatterns = [
    path("", both.mine, THEIRS, name="mine"),
    path("calendar/<str:public_id>/", calendars.provider_calendar, name="calendar"),
    path("new/<str:public_id>/", provider.new, name="new"),
    path("<str:public_id>/", both.arrangement, THEIRS, name="arrangement"),
    path("<str:public_id>/agree/", both.agree, THEIRS, name="agree"),
    path("<str:public_id>/decline/", both.decline, THEIRS, name="decline"),
    path("<str:public_id>/change/", both.change, THEIRS, name="change"),
    path("<str:public_id>/change/answer/", both.change_answer, THEIRS, name="change_answer"),
    path("<str:public_id>/end/", both.end, THEIRS, name="end"),
    path("<str:public_id>/skip/", both.skip, THEIRS, name="skip"),
    path("<str:public_id>/visits/<str:visit_id>/", provider.visit, name="visit"),
]
