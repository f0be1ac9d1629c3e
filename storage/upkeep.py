"""What keeps a store small and quick over the years; to be run once a day, beside everything else."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, func, select, text

from storage.search import tidy
from storage.store import SqlStore
from storage.tables import outbox, polls, runs

POLLS_FOR = timedelta(days=90)
RUNS_FOR = timedelta(days=400)
LOOSE = 0.25
"""Share of a SQLite file that may hold nothing before it is written anew."""
SMALL = 10_000
"""Pages below which that is not worth the while."""


@dataclass(frozen=True, slots=True)
class Upkept:
    """How many old rows went."""

    polls: int
    runs: int
    letters: int = 0


def keep_up(store: SqlStore, *, history: timedelta | None = None) -> Upkept:
    """Drops what has grown old, merges the search index, gives space back, and lets the planner look at the tables again.

    Polls, runs and sent letters go after ``history``, or polls and runs after their usual time without; the last letter to
    each recipient stays, as the next one begins where it ended.
    """
    now = store.clock.now()
    polls_for, runs_for = history or POLLS_FOR, history or RUNS_FOR

    def prune(connection: Connection) -> Upkept:
        old_polls = connection.execute(delete(polls).where(polls.c.at < now - polls_for)).rowcount
        old_runs = connection.execute(
            delete(runs).where(runs.c.started < now - runs_for, runs.c.state != "running")
        ).rowcount
        old_letters = 0
        if history is not None:
            last = select(func.max(outbox.c.id)).group_by(outbox.c.kind, outbox.c.recipient)
            sent = (outbox.c.state == "sent") & (outbox.c.created_at < now - history) & outbox.c.id.not_in(last)
            old_letters = connection.execute(delete(outbox).where(sent)).rowcount
        return Upkept(old_polls, old_runs, old_letters)

    done = store.database.write(prune)
    tidy(store.database)
    plan = "PRAGMA optimize" if store.database.sqlite else "ANALYZE"
    store.database.write(lambda connection: connection.execute(text(plan)))
    if store.database.sqlite and _loose(store) > LOOSE:
        _vacuum(store)
    return done


def _loose(store: SqlStore) -> float:
    """The share of the file that holds nothing."""
    with store.database.read() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        free = connection.execute(text("PRAGMA freelist_count")).scalar_one()
    return float(free) / max(int(pages), 1) if pages > SMALL else 0.0


def _vacuum(store: SqlStore) -> None:
    raw = store.database.engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM")
    except sqlite3.OperationalError:
        return  # somebody reads or writes just now: another day will do
    finally:
        raw.close()
