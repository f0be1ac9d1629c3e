"""Exchange rates of a day, so that one sum told in two currencies is known for one sum.

Does not forecast or fill gaps: where a day has no rate, the last one before it is used and its day is told.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from currency_converter import CurrencyConverter


class Rates(Protocol):
    """Converts sums of money at the rate of a day."""

    def convert(self, amount: Decimal, unit: str, to: str, on: date) -> tuple[Decimal, date] | None:
        """The sum in the other currency, and the day of the rate used: ``on`` or the last day known before it.

        Units are ISO 4217 codes. None where either currency has no rate on or before that day.
        """


@lru_cache(maxsize=1)
def _shipped() -> CurrencyConverter:
    # Some 0.2 s and 20 MB: spent only once two currencies really meet.
    from currency_converter import CurrencyConverter

    return CurrencyConverter(decimal=True)


@lru_cache(maxsize=16_384)
def _rate(unit: str, to: str, on: date) -> tuple[Decimal, date] | None:
    from currency_converter import RateNotFoundError

    table = _shipped()
    if unit not in table.currencies or to not in table.currencies:
        return None
    first = max(table.bounds[unit].first_date, table.bounds[to].first_date)
    day = min(on, table.bounds[unit].last_date, table.bounds[to].last_date)
    while day >= first:
        try:
            return Decimal(table.convert(Decimal(1), unit, to, day)), day
        except RateNotFoundError:
            day -= timedelta(days=1)
    return None


class EcbRates:
    """The European Central Bank's reference rates since 1999, as the currencyconverter library ships them.

    Any pair goes by way of the euro. TWD is not among them, nor is CNY before April 2005.
    """

    def convert(self, amount: Decimal, unit: str, to: str, on: date) -> tuple[Decimal, date] | None:
        if unit == to:
            return amount, on
        rate = _rate(unit, to, on)
        return (amount * rate[0], rate[1]) if rate else None


def ecb_rates() -> Rates:
    """The European Central Bank's rates; nothing is loaded until the first conversion."""
    return EcbRates()
