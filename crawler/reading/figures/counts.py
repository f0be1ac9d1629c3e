"""Counts of staff that carry no noun of their own: headcount fell to 5,016 from 5,943; 员工由1,206减至980."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal

from crawler.reading.figures.quantities import Quantity

_NUMBER = r"(\d{1,3}(?:,\d{3})+|\d{3,6})(?![\d,.]*\d|[%％]| ?(?:million|billion|per ?cent|yuan|dollars|bn|m\b)|[年月日号亿万元倍个家项点])"
_STAFF = re.compile(r"headcount|workforce|employees|staff|payroll|员工|雇员|职工|人数")
_COUNT = re.compile(
    rf"(?:(?:down|up) from|fallen to|fell to|dropped to|risen to|rose to|grown to|grew to|shrank to|shrunk to|from|由|从|减至|降至|增至|减少至|缩减至) ?{_NUMBER}"
)
_ENDS = re.compile(r"[。;！？\n]|\. ")
_NEAR = 80
"""Characters after the noun for staff in which such a count may stand."""


def with_counts(lower: str, quantities: Sequence[Quantity]) -> list[Quantity]:
    """The quantities of a text and the bare counts of its staff, in order."""
    counts = list(_COUNT.finditer(lower))
    if not counts:
        return list(quantities)
    nouns = [match.end() for match in _STAFF.finditer(lower)]
    nouns = sorted(nouns + [quantity.end for quantity in quantities if quantity.dimension == "people"])
    starts = [quantity.start for quantity in quantities]
    found = list(quantities)
    for match in counts:
        first, last = match.span(1)
        at = bisect_right(nouns, first) - 1
        if (
            at < 0
            or first - nouns[at] > _NEAR
            or _ENDS.search(lower, nouns[at], first)
            or _taken(first, last, starts, quantities)
        ):
            continue
        value = Decimal(match.group(1).replace(",", ""))
        if not 1900 <= value <= 2100 or "," in match.group(1):
            found.append(Quantity(first, last, value, value, "people", "people", implied=True))
    return sorted(found, key=lambda quantity: quantity.start)


def _taken(first: int, last: int, starts: Sequence[int], quantities: Sequence[Quantity]) -> bool:
    at = bisect_right(starts, last) - 1
    return at >= 0 and quantities[at].end > first
