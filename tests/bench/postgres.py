"""The peer of the search server: PostgreSQL's own full text, with the same filters and counts, well indexed."""

import json

from django.db import connection

from search import rules
from search.backends.elasticsearch.mapping import FLAGS
from search.documents import Document
from search.query import DISTANCES, SearchQuery
from tests.bench.engine import MADE, STEP, spread

_MAKE = """
DROP TABLE IF EXISTS bench_words;
CREATE UNLOGGED TABLE bench_words (
    id int PRIMARY KEY, words tsvector, lat float8, lon float8, reach int, areas text[],
    kinds text[], days text[], languages text[], checks text[], flags text[], price int, card jsonb
)"""
_INDEX = (
    "CREATE INDEX ON bench_words USING gin (words)",
    "CREATE INDEX ON bench_words (lat, lon)",
    "CREATE INDEX ON bench_words USING gin (days)",
    "ANALYZE bench_words",
)
_MILES = """
3967.2 * 2 * asin(sqrt(least(1, sin(radians(lat - %(lat)s) / 2) ^ 2
+ cos(radians(lat)) * cos(radians(%(lat)s)) * sin(radians(lon - %(lon)s) / 2) ^ 2)))"""
_ASK = f"""
WITH served AS MATERIALIZED (
    SELECT *, {_MILES} AS miles FROM bench_words
    WHERE (%(q)s = '' OR words @@ to_tsquery('english', %(q)s))
      AND lat BETWEEN %(south)s AND %(north)s AND lon BETWEEN %(west)s AND %(east)s
), found AS MATERIALIZED (
    SELECT * FROM served WHERE miles <= least(coalesce(reach, 30), 30)
      AND (areas = '{{}}' OR %(code)s = ANY(areas)) AND flags @> %(flags)s
), kept AS MATERIALIZED (
    SELECT * FROM found WHERE miles <= %(within)s AND (%(days)s = '{{}}' OR days && %(days)s)
)
SELECT json_build_object(
  'total', (SELECT count(*) FROM kept),
  'kinds', (SELECT json_object_agg(k, n) FROM (SELECT k, count(*) n FROM kept, unnest(kinds) k GROUP BY 1) a),
  'days', (SELECT json_object_agg(k, n) FROM
           (SELECT k, count(*) n FROM found, unnest(days) k WHERE miles <= %(within)s GROUP BY 1) b),
  'checks', (SELECT json_object_agg(k, n) FROM (SELECT k, count(*) n FROM kept, unnest(checks) k GROUP BY 1) c),
  'flags', (SELECT json_object_agg(k, n) FROM (SELECT k, count(*) n FROM kept, unnest(flags) k GROUP BY 1) d),
  'within', (SELECT json_object_agg(far, n) FROM
             (SELECT far, count(*) n FROM found, unnest(%(distances)s) far WHERE miles <= far GROUP BY 1) e),
  'hits', (SELECT json_agg(card) FROM (
      SELECT card FROM kept
      ORDER BY (CASE WHEN %(q)s = '' THEN 1 ELSE ts_rank(words, to_tsquery('english', %(q)s)) END)
               * exp(-1.204 * (miles / (%(within)s / 3.0)) ^ 2) DESC
      LIMIT 8) f)
)"""


_PUT = """
INSERT INTO bench_words SELECT %s,
    setweight(to_tsvector('english', %s), 'A') || setweight(to_tsvector('english', %s), 'B')
    || setweight(to_tsvector('english', %s), 'D'), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s"""


_COPY = """
INSERT INTO bench_words
SELECT a.id + %(copy)s * %(made)s, a.words, b.lat, b.lon, a.reach, a.areas, a.kinds, a.days, a.languages, a.checks,
       a.flags, a.price, a.card
FROM bench_words a JOIN bench_words b ON b.id = (a.id - 1 + %(copy)s * %(step)s) %% %(made)s + 1
WHERE a.id <= %(made)s"""


def fill(size: int) -> None:
    """The listings of `spread(size)`. Weights as the index has them: title and kinds before offers, then the rest."""
    with connection.cursor() as cursor:
        for statement in filter(None, _MAKE.split(";")):
            cursor.execute(statement)
        cursor.executemany(_PUT, (_row(document) for document in spread(min(size, MADE))))
        for copy in range(1, size // MADE):
            cursor.execute(_COPY, {"copy": copy, "made": MADE, "step": STEP})
        for statement in _INDEX:
            cursor.execute(statement)


def _row(each: Document) -> tuple:
    first, second = f"{each.title} {each.kinds_words}", f"{each.offers} {each.summary} {each.provider}"
    flags = [name for name in FLAGS if getattr(each, name)]
    lists = (list(each.areas), list(each.kind_slugs), list(each.days), list(each.languages), list(each.checks), flags)
    return (each.id, first, second, each.about, each.lat, each.lon, each.reach_miles, *lists, each.price_pence,
            json.dumps(each.card))  # fmt: skip


def ask(query: SearchQuery) -> dict:
    assert query.at is not None
    point = query.at.point
    with connection.cursor() as cursor:
        cursor.execute(
            _ASK,
            {
                "q": " & ".join(rules.terms(query.q)),
                "lat": point.lat,
                "lon": point.lon,
                "south": point.lat - 0.44,
                "north": point.lat + 0.44,
                "west": point.lon - 0.75,
                "east": point.lon + 0.75,
                "code": query.at.la_code or "",
                "flags": list(query.pay),
                "days": list(query.day),
                "within": query.within,
                "distances": list(DISTANCES),
            },
        )
        (found,) = cursor.fetchone()
    return found if isinstance(found, dict) else json.loads(found)
