"""Durations, sizes, days and cron lines as they are written."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.config.cron import check_cron
from crawler.config.values import parse_at, parse_days, parse_duration, parse_size


@given(
    st.integers(0, 10_000),
    st.sampled_from([("s", 1), ("m", 60), ("h", 3600), ("d", 86400)]),
    st.sampled_from(["", " "]),
)
def test_a_duration_is_its_number_of_units(number: int, unit: tuple[str, int], space: str) -> None:
    assert parse_duration(f"{number}{space}{unit[0]}") == timedelta(seconds=number * unit[1])


@pytest.mark.parametrize("text", ["", "2", "s", "2 x", "2s and a bit", "-2s", "1.2.3s", None, 2, True])
def test_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match="no duration"):
        parse_duration(text)


def test_compound_and_fractional_durations() -> None:
    assert parse_duration("1h 30m") == timedelta(minutes=90)
    assert parse_duration("0.5s") == timedelta(milliseconds=500)


@pytest.mark.parametrize(
    ("text", "size"), [("15 MiB", 15 << 20), ("500kB", 500_000), ("1 GB", 10**9), ("7b", 7), (42, 42)]
)
def test_sizes(text: object, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["15", "-1 MB", "MiB", True, -1, 1.5])
def test_no_size(text: object) -> None:
    with pytest.raises(ValueError, match="no size"):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [("mon-fri", (0, 1, 2, 3, 4)), ("sat,sun", (5, 6)), ("fri-mon", (0, 4, 5, 6)), ("Mon, wed", (0, 2)), ("sun", (6,))],
)
def test_days(text: str, days: tuple[int, ...]) -> None:
    assert parse_days(text) == days


def test_at_is_a_time_or_a_cron_line() -> None:
    assert parse_at("08:05") == time(8, 5)
    assert parse_at("0 8 * * 1") is None


@pytest.mark.parametrize("line", ["* * * * *", "*/15 8-18 * * mon-fri", "0 8 1,15 jan-mar 7", "5/10 0 * * 0"])
def test_cron_lines(line: str) -> None:
    assert check_cron(line) == line


@pytest.mark.parametrize(
    "line",
    [
        "* * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "*/0 * * * *",
        "5-1 * * * *",
        "a * * * *",
    ],
)
def test_no_cron_line(line: str) -> None:
    with pytest.raises(ValueError, match="no cron line"):
        check_cron(line)
