"""Which of the dates told in a sentence a number holds for: the last before it, else its own behind it."""

from __future__ import annotations

import re

from crawler.reading.figures.when import Told

_COMPARED_WITH = re.compile(
    r"(?:去|上|前|上一)年同期|a year (?:ago|earlier|before)|twelve months (?:earlier|before)|the year before"
)
_FROM = re.compile(r"(?:从|由|from )[^，。]{0,6}$")
_RIGHT_BEHIND = 24
_COMPARED = re.compile(r"(?:较|比|相较于?|相比|相比于|than |from |since )$")
_LESS = re.compile(
    r"减少|下降|缩减|少了|增加|增长|下滑|减员|净减|减(?=\d)|(?<![a-z])(?:fell|dropped|decreased?|down|reduc|shrank)"
)
_ITS_OWN = re.compile(
    r"(?: (?!and |but )[a-z-]+){0,3} (?:as of|as at|at the end of|by the end of) $| ?$|(?:名?(?:员工|雇员)|人)?(?:已|将)?[于在]$"
)
"""What joins a number to the date right behind it: 1,507 employees as of June 30; 5,943 a year earlier."""
_THAN = re.compile(r"(?:fewer|less|lower|smaller) than (?:in |at |on )?(?:the )?(?:end of )?$")
_THEREUPON = re.compile(r"后，|之后，|，[^，。]{0,8}(?:此次|本次|本轮|此轮|这次|这一轮)|(?<![a-z])after which")
_GOES_ON = re.compile(r", (?:which )?(?:closed|completed|announced|struck|in|on|last) ")


def nearest(
    lower: str,
    told: list[Told],
    numbers: tuple[int, ...],
    start: int,
    end: int,
    commas: tuple[int, ...],
    *,
    change: bool = False,
) -> Told | None:
    """The date that a number between ``start`` and ``end`` holds for: the last before it, else one in its own clause.

    A ``change`` does not hold for the date that is compared with: 5,943 a year earlier, a reduction of 927.
    In 从2019年的80万人增至160万人 the date after 从 is that of the first number alone.
    """
    before = [one for one in told if one.end <= start and not (change and _COMPARED_WITH.match(lower, one.start))]
    behind = [one for one in told if one.start >= end]
    if change:
        behind = [one for one in behind if not _THAN.search(lower, end, one.start)]
    right_behind = (
        behind and behind[0].start - end <= _RIGHT_BEHIND and lower[behind[0].start - 3 : behind[0].start] == "in "
    )
    if before and right_behind and any(before[-1].end <= at < start for at in (*numbers, *commas)):
        return behind[0]  # valued at $965 billion in May, more than double its $380 billion valuation in February
    if behind and behind[0].start - end <= _RIGHT_BEHIND and _ITS_OWN.fullmatch(lower, end, behind[0].start):
        return behind[0]
    while before:
        if _THEREUPON.search(lower, before[-1].end, start) and any(before[-1].end <= at < start for at in numbers):
            before.pop()  # 继6月融资2亿美元后，又获1亿美元: the second sum is of another day
            continue
        if _COMPARED.search(lower, max(0, before[-1].start - 6), before[-1].start) and _LESS.search(
            lower, before[-1].end, start
        ):
            before.pop()  # 较去年底减少82人: the day compared with is not the day counted
            continue
        date_from = _FROM.search(lower, max(0, before[-1].start - 8), before[-1].start)
        if date_from is None or not any(before[-1].end <= number < start for number in numbers):
            return before[-1]
        before.pop()
    between = [comma for comma in commas if behind and end <= comma < behind[0].start]
    if behind and (not between or (len(between) == 1 and _GOES_ON.match(lower, between[0]))):
        return behind[0]
    return None
