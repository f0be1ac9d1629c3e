"""Exchange rates of a day, so that one sum told in two currencies is known for one sum.

Does not forecast or fill gaps: where a day has no rate, the last one before it is used and its day is told.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from crawler.errors import ReadError

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


class DayRates:
    """Rates of single days, euro to each currency, over another table: the newer of the two days counts."""

    def __init__(self, days: Mapping[date, Mapping[str, Decimal]], under: Rates) -> None:
        self._days = dict(days)
        self._order = sorted(self._days)
        self._under = under

    def convert(self, amount: Decimal, unit: str, to: str, on: date) -> tuple[Decimal, date] | None:
        if unit == to:
            return amount, on
        day = self._last(unit, to, on)
        below = self._under.convert(amount, unit, to, on)
        if day is None or (below is not None and below[1] >= day):
            return below
        rates = self._days[day]
        return amount * self._of(rates, to) / self._of(rates, unit), day

    def _last(self, unit: str, to: str, on: date) -> date | None:
        """The last day that has both currencies."""
        for day in reversed(self._order[: bisect_right(self._order, on)]):
            if all(currency == "EUR" or currency in self._days[day] for currency in (unit, to)):
                return day
        return None

    @staticmethod
    def _of(rates: Mapping[str, Decimal], currency: str) -> Decimal:
        return Decimal(1) if currency == "EUR" else rates[currency]


def read_ecb(body: bytes) -> dict[date, dict[str, Decimal]]:
    """The days of the European Central Bank's XML (``eurofxref-daily.xml`` and its kin); raises ReadError for what is none.

    Reads no entities and fetches nothing; a day or currency that is not well written is left out.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"the exchange rates are no XML: {str(error)[:200]}") from None
    days: dict[date, dict[str, Decimal]] = {}
    for cube in root.iter("{*}Cube"):
        told = cube.get("time")
        if told is None:
            continue
        rates = {
            str(one.get("currency")): _rate_of(one.get("rate")) for one in cube.iter("{*}Cube") if one.get("currency")
        }
        kept = {
            currency: rate for currency, rate in rates.items() if rate is not None and _CURRENCY.fullmatch(currency)
        }
        try:
            days[date.fromisoformat(told)] = kept
        except ValueError:
            continue
    if not any(days.values()):
        raise ReadError("the exchange rates' XML names no day with a rate")
    return days


_CURRENCY = re.compile("[A-Z]{3}")


def _rate_of(told: str | None) -> Decimal | None:
    try:
        rate = Decimal(told or "")
    except InvalidOperation:
        return None
    return rate if rate.is_finite() and rate > 0 else None
