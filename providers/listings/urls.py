"""The public address of a listing, mounted just before Wagtail's own."""

from django.urls import path

from . import views

app_name = "listings"
urlpatterns = [path("<slug:council_slug>/<slug:slug>/", views.page, name="page")]
