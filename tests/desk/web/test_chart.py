"""Where a known figure stands in a chart, and when it cannot."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from crawler.items import Known
from desk.web.chart import day_of, points_of


class Rates:
    """A dollar is seven yuan; nothing else is known."""

    def convert(self, amount: Decimal, unit: str, to: str, on: date) -> tuple[Decimal, date] | None:
        return (amount * 7, on) if (unit, to) == ("USD", "CNY") else None


def known(**changes: Any) -> Known:
    given = {
        "low": Decimal(100),
        "high": Decimal(100),
        "as_of": "2020-05",
        "kind": "raised",
        "unit": "USD",
        "state": "accepted",
    }
    return Known(id="1", company="sensetime", event="1", **(given | changes))


@pytest.mark.parametrize(
    ("entry", "day"),
    [
        (known(), date(2020, 5, 1)),
        (known(as_of="2020"), date(2020, 1, 1)),
        (known(as_of="2020-05-17"), date(2020, 5, 17)),
        (known(as_of=None, first_reported=datetime(2021, 3, 4, 5, tzinfo=UTC)), date(2021, 3, 4)),
        (known(as_of=None), None),
    ],
)
def test_the_day_it_stands_for(entry: Known, day: date | None) -> None:
    assert day_of(entry) == day


def test_points_are_in_order_and_in_one_currency() -> None:
    later, earlier = known(as_of="2021"), known(high=None, as_of="2019")
    euro, undated, of_a_unit, denied = (
        known(unit="EUR"),
        known(as_of=None),
        known(scope="智慧城市"),
        known(state="denied"),
    )
    points, left_out = points_of([later, earlier, euro, undated, of_a_unit, denied], "raised", "CNY", Rates())
    assert [(point.on.year, point.low, point.high) for point in points] == [(2019, 700, None), (2021, 700, 700)]
    assert left_out == [euro, undated]
    assert points[0].to_json()["high"] is None
