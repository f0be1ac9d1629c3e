"""A measure over time beside a new figure: what was known of it before, as rows of a table and as bars; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from crawler.items import Known
from scheduler.digest.png import Canvas, text_width
from storage.rows import FlagRow

ENOUGH = 3
"""Known points below which a picture says no more than the words."""
MOST = 8
"""Bars that a phone shows legibly: the newest ones."""

_WIDTH, _HEIGHT, _DOT = 600, 220, 3
"""Pixels; shown at half that size, so that dense screens show it sharp."""
# Ground, known bars, the new bar, words: each legible on white and on the letter's dark ground.
_PALETTE = ((255, 255, 255, 0), (124, 140, 163, 255), (224, 122, 31, 255), (138, 143, 152, 255))


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of a measure; an end that the text leaves open is None."""

    when: str
    low: Decimal | None
    high: Decimal | None
    approximate: bool
    unit: str
    outlet: str
    new: bool = False

    @property
    def size(self) -> Decimal:
        """What its bar stands for: the middle of a range, the known end of an open one."""
        ends = [end for end in (self.low, self.high) if end is not None]
        return sum(ends, Decimal(0)) / len(ends)


def points_of(flag: FlagRow, ledger: Iterable[Known]) -> tuple[Point, ...]:
    """The measure of a flag's figure in order of time, the figure itself last of its moment; empty where too little is known.

    Of one moment the first entry stands; other units, parts of the company and denied figures are left out.
    """
    figure = flag.figure
    if figure is None or figure.scope or (figure.low is None and figure.high is None):
        return ()
    known: dict[str, Point] = {}
    for entry in ledger:
        fits = (entry.company, entry.kind, entry.unit) == (flag.company, figure.kind, figure.unit)
        when = _when(entry)
        if not fits or entry.scope or entry.state == "denied" or entry.id == flag.known_id or when is None:
            continue
        if entry.low is not None or entry.high is not None:
            outlet = next((report.outlet for report in entry.reports if report.outlet), None) or ""
            known.setdefault(when, Point(when, entry.low, entry.high, entry.approximate, entry.unit, outlet))
    if len(known) < ENOUGH:
        return ()
    article = flag.article
    told = figure.as_of or (article.published.isoformat()[:10] if article and article.published else None)
    outlet = (article.outlet if article else None) or ""
    new = Point(told or flag.created_at.isoformat()[:10], figure.low, figure.high, figure.approximate, figure.unit, outlet, new=True)  # fmt: skip
    return tuple(sorted([*known.values(), new], key=lambda point: (point.when, point.new))[-MOST:])


def _when(entry: Known) -> str | None:
    return entry.as_of or (entry.first_reported.isoformat()[:10] if entry.first_reported else None)


@lru_cache(maxsize=256)
def draw(points: tuple[Point, ...]) -> bytes:
    """The points as bars with value and date, a PNG on no ground, so that it stands on white and on dark alike."""
    canvas = Canvas(_WIDTH, _HEIGHT, _PALETTE)
    step = _WIDTH // len(points)
    width = min(step * 2 // 3, 90)
    room = _HEIGHT - 2 * 10 * _DOT
    largest = max(point.size for point in points) or Decimal(1)
    for place, point in enumerate(points):
        middle = place * step + step // 2
        height = max(int(room * point.size / largest), 2)
        top = 10 * _DOT + room - height
        canvas.box(middle - width // 2, top, width, height, 2 if point.new else 1)
        value = short(point)
        canvas.write(value, middle - text_width(value, _DOT) // 2, top - 7 * _DOT, _DOT, 2 if point.new else 3)
        date = point.when[2:7]
        canvas.write(date, middle - text_width(date, _DOT) // 2, _HEIGHT - 7 * _DOT, _DOT, 3)
    return canvas.png()


def short(point: Point) -> str:
    """``5.0k``, ``>1.2B``: what fits over a bar; the table beside it tells the exact value."""
    sign = ">" if point.high is None else "<" if point.low is None else "~" if point.approximate else ""
    size = point.size
    for scale, letter in ((12, "T"), (9, "B"), (6, "M"), (3, "k")):
        if size >= Decimal(10) ** scale:
            part = size / Decimal(10) ** scale
            return f"{sign}{part:.0f}{letter}" if part >= 100 else f"{sign}{part:.1f}{letter}".replace(".0", "")
    return f"{sign}{size:.0f}" + ("%" if point.unit == "percent" else "")
