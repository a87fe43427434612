"""Addresses of the base map, mounted at /map/."""

from django.urls import path

from . import views

urlpatterns = [path("<int:zoom>/<int:x>/<int:y>.png", views.map_tile, name="map_tile")]
