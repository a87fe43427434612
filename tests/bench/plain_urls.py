"""Plain Django views that make the same HTML from the same rows, and one that makes nothing."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import include, path
from django.utils import timezone
from wagtail import urls as wagtail_urls

from marketplace.cms.models import CouncilPage, HomePage
from marketplace.core import views as core
from providers.listings import presentation
from providers.listings import selectors as listings
from providers.listings.models import Category, ListingPage
from search import forms, selectors
from search import presentation as shown
from search.query import SearchQuery

COMMON = {"product_name": "Hereabouts", "demo": False, "council": None, "standing": None}


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def home(request: HttpRequest) -> HttpResponse:
    page = HomePage.objects.first()
    context = {
        **COMMON,
        "page": page,
        "councils": CouncilPage.objects.filter(live=True).order_by("title"),
        "kinds": Category.objects.filter(council=None, retired_at=None)[:8],
    }
    return render(request, "cms/home_page.html", context)


def listing(request: HttpRequest, slug: str) -> HttpResponse:
    page = get_object_or_404(ListingPage.objects.select_related("photo"), slug=slug, live=True)
    context = {**COMMON, "page": page, "self": page, **presentation.page_context(page, request)}
    return render(request, "listings/listing_page.html", context)


@lru_cache(maxsize=1)
def _found(url: str) -> selectors.Answer:
    """The engine's answer, asked for once: the peer does everything but search."""
    return selectors.find(SearchQuery.from_url(QueryDict(url)), today=timezone.localdate())


def search(request: HttpRequest) -> HttpResponse:
    asked = request.GET.copy()
    asked.pop("n", None)
    answer = _found(asked.urlencode())
    query, found = answer.query, answer.results
    rows = set(listings.visible_to().filter(pk__in=[hit.id for hit in found.hits]).values_list("pk", flat=True))
    context = {
        **COMMON,
        "query": query,
        "answer": answer,
        "form": forms.Question(initial={"q": query.q, "postcode": query.postcode}),
        "heading": shown.heading(answer),
        "lead": shown.lead(query),
        "tags": shown.tags_for(query, answer.known),
        "filters": forms.filters_for(query, found, answer.known),
        "carried": [pair for pair in query.but().pairs() if pair[0] not in ("q", "postcode")],
        "cards": [card for card, hit in zip(shown.cards(answer, []), found.hits, strict=True) if hit.id in rows],
        "points": shown.points(answer),
        "next": query.url(),
        "first": 1,
        "last": len(found.hits),
        "previous_url": "",
        "next_url": query.but(page=2).url(),
    }
    return render(request, "search/results.html", context)


urlpatterns = [
    path("health/live", core.live),
    path("empty/", empty),
    path("plain/home/", home),
    path("plain/listing/<slug:slug>/", listing),
    path("plain/search/", search),
    path("", include("marketplace.urls")),  # so that addresses in the templates can be written
    path("", include(wagtail_urls)),
]
