"""Stories: articles grouped with their copies and rewritings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, select, update

from crawler.items import Story
from storage.articles import article_id, older_than
from storage.engine import Database
from storage.naming import among
from storage.sql import chunks
from storage.tables import article_companies, articles, stories

_OF_STORY = articles.c.story_id == bindparam("story")
_FIRST = (
    select(articles.c.title, articles.c.published, articles.c.origin, articles.c.outlet)
    .where(_OF_STORY)
    .order_by(articles.c.published.is_(None), articles.c.published, articles.c.url)
    .limit(1)
)
_INDEPENDENT = select(func.count(articles.c.voice.distinct())).where(_OF_STORY)


@dataclass(frozen=True, slots=True)
class StoryTable:
    """Stories by company and time."""

    database: Database

    def find(
        self,
        *,
        company: str | None = None,
        since: datetime | date | None = None,
        fetched_since: datetime | None = None,
        fetched_until: datetime | None = None,
        after: str | None = None,
        limit: int | None = 50,
    ) -> list[Story]:
        """Newest first; ``since`` goes by publication, ``fetched_…`` by when its first article came in."""
        where: list[ColumnElement[bool]] = []
        if since is not None:
            where.append(stories.c.first_published >= since)
        if fetched_since is not None or fetched_until is not None:
            # A copy that comes in late makes no old story new: its first article counts.
            first = (
                select(articles.c.fetched).where(articles.c.story_id == stories.c.id).order_by(articles.c.id).limit(1)
            )
            if fetched_since is not None:
                # Only stories with an article of that time can have their first one in it, and those are quickly found.
                lately = select(articles.c.story_id).where(articles.c.fetched >= fetched_since)
                where += [stories.c.id.in_(lately), first.scalar_subquery() >= fetched_since]
            if fetched_until is not None:
                where.append(first.scalar_subquery() < fetched_until)
        with self.database.read() as connection:
            if company is not None:
                naming = (
                    select(articles.c.story_id)
                    .join_from(articles, article_companies, article_companies.c.article_id == articles.c.id)
                    .where(article_companies.c.company == company)
                )
                where.append(among(connection, company, stories.c.id, naming))
            if after is not None:
                where.append(older_than(connection, stories.c.first_published, stories.c.id, article_id(after)))
            return _stories(connection, where, limit)

    def get(self, id: str) -> Story | None:
        """One story; None where there is none."""
        with self.database.read() as connection:
            found = _stories(connection, [stories.c.id == article_id(id)], 1)
        return found[0] if found else None


def _stories(connection: Connection, where: Sequence[ColumnElement[bool]], limit: int | None) -> list[Story]:
    rows = connection.execute(
        select(stories)
        .where(*where)
        .order_by(stories.c.first_published.desc().nulls_last(), stories.c.id.desc())
        .limit(limit)
    ).all()
    members: dict[int, list[str]] = defaultdict(list)
    companies: dict[int, set[str]] = defaultdict(set)
    for lot in chunks([row.id for row in rows]):
        for id, story in connection.execute(
            select(articles.c.id, articles.c.story_id)
            .where(articles.c.story_id.in_(lot))
            .order_by(articles.c.story_id, articles.c.id)
        ):
            members[story].append(str(id))
        for story, company in connection.execute(
            select(articles.c.story_id, article_companies.c.company)
            .join_from(articles, article_companies, article_companies.c.article_id == articles.c.id)
            .where(articles.c.story_id.in_(lot))
            .distinct()
        ):
            companies[story].add(company)
    return [
        Story(
            id=str(row.id),
            title=row.title,
            first_published=row.first_published,
            origin=row.origin,
            companies=tuple(sorted(companies[row.id])),
            articles=tuple(members[row.id]),
            independent=row.independent,
        )
        for row in rows
    ]


def settle_story(connection: Connection, story: int) -> None:
    """Tells a story anew from its articles, so that the order in which they came leaves no trace; one without any goes."""
    first = connection.execute(_FIRST, {"story": story}).one_or_none()
    if first is None:
        connection.execute(delete(stories).where(stories.c.id == story))
        return
    independent = connection.execute(_INDEPENDENT, {"story": story}).scalar_one()
    connection.execute(
        update(stories)
        .where(stories.c.id == story)
        .values(
            title=first.title,
            first_published=first.published,
            origin=first.origin or first.outlet,
            independent=independent,
        )
    )
