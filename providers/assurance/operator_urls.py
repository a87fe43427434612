"""For whoever runs the site for all councils."""

from django.urls import path

from .views import operator

app_name = "operator"
urlpatterns = [
    path("", operator.index, name="index"),
    path("councils/", operator.councils, name="councils"),
    path("councils/new/", operator.council_new, name="council_new"),
    path("councils/<slug:slug>/", operator.council, name="council"),
    path("staff/<int:pk>/remove/", operator.staff_remove, name="staff_remove"),
]
