"""What every page's frame needs: the product's name, the council, who is acting."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from marketplace.people.middleware import has_second_factor
from marketplace.people.models import Council, User
from marketplace.people.selectors import is_council_staff

from .services import RESERVED_SLUGS
from .signals import frame_shown


def frame(request: HttpRequest) -> dict:
    """`council` is None on pages that belong to all; nothing here opens a session for a stranger."""
    context: dict[str, Any] = {
        "product_name": settings.PRODUCT_NAME,
        "site_url": settings.SITE_URL,
        "demo": settings.DEMO,
        "council": SimpleLazyObject(lambda: council_of(request)),
        "standing": None,
        "is_council_staff": False,
    }
    user = request.user if _may_be_signed_in(request) else None
    if isinstance(user, User):
        context["standing"] = getattr(request, "standing", None)
        context["is_council_staff"] = SimpleLazyObject(lambda: is_council_staff(user))
        # the menu leads staff to their pages after a second step only, so for nobody else it costs a query
        context["may_open_council_pages"] = SimpleLazyObject(
            lambda: has_second_factor(request) and is_council_staff(user)
        )
    added: list[tuple[Any, Any]] = frame_shown.send(sender=None, request=request)
    for _receiver, extra in added:
        context.update(extra)
    return context


def council_of(request: HttpRequest) -> Council | None:
    """The council whose part of the site this page stands in, by the first word of its path."""
    shown = getattr(request, "council", None)
    if shown is not None:
        return shown
    slug = request.path.lstrip("/").split("/", 1)[0]
    if not slug or slug in RESERVED_SLUGS:
        return None
    return Council.objects.filter(slug=slug).first()


def _may_be_signed_in(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES and hasattr(request, "user")
