"""How two values stand to each other: the same, closer, wider, or another; rounding, hedges and currencies allowed for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from crawler.items import Figure, Known
from crawler.rates import Rates

ROUNDING = Decimal("0.005")
"""A number restated within this share is the same figure (``docs/figures.md``)."""
EXCHANGE = Decimal("0.025")
"""Two currencies: the press converts at a rate of its own and rounds once more."""
HEDGE = Decimal("0.05")
"""The most that 约 or "about" may stand away from the exact number."""
REACH = Decimal("1.5")
""""More than 100" speaks of 100 to 150, not of 5,000; "less than 150" of 100 to 150."""

Stand = Literal["same", "finer", "coarser", "overlaps", "apart", "unknown"]
"""``finer``: the first lies within the second and says more; ``coarser``: the other way round; ``unknown``: no rate."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the first value stands to the second, and what a reviewer is to know of the rate used."""

    stand: Stand
    note: str | None = None


@dataclass(frozen=True, slots=True)
class _Value:
    low: Decimal | None
    high: Decimal | None
    approximate: bool

    @property
    def point(self) -> bool:
        return self.low is not None and self.low == self.high

    @property
    def bound(self) -> bool:
        return self.low is None or self.high is None

    @property
    def reach(self) -> tuple[Decimal, Decimal]:
        """The interval that the words speak of."""
        if self.low is None:
            top = self.high or Decimal(0)
            return top / REACH, top
        return self.low, self.low * REACH if self.high is None else self.high

    @property
    def hedge(self) -> Decimal:
        """How far the exact number may be from a hedged one: half of its last written digit, as a share."""
        if not self.approximate or not self.low:
            return ROUNDING
        digits = self.low.normalize().as_tuple()
        step = Decimal(1).scaleb(int(digits.exponent)) / 2
        return max(ROUNDING, min(HEDGE, step / self.low))


def compare(
    one: Figure | Known, other: Figure | Known, rates: Rates, days: tuple[date, ...], *, hedged: bool = True
) -> Comparison:
    """How ``one`` stands to ``other``, at the rate of the first of the ``days`` on which the two agree.

    ``hedged`` lets 约 stand for numbers a little off it; without it only rounding is allowed for. Two units of which
    one is no currency, or has no rate, are ``unknown``.
    """
    first = _Value(one.low, one.high, one.approximate and hedged)
    if one.unit == other.unit:
        return Comparison(_stand(first, _Value(other.low, other.high, other.approximate and hedged), ROUNDING))
    best: Comparison | None = None
    for day in days:
        converted = _converted(other, one.unit, rates, day)
        if converted is None:
            continue
        value, rate, used = converted
        note = f"compared at 1 {other.unit} = {rate:.4g} {one.unit}, the rate of {used.isoformat()}"
        found = Comparison(_stand(first, value, EXCHANGE), note)
        if found.stand != "apart":
            return found
        best = best or found
    return best or Comparison("unknown", f"not compared with a figure in {other.unit}: no rate to {one.unit} is known")


def _converted(other: Figure | Known, unit: str, rates: Rates, day: date) -> tuple[_Value, Decimal, date] | None:
    rate = rates.convert(Decimal(1), other.unit, unit, day)
    if rate is None:
        return None
    low = None if other.low is None else other.low * rate[0]
    high = None if other.high is None else other.high * rate[0]
    return _Value(low, high, other.approximate), rate[0], rate[1]


def _near(one: Decimal | None, other: Decimal | None, share: Decimal) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= share * max(abs(one), abs(other))


def _stand(one: _Value, other: _Value, share: Decimal) -> Stand:
    if _near(one.low, other.low, share) and _near(one.high, other.high, share):
        return "same"
    if one.point and other.point:
        return _points(one, other)
    if (one.point and other.bound) or (one.bound and other.point):
        edge, point = (one, other) if one.bound else (other, one)
        # 超30亿 retold as 30亿 has lost its hedge and gained nothing.
        if _near(edge.low if edge.high is None else edge.high, point.low, share):
            return "same"
    if one.bound and other.bound and (one.low is None) == (other.low is None):
        return _bounds(one, other)
    if one.bound != other.bound and (_near(one.low, other.low, share) or _near(one.high, other.high, share)):
        return "coarser" if one.bound else "finer"
    return _intervals(one.reach, other.reach, share)


def _points(one: _Value, other: _Value) -> Stand:
    if _near(one.low, other.low, other.hedge):
        return "same" if one.approximate else "finer"
    return "coarser" if _near(one.low, other.low, one.hedge) else "apart"


def _bounds(one: _Value, other: _Value) -> Stand:
    """Two "more than" or two "less than": the one that leaves less open says more, within reach of the other."""
    mine, theirs = (one.high, other.high) if one.low is None else (one.low, other.low)
    if not mine or not theirs or not theirs / REACH <= mine <= theirs * REACH:
        return "apart"
    return "finer" if (mine < theirs) == (one.low is None) else "coarser"


def _intervals(one: tuple[Decimal, Decimal], other: tuple[Decimal, Decimal], share: Decimal) -> Stand:
    below, above = 1 - share, 1 + share
    if one[0] >= other[0] * below and one[1] <= other[1] * above:
        return "finer"
    if other[0] >= one[0] * below and other[1] <= one[1] * above:
        return "coarser"
    return "overlaps" if one[0] < other[1] * above and other[0] < one[1] * above else "apart"


def significant(value: Decimal) -> int:
    """How many digits a number is written with, zeros at its end left out."""
    return len(value.normalize().as_tuple().digits)
