"""Links in letters about one person, for whoever reads them."""

from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from . import selectors
from .models import User

ONWARD = "next"  # where a helper goes once they act for the person


def page_of(person: User, reader: User, path: str, now: datetime) -> str:
    """The path of a page that shows what is this person's. A helper comes by the page on which they begin to act."""
    held = selectors.people_helped_by(reader, now).filter(person=person).first() if reader != person else None
    if held is None:
        return path
    return f"{reverse('people:acting_start', args=[held.pk])}?{urlencode({ONWARD: path})}"
