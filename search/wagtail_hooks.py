"""What the search adds to Wagtail's admin."""

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from marketplace.people.models import Council, User

from . import selectors
from .words import missed
from .words.access import first_council, may_see_why

MOST_MISSED = 5


class SearchPanel(Component):
    """Whether people find what is there: a line while all is well, and what to do when it is not."""

    name = "search_state"
    template_name = "search/admin/state_panel.html"
    order = 400

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"state": selectors.state()}


class WordsPanel(Component):
    """The way to the rules about words, and what people looked for in vain."""

    name = "search_words"
    template_name = "search/admin/words_panel.html"
    order = 410

    def __init__(self, council: Council | None) -> None:
        self.council = council

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"missed": missed.words_missed(self.council, today=timezone.localdate(), most=MOST_MISSED)}


class WordsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_see_why(cast(User, request.user))


@hooks.register("register_admin_menu_item")
def words_people_use() -> MenuItem:
    return WordsMenuItem(_("Words people use"), reverse("words:mine"), name="words", icon_name="search", order=160)


@hooks.register("construct_homepage_panels", order=110)
def what_people_looked_for(request: HttpRequest, panels: list) -> None:
    user = cast(User, request.user)
    if may_see_why(user):
        panels.append(WordsPanel(None if user.is_national_operator else first_council(user)))


@hooks.register("construct_homepage_panels", order=100)  # after the admin has put away the panels that nobody needs
def how_the_search_is(request: HttpRequest, panels: list) -> None:
    panels.append(SearchPanel())
