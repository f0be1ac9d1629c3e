"""Addresses that were met: what came of each, and when one that failed is tried again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Connection, bindparam, func, select

from crawler.items import Outcome, Page
from crawler.urls import canonical
from storage.prepared import Prepared
from storage.sql import insert_or
from storage.tables import seen

TRIES = 3
"""A page that cannot be read is fetched that often before it is left alone."""


def mark(
    connection: Connection, page: Page, outcome: Outcome, article: int | None, urls: Sequence[str], now: datetime
) -> None:
    """Remembers every address of the page, so that none is fetched again."""
    attempts, retry_at = 0, None
    if outcome.end == "failed":
        attempts = 1 + (connection.execute(select(seen.c.attempts).where(seen.c.url == urls[0])).scalar() or 0)
        retry_at = now + timedelta(hours=attempts**2) if attempts < TRIES else None
    rows = [
        {
            "url": url,
            "source": page.lead.source if page.lead else None,
            "ended": outcome.end,
            "at": now,
            "article_id": article,
            "attempts": attempts,
            "retry_at": retry_at,
        }
        for url in dict.fromkeys([*urls, *map(canonical, page.further)])
    ]
    _marking(connection.dialect.name).run(connection, rows)


@cache
def _marking(dialect: str) -> Prepared:
    columns = ("url", "source", "ended", "at", "article_id", "attempts", "retry_at")
    statement = insert_or(dialect, seen).values({name: bindparam(name) for name in columns})
    new = statement.excluded
    marking = statement.on_conflict_do_update(
        index_elements=["url"],
        set_={
            "ended": new.ended,
            "at": new.at,
            "article_id": func.coalesce(new.article_id, seen.c.article_id),
            "attempts": new.attempts,
            "retry_at": new.retry_at,
        },
    )
    return Prepared(marking)
