"""Changes that strangers can see, brought to the index after commit. Any of these may come twice or out of order."""

from django.utils.translation import gettext_lazy

from marketplace.core import audit, outbox

from . import services

audit.say("search.shortlist.add", gettext_lazy("%(who)s put “%(title)s” on your shortlist."))
audit.say("search.shortlist.remove", gettext_lazy("%(who)s took “%(title)s” off your shortlist."))
audit.say("search.need.record", gettext_lazy("%(who)s told the council what you could not find."))


@outbox.handler("listings.changed")
def index_listing(*, listing: int, version: int) -> None:
    services.listings_index(ids=[listing])
