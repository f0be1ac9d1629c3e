"""Articles to be looked through, shown and looked at again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Select, and_, func, or_, select, update

from crawler.errors import StoreError
from crawler.items import Figure
from crawler.ports import Clock
from storage import search
from storage.beside import Backdrop, backdrops
from storage.engine import Database
from storage.lookups import figure_of_row
from storage.naming import among
from storage.recheck import AFTER_A_MISS, look_again_at
from storage.rows import ArticleDetail, ArticleRow, RevisionRow
from storage.sql import chunks
from storage.tables import article_companies, articles, figures, revisions, seen
from storage.terms import parse_query


@dataclass(frozen=True, slots=True)
class Look:
    """An article that is due to be looked at again, and what its page is asked with."""

    article: str
    url: str
    source: str | None
    outlet: str | None
    tier: str
    etag: str | None
    last_modified: str | None
    title: str | None = None
    published: datetime | date | None = None
    archived: str | None = None


MISSES = 2
"""Looks in a row that find no page before it counts as taken down: one alone may be a server's mishap."""
PER_SOURCE = 25
"""Articles of one source that are due at once; more would keep its host busy while others wait."""
_SCREENED = 10_000
"""Due articles among which those of each source are counted."""


@dataclass(frozen=True, slots=True)
class ArticleTable:
    """Articles by what they are about, where they come from, when they appeared, and what they say."""

    database: Database
    clock: Clock

    def find(
        self,
        *,
        company: str | None = None,
        source: str | None = None,
        since: datetime | date | None = None,
        until: datetime | date | None = None,
        search: str | None = None,
        after: str | None = None,
        limit: int | None = 50,
    ) -> list[ArticleRow]:
        """Newest first, or best first for a search; ``until`` counts whole days in. Raises ConfigError for a broken filter."""
        where: list[ColumnElement[bool]] = []
        if source is not None:
            where.append(articles.c.source == source)
        if since is not None:
            where.append(articles.c.published >= since)
        if until is not None:
            where.append(articles.c.published < (until if isinstance(until, datetime) else until + timedelta(days=1)))
        with self.database.read() as connection:
            if company is not None:
                naming = select(article_companies.c.article_id).where(article_companies.c.company == company)
                where.append(among(connection, company, articles.c.id, naming))
            if search is not None:
                return self._search(connection, search, where, limit)
            if after is not None:
                where.append(older_than(connection, articles.c.published, articles.c.id, article_id(after)))
            return rows_of(
                connection,
                select(articles)
                .where(*where)
                .order_by(articles.c.published.desc().nulls_last(), articles.c.id.desc())
                .limit(limit),
            )

    def of_stories(self, stories: Sequence[str]) -> dict[str, list[ArticleRow]]:
        """The articles of these stories by story, oldest first; a story that is not there is left out."""
        found: dict[str, list[ArticleRow]] = defaultdict(list)
        with self.database.read() as connection:
            for lot in chunks([article_id(story) for story in stories]):
                for row in rows_of(
                    connection, select(articles).where(articles.c.story_id.in_(lot)).order_by(articles.c.id)
                ):
                    found[row.story].append(row)
        return dict(found)

    def backdrops(self, ids: Collection[str]) -> dict[str, Backdrop]:
        """What a page of cards shows of its articles, by id; an article that is not there is left out."""
        with self.database.read() as connection:
            return backdrops(connection, {article_id(id) for id in ids})

    def _search(
        self, connection: Connection, wanted: str, where: Sequence[ColumnElement[bool]], limit: int | None
    ) -> list[ArticleRow]:
        hits = search.find(connection, parse_query(wanted), search.RANKED if where or limit is None else limit)
        ids = [hit.article for hit in hits]
        rows = {row.id: row for row in rows_of(connection, select(articles).where(articles.c.id.in_(ids), *where))}
        return [rows[str(id)] for id in ids if str(id) in rows][:limit]

    def get(self, id: str) -> ArticleDetail | None:
        """One article with its text, figures, copies and revisions; None where there is none."""
        number = article_id(id)
        with self.database.read() as connection:
            rows = rows_of(connection, select(articles).where(articles.c.id == number))
            if not rows:
                return None
            texts = revisions_of(connection, number)
            return ArticleDetail(
                row=rows[0],
                text=texts[-1].text,
                figures=figures_of(connection, number, rows[0].revision),
                copies=_copies(connection, rows[0]),
                revisions=texts,
            )

    def look_again(self, now: datetime, limit: int) -> list[Look]:
        """Articles that are due to be looked at again, the longest due first, a bounded number of each source."""
        due = (
            select(articles.c.id, articles.c.source, articles.c.look_again)
            .where(articles.c.look_again <= now, articles.c.gone_at.is_(None))
            .order_by(articles.c.look_again)
            .limit(_SCREENED)
            .subquery()
        )
        place = func.row_number().over(partition_by=due.c.source, order_by=(due.c.look_again, due.c.id)).label("place")
        placed = select(due.c.id, place).subquery()
        with self.database.read() as connection:
            rows = connection.execute(
                select(articles)
                .join_from(placed, articles, placed.c.id == articles.c.id)
                .where(placed.c.place <= PER_SOURCE)
                .order_by(articles.c.look_again, articles.c.id)
                .limit(limit)
            )
            return [
                Look(
                    article=str(row.id),
                    url=row.url,
                    source=row.source,
                    outlet=row.outlet,
                    tier=row.tier,
                    etag=row.etag,
                    last_modified=row.last_modified,
                    title=row.title,
                    published=row.published,
                    archived=row.archived,
                )
                for row in rows
            ]

    def gone(self, since: datetime) -> list[ArticleRow]:
        """Articles found to have been taken down since then, the newest loss first."""
        with self.database.read() as connection:
            chosen = select(articles).where(articles.c.gone_at >= since).order_by(articles.c.gone_at.desc())
            return rows_of(connection, chosen)

    def looked(self, id: str, *, etag: str | None = None, last_modified: str | None = None) -> None:
        """Notes a look that brought nothing new, and what the page is to be asked with the next time, where that changed."""
        fresh = {"etag": etag, "last_modified": last_modified}
        told = {name: value for name, value in fresh.items() if value is not None}

        def work(connection: Connection) -> None:
            self._note_look(connection, id, told)
            _count_misses(connection, article_id(id), 0)

        self.database.write(work)

    def missed(self, id: str) -> bool:
        """Notes a look that found no page (404, 410); whether it now counts as taken down. The text stays.

        After the first such look in a row another follows soon; after the second there are no more.
        """
        number = article_id(id)

        def work(connection: Connection) -> bool:
            before = connection.execute(
                select(seen.c.attempts).where(seen.c.article_id == number).order_by(seen.c.attempts.desc()).limit(1)
            ).scalar()
            gone = (before or 0) + 1 >= MISSES
            now = self.clock.now()
            self._note_look(connection, id, {"gone_at": now} if gone else {"look_again": now + AFTER_A_MISS})
            _count_misses(connection, number, 0 if gone else (before or 0) + 1)
            return gone

        return self.database.write(work)

    def _note_look(self, connection: Connection, id: str, values: Mapping[str, Any]) -> None:
        number, now = article_id(id), self.clock.now()
        row = connection.execute(
            select(articles.c.published, articles.c.fetched).where(articles.c.id == number)
        ).one_or_none()
        if row is None:
            raise StoreError(f"There is no article {id}; `dragonwatch articles` lists them")
        noted = {"looked_at": now, "look_again": look_again_at(row.published, row.fetched, now), **values}
        connection.execute(update(articles).where(articles.c.id == number).values(noted))


