"""Whether an alert tells of a flag, and whether it may speak just now; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from crawler.config.model import AlertConfig
from crawler.config.values import parse_hours
from crawler.rates import Rates
from scheduler.kinds import kinds_of
from storage.rows import FlagRow, SourceRow

DOWN = frozenset({"failing", "blocked"})


def wanted(flag: FlagRow, alert: AlertConfig, rates: Rates, today: date) -> bool:
    """Whether the alert's rules, all of them, let this flag through."""
    tier = flag.article.tier if flag.article is not None else None
    return (
        (not alert.kinds or not kinds_of(flag).isdisjoint(alert.kinds))
        and (not alert.companies or flag.company in alert.companies)
        and (not alert.reasons or flag.reason in alert.reasons)
        and (not alert.tiers or tier in alert.tiers)
        and _large_enough(flag, alert, rates, today)
    )


def _large_enough(flag: FlagRow, alert: AlertConfig, rates: Rates, today: date) -> bool:
    """A figure whose larger end reaches the threshold; one that cannot be compared is told rather than kept back."""
    figure = flag.figure or flag.before
    least = alert.threshold.get(figure.kind) if figure is not None else None
    if figure is None or least is None or figure.high is None:
        return True  # an open upper end may be as large as one likes
    size: Decimal = figure.high
    if figure.unit not in ("people", "percent", "USD"):
        converted = rates.convert(size, figure.unit, "USD", today)
        if converted is None:
            return True
        size = converted[0]
    return size >= least


def quiet(alert: AlertConfig, zone: str, now: datetime) -> bool:
    """Whether ``now`` is in the alert's quiet hours, which may reach over midnight."""
    hours = parse_hours(alert.quiet)
    if hours is None:
        return False
    start, end = hours
    local = now.astimezone(ZoneInfo(alert.timezone or zone)).time()
    return start <= local < end if start < end else local >= start or local < end


def down_for(unwell: Iterable[SourceRow], span: timedelta, now: datetime) -> list[SourceRow]:
    """Those of the unwell sources that have been failing or blocked for that long."""
    return [row for row in unwell if row.health in DOWN and row.since is not None and now - row.since >= span]
