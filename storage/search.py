"""Full-text search over the present texts: FTS5 on SQLite, a tsvector on PostgreSQL, both of our own terms (decision 0063).

The newest matches are ranked, not all: a common word costs no more among a million articles than among ten thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from storage.engine import Database
from storage.terms import Query, terms_of

RANKED = 100
"""Newest matches that are ranked against each other."""
MERGED = 500
"""Pages of the index that one step of tidying rewrites."""
LOOKED_AT = 2_000
"""Matches that are looked at before a search ends with fewer results than asked for."""

_INSERT = {
    "sqlite": text("INSERT INTO search_index (rowid, terms) VALUES (:revision, :terms)"),
    "postgresql": text(
        "INSERT INTO search_index (revision_id, terms) VALUES (:revision, array_to_tsvector(CAST(:terms AS text[])))"
    ),
}
_DELETE = {
    "sqlite": text("INSERT INTO search_index (search_index, rowid, terms) VALUES ('delete', :revision, :terms)"),
    "postgresql": text("DELETE FROM search_index WHERE revision_id = :revision"),
}
_MATCH = {
    "sqlite": "SELECT rowid AS revision_id FROM search_index WHERE search_index MATCH :query ORDER BY rowid DESC",
    "postgresql": "SELECT revision_id FROM search_index WHERE terms @@ CAST(:query AS tsquery) ORDER BY revision_id DESC",
}
_NEWEST = "SELECT id AS revision_id FROM revisions ORDER BY id DESC"
"""For a query of the commonest characters alone, which nearly every text has."""
_FOUND = """
    SELECT a.id, r.title, r.text, a.published
    FROM ({match} LIMIT :matches OFFSET :skipped) AS m
    JOIN revisions r ON r.id = m.revision_id
    JOIN articles a ON a.id = r.article_id AND a.revision = r.number
    WHERE (CAST(:after AS text) IS NULL OR a.published >= :after) AND (CAST(:before AS text) IS NULL OR a.published < :before)
    ORDER BY m.revision_id DESC
"""


def index(connection: Connection, revision: int, title: str | None, body: str, tags: Sequence[str] = ()) -> None:
    """Makes a revision findable."""
    connection.execute(_INSERT[connection.dialect.name], _bound(connection, revision, title, body, tags))


@dataclass(slots=True)
class Indexing:
    """Revisions to be made findable, put off to the end of a transaction.

    Among other statements SQLite would write each one's terms out by themselves, a piece of the index that is merged later.
    """

    connection: Connection
    _waiting: list[dict[str, object]] = field(default_factory=list)

    def add(self, revision: int, title: str | None, body: str, tags: Sequence[str] = ()) -> None:
        """Notes a revision; nobody finds it before ``finish``."""
        self._waiting.append(_bound(self.connection, revision, title, body, tags))

    def finish(self) -> None:
        """Makes findable what was noted; to be called before one of the noted is taken out again, and at the end."""
        if self._waiting:
            self.connection.execute(_INSERT[self.connection.dialect.name], self._waiting)
            self._waiting = []


def unindex(connection: Connection, revision: int, title: str | None, body: str, tags: Sequence[str] = ()) -> None:
    """Takes a revision out again; text and tags must be those it was put in with."""
    values = _bound(connection, revision, title, body, tags)
    if connection.dialect.name == "postgresql":
        values.pop("terms")
    connection.execute(_DELETE[connection.dialect.name], values)


def tidy(database: Database) -> None:
    """Merges the index step by step, which drops for good what was taken out of it; writers get in between the steps."""
    if not database.sqlite:
        return
    merge = text("INSERT INTO search_index (search_index, rank) VALUES ('merge', :pages)")

    def step(connection: Connection, pages: int) -> int:
        raw: Any = connection.connection.dbapi_connection
        before: int = raw.total_changes
        connection.execute(merge, {"pages": pages})
        after: int = raw.total_changes
        return after - before

    changed = database.write(lambda connection: step(connection, -MERGED))  # negative: begin a merge of everything
    while changed >= 2:  # fewer changes tell that there was nothing left to do
        changed = database.write(lambda connection: step(connection, MERGED))


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that fits, and how well."""

    article: int
    score: float


def find(connection: Connection, query: Query, limit: int) -> list[Hit]:
    """The articles that fit best among the newest that fit; the best first, then the newest."""
    wanted = query.terms()
    if not wanted and not query.phrases:
        return []
    statement = text(_FOUND.format(match=_MATCH[connection.dialect.name] if wanted else _NEWEST))
    hits: list[Hit] = []
    for skipped in range(0, LOOKED_AT, RANKED):
        values = {
            "query": _query(connection, wanted),
            "matches": RANKED,
            "skipped": skipped,
            "after": query.after,
            "before": query.before,
        }
        rows = connection.execute(statement, values).all()
        scored = ((row.id, query.score(row.title, row.text)) for row in rows)
        hits += [Hit(id, score) for id, score in scored if score]
        if len(hits) >= limit or (not rows and skipped):
            break
    return sorted(hits, key=lambda hit: -hit.score)[:limit]


def _bound(
    connection: Connection, revision: int, title: str | None, body: str, tags: Sequence[str]
) -> dict[str, object]:
    terms = terms_of(title, body, tags=tags)
    return {"revision": revision, "terms": " ".join(terms) if connection.dialect.name == "sqlite" else terms}


def _query(connection: Connection, wanted: Sequence[tuple[str, bool]]) -> str:
    if connection.dialect.name == "sqlite":
        return " ".join(f'"{term}"*' if begins else f'"{term}"' for term, begins in wanted)
    return " & ".join(f"'{term}':*" if begins else f"'{term}'" for term, begins in wanted)
