"""From a numeral outwards: its unit, the range it begins, the currency and the hedges around it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from crawler.reading.figures.english import ENGLISH_HEAD, read_english
from crawler.reading.figures.guards import counts_people, is_marked, stands_alone
from crawler.reading.figures.heads import heads
from crawler.reading.figures.hedges import bounded, read_after, read_before, read_over_noun
from crawler.reading.figures.money import OPEN, currency_before
from crawler.reading.figures.number import Number
from crawler.reading.figures.numerals import read_number
from crawler.reading.figures.people import implied_before, may_be_implied
from crawler.reading.figures.percent import DIGIT_FRACTION_HEAD, FRACTION_HEAD, read_fraction
from crawler.reading.figures.ranges import may_go_on, read_range
from crawler.reading.figures.shares import HALF_HEAD, Share, read_half, read_parts, read_tenths
from crawler.reading.figures.units import Dimension, Unit, read_unit


class Amount(NamedTuple):
    """A quantity before the settings of its text: ``code`` may be an open sign (元, $) or empty."""

    start: int
    end: int
    low: Decimal | None
    high: Decimal | None
    dimension: Dimension
    code: str
    about: bool
    implied: bool = False


class _Core(NamedTuple):
    """A number, or range, with its unit, before hedges."""

    begin: int
    end: int
    low: Decimal
    high: Decimal | None
    dimension: Dimension
    code: str
    vague: bool = False
    about: bool = False
    whole: bool = False
    is_range: bool = False


def read_amounts(folded: str, text: str) -> list[Amount]:
    """Return the amounts of a folded text in order; ``text`` is the text before folding, for its signs."""
    found: list[Amount] = []
    floor = 0
    for match in heads(folded):
        if match.start() >= floor:
            amount = _amount(folded, text, match, floor)
            if amount is not None:
                found.append(amount)
                floor = amount.end
    return found


def _amount(folded: str, text: str, match: re.Match[str], floor: int) -> Amount | None:
    start, end = match.span()
    if match.re is FRACTION_HEAD or match.re is DIGIT_FRACTION_HEAD:
        share = read_fraction(match, folded)
        return None if share is None else _share(folded, Share(start, end, share[1], share[1]), floor, share[0])
    if match.re is HALF_HEAD:
        return _share(folded, Share(start, end, Decimal(50), Decimal(50)), floor)
    unit = read_unit(folded, end)
    prefix = currency_before(folded, start, floor)
    if unit is None and prefix is None:
        following = folded[end : end + 1]
        if following == "半":
            half = read_half(folded, start, end)
            return None if half is None else _share(folded, half, floor)
        if not (
            following == "分" or may_go_on(folded, end) or stands_alone(folded, end) or may_be_implied(folded, end)
        ):
            return None
    named = not folded[start].isdigit() or (unit is not None and unit.dimension == "money")
    if is_marked(folded, text, start if prefix is None else prefix[0], named):
        return None
    number = read_english(match) if match.re is ENGLISH_HEAD else read_number(match)
    if number is None:
        return None
    if unit is None and prefix is None and folded.startswith("分之", end):
        parts = read_parts(folded, start, number)
        return None if parts is None else _share(folded, parts, floor)
    core = _core(folded, start, number, unit, prefix, floor)
    if core is not None:
        return _hedged(folded, core, floor)
    return _implied(folded, start, number, floor) if unit is None and prefix is None else None


def _core(
    folded: str, start: int, number: Number, unit: Unit | None, prefix: tuple[int, str] | None, floor: int
) -> _Core | None:
    begin, currency = (start, None) if prefix is None else prefix
    span = read_range(folded, begin, number, unit, currency, floor)
    big = number.big
    if span is None:
        low, high, vague, end = number.low, number.high, number.vague, number.end if unit is None else unit.end
    else:
        begin, low, high, vague, end = span.begin, span.low, span.high, span.vague, span.end
        unit, big = span.unit, span.big
    dimension, code = _dimension(unit, currency)
    if dimension == "bare" and not _may_be_bare(folded, start, end, number, big):
        return None
    if dimension == "percent" and number.short:
        return None
    if dimension == "people" and span is None and unit is not None and not counts_people(folded, start, number, unit):
        return None
    if unit is not None and unit.factor != 1:
        more, end = read_tenths(folded, end)
        low, high = low * unit.factor + more, None if high is None else high * unit.factor + more
    return _Core(begin, end, low, high, dimension, code, vague, number.about, number.whole, span is not None)


def _dimension(unit: Unit | None, currency: str | None) -> tuple[Dimension, str]:
    if currency is not None and (unit is None or unit.dimension == "money"):
        closer = unit is not None and currency in OPEN and unit.code not in OPEN
        return "money", unit.code if closer and unit is not None else currency
    return ("bare", "") if unit is None else (unit.dimension, unit.code)


def _may_be_bare(folded: str, start: int, end: int, number: Number, big: int) -> bool:
    """Say whether a number without a unit is an amount of money: 融资6亿, yes; 亿 alone or 6亿参数, no."""
    if big < 4 or number.short or not stands_alone(folded, read_after(folded, end).at):
        return False
    if big < 8 and implied_before(folded, read_before(folded, start, number.whole).at, end) is not None:
        return False
    return not number.whole or read_before(folded, start, True).at != start


def _hedged(folded: str, core: _Core, floor: int) -> Amount:
    before = read_before(folded, core.begin, core.whole, floor)
    after = read_after(folded, core.end, core.dimension == "percent")
    start, dimension, code = before.at, core.dimension, core.code
    low: Decimal | None
    outer = currency_before(folded, start, floor) if dimension == "bare" or code == "元" else None
    if outer is not None:
        (start, code), dimension = outer, "money"
        further = read_before(folded, start, False, floor)
        start = further.at
        before = before if before.bound or before.about else further
    if dimension == "percent" and start == core.begin:
        before = read_over_noun(folded, start, floor)
        start = before.at
    low, high = core.low, core.high
    if not core.is_range or core.vague:
        low, high = bounded(low, high, before.bound or after.bound, core.vague)
    exact = low is not None and high is not None and not core.vague
    return Amount(start, after.at, low, high, dimension, code, exact and (before.about or after.about or core.about))


def _implied(folded: str, start: int, number: Number, floor: int) -> Amount | None:
    """Read 裁员2000, which counts people without saying so."""
    if number.big >= 8 or number.short or (number.words and not number.vague):
        return None
    before = read_before(folded, start, number.whole, floor)
    begin = implied_before(folded, before.at, number.end, floor)
    if begin is None:
        return None
    after = read_after(folded, number.end)
    low, high = bounded(number.low, number.high, before.bound or after.bound, number.vague)
    return Amount(begin, after.at, low, high, "people", "people", low == high and (before.about or after.about), True)


def _share(folded: str, share: Share, floor: int, begin: int | None = None) -> Amount:
    is_range = share.low != share.high
    core = _Core(share.start, share.end, share.low, share.high, "percent", "percent", whole=True, is_range=is_range)
    amount = _hedged(folded, core, floor)
    return amount if begin is None or begin >= amount.start else amount._replace(start=begin)
