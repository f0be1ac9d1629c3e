"""Each value of a company's measure once, however often an article repeats it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from crawler.items import Figure


@dataclass(frozen=True, slots=True)
class Found:
    """A figure and where it was found."""

    figure: Figure
    sentence: int
    bare: bool
    """No currency is written beside the number."""


_ROUNDING = Decimal("0.005")


def once_each(found: Sequence[Found]) -> list[Found]:
    """Each value of a company's measure once, the first time it stands; a value within half a per cent is the same."""
    kept: list[Found] = []
    by_key: dict[tuple[str, str, str], list[Found]] = {}
    for one in found:
        figure = one.figure
        if one.bare and any(_spelled_out(other, one) for other in found):
            continue
        same = by_key.setdefault((figure.company, figure.kind, figure.unit), [])
        if not any(_same(figure.low, other.figure.low) and _same(figure.high, other.figure.high) for other in same):
            same.append(one)
            kept.append(one)
    return kept


def _spelled_out(other: Found, bare: Found) -> bool:
    """A headline's 估值破千亿 is dollars where the text says 1000亿美元."""
    one, two = other.figure, bare.figure
    if other.bare or one.company != two.company or one.kind != two.kind or one.unit == two.unit:
        return False
    return _same(one.low or one.high, two.low or two.high)


def _same(one: Decimal | None, other: Decimal | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _ROUNDING * max(abs(one), abs(other))
