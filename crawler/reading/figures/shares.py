"""Shares told by their parts: 百分之十, 四分之一, 一半, a third, one in five, 1/3."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from crawler.reading.figures.chinese import DIGITS, NUMERALS
from crawler.reading.figures.number import Number
from crawler.reading.figures.numerals import HEAD, read_number
from crawler.reading.figures.percent import fraction

_TO = re.compile(r" {0,2}(?:到|至|-{1,2}|~{1,2}) {0,2}")
HALF_HEAD = re.compile("半(?:数|(?<=[过近逾超]半)(?![导年月天路夜岛场小价径个边途壁山]))")
"""A half that is no 一半: 半数, and 半 after a hedge."""
_HALF = re.compile(r"半(?![导年月天路夜岛场小价径个边途数壁])")


class Share(NamedTuple):
    """A share as per cent; ``low`` and ``high`` differ where a range is told."""

    start: int
    end: int
    low: Decimal
    high: Decimal


def read_parts(folded: str, start: int, number: Number) -> Share | None:
    """Return the share whose denominator is ``number``, followed by 分之: 百分之十到十五, 四分之一."""
    whole = number.low
    if not whole or whole != number.high:
        return None
    first = _number_at(folded, number.end + len("分之"))
    if first is None or first.high is None:
        return None
    low, high, end = fraction(first.low, whole), fraction(first.high, whole), first.end
    sign = _TO.match(folded, end)
    if sign is not None:
        again = folded[start : number.end] + "分之"
        second = _number_at(folded, sign.end() + (len(again) if folded.startswith(again, sign.end()) else 0))
        if second is not None and second.high is not None and second.high > first.low:
            high, end = fraction(second.high, whole), second.end
    return Share(start, end, low, high)


def _number_at(folded: str, at: int) -> Number | None:
    head = HEAD.match(folded, at)
    return None if head is None else read_number(head)


def read_tenths(folded: str, end: int) -> tuple[int, int]:
    """Return what follows 成 adds in per cent, and where it ends: the 半 of 两成半, the 五 of 三成五."""
    char = folded[end : end + 1]
    if char == "半":
        return 5, end + 1
    if DIGITS.get(char) and not folded.startswith(tuple(NUMERALS), end + 1):
        return DIGITS[char], end + 1
    return 0, end


def read_half(folded: str, start: int, end: int) -> Share | None:
    """Return 一半, where the numeral before ``end`` is 一."""
    if folded[start:end] == "一" and _HALF.match(folded, end):
        return Share(start, end + 1, Decimal(50), Decimal(50))
    return None
