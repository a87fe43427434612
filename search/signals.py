"""What the search adds to other pages: the number on the shortlist, the button's state, listings nearby."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from marketplace.cms.signals import frame_shown
from marketplace.core import health
from marketplace.core.audit import Actor
from marketplace.people.models import User
from providers.listings.models import Listing, ListingPage
from providers.listings.signals import listing_shown

from . import access, presentation, selectors, services
from .query import SearchQuery
from .words import missed
from .words.selectors import understood


@receiver(frame_shown)
def count_shortlist(sender: object, request: HttpRequest, **kwargs: object) -> dict:
    """Nothing is read before the header asks, and no session is opened for a stranger without one."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return {"shortlist_count": 0}
    return {"shortlist_count": SimpleLazyObject(lambda: len(access.shortlisted_ids(request)))}


@receiver(listing_shown)
def add_to_listing_page(
    sender: object, listing: Listing, page: ListingPage, request: HttpRequest, **kwargs: object
) -> dict:
    came_from = urlsplit(request.headers.get("Referer", "")[:2000])
    if came_from.netloc == request.get_host() and came_from.path == reverse("search:results"):
        query, _said = selectors.taken(SearchQuery.from_url(QueryDict(came_from.query)))
        missed.opened_counted(understood(query), today=timezone.localdate())
    return {
        "nearby": [
            presentation.card_words(each) for each in selectors.nearby(listing, page, today=timezone.localdate())
        ],
        "in_shortlist": listing.public_id in access.shortlisted_ids(request),
    }


@receiver(user_logged_in)
def keep_shortlist(sender: object, request: HttpRequest, user: User, **kwargs: object) -> None:
    """What was shortlisted before signing in moves to the person's own list."""
    session = getattr(request, "session", None)
    chosen = session.pop(access.IN_SESSION, []) if session is not None else []
    if chosen:
        services.shortlist_keep(public_ids=chosen, person=user, by=Actor(user.pk, user.pk), now=timezone.now())


@health.look
def index() -> health.Part:
    """Pages go on without the index, from the database: slower, and some results may be missing."""
    trouble = selectors.trouble_with_index()
    return health.Part("search index", not trouble, trouble or "ok", needed=False)


@health.look
def standby() -> health.Part:
    """The file that answers while the server does not: nobody would notice that it is missing before it is needed."""
    name, trouble = selectors.standby()
    words = trouble or "ok" if name else "none, the file itself answers"
    return health.Part("search standby", not trouble, words, needed=False)
