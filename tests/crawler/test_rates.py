"""The rates of a day: what is known, what is taken from the day before, and what is not known at all."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.rates import ecb_rates

RATES = ecb_rates()


@pytest.mark.parametrize(
    ("amount", "unit", "to", "on", "low", "high"),
    [
        (600_000_000, "USD", "CNY", date(2018, 4, 9), "3.77e9", "3.80e9"),
        (741_290_000, "USD", "HKD", date(2021, 12, 30), "5.76e9", "5.80e9"),
        (1_800_000_000, "CNY", "USD", date(2020, 5, 13), "2.52e8", "2.56e8"),
        (100, "EUR", "USD", date(2014, 3, 28), "137.58", "137.59"),
    ],
    ids=["dollars to yuan", "dollars to Hong Kong dollars", "yuan to dollars", "from the euro itself"],
)
def test_a_sum_is_converted_at_the_rate_of_that_day(
    amount: int, unit: str, to: str, on: date, low: str, high: str
) -> None:
    converted = RATES.convert(Decimal(amount), unit, to, on)
    assert converted is not None
    assert converted[1] == on
    assert Decimal(low) <= converted[0] <= Decimal(high)


def test_a_sunday_takes_the_rate_of_the_friday_before() -> None:
    converted = RATES.convert(Decimal(1), "USD", "CNY", date(2018, 4, 8))
    assert converted is not None
    assert converted[1] == date(2018, 4, 6)


def test_a_day_after_the_last_one_known_takes_the_last_one() -> None:
    converted = RATES.convert(Decimal(1), "USD", "CNY", date(2999, 1, 1))
    assert converted is not None
    assert date(2024, 1, 1) < converted[1] < date(2999, 1, 1)


@pytest.mark.parametrize(
    ("unit", "to", "on"),
    [
        ("TWD", "USD", date(2020, 5, 13)),
        ("USD", "TWD", date(2020, 5, 13)),
        ("USD", "CNY", date(1998, 5, 13)),
        ("CNY", "USD", date(2001, 5, 14)),
        ("people", "USD", date(2020, 5, 13)),
    ],
    ids=["not in the table", "into one not in the table", "before the table", "before that currency", "no currency"],
)
def test_where_there_is_no_rate_there_is_no_answer(unit: str, to: str, on: date) -> None:
    assert RATES.convert(Decimal(1), unit, to, on) is None


def test_the_same_currency_needs_no_table() -> None:
    assert RATES.convert(Decimal(5), "TWD", "TWD", date(1950, 1, 1)) == (Decimal(5), date(1950, 1, 1))


@given(
    amount=st.decimals(min_value=1, max_value=10**12, places=2),
    pair=st.permutations(["USD", "HKD", "CNY", "JPY", "EUR", "GBP", "SGD", "KRW"]),
    on=st.dates(min_value=date(2006, 1, 1), max_value=date(2026, 10, 1)),
)
def test_there_and_back_is_the_same_sum(amount: Decimal, pair: list[str], on: date) -> None:
    there = RATES.convert(amount, pair[0], pair[1], on)
    assert there is not None
    back = RATES.convert(there[0], pair[1], pair[0], on)
    assert back is not None
    assert there[1] == back[1]
    assert abs(back[0] - amount) <= amount * Decimal("1e-20")


def test_asking_for_rates_loads_no_table_yet() -> None:
    program = "import sys, crawler.rates; crawler.rates.ecb_rates(); sys.exit('currency_converter' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
