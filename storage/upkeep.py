"""What keeps a store small and quick over the years; to be run once a day, beside everything else."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Delete, Table, delete, func, select, text

from storage.search import tidy
from storage.store import SqlStore
from storage.tables import outbox, polls, runs

POLLS_FOR = timedelta(days=90)
RUNS_FOR = timedelta(days=400)
LOOSE = 0.25
"""Share of a SQLite file that may hold nothing before it is written anew."""
SMALL = 10_000
"""Pages below which that is not worth the while."""
LOT = 5_000
SAMPLED = 1_000


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
    old_polls = _drop(store, polls, polls.c.at, now - (history or POLLS_FOR))
    old_runs = _drop(store, runs, runs.c.started, now - (history or RUNS_FOR), runs.c.state != "running")
    old_letters = 0
    if history is not None:
        last = select(func.max(outbox.c.id)).group_by(outbox.c.kind, outbox.c.recipient)
        old_letters = _drop(
            store, outbox, outbox.c.created_at, now - history, outbox.c.state == "sent", outbox.c.id.not_in(last)
        )
    tidy(store.database)
    store.database.write(_plan)
    if store.database.sqlite and _loose(store) > LOOSE:
        _vacuum(store)
    return Upkept(old_polls, old_runs, old_letters)


def _drop(store: SqlStore, table: Table, moment: Column[Any], before: datetime, *also: ColumnElement[bool]) -> int:
    """Drops old rows by the lot, so that no writer waits for all of them. Numbers rise with time: the first young row ends it."""
    last = dropped = 0
    while True:
        lot = select(table.c.id, moment).where(table.c.id > last).order_by(table.c.id).limit(LOT)
        with store.database.read() as connection:
            old = [id for id, at in connection.execute(lot) if at < before]
        if not old:
            return dropped
        last = old[-1]
        chosen = delete(table).where(table.c.id.between(old[0], last), moment < before, *also)
        dropped += store.database.write(partial(_dropped, chosen=chosen))


def _dropped(connection: Connection, *, chosen: Delete) -> int:
    return connection.execute(chosen).rowcount


def _plan(connection: Connection) -> None:
    """Lets the planner look at the tables again; SQLite at so many rows of each index, as a whole large table takes minutes."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"PRAGMA analysis_limit = {SAMPLED}"))
        connection.execute(text("PRAGMA optimize"))
    else:
        connection.execute(text("ANALYZE"))


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
