"""Wagtail's admin, area by area."""

from .admin_media import DOCUMENTS, PICTURES
from .admin_pages import CHANGING, CHOOSING, INTERFACE, LOOKING, REPORTS
from .admin_site import EVERY_CURATOR, GOVERNING, NOBODYS, WORKFLOWS

AREAS = {
    "admin: looking at pages": LOOKING,
    "admin: changing pages": CHANGING,
    "admin: choosing": CHOOSING,
    "admin: interface": INTERFACE,
    "admin: reports": REPORTS,
    "admin: pictures": PICTURES,
    "admin: documents": DOCUMENTS,
    "admin: every curator": EVERY_CURATOR,
    "admin: nobody’s": NOBODYS,
    "admin: workflows": WORKFLOWS,
    "admin: governing": GOVERNING,
}
