"""What somebody needs and nobody near them does yet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import geo
from marketplace.core.access import same_site_post

from .. import forms, services


@same_site_post
@require_http_methods(["GET", "HEAD", "POST"])
def need(request: HttpRequest) -> HttpResponse:
    form = forms.NeedForm(request.POST or None, auto_id="n_%s")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        place = geo.understand(said["postcode"])
        services.need_record(
            words=said["words"],
            contact=said["contact"],
            searched_for=said["q"],
            place=place.label if isinstance(place, geo.Place) else said["postcode"],
            la_code=(place.la_code or "") if isinstance(place, geo.Place) else "",
            by=request.actor,  # type: ignore[attr-defined]
            now=timezone.now(),
        )
        return redirect("search:need_kept")
    return render(request, "search/need.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def need_kept(request: HttpRequest) -> HttpResponse:
    return render(request, "search/need_kept.html")
