"""What the admin may do with a page, asked by every one of its endpoints. Superusers are not above it."""

from wagtail.models import Page, PagePermissionTester


class FixedPagePermissions(PagePermissionTester):
    """A page that other rows stand on: its words may change, its place may not."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return False

    def can_move(self) -> bool:
        return False

    def can_move_to(self, destination: Page) -> bool:
        return False

    def can_copy(self) -> bool:
        return False

    def can_copy_to(self, destination: Page, recursive: bool = False) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False

    def can_set_view_restrictions(self) -> bool:
        return False

    def can_reorder_children(self) -> bool:
        return False


class ModeratedPagePermissions(FixedPagePermissions):
    """Words go out through the workflow only, approved by somebody who did not write them.

    To take a listing away, its keeper archives it or the council suspends its provider: both keep the reason.
    """

    def can_publish(self) -> bool:
        return False

    def can_unschedule(self) -> bool:
        return super().can_publish()
