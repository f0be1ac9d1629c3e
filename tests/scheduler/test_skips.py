"""Which skipped runs are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scheduler.skips import TOLD_AFTER, Skips

BEGAN = datetime(2026, 11, 24, 1, tzinfo=UTC)


def test_a_long_spell_is_told_once_and_a_run_ends_it() -> None:
    skips = Skips()
    ticks = [BEGAN + timedelta(seconds=30 * number) for number in range(60)]
    told = [(tick, began) for tick in ticks if (began := skips.skipped("crawl", tick)) is not None]
    assert told == [(BEGAN + TOLD_AFTER, BEGAN)]
    assert skips.skipped("digest", ticks[-1]) is None
    skips.ran("crawl")
    again = ticks[-1] + timedelta(minutes=1)
    assert skips.skipped("crawl", again) is None
    assert skips.skipped("crawl", again + TOLD_AFTER) == again
