"""Guards that every app's access module is made of. A refusal is a 404: nobody learns what exists."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]
signed_in = login_required
LONGEST_PATH = 2000  # letters that a browser is sent back with


def from_this_site(request: HttpRequest) -> bool:
    """Whether a browser sent this from one of our own pages (Sec-Fetch-Site, else Origin, else Referer)."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site:
        return fetch_site in {"same-origin", "none"}
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(source).netloc == request.get_host()


def path_on_this_site(request: HttpRequest, wanted: str, otherwise: str) -> str:
    """Where somebody asked to go next, if that is a path of this site; `otherwise` for anything else."""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours and wanted.startswith("/") and len(wanted) < LONGEST_PATH else otherwise


def same_site_post(view: View) -> View:
    """For harmless posts from public pages, which carry no cookie and so no CSRF token (ADR 0004)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method == "POST" and not from_this_site(request):
            return HttpResponseForbidden("This form was sent from another site.")
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)


def demo_only(view: View) -> View:
    """The page exists in the demonstration and nowhere else."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        from django.conf import settings

        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
