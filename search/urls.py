"""Addresses of the search and of what people keep from it."""

from django.urls import path

from .views import map, needs, results, shortlist

app_name = "search"
urlpatterns = [
    path("search/", results.results, name="results"),
    path("search/order/", results.how_ordered, name="how_ordered"),
    path("search/suggest/", results.suggest, name="suggest"),
    path("search/map/", map.clusters, name="map"),
    path("search/need/", needs.need, name="need"),
    path("search/need/kept/", needs.need_kept, name="need_kept"),
    path("shortlist/", shortlist.shortlist, name="shortlist"),
    path("shortlist/add/<str:public_id>/", shortlist.shortlist_add, name="shortlist_add"),
    path("shortlist/remove/<str:public_id>/", shortlist.shortlist_remove, name="shortlist_remove"),
    path("compare/", shortlist.compare, name="compare"),
]
