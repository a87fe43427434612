"""What the search adds to Wagtail's admin."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component

from . import selectors


class SearchPanel(Component):
    """Whether people find what is there: a line while all is well, and what to do when it is not."""

    name = "search_state"
    template_name = "search/admin/state_panel.html"
    order = 400

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"state": selectors.state()}


@hooks.register("construct_homepage_panels", order=100)  # after the admin has put away the panels that nobody needs
def how_the_search_is(request: HttpRequest, panels: list) -> None:
    panels.append(SearchPanel())
