"""One request as an endpoint sees it, and what many endpoints share."""

from collections.abc import Callable
from dataclasses import dataclass

from .errors import bad_param
from .params import Params
from .store import Records, Thing, shown


@dataclass
class Call:
    """`account` is the connected account acted on ("" is the platform), `ids` the ids in the path."""

    records: Records
    account: str
    params: Params
    ids: tuple[str, ...]
    path: str

    def listed(self, kind: str, *, parent: str = "", account: str | None = "same") -> Thing:
        """A page of things, newest first, as Stripe lists them."""
        since = self.params.inner("created").whole("gte") or 0
        limit = self.params.whole("limit", least=1) or 10
        if limit > 100:
            raise bad_param("limit", "Invalid limit: must be at most 100", "parameter_invalid_integer")
        after = self.params.text("starting_after") or ""
        owner = self.account if account == "same" else account
        found, more = self.records.page(kind, owner, limit=limit, after=after, parent=parent, since=since)
        return {"object": "list", "data": [shown(thing) for thing in found], "has_more": more, "url": self.path}


Endpoint = Callable[[Call], Thing]
