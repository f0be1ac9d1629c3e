"""The numbers of a text that may be figures: those with a unit, and counts of staff that carry no noun of their own."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from crawler.reading.figures.money import Region
from crawler.reading.figures.quantities import Quantity, find_quantities
from crawler.reading.folded import Folded

_NUMBER = r"(\d{1,3}(?:,\d{3})+|\d{3,6})(?![\d,.]*\d|[%％]| ?(?:million|billion|per ?cent|yuan|dollars|bn|m\b)|[年月日号亿万元倍个家项点])"
_STAFF = re.compile(r"headcount|workforce|employees|employee count|employment|staff|payroll|员工|雇员|职工|人数")
_COUNT = re.compile(
    rf"(?:(?:down|up) from|fallen to|fell to|dropped to|risen to|rose to|grown to|grew to|shrank to|shrunk to|from|(?:dropped|fell|fallen|down|shrank|rose|grew|up) \d+(?:\.\d+)?% to|(?:increase|grow|expand|raise|cut|reduce|shrink|lower) its (?:employment|headcount|workforce|staff) (?:by \d+(?:\.\d+)?% )?to|by \d+(?:\.\d+)?% to|(?:ticking|climbing|rising|growing|falling|dropping|shrinking|declining|going|back) (?:back )?(?:up |down )?to|由|从|减至|降至|增至|减少至|缩减至) ?{_NUMBER}"
)
_FROM_TO = re.compile(rf"from {_NUMBER}[^.;,]{{0,25}} to {_NUMBER}")
"""Its staff shrinking from 108,436 in 2022 to 105,417 in 2023."""
_HEDGE = r"(?:about|close to|nearly|almost|around|roughly|some|more than|over|at least|fewer than|less than) "
_TOLD = re.compile(
    r"(?:number of (?:its )?(?:employees|staff)[^.;,]{0,30}? (?:was|is|stood at|reached|totall?ed)|(?:headcount|workforce|staff) (?:was|is|stood at|reached|totall?ed|of)"
    rf"|(?:employees|staff|people|workforce|headcount)[^.;,]{{0,50}}? from|(?:unit|division|department|group|team) (?:has|had|employs|employed)) ((?:{_HEDGE})?)({_NUMBER})(?=[.,;)](?!\d)|$| (?:in|at|by|as of|two years|three years|a year|a decade) )"
)
"""The total number of employees was close to 6,000, among which one unit had more than 2,000."""
_FEWER = re.compile(r"(?<![a-z])down (\d{1,3}(?:,\d{3})+|\d{2,6})(?= (?:from|since) )")
"""It employed 2,950 people at the end of June, down 62 from December."""
_TOLD_OF = (
    "employees",
    "staff",
    "people",
    "workforce",
    "headcount",
    "unit ",
    "division ",
    "department ",
    "group ",
    "team ",
)
"""Without one of them the pattern above finds nothing."""
_ENDS = re.compile(r"[。;！？\n]|\. ")
_NEAR = 80
"""Characters after the noun for staff in which such a count may stand."""


def with_counts(lower: str, quantities: Sequence[Quantity]) -> list[Quantity]:
    """The quantities of a text and the bare counts of its staff, in order."""
    counts = [match.span(1) for match in _COUNT.finditer(lower)]
    counts += [match.span(1) for match in _FEWER.finditer(lower)]
    if " from " in lower:
        counts += [match.span(2) for match in _FROM_TO.finditer(lower)]
    if any(noun in lower for noun in _TOLD_OF):
        counts += [(match.start(1), match.end(2)) for match in _TOLD.finditer(lower)]
    if not counts:
        return list(quantities)
    nouns = [match.end() for match in _STAFF.finditer(lower)]
    nouns = sorted(nouns + [quantity.end for quantity in quantities if quantity.dimension == "people"])
    starts = [quantity.start for quantity in quantities]
    found = list(quantities)
    for first, last in counts:
        at = bisect_right(nouns, first) - 1
        if (
            at < 0
            or first - nouns[at] > _NEAR
            or _ENDS.search(lower, nouns[at], first)
            or _taken(first, last, starts, quantities)
        ):
            continue
        found += _count(first, last, lower[first:last])
    return sorted(found, key=lambda quantity: quantity.start)


def _count(first: int, last: int, written: str) -> list[Quantity]:
    """The count as written, with its hedge; none for what is rather a year."""
    value = Decimal(written.split(" ")[-1].replace(",", ""))
    if 1900 <= value <= 2100 and "," not in written:
        return []
    if written[0].isdigit():
        return [Quantity(first, last, value, value, "people", "people", implied=True)]
    hedged = find_quantities(f"{written} people")
    return [replace(one, start=first, end=last, implied=True) for one in hedged[:1]]


def _taken(first: int, last: int, starts: Sequence[int], quantities: Sequence[Quantity]) -> bool:
    at = bisect_right(starts, last) - 1
    return at >= 0 and quantities[at].end > first


_COUNTED = re.compile(
    r"(?:员工|雇员|职工|在职|总)(?:总人数|人数|总数|数量|数|规模)(?:已|仅|共)?(?:为|是|达到|达|增至|降至|减至|升至|约为)?$"
)
"""雇员数为7.76万: what counts people without a noun."""
_BEHIND = re.compile(r"[，。;)、]|$|\n|左右|上下")


def _of_people(lower: str, quantities: Sequence[Quantity]) -> list[Quantity]:
    """The quantities, with a number that only a noun for a count stands before made into one of people."""
    return [
        replace(one, dimension="people", unit="people", implied=True)
        if one.dimension == "bare"
        and _BEHIND.match(lower, one.end)
        and _COUNTED.search(lower, max(0, one.start - 12), one.start)
        else one
        for one in quantities
    ]


def numbers_in(part: Folded, language: str | None, region: Region | None) -> list[Quantity]:
    """The numbers of a folded text, in order, without the digits of web addresses."""
    quantities = find_quantities(part.text, language=language, region=region)
    return _outside_addresses(part.lower, with_counts(part.lower, _of_people(part.lower, quantities)))


_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s，。)\]<>]{1,2000}")


def _outside_addresses(lower: str, quantities: list[Quantity]) -> list[Quantity]:
    """Without the digits of web addresses."""
    if "://" not in lower and "www." not in lower:
        return quantities
    spans = [match.span() for match in _ADDRESS.finditer(lower)]
    starts = [start for start, _ in spans]
    return [q for q in quantities if not ((at := bisect_right(starts, q.start)) and spans[at - 1][1] > q.start)]


_LOCAL_DOLLARS = re.compile(r"港[元币圆]|hk\$|台币|nt\$", re.IGNORECASE)


_OF_THE_MAINLAND = re.compile(r"人民币|科创板|创业板|上交所|深交所|中国证监会")


def region_of(text: str, language: str | None) -> Region | None:
    """Where 元 alone is yuan: in simplified text, and in a traditional one of the mainland's money or bourses and no other 元."""
    if language == "zh-Hans" or (_OF_THE_MAINLAND.search(text) and _LOCAL_DOLLARS.search(text) is None):
        return "mainland"
    return None
