"""What the charts of a company show: its known figures as points over time, in one currency. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from crawler.items import FigureKind, Known
from crawler.rates import Rates
from storage.over_time import Course

CHARTS: tuple[FigureKind, ...] = ("valuation", "raised", "headcount", "laid_off")
CURRENCIES = ("USD", "CNY", "HKD", "EUR")


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of a chart; an end that the text leaves open is None."""

    known: Known
    on: date
    low: Decimal | None
    high: Decimal | None

    def to_json(self) -> dict[str, Any]:
        """What the drawing needs: seconds, bounds, hedged or not, accepted or not."""
        moment = datetime(self.on.year, self.on.month, self.on.day, tzinfo=UTC)
        return {
            "at": int(moment.timestamp()),
            "low": None if self.low is None else float(self.low),
            "high": None if self.high is None else float(self.high),
            "about": self.known.approximate,
            "sure": self.known.state == "accepted",
        }


@dataclass(frozen=True, slots=True)
class Chart:
    """One measure of a company as it is drawn."""

    kind: FigureKind
    points: tuple[Point, ...]
    left_out: tuple[Known, ...]
    """Without a day or a rate."""
    thinned_from: int | None
    """How many figures there are where not all are drawn."""

    @property
    def drawn(self) -> list[dict[str, Any]]:
        """The points as the drawing takes them."""
        return [point.to_json() for point in self.points]


def chart_of(kind: FigureKind, course: Course, currency: str, rates: Rates) -> Chart:
    """The chart of one measure, its money in ``currency``."""
    points, left_out = points_of(course.entries, kind, currency, rates)
    return Chart(kind, tuple(points), tuple(left_out), course.of if course.of > len(course.entries) else None)


def points_of(
    entries: Iterable[Known], kind: FigureKind, currency: str, rates: Rates
) -> tuple[list[Point], list[Known]]:
    """The points of one kind in order of time, and the entries that have no day or no rate and so no place."""
    points: list[Point] = []
    left_out: list[Known] = []
    for known in entries:
        if known.kind != kind or known.scope or known.state == "denied":
            continue
        on = day_of(known)
        bounds = None if on is None else _in_currency(known, currency, on, rates)
        if on is None or bounds is None:
            left_out.append(known)
        else:
            points.append(Point(known, on, *bounds))
    return sorted(points, key=lambda point: point.on), left_out


def day_of(known: Known) -> date | None:
    """The day a figure stands for: the first of a month or a year that is told alone; when it was first told, else."""
    if known.as_of:
        year, month, day = (*(int(part) for part in known.as_of.split("-")), 1, 1)[:3]
        return date(year, month, day)
    reported = known.first_reported
    return reported.date() if isinstance(reported, datetime) else reported


def _in_currency(known: Known, currency: str, on: date, rates: Rates) -> tuple[Decimal | None, Decimal | None] | None:
    if known.unit in ("people", "percent", currency):
        return known.low, known.high
    bounds: list[Decimal | None] = []
    for bound in (known.low, known.high):
        converted = None if bound is None else rates.convert(bound, known.unit, currency, on)
        if bound is not None and converted is None:
            return None
        bounds.append(None if converted is None else converted[0])
    return bounds[0], bounds[1]
