"""Erases an article, or all of a host, for good: from the database, the search index and the archive; and notes that it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from crawler.errors import ReadError, StoreError
from crawler.urls import host_of
from storage.archive import WarcArchive
from storage.copies import disown
from storage.fingerprints import drop_fingerprint
from storage.search import tidy, unindex
from storage.store import SqlStore
from storage.stories import settle_story
from storage.tables import articles, flags, forgotten, known_figures, outbox, reports, revisions, seen


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased, and what is left for a person to do."""

    what: str
    articles: int
    pages: int
    """Archived pages erased in place."""
    left: tuple[str, ...]
    """Places that a person is to look after: archived pages that could not be reached, and backups."""

    def to_json(self) -> dict[str, Any]:
        """What ``forget --json`` shows."""
        return {"what": self.what, "articles": self.articles, "pages": self.pages, "left": list(self.left)}


def forget(store: SqlStore, archive: WarcArchive | None, what: str, *, by: str | None = None) -> Forgotten:
    """Erases the article with that id, or every article of that host; their addresses stay noted, so that none comes back.

    A known figure that others report too stays, without what is erased; one that nobody else reports goes, with its flags.
    Raises StoreError where nothing fits.
    """
    now = store.clock.now()

    def work(connection: Connection) -> tuple[int, list[str]]:
        ids = _chosen(connection, what)
        pages = [page for id in ids for page in _erase(connection, id)]
        _note(connection, what, len(ids), by, now)
        return len(ids), pages

    number, pages = store.database.write(work)
    tidy(store.database)
    store.database.wipe()
    erased = [page for page in pages if archive is not None and archive.erase(page)]
    left = tuple(sorted(set(pages) - set(erased)))
    return Forgotten(
        what, number, len(erased), (*left, "backups made before now still hold it; delete or replace them")
    )


def _chosen(connection: Connection, what: str) -> list[int]:
    if what.isascii() and what.isdigit():
        ids = list(connection.execute(select(articles.c.id).where(articles.c.id == int(what))).scalars())
    else:
        host = what.lower().strip("/").rpartition("//")[2]
        near = articles.c.url.contains(host, autoescape=True)
        found = connection.execute(select(articles.c.id, articles.c.url).where(near))
        ids = [row.id for row in found if _host(row.url) == host]
    if not ids:
        raise StoreError(f"Nothing is stored of {what!r}; give an article's id or a host such as news.example.com")
    return ids


def _host(url: str) -> str:
    try:
        return host_of(url)
    except ReadError:
        return ""


def _erase(connection: Connection, id: int) -> list[str]:
    """One article out of every table; gives where its pages are archived."""
    row = connection.execute(
        select(articles.c.story_id, articles.c.url, articles.c.fetched).where(articles.c.id == id)
    ).one()
    # Letters quote articles in codings that no search sees through: those that may quote this one lose their text.
    may_quote = (outbox.c.state == "sent", outbox.c.created_at >= row.fetched)
    connection.execute(update(outbox).where(*may_quote).values(message=b"", subject=None))
    texts = connection.execute(select(revisions).where(revisions.c.article_id == id).order_by(revisions.c.number)).all()
    last = texts[-1]
    unindex(connection, last.id, last.title, last.text, last.tags)
    drop_fingerprint(connection, id)
    entries = list(connection.execute(select(reports.c.known_id).where(reports.c.article_id == id)).scalars())
    connection.execute(delete(reports).where(reports.c.article_id == id))
    connection.execute(delete(flags).where(flags.c.article_id == id))
    _erase_entries(connection, entries)
    addresses = connection.execute(select(seen.c.url).where(seen.c.article_id == id)).scalars()
    kept = list(dict.fromkeys([*addresses, row.url]))
    connection.execute(update(seen).where(seen.c.url.in_(kept)).values(article_id=None, ended="dropped"))
    disown(connection, id)
    connection.execute(delete(articles).where(articles.c.id == id))
    settle_story(connection, row.story_id)
    return [text.archived for text in texts if text.archived is not None]


def _erase_entries(connection: Connection, entries: Sequence[int]) -> None:
    """Entries that nobody reports any more, and the sentence that the rest may have had from the article."""
    for entry in set(entries):
        others = connection.execute(select(reports.c.id).where(reports.c.known_id == entry).limit(1)).scalar()
        if others is None:
            connection.execute(delete(flags).where(flags.c.known_id == entry))
            connection.execute(delete(known_figures).where(known_figures.c.id == entry))
        else:
            connection.execute(update(known_figures).where(known_figures.c.id == entry).values(quote=None))


def _note(connection: Connection, what: str, number: int, by: str | None, now: datetime) -> None:
    values = {"what": what, "at": now, "by": by, "articles": number, "note": None}
    connection.execute(insert(forgotten), values)
