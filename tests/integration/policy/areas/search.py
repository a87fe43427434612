"""Finding help, and what is kept from it."""

from ..policy import EVERYBODY, KEN_OR_BUYING_FOR_KEN, LEE_FOR_KEN, NONE, row

MAY_SHORTLIST = EVERYBODY - {LEE_FOR_KEN}

ROWS = [
    row("search:results", EVERYBODY, NONE, query="?q=garden&postcode=TA1+1AA"),
    row("search:how_ordered", EVERYBODY, NONE),
    row("search:suggest", EVERYBODY, NONE, query="?q=gar"),
    row("search:map", EVERYBODY, NONE, query="?q=garden&postcode=TA1+1AA&zoom=9&box=50,-5,52,-2"),
    row("search:need", EVERYBODY, data={"words": "Somebody to walk the dog", "postcode": "TA1 1AA"}),
    row("search:need_kept", EVERYBODY, NONE),
    row("search:shortlist", EVERYBODY, NONE),
    row("search:shortlist_add", NONE, MAY_SHORTLIST, public_id="live"),
    row("search:shortlist_add", NONE, public_id="draft", why="what strangers cannot see cannot be kept"),
    row("search:shortlist_add", NONE, public_id="suspended"),
    row("search:shortlist_remove", NONE, KEN_OR_BUYING_FOR_KEN, public_id="live", why="on Ken’s list, no one else’s"),
    row("search:compare", EVERYBODY, NONE, query="?l={live}&l={draft}"),
]
