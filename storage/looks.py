"""Which articles are to be looked at again, and what became of the looks that brought no new text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select, true, update

from crawler.errors import NotThere
from storage.recheck import AFTER_A_MISS, look_again_at
from storage.tables import articles, seen


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


def due(connection: Connection, now: datetime, limit: int, among: Sequence[int] | None = None) -> list[Look]:
    """The articles that are due, the longest due first, a bounded number of each source; of those given alone."""
    screened = (
        select(articles.c.id, articles.c.source, articles.c.look_again)
        .where(articles.c.look_again <= now)
        .where(true() if among is None else articles.c.id.in_(among))
        .order_by(articles.c.look_again)
        .limit(_SCREENED)
        .subquery()
    )
    order = (screened.c.look_again, screened.c.id)
    place = func.row_number().over(partition_by=screened.c.source, order_by=order).label("place")
    placed = select(screened.c.id, place).subquery()
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


def looked(connection: Connection, number: int, values: Mapping[str, Any], now: datetime) -> None:
    """Notes a look that brought nothing new, with what else has changed."""
    _note(connection, number, values, now)
    _count_misses(connection, number, 0)


def missed(connection: Connection, number: int, now: datetime) -> bool:
    """Notes a look that found no page; whether it was one too many."""
    tries = select(seen.c.attempts).where(seen.c.article_id == number).order_by(seen.c.attempts.desc()).limit(1)
    misses = (connection.execute(tries).scalar() or 0) + 1
    gone = misses >= MISSES
    _note(connection, number, {"gone_at": now, "look_again": None} if gone else {"look_again": now + AFTER_A_MISS}, now)
    _count_misses(connection, number, 0 if gone else misses)
    return gone


def _note(connection: Connection, number: int, values: Mapping[str, Any], now: datetime) -> None:
    row = connection.execute(
        select(articles.c.published, articles.c.fetched).where(articles.c.id == number)
    ).one_or_none()
    if row is None:
        raise NotThere(f"there is no article {number}; `dragonwatch articles` lists them")
    noted = {"looked_at": now, "look_again": look_again_at(row.published, row.fetched, now), **values}
    connection.execute(update(articles).where(articles.c.id == number).values(noted))


def _count_misses(connection: Connection, number: int, misses: int) -> None:
    """Looks in a row that found no page; kept where tries at an address are counted."""
    connection.execute(
        update(seen).where(seen.c.article_id == number, seen.c.attempts != misses).values(attempts=misses)
    )
