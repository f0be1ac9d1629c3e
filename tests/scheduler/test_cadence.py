"""When sources are asked next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import PollState
from scheduler.cadence import PROBE, Brought, Limits, Plan, plan
from scheduler.rhythm import Rhythm

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)  # a Tuesday
LIMITS = Limits(timedelta(minutes=5), timedelta(hours=24))


def known(per_day: float, days: float = 14, *, hours: range = range(24), window: int = 50) -> Rhythm:
    """A source that has published evenly over those hours of each day."""
    gap = len(hours) / per_day
    moments = [
        NOW - timedelta(days=day) + timedelta(hours=hours.start - NOW.hour + gap * number)
        for day in range(1, int(days) + 1)
        for number in range(int(per_day))
    ]
    return Rhythm(until=NOW - timedelta(days=days)).heard(moments, shown=window, now=NOW)


def planned(every: str = "adaptive", rhythm: Rhythm | None = None, failures: int = 0, **brought: Any) -> Plan:
    state = PollState(first_poll=False, failures=failures, rhythm=(rhythm or known(24)).to_json())
    given: dict[str, Any] = {"outcome": "new", "leads": 50} | brought
    return plan(every, state, Brought(**given), LIMITS, name="x", now=NOW)


def wait(*args: Any, **brought: Any) -> timedelta:
    return planned(*args, **brought).due - NOW


def test_busy_sources_are_asked_more_often_but_not_in_proportion() -> None:
    day, hour, minute = (wait(rhythm=known(rate)) for rate in (1, 24, 24 * 20))
    assert minute < hour < day
    assert minute > hour / 20 and hour > day / 24


def test_an_item_an_hour_means_a_poll_in_some_forty_minutes() -> None:
    assert timedelta(minutes=30) < wait(rhythm=known(24)) < timedelta(minutes=45)


def test_a_silent_source_costs_little() -> None:
    assert wait(rhythm=Rhythm(until=NOW - timedelta(days=30)), outcome="unchanged", leads=0) > timedelta(hours=6)


def test_the_night_is_slept_through_and_the_morning_is_not_missed() -> None:
    """Published from 9 to 17 o'clock alone: asked every half hour by day, and little before nine."""
    office = known(40, hours=range(9, 17))
    evening = NOW.replace(hour=18) - timedelta(days=1)
    first = office.next_after(evening, 0.6, timedelta(hours=24))
    by_day = office.next_after(NOW.replace(hour=10) - timedelta(days=1), 0.6, timedelta(hours=24))
    assert by_day < timedelta(minutes=30)
    assert first > 4 * by_day
    assert evening + first < NOW.replace(hour=10)


def test_quiet_days_of_the_week_are_learnt() -> None:
    moments = [NOW - timedelta(days=day) for day in range(1, 28) if (NOW - timedelta(days=day)).weekday() < 5] * 8
    weekdays = Rhythm(until=NOW - timedelta(days=28)).heard(moments, shown=20, now=NOW)
    saturday, thursday = NOW + timedelta(days=4), NOW + timedelta(days=2)
    assert weekdays.rate(saturday) < weekdays.rate(thursday) / 3


def test_nothing_scrolls_off_a_short_window() -> None:
    """Forty items an hour and ten shown: a sixth of those have come after three."""
    assert wait(rhythm=known(24 * 40, window=10), leads=10) < timedelta(minutes=6)


def test_a_first_poll_teaches_by_the_dates_of_its_items() -> None:
    moments = tuple(NOW - timedelta(minutes=20 * n) for n in range(50))
    first = plan("adaptive", PollState(), Brought("new", 50, 50, moments), LIMITS, name="x", now=NOW)
    assert 2 < first.rhythm.rate(NOW - timedelta(hours=1)) < 5
    assert first.due - NOW < timedelta(minutes=40)


def test_items_without_dates_count_as_spread_since_the_last_poll() -> None:
    rhythm = Rhythm(until=NOW - timedelta(hours=10), listened=0.0)
    taught = planned(rhythm=rhythm, fresh=20).rhythm
    assert sum(taught.hours) == pytest.approx(20) and taught.listened == pytest.approx(10, rel=0.05)


def test_what_was_long_ago_fades() -> None:
    busy = known(100)
    later = busy.heard([], shown=50, now=NOW + timedelta(days=56))
    assert later.rate(NOW + timedelta(days=56)) < busy.rate(NOW) / 4


def test_a_failure_teaches_nothing() -> None:
    rhythm = known(24)
    assert planned(rhythm=rhythm, outcome="failed", leads=0).rhythm == Rhythm.of(rhythm.to_json())


def test_a_longer_hint_is_heeded_a_shorter_one_shortens_nothing_and_a_year_is_a_day() -> None:
    usual = wait()
    assert wait(hint=timedelta(minutes=1)) == usual
    assert timedelta(hours=3) <= wait(hint=timedelta(hours=3)) < timedelta(hours=3.2)
    assert wait(hint=timedelta(days=365)) < timedelta(hours=25.3)


def test_a_fixed_interval_is_kept_whatever_comes() -> None:
    for fresh in (0, 50):
        assert timedelta(minutes=15) <= wait("15m", fresh=fresh) < timedelta(minutes=16)


def test_a_cron_line_is_kept_in_the_zone() -> None:
    limits = Limits(LIMITS.least, LIMITS.most, zone="Asia/Shanghai")
    due = plan("30 10 * * *", PollState(), Brought("new", 1), limits, name="x", now=NOW).due
    assert due == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


def test_failures_back_off_to_a_ceiling_and_then_to_a_monthly_probe() -> None:
    waits = [wait(failures=n, outcome="failed") for n in range(20)]
    assert waits[0] == LIMITS.least and waits[1] == 2 * LIMITS.least
    assert waits[14] == LIMITS.most and waits[15] == PROBE
    assert waits == sorted(waits)


def test_retry_after_is_kept_even_beyond_the_ceiling() -> None:
    assert wait(outcome="failed", retry_after=timedelta(days=3)) == timedelta(days=3)


@given(
    st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), max_size=50),
    st.integers(0, 2000), st.integers(0, 3000), st.booleans(), st.sampled_from(["new", "unchanged", "empty"]), st.text(max_size=20),
)  # fmt: skip
def test_always_within_bounds(
    moments: list[datetime], leads: int, fresh: int, first: bool, outcome: str, name: str
) -> None:
    state = PollState(first_poll=first, rhythm=None if first else known(3).to_json())
    brought = Brought(outcome, leads, fresh, tuple(moments))  # type: ignore[arg-type]
    made = plan("adaptive", state, brought, LIMITS, name=name, now=NOW)
    assert LIMITS.least <= made.due - NOW <= LIMITS.most * 1.051
    assert Rhythm.of(made.rhythm.to_json()).to_json() == made.rhythm.to_json()
