"""The row that a run leaves, however it ends."""

from __future__ import annotations

import asyncio

import pytest

from crawler.errors import DragonwatchError
from scheduler.digest.words import word
from scheduler.logs import run_id
from scheduler.recording import ERRORS_TOLD, Recorder
from storage.store import SqlStore


async def test_a_run_that_ends_well_tells_what_it_brought_and_is_named_meanwhile(store: SqlStore) -> None:
    async with Recorder(store.runs).run("recheck", cut_short="cut") as run:
        assert run_id.get() == run.id
        assert [row.state for row in store.runs.recent()] == ["running"]
        run.summary = {"looked": 3}
    assert run_id.get() is None
    [row] = store.runs.recent()
    assert (row.id, row.kind, row.state, row.summary, row.error) == (run.id, "recheck", "done", {"looked": 3}, None)


async def test_what_was_left_undone_counts_as_failed_beside_what_was_done(store: SqlStore) -> None:
    async with Recorder(store.runs).run("backfill", cut_short="cut") as run:
        run.summary = {"found": 1}
        run.fell_short(["a is torn", "a is torn", *(f"{number} is gone" for number in range(ERRORS_TOLD))])
    [row] = store.runs.recent()
    assert (row.state, row.summary) == ("failed", {"found": 1})
    assert row.error == "a is torn; 0 is gone; 1 is gone; 2 is gone; 3 is gone"


@pytest.mark.parametrize(
    ("raised", "told"),
    [(DragonwatchError("the site is down"), "the site is down"), (KeyError("low"), "KeyError: 'low'")],
)
async def test_what_is_raised_is_noted_and_raised_on(store: SqlStore, raised: Exception, told: str) -> None:
    with pytest.raises(type(raised)):
        async with Recorder(store.runs).run("backfill", cut_short="cut"):
            raise raised
    [row] = store.runs.recent()
    assert (row.state, row.error) == ("failed", told)


async def test_one_that_is_ended_from_without_says_how_it_goes_on(store: SqlStore) -> None:
    begun = asyncio.Event()

    async def endless() -> None:
        async with Recorder(store.runs).run("backfill", cut_short="call it again"):
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(endless())
    await begun.wait()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    [row] = store.runs.recent()
    assert (row.state, row.error) == ("failed", "call it again")


@pytest.mark.parametrize("kind", ["crawl", "recheck", "reread", "digest", "alert", "upkeep", "backfill"])
def test_a_letter_has_a_word_for_each_kind_of_run(kind: str) -> None:
    assert word(f"run_{kind}", "en") != f"run_{kind}"
