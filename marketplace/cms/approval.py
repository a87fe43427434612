"""What happens when the last step of a workflow says yes (WAGTAIL_FINISH_WORKFLOW_ACTION).

Wagtail imports this before its models and ours are loaded, so everything else is imported on the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from wagtail.models import WorkflowState

    from marketplace.people.models import User


def publish_approved(workflow_state: WorkflowState, user: User | None = None) -> None:
    """Publish the newest words, now or on the day they were scheduled for.

    The approval is the permission: nobody may publish a listing directly. Raises PermissionDenied for its author.
    """
    from . import authorship

    page = workflow_state.content_object
    if user is not None and authorship.wrote_any(page, user):
        raise PermissionDenied("An author approved their own words.")
    page.get_latest_revision().publish(user=user, skip_permission_checks=True)
