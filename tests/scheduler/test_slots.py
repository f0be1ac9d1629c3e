"""One letter per local day: through both clock changes, in any zone, whatever moments the clock is looked at."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.digest.slots import cron_of, instant, last_slot, next_slot

ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", ["02:30", "01:30", "08:00", "00:00"])
def test_three_years_bring_one_slot_each_local_day(zone: str, at: str) -> None:
    moment, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    keys = []
    while moment < end:
        slot = next_slot(at, "*", zone, moment)
        assert slot is not None and slot.due > moment
        keys.append(slot.key)
        moment = slot.due
    assert len(keys) == len(set(keys))
    days = {(date(2024, 1, 2) + timedelta(days=n)).isoformat() for n in range(1090)}
    assert days <= set(keys)


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00"),  # in the gap: the first moment after it
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"),  # twice: the first time
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"),
        ("Asia/Shanghai", "2026-11-24T08:00", "2026-11-24T00:00"),
    ],
)
def test_a_wall_time_comes_once(zone: str, wall: str, expected: str) -> None:
    assert instant(datetime.fromisoformat(wall), ZoneInfo(zone)) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_slot_stays_the_last_one_until_the_next_comes() -> None:
    berlin = "Europe/Berlin"
    for hours in range(24):
        now = datetime(2026, 10, 25, 0, 30, tzinfo=UTC) + timedelta(hours=hours)
        slot = last_slot("02:30", "*", berlin, now)
        assert slot is not None and slot.key == "2026-10-25"


def test_weekends_are_covered_on_monday() -> None:
    sunday = datetime(2026, 11, 22, 12, tzinfo=UTC)
    friday = last_slot("08:00", "mon-fri", "Asia/Shanghai", sunday)
    monday = next_slot("08:00", "mon-fri", "Asia/Shanghai", sunday)
    assert friday is not None and friday.key == "2026-11-20"
    assert monday is not None and monday.key == "2026-11-23"


def test_cron_counts_weekdays_from_sunday() -> None:
    slot = next_slot("0 8 * * 0", "", "UTC", datetime(2026, 11, 24, tzinfo=UTC))
    assert slot is not None and slot.key == "2026-11-29T08:00"


def test_a_long_gap_is_one_catch_up() -> None:
    slot = last_slot("08:00", "*", "UTC", datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert slot is not None and slot.key == "2026-11-24"


@pytest.mark.parametrize("wrong", ["25:00", "8", "08:61", "0 8 * *"])
def test_a_wrong_time_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"time"):
        cron_of(wrong, "*")
