"""One request of the server: the question, its order, its counts and its page. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from ...query import SearchQuery
from ...words.wording import Wording
from ..base import PAGE_SIZE
from ..patience import READ_SECONDS
from .asking import Clause, enough_of, filter_clauses, fixed_clauses, weighed, words_clause
from .counting import aggregations
from .mapping import CARD_FIELDS
from .marking import marks
from .ordering import WINDOW, place_after, sort_of

Body = dict[str, Any]
AT_MOST = f"{int(READ_SECONDS * 900)}ms"  # after which the server says that it has seen only a part


@dataclass
class Question:
    """A question in the server's words, with whatever page of it is wanted."""

    query: SearchQuery
    wording: Wording
    today: date
    size: int

    def __post_init__(self) -> None:
        self.minimum = self.wording.minimum
        self.whole = 0  # how many have all the words, when others follow them
        self.filters: dict[str, Clause] = filter_clauses(self.query)
        self.fixed: list[Clause] = fixed_clauses(self.query)
        self.goes_on = place_after(self.query) if self.query.after else None

    def body(self, minimum: int | None = None, *, page: int | None = None, backwards: bool = False) -> Body:
        words = words_clause(self.wording, self.minimum if minimum is None else minimum)
        if self.query.sort == "best":
            whole = enough_of(self.wording, self.wording.minimum) if self.whole else None
            asked = weighed(words, self.fixed, self.query, self.today, first=whole)
        else:
            asked = {"bool": {"filter": [words, *self.fixed]}}
        body: Body = {
            "query": asked,
            "post_filter": {"bool": {"filter": list(self.filters.values())}},
            "aggs": aggregations(self.query, self.filters),
            "sort": sort_of(self.query, self.today, backwards=backwards),
            "size": self.size,
            "_source": CARD_FIELDS,
            "track_total_hits": True,
            "timeout": AT_MOST,
        }
        if self.wording.groups:
            body["highlight"] = marks(words)
        first = ((page or self.query.page) - 1) * self.size
        if page is None and self.goes_on:
            body["search_after"] = self.goes_on
        elif first + self.size <= WINDOW:
            body["from"] = first
        return body


def question_for(query: SearchQuery, today: date) -> Body:
    """The body of the request that a page of results is."""
    return Question(query, query.asked(), today, PAGE_SIZE).body()
