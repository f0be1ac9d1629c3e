"""How much waits where, and how long articles took to come in: what a monitor asks of the store."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from storage.engine import Database
from storage.store import SqlStore
from storage.tables import articles, flags, outbox, polls

OLDEST = timedelta(days=7)
"""Articles published longer before they were found say nothing of how quick we are."""


def depths(store: SqlStore, now: datetime) -> dict[str, int]:
    """How many sources are due, articles are to be looked at again, letters and alerts wait, and flags wait."""
    with store.database.read() as connection:

        def count(statement: object) -> int:
            return int(connection.execute(statement).scalar_one())  # type: ignore[call-overload]

        rows = connection.execute(
            select(outbox.c.kind, outbox.c.state, func.count())
            .where(outbox.c.state != "sent")
            .group_by(outbox.c.kind, outbox.c.state)
        )
        unsent = {(row[0], row[1]): row[2] for row in rows}
        return {
            "due_sources": store.sources.due_count(now),
            "rechecks": count(select(func.count()).select_from(articles).where(articles.c.look_again <= now)),
            "letters_waiting": unsent.get(("digest", "waiting"), 0),
            "letters_in_doubt": unsent.get(("digest", "in_doubt"), 0),
            "letters_failed": unsent.get(("digest", "failed"), 0),
            "alerts_waiting": unsent.get(("alert", "waiting"), 0),
            "alerts_in_doubt": unsent.get(("alert", "in_doubt"), 0),
            "flags_waiting": count(select(func.count()).select_from(flags).where(flags.c.state == "waiting")),
        }


def delays_after(database: Database, last: int | None) -> tuple[int, list[float]]:
    """The newest article's number, and the seconds from publication to storage of those after ``last`` (None: of none)."""
    with database.read() as connection:
        newest = int(connection.execute(select(func.coalesce(func.max(articles.c.id), 0))).scalar_one())
        if last is None or newest == last:
            return newest, []
        rows = connection.execute(
            select(articles.c.published, articles.c.fetched).where(articles.c.id > last, articles.c.id <= newest)
        ).all()
    dated = [row.fetched - row.published for row in rows if isinstance(row.published, datetime)]
    return newest, [delay.total_seconds() for delay in dated if timedelta(0) <= delay <= OLDEST]


def polls_after(database: Database, last: int | None) -> tuple[int, dict[str, int]]:
    """The newest poll's number, and what those after ``last`` brought (None: nothing): ``sources`` by outcome, ``leads``, ``new``."""
    with database.read() as connection:
        newest = int(connection.execute(select(func.coalesce(func.max(polls.c.id), 0))).scalar_one())
        if last is None or newest == last:
            return newest, {}
        sums = select(polls.c.outcome, func.count(), func.sum(polls.c.leads), func.sum(polls.c.new))
        rows = connection.execute(
            sums.where(polls.c.id > last, polls.c.id <= newest).group_by(polls.c.outcome).order_by(polls.c.outcome)
        ).all()
    brought = {"sources": sum(row[1] for row in rows), **{row[0]: row[1] for row in rows if row[0] != "new"}}
    return newest, brought | {"leads": sum(row[2] for row in rows), "new": sum(row[3] for row in rows)}
