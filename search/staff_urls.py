"""Curators' pages about words, behind the second step."""

from django.urls import path

from .views import words

app_name = "words"
urlpatterns = [
    path("staff/words/rule/<int:pk>/", words.rule, name="rule"),
    path("staff/words/rule/<int:pk>/off/", words.rule_off, name="rule_off"),
    path("staff/words/<slug:slug>/", words.council, name="council"),
    path("operator/words/", words.national, name="national"),
]
