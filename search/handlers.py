"""Changes that strangers can see, brought to the index after commit. Any of these may come twice or out of order."""

from django.utils.translation import gettext_lazy

from marketplace.core import audit, health, outbox

from . import services
from .backends import IndexUnwell
from .selectors import CHANGED
from .services import forgetting  # noqa: F401  (it listens)

audit.say("search.shortlist.add", gettext_lazy("%(who)s put “%(title)s” on your shortlist."))
audit.say("search.shortlist.remove", gettext_lazy("%(who)s took “%(title)s” off your shortlist."))
audit.say("search.need.record", gettext_lazy("%(who)s told the council what you could not find."))


@outbox.handler_of_many(CHANGED)
def index_listings(payloads: list[dict[str, int]]) -> None:
    """However many changed at once, such as all that a council has suspended, they go to the index together."""
    services.listings_index(ids=[payload["listing"] for payload in payloads])


@outbox.handler("search.words_published")
def push_words(**said: object) -> None:
    services.words_push()


@health.thorough
def every_index_is_as_the_database() -> health.Audit:
    """What differs is put right on the way: an index can be made anew, so only one that cannot be is wrong."""
    looked_at, troubles = 0, []
    for name, found in services.indices_audit(repair=True).items():
        if isinstance(found, IndexUnwell):
            troubles.append(f"{name}: {found}")
        else:
            looked_at += found.checked
    return health.Audit("search", looked_at, troubles)
