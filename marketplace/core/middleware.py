"""Caching rules for whole pages: what is private is never stored; what is public is served from memory."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils.cache import patch_cache_control

from . import pagecache

Next = Callable[[HttpRequest], HttpResponse]


class PrivatePagesMiddleware:
    """Serves a stranger's page from memory, and marks every page made for somebody `no-store`."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.private_cookies = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages"}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path:
            return HttpResponseNotFound()  # nothing has such an address, and PostgreSQL refuses even to look
        stranger = request.method == "GET" and self.private_cookies.isdisjoint(request.COOKIES)
        if stranger:
            kept = pagecache.look_up(request)
            if kept is not None:
                return kept
        response = self.get_response(request)
        if response.has_header("Cache-Control"):
            return response
        if stranger and not response.cookies:
            if pagecache.may_keep(request, response):
                pagecache.keep(request, response)
            return response
        patch_cache_control(response, private=True, no_store=True)
        return response
