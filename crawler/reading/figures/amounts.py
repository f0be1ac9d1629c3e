"""From a numeral outwards: its unit, the range it begins, the currency and the hedges around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from crawler.reading.figures.hedges import bounded, read_after, read_before
from crawler.reading.figures.money import (
    BY_NAME_AFTER,
    BY_NAME_BEFORE,
    OPEN,
    after_pattern,
    before_pattern,
    currency_before,
)
from crawler.reading.figures.numerals import ENGLISH_HEAD, HEAD, Number, read_english, read_number
from crawler.reading.figures.people import counter_pattern, implied_before
from crawler.reading.figures.percent import FRACTION_HEAD, fraction, percent_pattern, read_fraction

Dimension = Literal["money", "people", "percent", "bare"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity before the text's settings: ``code`` may be an open sign (元, $) or empty."""

    start: int
    end: int
    low: Decimal | None
    high: Decimal | None
    dimension: Dimension
    code: str
    about: bool
    implied: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """What follows a number: its dimension, its code, where it ends, and what a step of it is worth."""

    dimension: Dimension
    code: str
    end: int
    name: str
    factor: int = 1


_UNIT = re.compile(
    rf"[ \n]{{0,3}}(?P<percent>{percent_pattern()})|(?: of)?[ \n-]{{0,3}}(?P<money>{after_pattern()})|(?P<people>{counter_pattern()})"
)
_TO = re.compile(
    rf" {{0,2}}(?:(?P<sign>到|至|-{{1,2}}|~{{1,2}})|(?P<to>to(?= ))|(?P<with>and(?= )|和|与)) {{0,2}}(?:约|about |around )?(?P<code>{before_pattern()})? ?"
)
_RANKS = ("前", "首")
_NO_RANKS = ("之前", "目前", "以前", "此前")
_PARTS = re.compile(r"分之")
_HALF = re.compile(r"半(?![导年月天路夜岛场小价径个边途数壁])")
_ALONE = re.compile(
    r"[ ]?(?:$|[，。、；：！？,;:!?)）”\"」』\n]|\.(?!\d)|融资|投资|战略|估值|注资|贷款|借款|债|规模|资金|市值|营收|收入|募资|的|级|[a-h]\+{0,2}轮|pre-|天使|种子|及|和|与|到|"
    r"(?: in| at| from| of (?:its|funding|new|fresh)| by| as| and| or| on| after| this| last)(?![a-z]))"
)
_SINGLE = Decimal(1)


def read_amounts(folded: str, text: str) -> list[Amount]:
    """Return the amounts of a folded text in order; ``text`` is the text before folding, for its signs."""
    found: list[Amount] = []
    done = 0
    for start, match in _heads(folded):
        if start < done:
            continue
        amount = _read(folded, text, match, done)
        if amount is not None:
            found.append(amount)
            done = amount.end
    return found


_WORDS = re.compile(r"[a-z] (?:of|in|hundred|thousand|million|billion|trillion|third|quarter|fifth|[a-z]+th|[a-z])")


def _heads(folded: str) -> Iterator[tuple[int, re.Match[str]]]:
    heads = [(match.start(), match) for match in HEAD.finditer(folded)]
    if _WORDS.search(folded) or "/" in folded:
        heads += [(match.start(), match) for match in FRACTION_HEAD.finditer(folded)]
        heads += [(match.start(), match) for match in ENGLISH_HEAD.finditer(folded)]
        heads.sort(key=lambda head: head[0])
    return iter(heads)


def _read(folded: str, text: str, match: re.Match[str], floor: int) -> Amount | None:
    start = match.start()
    if match.re is FRACTION_HEAD:
        share = read_fraction(match, folded)
        if share is None:
            return None
        amount = _share(folded, start, match.end(), share[1], share[1], floor)
        return replace(amount, start=min(amount.start, share[0]))
    number = read_english(match) if match.re is ENGLISH_HEAD else read_number(match)
    if number is None:
        return _half(folded, match, floor)
    prefix = currency_before(folded, start, floor)
    if prefix is None and (half := _half(folded, match, floor)):
        return half
    unit = _unit(folded, number)
    if unit is None and prefix is None and _PARTS.match(folded, number.end):
        return _parts(folded, start, number, floor)
    if _is_marked(folded, text, start if prefix is None else prefix[0]):
        return None
    return _assembled(folded, start, number, unit, prefix, floor)


def _unit(folded: str, number: Number) -> Unit | None:
    match = _UNIT.match(folded, number.end)
    if match is None:
        return None
    kind = match.lastgroup
    if kind == "money":
        name = match["money"]
        return Unit("money", BY_NAME_AFTER[name], match.end(), name)
    if kind == "percent":
        name = match["percent"]
        return Unit("percent", "percent", match.end(), name, 10 if name[0] == "成" else 1)
    return Unit("people", "people", match.end(), match["people"].strip())


