"""What surrounds Wagtail's admin: who finds it at all, and the headers its previews need."""

from collections.abc import Callable
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse

from marketplace.people.models import User

from .access import bulk_for_curator, links_for_curator, numbers, page_for_curator

Next = Callable[[HttpRequest], HttpResponse]
ADMIN = "/admin/"
PAGE_IDS = frozenset(
    {"page_id", "page_to_move_id", "parent_page_id", "destination_id", "pk"}
)  # what Wagtail calls them
# Parts of Wagtail that this site does not use, or that look past a council's collection: its admin API for pictures
# and documents names everybody's, its task chooser every council's.
NOT_FOR_CURATORS = frozenset(
    [
        "documents",
        "images",
        "wagtailadmin_workflows",
        "wagtaildocs",
        "wagtaildocs_chooser",
        "wagtailembeds",
        "wagtailforms",
    ]
)
ADDRESSES_NOT_FOR_CURATORS = frozenset(
    [
        "page_types_usage",  # names the page last edited, whichever council's it is
        "page_types_usage_results",
        "wagtailadmin_error_test",  # breaks on purpose
    ]
)
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

    def process_view(self, request: HttpRequest, view: Next, args: tuple, kwargs: dict[str, str]) -> None:
        """Wagtail's pages of refusal, and some before them, name what is not theirs; so it is refused first."""
        user = cast(User, request.user)  # the second step has been asked for before this
        match = request.resolver_match
        if match is None or not request.path.startswith(ADMIN):
            return
        unused = not NOT_FOR_CURATORS.isdisjoint(match.namespaces) or match.url_name in ADDRESSES_NOT_FOR_CURATORS
        if unused and not request.user.is_superuser:
            raise Http404
        if match.url_name in {"chosen", "chosen_multiple"}:
            ids = [str(kwargs["pk"])] if "pk" in kwargs else request.GET.getlist("id")
            if len(numbers(ids)) != len(set(ids)):  # Wagtail's choosers break on an id that is no number
                raise Http404
        if match.url_name == "wagtail_bulk_action":
            kind = f"{kwargs['app_label']}.{kwargs['model_name']}".lower()
            bulk_for_curator(user, kind, request.GET.getlist("id"), request.GET.get("childOf"))
        elif "wagtailadmin_reports" in match.namespaces and not request.user.is_superuser:
            raise Http404
        elif match.url_name == "wagtailadmin_choose_page_chosen_multiple":
            links_for_curator(user, request.GET.getlist("id"))
        elif match.url_name == "wagtailadmin_choose_page_child":
            links_for_curator(user, [str(kwargs["parent_page_id"])])
        elif "wagtailadmin_pages" in match.namespaces:
            for name in PAGE_IDS & kwargs.keys():
                page_for_curator(user, int(kwargs[name]))
