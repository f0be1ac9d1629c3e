"""One number as it was read, before its unit: exact bounds, and the magnitude that a range may share."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import NamedTuple

_EXACT = Context(prec=60)
LONGEST = 24
"""Digits of the longest number that is read; a longer run of digits is an identifier or noise."""


class Number(NamedTuple):
    """One number as written; ``high`` is None where 多, 余 or + leaves it open.

    A named tuple, as all that is made for each number on the way: a frozen dataclass takes four times as long to make.
    """

    end: int
    low: Decimal
    high: Decimal | None
    big: int = 0
    """Exponent of the trailing 万, 亿, 兆, million …, which a range may share."""
    small: int = 0
    """Exponent of the 十, 百, 千 just before it."""
    vague: bool = False
    """数, 几, 十余, hundreds of: bounds rather than a value."""
    about: bool = False
    whole: bool = False
    """A magnitude without a digit: 亿, 百亿, 千万."""
    short: bool = False
    """Scaled by a letter (620m), which means nothing without a currency or a counter."""
    words: bool = False
    """Without any scale and spelled in words: 三, five."""

    def shared(self, other: Number) -> Number:
        """Return this number with the magnitude that stands only after the second of a range."""
        if self.big or not (other.big or other.small):
            return self
        for exponent in (other.big,) if self.small else (other.big + other.small, other.big):
            moved = shift(self.low, exponent)
            if moved < other.low:
                return self._replace(low=moved, high=moved)
        return self


def shift(value: Decimal, exponent: int) -> Decimal:
    """Return value x 10^exponent, written without an exponent where it is whole."""
    moved = value.scaleb(exponent, _EXACT)
    return Decimal(int(moved)) if moved == moved.to_integral_value() else moved


def scaled(digits: str, decimals: str, exponent: int) -> Decimal:
    """Return the number of those digits before and after the point, x 10^exponent."""
    if len(decimals) <= exponent:
        return Decimal(int(digits + decimals) * 10 ** (exponent - len(decimals)))
    value = Decimal(f"{digits}.{decimals}")
    return shift(value, exponent) if exponent else value
