"""Changes that strangers can see, brought to the index after commit. Any of these may come twice or out of order."""

from marketplace.core import outbox

from . import services


@outbox.handler("listings.changed")
def index_listing(*, listing: int, version: int) -> None:
    services.listings_index(ids=[listing])
