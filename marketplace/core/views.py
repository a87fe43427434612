"""Pages that belong to nobody: health, refusals, what a browser shows offline."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import health


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Everything a page needs answers: 200, or 503 with what does not."""
    parts = health.parts()
    well = all(part.well for part in parts if part.needed)
    body = {"status": "ok" if well else "unwell", "parts": {part.name: part.words for part in parts}}
    return JsonResponse(body, status=200 if well else 503)


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "offline.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or came from elsewhere: say so, and how to go on."""
    return render(request, "403_csrf.html", status=403)
