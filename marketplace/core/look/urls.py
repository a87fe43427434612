from django.urls import path

from . import views

app_name = "look"
urlpatterns = [
    path("look/", views.parts, name="parts"),
    path("style/<slug:digits>.css", views.colour, name="colour"),
    path("language/<slug:code>/", views.language, name="language"),
]
