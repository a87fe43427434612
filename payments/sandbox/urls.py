from django.urls import path

from . import views

app_name = "sandbox"
urlpatterns = [
    path("", views.index, name="index"),
    path("pay/<str:session_id>/", views.pay, name="pay"),
    path("pay/<str:session_id>/check/", views.check, name="check"),
    path("connect/<str:account_id>/", views.connect, name="connect"),
    path("switch/", views.switch, name="switch"),
    path("onboard/<str:account_id>/", views.onboard, name="onboard"),
]
