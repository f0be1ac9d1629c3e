"""What is deferred commits with the data, is there once, and goes out by its priority."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, text

from scheduler.fleet.queue import ALERT, DIGEST, KINDS, POLL, RECHECK, Queue, Work
from storage.engine import Database
from storage.settings import SettingTable, put_setting

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres")]


def waiting(database: Database) -> list[str]:
    with database.read() as connection:
        return list(
            connection.execute(
                text("SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' ORDER BY priority DESC, id")
            ).scalars()
        )


def run(database: Database, name: str) -> None:
    """A worker takes it."""
    with database.engine.begin() as connection:
        connection.execute(
            text("UPDATE procrastinate_jobs SET status = 'doing' WHERE queueing_lock = :name"), {"name": name}
        )


def test_a_job_is_there_with_the_data_or_not_at_all(database: Database) -> None:
    queue, settings = Queue(database), SettingTable(database)

    def kept(connection: Connection) -> None:
        put_setting(connection, "told", 1)
        queue.put(connection, [Work(ALERT, "alert", anew=True)])

    def broken(connection: Connection) -> None:
        put_setting(connection, "told", 2)
        queue.put(connection, [Work(DIGEST, "digest")])
        raise RuntimeError("the disk is full")

    database.write(kept)
    with pytest.raises(RuntimeError):
        database.write(broken)
    assert settings.get("told") == 1
    assert waiting(database) == ["alert alert"]


def test_what_waits_or_runs_is_not_put_there_again(database: Database) -> None:
    queue = Queue(database)
    works = [Work(POLL, host, {"sources": [host]}) for host in ("a", "b")]
    assert queue.defer(works) == 2
    assert queue.defer(works) == 0
    run(database, "poll a")
    assert queue.defer([*works, Work(POLL, "c"), Work(RECHECK, "a")]) == 2
    assert waiting(database) == ["poll b", "poll c", "recheck a"]


def test_an_alert_is_put_behind_one_that_runs_already(database: Database) -> None:
    queue, alert = Queue(database), Work(ALERT, "alert", anew=True)
    queue.defer([alert])
    run(database, "alert alert")
    assert queue.defer([alert]) == 1
    assert queue.defer([alert]) == 0


class Unaware(Queue):
    """One who looked just before another put the same there."""

    @staticmethod
    def _there(connection: Connection, works: Sequence[Work]) -> set[str]:
        return set()


def test_two_who_put_the_same_at_once_put_it_once_and_lose_nothing_of_their_own(database: Database) -> None:
    alert = Work(ALERT, "alert", anew=True)

    def flagged(connection: Connection) -> int:
        put_setting(connection, "flag", True)
        return Unaware(database).put(connection, [alert])

    assert Queue(database).defer([alert]) == 1
    assert database.write(flagged) == 0
    assert waiting(database) == [alert.name]
    assert SettingTable(database).get("flag") is True


def test_what_another_put_there_this_very_moment_keeps_the_rest_from_nothing(database: Database) -> None:
    works = [Work(POLL, host) for host in "abc"]
    assert Queue(database).defer(works[1:2]) == 1
    assert Unaware(database).defer(works) == 2
    assert sorted(waiting(database)) == ["poll a", "poll b", "poll c"]


def test_alerts_go_before_polls_and_polls_before_the_past(database: Database) -> None:
    Queue(database).defer([Work(kind, kind.name) for kind in reversed(KINDS)])
    names = [name.split()[0] for name in waiting(database)]
    assert (names[:4], sorted(names[4:])) == (["alert", "digest", "poll", "recheck"], ["backfill", "reread", "sitemap"])
    assert len({kind.lane for kind in KINDS}) == 3
