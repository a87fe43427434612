"""Visits in somebody's own calendar: a secret address, made and taken back, and what is read there."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in
from marketplace.core.audit import Actor
from payments.orders.access import PersonRequest
from providers.listings.models import Provider

from .. import access, presentation, selectors, services
from ..models.arrangement import Side


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: PersonRequest) -> HttpResponse:
    """The person's own visits. Somebody who acts for them makes no address: it would outlive their being allowed."""
    return _page(request, None)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def provider_calendar(request: PersonRequest, public_id: str) -> HttpResponse:
    return _page(request, access.provider_for_keeper(request.user, public_id))


def _page(request: PersonRequest, provider: Provider | None) -> HttpResponse:
    whose = {"provider": provider} if provider else {"person": request.user}
    by = Actor(by_id=request.user.pk, for_id=request.user.pk)
    address = ""
    if request.method == "POST" and request.POST.get("do") == "revoke":
        services.feed_revoke(owner=request.user, by=by, now=clock.now(), **whose)
        messages.success(request, _("The address does not work any more."))
        if provider:
            return redirect("provider_arrangements:calendar", provider.public_id)
        return redirect("arrangements:calendar")
    if request.method == "POST":
        secret = services.feed_make(owner=request.user, by=by, now=clock.now(), **whose)
        address = settings.SITE_URL + reverse("arrangements_feed", args=[secret])
    context = {
        "address": address,
        "has_one": selectors.feed_of(request.user, **whose) is not None,
        "provider": provider,
        "back": reverse("provider_arrangements:mine" if provider else "arrangements:mine"),
    }
    return render(request, "arrangements/calendar.html", context)


@never_cache
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The file that calendars read."""
    found, now = access.feed_by_secret(secret), clock.now()
    side = Side.PERSON if found.person_id else Side.PROVIDER
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    with translation.override(settings.LANGUAGE_CODE):
        text = presentation.calendar(selectors.feed_visits(found, now), side=side, host=host, now=now)
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers={"X-Robots-Tag": "noindex"})
