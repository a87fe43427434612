"""Curators' pages about words, behind the second step."""

from django.urls import path

from .views import words

app_name = "words"
urlpatterns = [
    path("staff/words/mine/", words.mine, name="mine"),
    path("staff/words/rule/<int:pk>/", words.rule, name="rule"),
    path("staff/words/rule/<int:pk>/off/", words.rule_off, name="rule_off"),
    path("staff/words/<slug:slug>/", words.council, name="council"),
    path("staff/words/<slug:slug>/missed/", words.council_missed, name="council_missed"),
    path("operator/words/", words.national, name="national"),
    path("operator/words/missed/", words.national_missed, name="national_missed"),
]
