"""Erases an article, or all of a host, for good: from the database, the search index and the archive; and notes that it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from crawler.errors import NotThere, ReadError
from crawler.urls import canonical, host_of
from storage.archive import WarcArchive
from storage.copies import disown
from storage.erasing import ErasedPages, erase_pages
from storage.fingerprints import drop_fingerprint
from storage.search import tidy, unindex
from storage.sql import chunks
from storage.store import SqlStore
from storage.stories import settle_story
from storage.tables import articles, events, flags, forgotten, known_figures, reports, revisions, seen
from storage.traces import CutLetters, cut_letters, cut_snapshots


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased, and what is left for a person to do."""

    what: str
    articles: int
    pages: int
    """Archived pages erased in place."""
    letters: int
    """Waiting letters that were taken back; they are written again without what was erased."""
    left: tuple[str, ...]
    """What a person is to look after: pages that could not be reached, letters that lost their text, backups."""

    def to_json(self) -> dict[str, Any]:
        """What ``forget --json`` shows."""
        return {
            "what": self.what,
            "articles": self.articles,
            "pages": self.pages,
            "letters": self.letters,
            "left": list(self.left),
        }


def forget(store: SqlStore, archive: WarcArchive | None, what: str, *, by: str | None = None) -> Forgotten:
    """Erases the article with that id, or every article of that host; their addresses stay noted, so that none comes back.

    A known figure that others report too stays, without what is erased; one that nobody else reports goes, with its flags.
    The archive comes first: what is broken off can be called again. Raises NotThere where nothing fits.
    """
    now = store.clock.now()
    with store.database.read() as connection:
        wanted = _Wanted(what, frozenset(_addresses(connection, _chosen(connection, what))))
    pages = ErasedPages((), ()) if archive is None else erase_pages(archive, wanted)

    def work(connection: Connection) -> tuple[int, CutLetters, set[str]]:
        ids = _chosen(connection, what)
        letters = cut_letters(connection, _since(connection, ids))
        places = {place for id in ids for place in _erase(connection, id)}
        cut_snapshots(connection, {str(id) for id in ids})
        _note(connection, what, len(ids), by, now)
        return len(ids), letters, places

    number, letters, places = store.database.write(work)
    tidy(store.database)
    # A page that was archived while the others were being erased.
    late = {place for place in places - set(pages.done) if archive is not None and archive.erase(place)}
    missing = {*pages.left, *places} - set(pages.done) - late
    left = [f"the archived page at {place}, which could not be erased" for place in sorted(missing)]
    left += [
        f"letter {id} had not gone out and lost its text; `dragonwatch digest list`, or `alert list`, shows it"
        for id in letters.lost
    ]
    if not store.database.wipe():
        left.append("the database's log, which another program holds open; it is emptied when that program ends")
    left.append("backups made before now still hold it; delete or replace them")
    return Forgotten(what, number, len(pages.done) + len(late), letters.anew, tuple(left))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Whether an address is one of those to be erased."""

    what: str
    addresses: frozenset[str]

    def __call__(self, url: str) -> bool:
        return _canonical(url) in self.addresses or _host(url) == _as_host(self.what)


def _chosen(connection: Connection, what: str) -> list[int]:
    if what.isascii() and what.isdigit():
        ids = list(connection.execute(select(articles.c.id).where(articles.c.id == int(what))).scalars())
    else:
        host = _as_host(what)
        near = articles.c.url.contains(host, autoescape=True)
        found = connection.execute(select(articles.c.id, articles.c.url).where(near))
        ids = [row.id for row in found if host and _host(row.url) == host]
    if not ids:
        raise NotThere(f"nothing is stored of {what!r}; give an article's id or a host such as news.example.com")
    return ids


def _as_host(what: str) -> str:
    return what.lower().strip("/").rpartition("//")[2]


def _host(url: str) -> str:
    try:
        return host_of(url)
    except ReadError:
        return ""


def _canonical(url: str) -> str:
    try:
        return canonical(url)
    except ReadError:  # what came from a chat or a file may have no address of the web
        return url


def _addresses(connection: Connection, ids: Sequence[int]) -> set[str]:
    """Every address under which these articles were met."""
    found: set[str] = set()
    for lot in chunks(ids):
        found.update(connection.execute(select(articles.c.url).where(articles.c.id.in_(lot))).scalars())
        found.update(connection.execute(select(seen.c.url).where(seen.c.article_id.in_(lot))).scalars())
    return found


def _since(connection: Connection, ids: Sequence[int]) -> datetime:
    """When the first text of these articles came."""
    first = func.min(revisions.c.fetched)
    found: list[datetime] = []
    for lot in chunks(ids):
        found += connection.execute(select(first).where(revisions.c.article_id.in_(lot))).scalars()
    return min(found)


def _erase(connection: Connection, id: int) -> list[str]:
    """One article out of every table; gives where its pages are archived."""
    story = connection.execute(select(articles.c.story_id).where(articles.c.id == id)).scalar_one()
    texts = connection.execute(select(revisions).where(revisions.c.article_id == id).order_by(revisions.c.number)).all()
    last = texts[-1]
    unindex(connection, last.id, last.title, last.text, last.tags)
    drop_fingerprint(connection, id)
    entries = list(connection.execute(select(reports.c.known_id).where(reports.c.article_id == id)).scalars())
    connection.execute(delete(reports).where(reports.c.article_id == id))
    connection.execute(delete(flags).where(flags.c.article_id == id))
    _erase_entries(connection, entries)
    kept = _addresses(connection, [id])
    connection.execute(update(seen).where(seen.c.url.in_(kept)).values(article_id=None, ended="dropped"))
    disown(connection, id)
    connection.execute(delete(articles).where(articles.c.id == id))
    settle_story(connection, story)
    return [text.archived for text in texts if text.archived is not None]


def _erase_entries(connection: Connection, entries: Sequence[int]) -> None:
    """Entries that nobody reports any more, and the sentence that the rest may have had from the article."""
    for entry in set(entries):
        others = connection.execute(select(reports.c.id).where(reports.c.known_id == entry).limit(1)).scalar()
        if others is None:
            connection.execute(delete(flags).where(flags.c.known_id == entry))
            event = delete(known_figures).where(known_figures.c.id == entry).returning(known_figures.c.event_id)
            _erase_event(connection, connection.execute(event).scalar_one())
        else:
            connection.execute(update(known_figures).where(known_figures.c.id == entry).values(quote=None))


def _erase_event(connection: Connection, event: int) -> None:
    """A round, offering or cut that nothing is known of any more."""
    known = select(known_figures.c.id).where(known_figures.c.event_id == event).exists()
    connection.execute(delete(events).where(events.c.id == event, ~known))


def _note(connection: Connection, what: str, number: int, by: str | None, now: datetime) -> None:
    values = {"what": what, "at": now, "by": by, "articles": number, "note": None}
    connection.execute(insert(forgotten), values)
