"""The embedded backend: reads and writes of one file, or of one in memory."""

import json
import math
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date

from ... import rules
from ...documents import Document
from ...query import SearchQuery
from ..base import PAGE_SIZE, Box, Cluster, Hit, IndexUnwell, Known, Piece, SearchResults, Suggestion
from ..marking import CLOSE, OPEN, pieces_of
from . import store
from .asking import FLAGS, Match, candidates, distance_of, mark_of, matches
from .counting import Sets, Sifted, count, filters_of, sift
from .ordering import Scored, ordered
from .sphere import ANYWHERE, chord_squared, on_the_sphere


class EmbeddedBackend:
    """Answers from the file in use, or from `connection` when one is given (a scratch index, for one thread)."""

    def __init__(self, connection: store.Index | None = None) -> None:
        self._own = connection

    @classmethod
    def in_memory(cls, documents: Iterable[Document]) -> "EmbeddedBackend":
        """A scratch index that is gone when nobody holds it."""
        made = cls(store.lay_out(":memory:"))
        made.put(documents)
        return made

    @contextmanager
    def _reading(self) -> Iterator[store.Index]:
        try:
            yield self._own or store.connection()
        except sqlite3.DatabaseError as error:
            raise IndexUnwell(str(error)) from error

    @contextmanager
    def _writing(self) -> Iterator[store.Index]:
        """One transaction. The write lock is taken at once, so that nothing read inside it changes before it ends."""
        with self._reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                connection.forget_sets()
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file, as before processes part: what SQLite knows of its locks would be shared with them."""
        if self._own is not None:
            self._own.close()
        else:
            store.let_go()

    def search(self, query: SearchQuery, *, today: date, size: int = PAGE_SIZE) -> SearchResults:
        with self._reading() as connection:
            sets = connection.sets()
            sifted, match, whole = self._look(connection, sets, query)
            total = len(sifted.kept)
            pages = max(1, math.ceil(total / size))
            page = min(query.page, pages)
            best = ordered(sifted.kept, query, today, first=(page - 1) * size, last=page * size)
            return SearchResults(
                hits=tuple(_hits(connection, best, match.text)),
                facets=count(sets, sifted, query),
                total=total,
                page=page,
                cursor=str(page + 1) if page < pages else "",
                whole=whole,
            )

    def clusters(self, query: SearchQuery, *, box: Box, zoom: int, today: date) -> list[Cluster]:
        with self._reading() as connection:
            sifted, _match, _whole = self._look(connection, connection.sets(), query)
            rows = connection.execute(_IN_BOX, {"ids": json.dumps([row.id for row in sifted.kept]), **asdict(box)})
            tiles: dict[tuple[int, int], list[tuple[int, float, float]]] = {}
            for listing_id, lat, lon in rows:
                tiles.setdefault(rules.tile_of(lat, lon, rules.tile_zoom(zoom)), []).append((listing_id, lat, lon))
            return [_cluster(members) for members in tiles.values()]

    def _look(self, connection: store.Index, sets: Sets, query: SearchQuery) -> tuple[Sifted, Match, int]:
        """Listings with all the words; when these are few, with some of them. What they match; how many have all."""
        filters = filters_of(sets, query)
        areas = sets.holding(query.at.la_code) if query.at and query.at.la_code else ()
        sifted, match, whole = Sifted(), Match(), None
        for match in matches(query.asked()):
            sifted = sift(candidates(connection, query, match, everywhere=sets.empty(), areas=areas), filters)
            whole = {row.id for row in sifted.kept} if whole is None else whole
            if len(sifted.kept) >= rules.ENOUGH:
                break
        whole = whole or set()
        if len(sifted.kept) > len(whole) > 0:
            sifted.kept = [row.weighed(rules.ALL_OF_THEM) if row.id in whole else row for row in sifted.kept]
        return sifted, match, len(whole)

    def known(self) -> Known:
        with self._reading() as connection:
            return connection.remembered("known", lambda: _known(connection))

    def texts(self, most: int) -> list[tuple[str, str]]:
        """Names (title and provider) and other words of so many listings at most, for the speller to learn from."""
        with self._reading() as connection:
            rows = connection.execute("SELECT title, provider, kinds, offers, summary FROM words LIMIT ?", (most,))
            return [(" ".join(row[:2]), " ".join(row[2:])) for row in rows]

    def suggest(self, text: str, limit: int = 8) -> list[Suggestion]:
        typed = rules.terms(text) or rules.every_term(text)
        if not typed:
            return []
        match = " AND ".join([*(f'"{term}"' for term in typed[:-1]), f'"{typed[-1]}"*'])
        with self._reading() as connection:
            kinds = [
                Suggestion(name)
                for (name,) in connection.execute("SELECT name FROM kinds ORDER BY name")
                if any(word.startswith(typed[-1]) for word in rules.every_term(name))
            ]
            rows = connection.execute(
                "SELECT id, json_extract(card, '$.name') FROM words JOIN cards ON cards.id = words.rowid"
                " WHERE words MATCH ? ORDER BY rank LIMIT ?",
                (f"{{title provider}} : ({match})", limit),
            )
            return (kinds + [Suggestion(name, listing_id) for listing_id, name in rows])[:limit]

    def put(self, documents: Iterable[Document]) -> int:
        written = 0
        with self._writing() as connection:
            sets = connection.sets()
            for document in documents:
                if _heard_of(connection, document.id) > document.version:
                    continue
                if _delete(connection, document.id):
                    store.words_left(connection)
                connection.execute("DELETE FROM gone WHERE id = ?", (document.id,))
                _insert(connection, sets, document)
                written += 1
        return written

    def remove(self, versions: dict[int, int]) -> int:
        removed = 0
        with self._writing() as connection:
            for listing_id, version in versions.items():
                if _heard_of(connection, listing_id) > version:
                    continue
                if _delete(connection, listing_id):
                    store.words_left(connection)
                    removed += 1
                connection.execute("INSERT OR REPLACE INTO gone VALUES (?, ?)", (listing_id, version))
        return removed

    def overwrite(self) -> bool:
        """Leave no byte of what was taken out; whether there was anything. Raises IndexUnwell."""
        with self._reading() as connection:
            return store.overwrite(connection)

    def look(self) -> None:
        self.known()

    def settle(self) -> None:
        """Every question sees what was written before it."""

    def held(self) -> dict[int, tuple[int, str]]:
        with self._reading() as connection:
            return {
                listing_id: (version, fingerprint)
                for listing_id, version, fingerprint in connection.execute("SELECT id, version, hash FROM cards")
            }


_IN_BOX = (
    "SELECT listing.id, lat, lon FROM json_each(:ids) AS kept JOIN listing ON listing.id = kept.value"
    " WHERE lat BETWEEN :south AND :north AND lon BETWEEN :west AND :east ORDER BY listing.id"
)


_SAID = (
    "SELECT snippet(words, 2, :open, :close, '…', 16), snippet(words, 4, :open, :close, '…', 16)"
    " FROM words WHERE words MATCH :match AND rowid = :id"
)


def _cluster(members: list[tuple[int, float, float]]) -> Cluster:
    many = len(members)
    lat, lon = sum(each[1] for each in members) / many, sum(each[2] for each in members) / many
    return Cluster(lat, lon, many, members[0][0] if many == 1 else None)


def _hits(connection: store.Index, best: list[Scored], match: str | None) -> Iterator[Hit]:
    marks = ",".join("?" * len(best))
    sql = f"SELECT id, version, card, lat, lon FROM cards JOIN listing USING (id) WHERE id IN ({marks})"  # noqa: S608
    cards = {row[0]: row[1:] for row in connection.execute(sql, [row.id for _score, row in best])}
    for score, row in best:
        version, card, lat, lon = cards[row.id]
        said = _said(connection, row.id, match)
        flags = frozenset(name for name, bit in FLAGS.items() if row.flags & bit)
        yield Hit(row.id, version, distance_of(row), lat, lon, flags, json.loads(card), score, said)


def _said(connection: store.Index, listing_id: int, match: str | None) -> tuple[Piece, ...]:
    """Where in the offers, or what is said about them, the words stand: the card does not show that."""
    if match is None:
        return ()
    found = connection.execute(_SAID, {"match": match, "id": listing_id, "open": OPEN, "close": CLOSE}).fetchone()
    return pieces_of(next((text for text in found or () if OPEN in text), ""))


def _known(connection: store.Index) -> Known:
    sets = connection.sets()
    used: dict[str, set[str]] = {}
    for name in ("kinds", "languages", "checks"):
        numbers = connection.execute(f"SELECT DISTINCT {name} FROM listing").fetchall()  # noqa: S608  our own names
        used[name] = {member for (number,) in numbers for member in sets.members(number)}
    names = connection.execute("SELECT slug, name FROM kinds ORDER BY name").fetchall()
    kinds = {slug: name for slug, name in names if slug in used["kinds"]}
    return Known(kinds, tuple(sorted(used["languages"])), tuple(sorted(used["checks"])))


def _heard_of(connection: store.Index, listing_id: int) -> int:
    """The latest version of this listing that was written or taken out; 0 when never."""
    row = connection.execute(
        "SELECT max(version) FROM (SELECT id, version FROM cards UNION ALL SELECT id, version FROM gone) WHERE id = ?",
        (listing_id,),
    ).fetchone()
    return row[0] or 0


def _delete(connection: store.Index, listing_id: int) -> int:
    connection.execute("DELETE FROM listing WHERE id = ?", (listing_id,))
    connection.execute("DELETE FROM words WHERE rowid = ?", (listing_id,))
    return connection.execute("DELETE FROM cards WHERE id = ?", (listing_id,)).rowcount


def _insert(connection: store.Index, sets: Sets, document: Document) -> None:
    point = document.point
    x, y, z = on_the_sphere(point) if point else (None, None, None)
    reach = ANYWHERE if document.reach_miles is None else chord_squared(document.reach_miles)
    flags = sum(bit for name, bit in FLAGS.items() if getattr(document, name))
    connection.execute(
        "INSERT INTO listing VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            document.id,
            document.lat,
            document.lon,
            x,
            y,
            z,
            reach,
            sets.number(document.areas),
            sets.number(document.kind_slugs),
            sets.number(document.days),
            sets.number(document.languages),
            sets.number(document.checks),
            flags,
            document.price_pence,
            document.assured,
            document.published,
        ),
    )
    connection.execute(
        "INSERT INTO words (rowid, title, kinds, offers, summary, about, provider, slugs) VALUES (?,?,?,?,?,?,?,?)",
        (
            document.id,
            rules.unowned(document.title),
            rules.unowned(document.kinds_words),
            rules.unowned(document.offers),
            rules.unowned(document.summary),
            rules.unowned(document.about),
            rules.unowned(document.provider),
            " ".join(map(mark_of, document.kind_slugs)),
        ),
    )
    connection.execute(
        "INSERT INTO cards VALUES (?,?,?,?)",
        (document.id, document.version, document.hash, json.dumps(document.card, ensure_ascii=False)),
    )
    connection.executemany("INSERT OR REPLACE INTO kinds VALUES (?,?)", document.kinds)
