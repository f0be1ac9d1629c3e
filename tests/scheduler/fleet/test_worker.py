"""What a worker does with its jobs: one host at a time, nothing lost with a worker, and an orderly end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from crawler.clock import SystemClock
from crawler.errors import DragonwatchError
from scheduler.fleet.queue import ALERT, BACKFILL, POLL, RECHECK, Queue, Work
from scheduler.fleet.reclaim import TRIES
from scheduler.fleet.state import queues, sweep, workers
from scheduler.fleet.worker import Rhythm
from storage.engine import Database
from storage.store import SqlStore
from tests.e2e.cable import Cable
from tests.scheduler.fleet.working import at_work, jobs, lost_with_its_worker, until

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres")]


@pytest.fixture
def store(database: Database) -> Iterator[SqlStore]:
    yield SqlStore(database, SystemClock())


async def test_one_host_is_asked_by_one_worker_at_a_time(store: SqlStore) -> None:
    busy: Counter[str] = Counter()
    most: Counter[str] = Counter()
    together: list[int] = []

    async def ask(host: str) -> None:
        busy[host] += 1
        most[host] = max(most[host], busy[host])
        together.append(busy.total())
        await asyncio.sleep(0.02)
        busy[host] -= 1

    queue, both = Queue(store.database), {"poll": ask, "recheck": ask}
    async with at_work(store, both, name="one"), at_work(store, both, name="two"):
        for _ in range(4):
            queue.defer([Work(kind, f"host {host}", {"host": host}) for host in "abc" for kind in (POLL, RECHECK)])
            await until(lambda: jobs(store.database) == [])
    assert len(together) == 24
    assert set(most.values()) == {1}
    assert max(together) > 1


async def test_a_job_of_a_worker_that_died_is_done_by_another(store: SqlStore) -> None:
    done: list[list[str]] = []

    async def poll(sources: list[str]) -> None:
        done.append(sources)

    lost_with_its_worker(store.database, Work(POLL, "host a", {"sources": ["a"]}))
    async with at_work(store, {"poll": poll}):
        await until(lambda: done == [["a"]])
        await until(lambda: jobs(store.database) == [])


async def test_a_job_that_outlives_worker_after_worker_is_given_up(store: SqlStore) -> None:
    async def poll(sources: list[str]) -> None:
        raise AssertionError("it kills workers")

    lost_with_its_worker(store.database, Work(POLL, "host a", {"sources": ["a"]}), attempts=TRIES)
    async with at_work(store, {"poll": poll}):
        await until(lambda: [state for _, state, _ in jobs(store.database)] == ["failed"])


async def test_what_was_put_behind_a_lost_job_does_for_both(store: SqlStore) -> None:
    seen: list[str] = []

    async def alert() -> None:
        seen.append("alert")

    work = Work(ALERT, "alerts", anew=True)
    lost_with_its_worker(store.database, work)
    assert Queue(store.database).defer([work]) == 1
    async with at_work(store, {"alert": alert}):
        await until(lambda: jobs(store.database) == [])
    assert seen == ["alert"]


async def test_a_job_whose_giving_was_lost_on_the_way_is_put_back(store: SqlStore) -> None:
    done: list[list[str]] = []

    async def poll(sources: list[str]) -> None:
        done.append(sources)

    async with at_work(store, {"poll": poll}, name="w"):
        await until(lambda: workers(store.database))
        with store.database.engine.begin() as connection:
            # By the book it is the worker's, which never heard of it.
            connection.execute(
                text(
                    "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status, worker_id) "
                    """SELECT 'crawl', 'poll', 'host a', '{"sources": ["a"]}', 'doing', number FROM workers WHERE lane = 'crawl'"""
                )
            )
        await until(lambda: done == [["a"]])


async def test_letters_and_polls_do_not_wait_for_the_past(store: SqlStore) -> None:
    seen: list[str] = []
    free = asyncio.Event()

    async def past(file: str) -> None:
        await free.wait()
        seen.append(file)

    async def alert() -> None:
        seen.append("alert")

    async def poll(sources: list[str]) -> None:
        seen.append("poll")

    async with at_work(store, {"backfill": past, "alert": alert, "poll": poll}):
        queue = Queue(store.database)
        queue.defer([Work(BACKFILL, f"{n}.warc.gz", {"file": f"{n}.warc.gz"}) for n in range(3)])
        await until(lambda: "doing" in {state for _, state, _ in jobs(store.database)})
        queue.defer([Work(ALERT, "alerts"), Work(POLL, "host a", {"sources": ["a"]})])
        await until(lambda: sorted(seen) == ["alert", "poll"])
        free.set()
        await until(lambda: jobs(store.database) == [])
    assert seen[2:] == ["0.warc.gz", "1.warc.gz", "2.warc.gz"]


async def test_told_to_end_it_finishes_what_is_quick_and_puts_back_what_is_not(store: SqlStore) -> None:
    ends: list[str] = []
    begun = asyncio.Event()

    async def poll(sources: list[str]) -> None:
        begun.set()
        try:
            await asyncio.sleep(0.05 if sources == ["quick"] else 60)
            ends.append("done")
        except asyncio.CancelledError:
            ends.append("cut short")
            raise

    Queue(store.database).defer([Work(POLL, f"host {name}", {"sources": [name]}) for name in ("quick", "slow")])
    async with at_work(store, {"poll": poll}) as stop:
        await begun.wait()
        await until(lambda: [state for _, state, _ in jobs(store.database)] in (["doing", "doing"], ["doing"]))
        stop.set()
    assert sorted(ends) == ["cut short", "done"]
    assert jobs(store.database) == [("poll host slow", "todo", 1)]
    assert workers(store.database) == []


async def test_a_failure_is_kept_to_be_seen_and_the_past_is_tried_again(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    tries: Counter[str] = Counter()

    async def fails(**what: object) -> None:
        tries[str(what)] += 1
        raise DragonwatchError("the file is torn")

    Queue(store.database).defer([Work(POLL, "host a", {"sources": ["a"]}), Work(BACKFILL, "f", {"file": "f"})])
    async with at_work(store, {"poll": fails, "backfill": fails}):
        await until(lambda: {state for _, state, _ in jobs(store.database)} == {"failed"})
    assert sorted(tries.values()) == [1, 4]
    assert "poll host a: the file is torn" in caplog.text
    assert [(queue.kind, queue.failed) for queue in queues(store.database) if queue.failed] == [
        ("poll", 1),
        ("backfill", 1),
    ]
    with store.database.engine.begin() as connection:
        connection.execute(text("UPDATE procrastinate_events SET at = now() - interval '8 days'"))
    sweep(store.database)
    assert jobs(store.database) == []


async def test_the_database_is_waited_for(store: SqlStore) -> None:
    done: list[str] = []

    async def poll(sources: list[str]) -> None:
        done.extend(sources)

    async with at_work(store, {"poll": poll}):
        await until(lambda: workers(store.database))
        with store.database.engine.begin() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        Queue(store.database).defer([Work(POLL, "host a", {"sources": ["a"]})])
        await until(lambda: done == ["a"])


async def test_it_ends_in_time_although_the_database_is_away(store: SqlStore, shared_url: str) -> None:
    cable = Cable(parse_qs(urlsplit(shared_url).query)["host"][0] + "/.s.PGSQL.5432")
    await cable.join()
    far = Database(f"postgresql+psycopg://postgres@127.0.0.1:{cable.port}{urlsplit(shared_url).path}")
    patient = Rhythm(beat=0.1, look=0.05, ends=0.2, leaves=2.0)

    async def poll(sources: list[str]) -> None:
        await asyncio.sleep(60)

    Queue(store.database).defer([Work(POLL, "host a", {"sources": ["a"]})])
    async with at_work(SqlStore(far, SystemClock()), {"poll": poll}, rhythm=patient) as stop:
        await until(lambda: [state for _, state, _ in jobs(store.database)] == ["doing"])
        await cable.cut()
        stop.set()
    far.close()


async def test_one_that_was_taken_for_dead_begins_anew(store: SqlStore) -> None:
    done: list[str] = []

    async def poll(sources: list[str]) -> None:
        done.extend(sources)

    async with at_work(store, {"poll": poll}):
        await until(lambda: workers(store.database))
        with store.database.engine.begin() as connection:
            connection.execute(text("DELETE FROM procrastinate_workers"))
        await until(lambda: workers(store.database))
        Queue(store.database).defer([Work(POLL, "host a", {"sources": ["a"]})])
        await until(lambda: done == ["a"])


async def test_who_works_at_what_and_what_waits_is_told(store: SqlStore) -> None:
    free = asyncio.Event()

    async def poll(sources: list[str]) -> None:
        await free.wait()

    Queue(store.database).defer([Work(POLL, "host a", {"sources": ["a"]}), Work(ALERT, "alerts")])
    assert [(queue.kind, queue.waiting) for queue in queues(store.database) if queue.waiting] == [
        ("alert", 1),
        ("poll", 1),
    ]
    assert all(queue.oldest is not None and queue.oldest < 60 for queue in queues(store.database) if queue.waiting)

    async def alert() -> None:
        pass

    async with at_work(store, {"poll": poll, "alert": alert}, name="desk-1:7"):
        await until(lambda: [worker.doing for worker in workers(store.database)] == [("poll host a",)])
        [worker] = workers(store.database)
        assert worker.name == "desk-1:7"
        assert [(queue.kind, queue.running) for queue in queues(store.database) if queue.running] == [("poll", 1)]
        free.set()
