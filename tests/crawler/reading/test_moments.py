"""Written dates, one table: what pages write and the moment it means."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reading.moments import Moment, find_moments, find_yearless, parse_moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2020-07-02T12:48:06.637585+00:00", at(2020, 7, 2, 12, 48, 6)),
        ("2019-11-19T08:30:00Z", at(2019, 11, 19, 8, 30)),
        ("2019-11-19T08:30:00+0800", at(2019, 11, 19, 0, 30)),
        ("2019-11-19T08:30", at(2019, 11, 19, 0, 30)),
        ("2019-11-19 08:30:05", at(2019, 11, 19, 0, 30, 5)),
        ("2019年11月19日 08:30", at(2019, 11, 19, 0, 30)),
        ("2019年11月19日08时30分", at(2019, 11, 19, 0, 30)),
        ("2019年11月19日 下午3:05", at(2019, 11, 19, 7, 5)),
        ("2019年11月19日（星期二）15:05", at(2019, 11, 19, 7, 5)),
        ("发布时间：2019-10-2308:22 来源：本站", at(2019, 10, 23, 0, 22)),
        ("2019/11/19", date(2019, 11, 19)),
        ("2019.11.19", date(2019, 11, 19)),
        ("20191119", date(2019, 11, 19)),
        ("20191119083005", at(2019, 11, 19, 0, 30, 5)),
        ("Tue, 19 Nov 2019 08:30:00 GMT", at(2019, 11, 19, 8, 30)),
        ("November 19th, 2019", date(2019, 11, 19)),
        ("Nov. 19, 2019 8:30 am EST", at(2019, 11, 19, 13, 30)),
        ("November 19, 2019 at 8:30 p.m. ET", at(2019, 11, 20, 1, 30)),
        ("8:30 AM EST, Tue November 19, 2019", at(2019, 11, 19, 13, 30)),
        ("19 Nov 2019 08:30 HKT", at(2019, 11, 19, 0, 30)),
        ("2019-11-19 08:30 CST", at(2019, 11, 19, 0, 30)),
        ("13/11/2019", date(2019, 11, 13)),
        ("03/04/2019", date(2019, 4, 3)),
        ("1574123400", at(2019, 11, 19, 0, 30)),
        ("1574123400000", at(2019, 11, 19, 0, 30)),
        ("3小时前", at(2026, 11, 24, 9)),
        ("昨天 12:30", at(2026, 11, 23, 4, 30)),
        ("2 days ago", date(2026, 11, 22)),
        ("2019-02-30", None),
        ("1989-99-99", None),
        ("May 2019", None),
        ("20265438年7月+0日", None),
        ("今天，公司宣布", None),
        ("比分 3-2", None),
    ],
)
def test_what_is_written_is_what_is_meant(written: str, meant: Moment | None) -> None:
    assert parse_moment(written, zone=SHANGHAI, now=NOW) == meant


def test_america_writes_the_month_first() -> None:
    assert parse_moment("03/04/2019", day_first=False) == date(2019, 3, 4)
    assert parse_moment("3/09/15 8:00am", day_first=False) == at(2015, 3, 9, 8)


def test_several_dates_come_in_order_of_appearance() -> None:
    assert list(find_moments("Nov 2, 2019 – updated 2019-11-05")) == [date(2019, 11, 2), date(2019, 11, 5)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("发布时间：09-30 22:46", at(2026, 9, 30, 14, 46)),
        ("12月30日", date(2025, 12, 30)),
        ("02-30", None),
    ],
)
def test_a_date_without_a_year_lies_in_the_past(written: str, meant: Moment | None) -> None:
    assert next(find_yearless(written, zone=SHANGHAI, now=NOW), None) == meant


@given(st.text(alphabet="0123456789-/.:年月日时分 TZ+amp,ENovy下午", max_size=60))
@settings(max_examples=200, deadline=None)
def test_odd_text_gives_aware_moments_or_none(text: str) -> None:
    for moment in find_moments(text, zone=SHANGHAI, now=NOW):
        assert not isinstance(moment, datetime) or moment.utcoffset() is not None
