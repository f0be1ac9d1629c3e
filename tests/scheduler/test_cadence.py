"""When sources are asked next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import PollState
from scheduler.cadence import PROBE, Brought, Limits, next_poll

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LIMITS = Limits(timedelta(minutes=5), timedelta(hours=24))
KNOWN = PollState(first_poll=False, interval=3600.0)


def wait(every: str = "adaptive", state: PollState = KNOWN, **brought: Any) -> timedelta:
    given: dict[str, Any] = {"outcome": "new", "leads": 30, "new": 5} | brought
    due, _ = next_poll(every, state, Brought(**given), LIMITS, name="x", now=NOW)
    return due - NOW


def about(hours: float) -> Any:
    return pytest.approx(hours * 3600, rel=0.051)


@pytest.mark.parametrize(
    ("case", "hours", "brought"),
    [
        ("a steady share of news keeps the pace", 1, {}),
        ("mostly news: ask sooner, before something scrolls off", 0.5, {"new": 20}),
        ("nothing new: ask later", 1.5, {"new": 0}),
        ("unchanged: ask later", 1.5, {"outcome": "unchanged", "leads": 0, "new": 0}),
        ("the source asks for longer", 3, {"hint": timedelta(hours=3)}),
        ("a shorter hint shortens nothing", 1, {"hint": timedelta(minutes=1)}),
        ("a hint of a year is a day", 24, {"hint": timedelta(days=365)}),
    ],
)
def test_adaptive(case: str, hours: float, brought: dict[str, Any]) -> None:
    assert wait(**brought).total_seconds() == about(hours), case


def test_all_of_a_first_poll_is_new_which_says_nothing() -> None:
    assert wait(state=PollState(), leads=30, new=30).total_seconds() == about(0.5)


def test_a_fixed_interval_is_kept_whatever_comes() -> None:
    assert wait("15m", new=30).total_seconds() == about(0.25)
    assert wait("15m", new=0).total_seconds() == about(0.25)


def test_a_cron_line_is_kept_in_the_zone() -> None:
    due, _ = next_poll(
        "30 9 * * *", KNOWN, Brought("new", 1, 1), Limits(*_bounds(), zone="Asia/Shanghai"), name="x", now=NOW
    )
    assert due == datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


def _bounds() -> tuple[timedelta, timedelta]:
    return LIMITS.least, LIMITS.most


def test_failures_back_off_to_a_ceiling_and_then_to_a_monthly_probe() -> None:
    waits = [wait(state=PollState(failures=n), outcome="failed") for n in range(20)]
    assert waits[0] == LIMITS.least and waits[1] == 2 * LIMITS.least
    assert waits[14] == LIMITS.most and waits[15] == PROBE
    assert waits == sorted(waits)


def test_retry_after_is_kept_even_beyond_the_ceiling() -> None:
    assert wait(outcome="failed", retry_after=timedelta(days=3)) == timedelta(days=3)


@given(
    st.floats(60, 10**7), st.integers(0, 2000), st.integers(0, 2000), st.booleans(),
    st.sampled_from(["new", "unchanged", "empty"]), st.text(max_size=20),
)  # fmt: skip
def test_always_within_bounds(interval: float, leads: int, new: int, first: bool, outcome: str, name: str) -> None:
    state = PollState(first_poll=first, interval=interval)
    brought = Brought(outcome, leads, min(new, leads))  # type: ignore[arg-type]
    due, seconds = next_poll("adaptive", state, brought, LIMITS, name=name, now=NOW)
    assert LIMITS.least <= due - NOW <= LIMITS.most * 1.05
    assert LIMITS.least.total_seconds() <= seconds <= LIMITS.most.total_seconds()
