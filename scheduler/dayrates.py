"""The day's exchange rates as a source of their own: fetched like any page, kept in the database, used over the shipped ones."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from crawler.fetch.answer import Terms
from crawler.fetch.client import Web
from crawler.rates import DayRates, Rates, ecb_rates, read_ecb
from storage.settings import SettingTable
from storage.store import SqlStore

LARGEST = 4_000_000
KEPT_FOR = timedelta(days=1500)
"""The shipped table is renewed with the program; these years bridge the time until then."""
_KEY = "rates"


async def fetch_rates(web: Web, url: str, settings: SettingTable) -> int:
    """Takes in the days at ``url`` and gives how many are new; raises FetchError or ReadError and changes nothing then."""
    answer = await web.ask(url, Terms(max_size=LARGEST))
    return take_in(read_ecb(answer.body), settings)


def take_in(days: dict[date, dict[str, Decimal]], settings: SettingTable) -> int:
    """Keeps the days beside those that are kept; gives how many are new."""
    kept = settings.get(_KEY, {})
    told = {day.isoformat(): {unit: str(rate) for unit, rate in rates.items()} for day, rates in days.items()}
    new = len(told.keys() - kept.keys())
    merged = kept | told
    oldest = (max(days) - KEPT_FOR).isoformat()
    settings.set(_KEY, {day: merged[day] for day in sorted(merged) if day >= oldest})
    return new


def rates_of(store: object) -> Rates:
    """The kept days over the shipped table; the shipped table alone where none are kept, or the store keeps no settings."""
    kept = store.settings.get(_KEY, {}) if isinstance(store, SqlStore) else {}
    if not kept:
        return ecb_rates()
    days = {
        date.fromisoformat(day): {unit: Decimal(rate) for unit, rate in rates.items()} for day, rates in kept.items()
    }
    return DayRates(days, ecb_rates())
