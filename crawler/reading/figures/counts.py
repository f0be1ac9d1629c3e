"""The numbers of a text that may be figures: those with a unit, and counts of staff that carry no noun of their own."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from crawler.reading.figures.money import Region
from crawler.reading.figures.quantities import Quantity, find_quantities
from crawler.reading.figures.staff_counts import bare_counts, parts_of_a_whole, speaks_of_staff
from crawler.reading.folded import Folded

_CHINESE = re.compile(
    r"(?:由|从|减至|降至|降到|减到|增到|升到|增至|减少至|缩减至) ?(\d{1,3}(?:,\d{3})+|\d{3,6})(?![\d,.]*\d|[%％]| ?(?:million|billion)|[年月日号亿万元倍个家项点])"
)
_STAFF = re.compile(
    r"headcount|workforce|employees|employee count|employment|staff|payroll|redundanc|layoff|job cuts|员工|雇员|职工|人数"
)
_ENDS = re.compile(r"[。;！？\n]|(?<!inc)(?<!ltd)(?<!corp)(?<!co)\. ")
_NEAR = 80
"""Characters after the noun for staff in which such a count may stand."""


def with_counts(lower: str, quantities: Sequence[Quantity]) -> list[Quantity]:
    """The quantities of a text and the bare counts of its staff, in order."""
    counts = [match.span(1) for match in _CHINESE.finditer(lower)]
    parts: list[tuple[int, int]] = []
    if speaks_of_staff(lower):
        counts += bare_counts(lower)
        parts = list(parts_of_a_whole(lower))
    if not counts and not parts:
        return list(quantities)
    nouns = [match.end() for match in _STAFF.finditer(lower)]
    nouns = sorted(nouns + [quantity.end for quantity in quantities if quantity.dimension == "people"])
    starts = [quantity.start for quantity in quantities]
    beside = parts + [span for span in counts if _has_noun(lower, span[0], nouns)]
    found = list(quantities)
    for first, last in sorted(set(beside)):
        if not _taken(first, last, starts, quantities):
            found += _count(first, last, lower[first:last])
    return sorted(found, key=lambda quantity: quantity.start)


def _has_noun(lower: str, first: int, nouns: Sequence[int]) -> bool:
    """Whether a noun for staff stands before a count, in its sentence."""
    at = bisect_right(nouns, first) - 1
    return at >= 0 and first - nouns[at] <= _NEAR and _ENDS.search(lower, nouns[at], first) is None


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


_OF_HONG_KONG = re.compile(r"孖展|捱沽|每手|淨筹|净筹|联交所|恒指|大行|\(0\d{4}\)")
_LOCAL_DOLLARS = re.compile(r"港[元币圆]|hk\$|台币|nt\$", re.IGNORECASE)


_OF_THE_MAINLAND = re.compile(r"人民币|科创板|创业板|上交所|深交所|中国证监会")


def region_of(text: str, language: str | None) -> Region | None:
    """Where 元 alone is yuan: in simplified text, and in a traditional one of the mainland's money or bourses and no other 元.

    Hong Kong's own press has words of its own, and says 人民币 where it means yuan.
    """
    if language != "zh-Hans" and _OF_HONG_KONG.search(text) is not None:
        return None
    if language == "zh-Hans" or (_OF_THE_MAINLAND.search(text) and _LOCAL_DOLLARS.search(text) is None):
        return "mainland"
    return None
