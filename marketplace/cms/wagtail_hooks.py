"""Wagtail's admin as a curator needs it: what waits first, few menus, nothing of another council."""

from typing import cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from marketplace.people.models import User

from .access import linkable_by
from .permissions import FixedPagePermissions
from .waiting import WaitingPanel

NEEDED_MENUS = {"explorer", "images", "council", "words"}
NEEDED_PANELS = {"waiting", "recent_edits", "locked_pages"}


@hooks.register("construct_homepage_panels")
def what_waits_first(request: HttpRequest, panels: list) -> None:
    panels.append(WaitingPanel())
    panels[:] = [panel for panel in panels if panel.name in NEEDED_PANELS]


@hooks.register("construct_homepage_summary_items")
def no_counts(request: HttpRequest, items: list) -> None:
    """How many pages there are in all helps nobody to decide anything."""
    items.clear()


@hooks.register("register_admin_menu_item")
def council_pages() -> MenuItem:
    return MenuItem(_("Your council"), "/staff/", name="council", icon_name="home", order=150)


@hooks.register("construct_main_menu")
def few_menus(request: HttpRequest, items: list) -> None:
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name in NEEDED_MENUS]


@hooks.register("construct_page_chooser_queryset")
def no_drafts_of_others(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    """Whoever links to a page chooses among what is public and what they may edit."""
    return linkable_by(cast(User, request.user), pages)


@hooks.register("before_convert_alias_page")
def stays_an_alias(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A listing shown by a second council stays the first council's words."""
    if isinstance(page.specific.permissions_for_user(request.user), FixedPagePermissions):
        raise Http404
    return None


@hooks.register("construct_page_action_menu")
def deciding_comes_first(menu_items: list, request: HttpRequest, context: dict) -> None:
    """Who opens words that wait is here to decide: the button says "Approve", the rest lies behind it."""
    menu_items.sort(key=lambda item: not (item.name == "approve" and not getattr(item, "launch_modal", True)))