def _count_misses(connection: Connection, number: int, misses: int) -> None:
    """Looks in a row that found no page; kept where tries at an address are counted."""
    connection.execute(
        update(seen).where(seen.c.article_id == number, seen.c.attempts != misses).values(attempts=misses)
    )


def article_id(id: str) -> int:
    """The number behind an id; raises StoreError where it is none."""
    if not id.isascii() or not id.isdigit() or len(id) > 18:
        raise StoreError(f"{id!r} is no id of an article; `dragonwatch articles` lists them")
    return int(id)


def older_than(connection: Connection, when: Column[Any], id: Column[Any], last: int) -> ColumnElement[bool]:
    """What follows the row ``last`` in a list that is newest first and has what bears no date at its end."""
    published = connection.execute(select(when).where(id == last)).scalar()
    if published is None:
        return and_(when.is_(None), id < last)
    return or_(when < published, and_(when == published, id < last), when.is_(None))


def rows_of(connection: Connection, chosen: Select[Any]) -> list[ArticleRow]:
    """The articles that a statement chose, with their companies."""
    rows = connection.execute(chosen).mappings().all()
    named: dict[int, list[str]] = defaultdict(list)
    for lot in chunks([row["id"] for row in rows]):
        found = connection.execute(
            select(article_companies.c.article_id, article_companies.c.company)
            .where(article_companies.c.article_id.in_(lot))
            .order_by(
                article_companies.c.focus.desc(), article_companies.c.mentions.desc(), article_companies.c.company
            )
        )
        for id, company in found:
            named[id].append(company)
    return [_row(row, named[row["id"]]) for row in rows]


def revisions_of(connection: Connection, number: int) -> tuple[RevisionRow, ...]:
    """Every text an article had, oldest first."""
    rows = connection.execute(select(revisions).where(revisions.c.article_id == number).order_by(revisions.c.number))
    return tuple(
        RevisionRow(number=row.number, fetched=row.fetched, title=row.title, text=row.text, archived=row.archived)
        for row in rows
    )


def figures_of(connection: Connection, number: int, revision: int) -> tuple[Figure, ...]:
    """The figures of one revision, as they stand in it."""
    rows = connection.execute(
        select(figures).where(figures.c.article_id == number, figures.c.revision == revision).order_by(figures.c.id)
    ).mappings()
    return tuple(figure_of_row(row) for row in rows)


def _copies(connection: Connection, row: ArticleRow) -> tuple[str, ...]:
    root = int(row.copy_of or row.id)
    found = connection.execute(
        select(articles.c.id)
        .where(or_(articles.c.id == root, articles.c.copy_of == root), articles.c.id != int(row.id))
        .order_by(articles.c.id)
    )
    return tuple(str(id) for id in found.scalars())


def _row(row: RowMapping, companies: Sequence[str]) -> ArticleRow:
    return ArticleRow(
        id=str(row["id"]),
        url=row["url"],
        title=row["title"],
        outlet=row["outlet"],
        source=row["source"],
        published=row["published"],
        fetched=row["fetched"],
        language=row["language"],
        companies=tuple(companies),
        story=str(row["story_id"]),
        copy_of=None if row["copy_of"] is None else str(row["copy_of"]),
        revision=row["revision"],
        author=row["author"],
        origin=row["origin"],
        tier=row["tier"],
        truncated=row["truncated"],
        archived=row["archived"],
        gone_at=row["gone_at"],
    )
