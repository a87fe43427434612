"""What surrounds Wagtail's admin: who finds it at all, and the headers its previews need."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

Next = Callable[[HttpRequest], HttpResponse]
ADMIN = "/admin/"
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)


class AdminFrameMiddleware:
    """The admin shows previews of our own pages in a frame of its own; nobody else may frame anything.

    A preview runs through all other middleware under the page's address, so its headers are put right out here.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(ADMIN):
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
            response.headers["Content-Security-Policy"] = POLICY
            response.headers["Cache-Control"] = "private, no-store"
        return response


class AdminDoorMiddleware:
    """For staff who do not curate, the admin does not exist (Wagtail would send them round in circles)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.path.startswith(ADMIN)
            and request.user.is_authenticated
            and not request.user.has_perm("wagtailadmin.access_admin")
        ):
            raise Http404
        return self.get_response(request)
