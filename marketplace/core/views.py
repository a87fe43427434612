"""Pages that belong to nobody: health, refusals, what a browser shows offline."""

from hashlib import blake2s

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
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


@require_safe
def offline_worker(request: HttpRequest) -> HttpResponse:
    """The script by which a browser shows the page above when there is no connection. At the root, to stand for all."""
    drawn_with = [static(name) for name in ("hb/site.css", "hb/fonts/hereabouts-text-400.woff2", "hb/art/mark.svg")]
    parts = [reverse("offline"), *drawn_with]
    version = blake2s(" ".join(parts).encode(), digest_size=6).hexdigest()
    words = {"parts": parts, "version": version}
    return render(request, "offline-worker.js", words, content_type="text/javascript")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or came from elsewhere: say so, and how to go on."""
    return render(request, "403_csrf.html", status=403)
