"""Where anybody tells us that they are worried."""

from django.urls import path

from .views import concern

app_name = "assurance"
urlpatterns = [
    path("", concern.concern, name="concern"),
    path("kept/<str:public_id>/", concern.concern_kept, name="concern_kept"),
]
