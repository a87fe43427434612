"""Mounted in demonstration and test settings only."""

from django.urls import path

from . import views

app_name = "demo"
urlpatterns = [
    path("", views.index, name="index"),
    path("mail/", views.mail, name="mail"),
    path("sign-in/<slug:key>/", views.sign_in, name="sign_in"),
]
