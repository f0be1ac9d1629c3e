"""Two numbers that are the ends of one range, and share what stands only once: 10到15亿美元, $500m-$1bn."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from crawler.reading.figures.english import ENGLISH_HEAD, read_english
from crawler.reading.figures.hedges import read_before
from crawler.reading.figures.money import BY_NAME_BEFORE, OPEN, before_pattern
from crawler.reading.figures.number import Number
from crawler.reading.figures.numerals import HEAD, read_number
from crawler.reading.figures.units import Unit, read_unit

_TO = re.compile(
    r" {0,2}(?:(?P<sign>到|至|-{1,2}|~{1,2})|(?P<to>to(?= ))|(?P<both>and(?= )|和|与)) {0,2}(?:约|近|接近|about |around |nearly )?"
    rf"(?P<code>{before_pattern()})? ?"
)
_STARTS = frozenset("到至-~ta和与")
_CHANGES = ("从", "由", "自", "from ", "from about ", "from the current ", "from its current ")
_SPANS = ("ranging from ", "range from ", "ranges from ", "anywhere from ", "ranged from ")
_BETWEEN = ("between ", "between about ")
_WITHIN = re.compile(r" ?(?:之间|不等|的?区间|范围)")
_WIDEST = 100
"""How far apart the ends may be where only one of them is written with a magnitude."""


class Range(NamedTuple):
    """The ends of a range, the unit they share (None: bare amounts) and where it begins and ends."""

    begin: int
    end: int
    low: Decimal
    high: Decimal
    unit: Unit | None
    vague: bool
    big: int


def may_go_on(folded: str, end: int) -> bool:
    """Say whether what follows could lead from the first number of a range to its second; cheap."""
    return folded[end : end + 3].lstrip(" ")[:1] in _STARTS


def read_range(
    folded: str, begin: int, number: Number, unit: Unit | None, currency: str | None, floor: int
) -> Range | None:
    """Return the range that a number begins, None where it stands alone.

    ``currency`` is the one written before the number. Changes (从8亿到5亿, from 8,000 to 5,000) are no ranges.
    """
    end = number.end if unit is None else unit.end
    if number.high is None or not may_go_on(folded, end):
        return None
    sign = _TO.match(folded, end)
    second = None if sign is None else _number_at(folded, sign.end())
    if sign is None or second is None or second.high is None:
        return None
    other = _other_unit(folded, second, sign["code"])
    joined = _joined(unit, other, currency)
    if joined is None and (unit is not None or other is not None or currency is not None):
        return None
    end = second.end if other is None else other.end
    within = _WITHIN.match(folded, end) is not None
    if other is None and not _may_lack_unit(unit, second, sign):
        return None
    between = folded.endswith(_BETWEEN, floor, begin)
    if not within and ((sign["both"] and not between) or _is_change(folded, begin, floor, unit)):
        return None
    ends = _ends(number, second, unit, within)
    if ends is None:
        return None
    if between:
        begin = folded.rindex("between", floor, begin)
    return Range(begin, end, *ends, joined, number.vague or second.vague, second.big)


def _number_at(folded: str, at: int) -> Number | None:
    head = HEAD.match(folded, at)
    if head is not None:
        return read_number(head)
    head = ENGLISH_HEAD.match(folded, at)
    return None if head is None else read_english(head)


def _other_unit(folded: str, second: Number, code: str | None) -> Unit | None:
    other = read_unit(folded, second.end)
    if code and (other is None or other.code in OPEN):
        return Unit("money", BY_NAME_BEFORE[code], second.end if other is None else other.end)
    return other


def _may_lack_unit(unit: Unit | None, second: Number, sign: re.Match[str]) -> bool:
    """Say whether the second number may do without a unit: 10%~30 yes, 300人至2000 no."""
    if unit is None:
        return True
    if unit.dimension == "percent":
        return bool(sign["sign"]) and second.low <= 100 and not second.big
    return unit.dimension == "money" and second.big > 0 and bool(sign["sign"])


def _ends(number: Number, second: Number, unit: Unit | None, within: bool) -> tuple[Decimal, Decimal] | None:
    first = number if unit is not None and number.short else number.shared(second)
    low, high = first.low, second.high
    assert high is not None
    if first is number and not number.big and second.big and unit is None and low * _WIDEST < high:
        return None
    if low < high:
        return low, high
    return (high, low) if within and low > high else None


def _joined(unit: Unit | None, other: Unit | None, currency: str | None) -> Unit | None:
    """Return the unit of a range from those of its ends, None where they differ or neither has one."""
    if unit is None and other is None:
        return Unit("money", currency, 0) if currency is not None else None
    if unit is None or other is None:
        only = unit if other is None else other
        return only if only is not None and (currency is None or only.dimension == "money") else None
    if unit.dimension != other.dimension:
        return None
    if unit.code != other.code and unit.code not in OPEN and other.code not in OPEN:
        return None
    return unit if other.code in OPEN else other


def _is_change(folded: str, begin: int, floor: int, unit: Unit | None) -> bool:
    """Say whether 从A到B, from A to B tells of a change and not of a range; so does 减少逾A人至B人, where A is a bound."""
    hedging = read_before(folded, begin, False, floor)
    if folded.endswith(_CHANGES, 0, hedging.at) and not folded.endswith(_SPANS, 0, hedging.at):
        return True
    return unit is not None and hedging.bound == "lower" and _SHRINKS.search(folded, floor, hedging.at) is not None


_SHRINKS = re.compile(r"(?:减少?|降|少)了?$|缩减了?$")