def _is_marked(folded: str, text: str, start: int) -> bool:
    """Say whether a sign before the number makes it negative, an ordinal or part of a code."""
    if not start:
        return False
    before = folded[start - 1]
    earlier = folded[start - 2] if start > 1 else " "
    if before in "-+":
        return text[start - 1] in "-−－﹣+＋" and not (
            before == "-" and ((earlier.isascii() and earlier.isalnum()) or earlier in "%元-")
        )
    if before == "负" or folded.endswith(("minus ", "negative ", "no. ", "top ", "第 "), max(0, start - 9), start):
        return True
    return before in "第#_/" or (before.isascii() and before.isalpha())


def _assembled(
    folded: str, start: int, number: Number, unit: Unit | None, prefix: tuple[int, str] | None, floor: int
) -> Amount | None:
    begin = start if prefix is None else prefix[0]
    span = _range(folded, begin, number, unit, prefix)
    high: Decimal | None
    if span is not None:
        low, high, unit, end, vague = span
        begin -= 8 if folded.endswith("between ", floor, begin) else 0
    elif unit is not None or prefix is not None:
        low, high, vague, end = number.low, number.high, number.vague, number.end if unit is None else unit.end
    else:
        return _without_unit(folded, start, number, floor)
    code = unit.code if unit is not None else ""
    dimension: Dimension = unit.dimension if unit is not None else "bare"
    if prefix is not None and dimension in ("money", "bare"):
        dimension, code = "money", code if prefix[1] in OPEN and code and code not in OPEN else prefix[1]
    elif unit is None and not (number.big >= 4 and _ALONE.match(folded, end)):
        return None
    if number.short and dimension in ("bare", "percent"):
        return None
    if dimension == "people" and span is None and not _counts_people(folded, start, number, unit):
        return None
    if unit is not None and unit.factor != 1:
        low, high = low * unit.factor, None if high is None else high * unit.factor
    return _hedged(folded, begin, end, low, high, dimension, code, number, floor, vague, span is not None)


def _counts_people(folded: str, start: int, number: Number, unit: Unit | None) -> bool:
    """Leave out one person, ranks (前10名) and years (2023 layoffs, 2023员工大会)."""
    assert unit is not None
    if number.words and number.low == _SINGLE and number.high == _SINGLE:
        return False
    if unit.name[0] in "名位" and folded.endswith(_RANKS, 0, start) and not folded.endswith(_NO_RANKS, 0, start):
        return False
    written = folded[start : number.end]
    if len(written) == 4 and written.isdigit() and "1990" <= written <= "2035" and unit.name[0] not in "名位人个":
        return (
            written == "2000"
            or read_before(folded, start, False).at != start
            or implied_before(folded, start, len(folded)) is not None
        )
    return True


def _without_unit(folded: str, start: int, number: Number, floor: int) -> Amount | None:
    hedging = read_before(folded, start, number.whole, floor)
    if number.big < 8 and not number.short:
        implied = implied_before(folded, hedging.at, number.end, floor)
        if implied is not None and not (number.words and not number.vague):
            after = read_after(folded, number.end)
            low, high = bounded(number.low, number.high, hedging.bound or after.bound, number.vague)
            about = (hedging.about or after.about) and low == high
            return Amount(implied, after.at, low, high, "people", "people", about, True)
    after = read_after(folded, number.end)
    if number.big < 4 or number.short or not _ALONE.match(folded, after.at):
        return None
    if number.whole and hedging.bound is None and not hedging.about:
        return None
    return _hedged(folded, start, number.end, number.low, number.high, "bare", "", number, floor, number.vague, False)


def _hedged(
    folded: str, begin: int, end: int, low: Decimal, high: Decimal | None, dimension: Dimension, code: str,
    number: Number, floor: int, vague: bool, is_range: bool,
) -> Amount:  # fmt: skip
    before, after = read_before(folded, begin, number.whole, floor), read_after(folded, end)
    start = before.at
    if (
        dimension in ("money", "bare")
        and (outer := currency_before(folded, start, floor))
        and code in ("", "元", outer[1])
    ):
        start, code, dimension = outer[0], outer[1], "money"
        outer_hedges = read_before(folded, start, False, floor)
        start, before = outer_hedges.at, before if before.bound or before.about else outer_hedges
    about = before.about or after.about or number.about
    least, most = (low, high) if is_range and not vague else bounded(low, high, before.bound or after.bound, vague)
    is_bound = least is None or most is None or vague
    return Amount(start, after.at, least, most, dimension, code, about and not is_bound)


