"""The council's colour, the choice of language, and the gallery of parts."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from ..access import path_on_this_site
from . import art, colours, gallery

A_YEAR = 60 * 60 * 24 * 365


@require_safe
@cache_control(public=True, max_age=A_YEAR, immutable=True)
def colour(request: HttpRequest, digits: str) -> HttpResponse:
    """A stylesheet with one council's colour; the address names the colour, so it never goes stale."""
    if not colours.is_hex(digits):
        raise Http404
    return HttpResponse(colours.sheet(digits), content_type="text/css; charset=utf-8")


@require_safe
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the language and go back to the page."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    response = HttpResponseRedirect(path_on_this_site(request, request.GET.get("next", "/"), "/"))
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=A_YEAR, samesite="Lax")
    return response


@require_safe
def parts(request: HttpRequest) -> HttpResponse:
    """Every component with an example, for people who build pages. Not on a real site."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    doors = [(name, name) for name in ("tapps-gardens", "growing-patch", "sam-orchard", "winslade-sisters")]
    pictures = [(name, 1 + index % len(art.TONES)) for index, name in enumerate(art.objects())]
    return render(request, "pages/look.html", {"parts": gallery.parts(), "pictures": pictures, "doors": doors})
