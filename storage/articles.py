"""Articles to be looked through, shown and looked at again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Select, and_, or_, select

from crawler.errors import NotThere
from crawler.items import Figure
from crawler.ports import Clock
from storage import looks, search
from storage.beside import Backdrop, backdrops
from storage.engine import Database
from storage.looks import Look
from storage.lookups import figure_of_row
from storage.naming import among
from storage.rows import ArticleDetail, ArticleRow, RevisionRow
from storage.sql import chunks
from storage.tables import article_companies, articles, figures, revisions
from storage.terms import parse_query


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
                # In the order of the index on stories: by number alone, SQLite would walk all articles in that order.
                wanted = select(articles).where(articles.c.story_id.in_(lot))
                for row in rows_of(connection, wanted.order_by(articles.c.story_id, articles.c.id)):
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

    def look_again(self, now: datetime, limit: int, *, among: Sequence[str] | None = None) -> list[Look]:
        """Articles that are due to be looked at again, the longest due first, a bounded number of each source; of those given alone."""
        chosen = None if among is None else [article_id(id) for id in among]
        with self.database.read() as connection:
            return looks.due(connection, now, limit, chosen)

    def gone(self, since: datetime) -> list[ArticleRow]:
        """Articles found to have been taken down since then, the newest loss first."""
        with self.database.read() as connection:
            chosen = select(articles).where(articles.c.gone_at >= since).order_by(articles.c.gone_at.desc())
            return rows_of(connection, chosen)

    def looked(self, id: str, *, etag: str | None = None, last_modified: str | None = None) -> None:
        """Notes a look that brought nothing new, and what the page is to be asked with the next time, where that changed."""
        fresh = {"etag": etag, "last_modified": last_modified}
        told = {name: value for name, value in fresh.items() if value is not None}
        self.database.write(lambda connection: looks.looked(connection, article_id(id), told, self.clock.now()))

    def missed(self, id: str) -> bool:
        """Notes a look that found no page (404, 410); whether it now counts as taken down. The text stays.

        After the first such look in a row another follows soon; after the second there are no more.
        """
        return self.database.write(lambda connection: looks.missed(connection, article_id(id), self.clock.now()))


def article_id(id: str) -> int:
    """The number behind an id; raises NotThere where it is none."""
    if not id.isascii() or not id.isdigit() or len(id) > 18:
        raise NotThere(f"{id!r} is no id of an article; `dragonwatch articles` lists them")
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
    copies = connection.execute(select(articles.c.id).where(articles.c.copy_of == root)).scalars()
    return tuple(str(id) for id in sorted({root, *copies}) if id != int(row.id))


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