_CHANGES = ("从", "由", "自", "from ", "from about ")
_SPANS = ("ranging from ", "range from ", "ranges from ", "anywhere from ", "ranged from ")
_BETWEEN = ("between ", "between about ")
_WITHIN = re.compile(r" ?(?:之间|不等|区间|的区间|范围)")


def _range(
    folded: str, begin: int, number: Number, unit: Unit | None, prefix: tuple[int, str] | None
) -> tuple[Decimal, Decimal, Unit | None, int, bool] | None:
    """Return low, high and the shared unit where the number begins a range."""
    sign = _TO.match(folded, number.end if unit is None else unit.end)
    if sign is None or number.high is None:
        return None
    head = HEAD.match(folded, sign.end()) or ENGLISH_HEAD.match(folded, sign.end())
    second = None if head is None else read_english(head) if head.re is ENGLISH_HEAD else read_number(head)
    if second is None:
        return None
    other = _unit(folded, second)
    if other is None and sign["code"]:
        other = Unit("money", BY_NAME_BEFORE[sign["code"]], second.end, "")
    if other is not None and sign["code"] and other.code in OPEN:
        other = Unit("money", BY_NAME_BEFORE[sign["code"]], other.end, "")
    joined = _joined(unit, other, prefix)
    if joined is None and (unit is not None or other is not None or prefix is not None):
        return None
    end = second.end if other is None else other.end
    within = _WITHIN.match(folded, end)
    if joined is None or other is None:
        end = second.end
        if unit is not None and (unit.dimension == "people" or sign["sign"] is None):
            return None
        if joined is None and not (second.big >= 4 and _ALONE.match(folded, end)):
            return None
        if unit is not None and unit.dimension == "percent" and (second.low > 100 or second.big or second.small > 1):
            return None
    if sign["with"] and not within and not folded.endswith(_BETWEEN, 0, begin):
        return None
    if not within and _is_change(folded, begin, sign):
        return None
    first = number if number.short and unit is not None else number.shared(second)
    low, high = first.low, second.high
    if (
        high is None
        or (low >= high and not within)
        or (first is number and not number.big and second.big and low * 100 < high and unit is None)
    ):
        return None
    if low > high:
        low, high = high, low
    return low, high, joined or other, end, number.vague or second.vague


def _joined(unit: Unit | None, other: Unit | None, prefix: tuple[int, str] | None) -> Unit | None:
    """Return the unit of a range from those of its ends, None where they differ."""
    if unit is None and other is None:
        return Unit("money", prefix[1], 0, "") if prefix is not None else None
    if unit is None or other is None:
        only = unit or other
        return only if only is not None and (prefix is None or only.dimension == "money") else None
    if unit.dimension != other.dimension or (
        unit.code != other.code and unit.code not in OPEN and other.code not in OPEN
    ):
        return None
    return unit if other.code in OPEN else other


def _is_change(folded: str, begin: int, sign: re.Match[str]) -> bool:
    """Say whether 从A到B, from A to B tells of a change and not of a range."""
    hedged = read_before(folded, begin, False).at
    lead = folded[max(0, hedged - 16) : hedged]
    if lead.endswith(_SPANS):
        return False
    return lead.endswith(_CHANGES)


def _parts(folded: str, start: int, number: Number, floor: int) -> Amount | None:
    """Read 百分之十, 百分之十到十五, 四分之一."""
    first = HEAD.match(folded, number.end + 2)
    numerator = read_number(first) if first is not None else None
    if numerator is None or numerator.high is None or not number.low or number.low != number.high:
        return None
    low, high = fraction(numerator.low, number.low), fraction(numerator.high, number.low)
    end = numerator.end
    sign = _TO.match(folded, end)
    if sign is not None and sign["sign"]:
        again = f"{folded[start : number.end]}分之"
        at = sign.end() + (len(again) if folded.startswith(again, sign.end()) else 0)
        head = HEAD.match(folded, at)
        second = read_number(head) if head is not None else None
        if second is not None and second.high is not None and second.high > numerator.low:
            high, end = fraction(second.high, number.low), second.end
    return _share(folded, start, end, low, high, floor)


def _half(folded: str, match: re.Match[str], floor: int) -> Amount | None:
    """Read 一半 and, after a hedge, 半数 or 半."""
    if match[0] == "一" and _HALF.match(folded, match.end()):
        return _share(folded, match.start(), match.end() + 1, Decimal(50), Decimal(50), floor)
    return None


def _share(folded: str, start: int, end: int, low: Decimal, high: Decimal, floor: int) -> Amount:
    before, after = read_before(folded, start, True, floor), read_after(folded, end)
    least, most = (low, high) if low != high else bounded(low, high, before.bound or after.bound, False)
    about = (before.about or after.about) and least is not None and most is not None
    return Amount(before.at, after.at, least, most, "percent", "percent", about)
