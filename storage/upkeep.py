"""What keeps a store small and quick over the years; to be run once a day, beside everything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, text

from storage.search import tidy
from storage.store import SqlStore
from storage.tables import polls, runs

POLLS_FOR = timedelta(days=90)
RUNS_FOR = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Upkept:
    """How many old rows went."""

    polls: int
    runs: int


def keep_up(store: SqlStore) -> Upkept:
    """Drops polls and runs that have grown old, merges the search index, and lets the planner look at the tables again."""
    now = store.clock.now()

    def prune(connection: Connection) -> Upkept:
        old_polls = connection.execute(delete(polls).where(polls.c.at < now - POLLS_FOR)).rowcount
        old_runs = connection.execute(
            delete(runs).where(runs.c.started < now - RUNS_FOR, runs.c.state != "running")
        ).rowcount
        return Upkept(old_polls, old_runs)

    done = store.database.write(prune)
    tidy(store.database)
    plan = "PRAGMA optimize" if store.database.sqlite else "ANALYZE"
    store.database.write(lambda connection: connection.execute(text(plan)))
    return done
