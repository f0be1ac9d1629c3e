"""What a number measures because of the number beside it: a share and the people it comes to, two counts and their change."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.reading.figures.kinds import Measure
from crawler.reading.figures.quantities import Quantity

_IS_THE_SAME = re.compile(
    r"(?:的(?:员工|职位|岗位|人力))?[)\"”]?(?:[(，,]+ ?(?:即|也就是|相当于|or|合计|共|涉及|that is|i\.e\.)?|即|约合|，即| ?or| of (?:its|their|the company's) (?:[a-z]+ ){0,3}(?:workforce|staff|employees|headcount)[^.;]{0,16},? or)"
    r"(?: ?(?:大约|约|近|超过|逾|about|roughly|some|more than|around|nearly))? ?"
)
_UP_TO = re.compile(r"[，,]? ?(?:至|达|达到|升至|增至|降至|跌至|来到|to) ?")
_MOVES_TO = re.compile(
    r"，?(?:相较|相比|较|对比|高于|低于|多于|少于)于?(?:此前|之前|先前|原先|原定|上次|最初|原来)的|"
    r"(?:\([^)]{0,20}\))?(?:大幅|一举|进一步)?(?:提升|提高|增加|增|上调|扩大|升|下调|缩减|削减|砍|降低|降|减少|减|调整|变更?|改)(?:到|至|为|成)"
    r"|(?: \([^)]{0,20}\))?(?: of the [a-z]+)?(?:,? (?:up|down|cut|reduced|raised|increased))? from (?:the )?|[^.;]{0,40}, an? (?:drop|fall|decline|cut|rise|jump|increase|climb) from (?:the |its |a )?|(?: \([^)]{0,20}\))?,? (?:raised|increased|lifted|up|cut|reduced|lowered|down)? ?to "
)
"""From one sum to another: both measure the same."""
_COMPARED = re.compile(
    r"[^.;]{0,12},? (?:versus|compared with|compared to|against|up from|down from|from)(?: the| its)? "
)
"""What is no figure of ours was none before either: a market value of $160 billion, versus nearly $61 billion."""
_CHANGE = re.compile(
    r"[^.;]{0,80}(?:,| -| –| —) (?:down|a (?:decrease|drop|decline|reduction|fall) of|representing a (?:decrease|drop|decline|reduction) of)(?: by)? "
    r"|，?或|.{0,12}(?:降幅|减幅|跌幅|幅度|缩减|减少了?|下降了?|下跌|裁减|裁员比例)(?:约|达|达到|超过|逾|为|高达|近)?"
)

_OUT_OF = re.compile(
    r" of (?:its|their|the|the (?:company|firm|group|unit|team|carmaker|startup)'s|[^,.;]{1,30}'s?)(?: (?:total|global|current|roughly|about|approximately|more than|nearly|corporate|staff of|workforce of|headcount of))* ?(?:staff of |workforce of )?(?:roughly |about |around |some |nearly |approximately |more than )?"
)
"""14% of its 8,000 positions: the second number is the whole."""

_ANOTHER_TIME = re.compile(
    r" ?\((?:[a-z]+ \d{1,2},? )?20\d\d: |(?:\(|[，,、])(?:而|于|截至)?(?:20\d\d年|去年|前年|上年|同年|\d{1,2}月)[^，。;\d]{0,4}(?:\d{1,2}月(?:\d{1,2}日)?)?[^，。;\d]{0,6}?(?:则?为|有|是|约)?"
)
"""员工总数为430人，2025年末为548人: one measure, told for several times."""
_THAT_NUMBER = re.compile(
    r"[，,；;](?:而|比)?[^，。;\d]{0,8}(?:这个|这一|该|此|上述)(?:数字|数据|数目|数值|比例)[^，。;\d]{0,6}"
)
"""还有员工560人，一年前这个数字超过600人."""
_CLOSE = 60
"""Characters at most between a share and its number of people."""


def linked(lower: str, measured: Sequence[tuple[Quantity, Measure]]) -> list[Measure]:
    """The measures of one sentence's numbers, in order, each corrected by the one before it."""
    taken: list[Measure] = []
    for at, (quantity, measure) in enumerate(measured):
        if at:
            before, its = measured[at - 1][0], taken[at - 1]
            between = lower[before.end : quantity.start]
            measure = _of_pair(between, before, its, quantity, measure)
        taken.append(measure)
    return taken


def _of_pair(between: str, before: Quantity, its: Measure, quantity: Quantity, measure: Measure) -> Measure:
    sums = quantity.dimension == before.dimension == "money" and its.kind in ("raised", "valuation")
    if sums and measure.kind != its.kind and _MOVES_TO.fullmatch(between):
        return Measure(its.kind, "what the sum before it came to")
    if its.kind is None and quantity.dimension == before.dimension and _COMPARED.fullmatch(between):
        return Measure(None, its.reason)
    if quantity.dimension == "money" and measure.kind is None:
        rests = its.reason.endswith("change of a valuation") and _UP_TO.fullmatch(between)
        return Measure("valuation", "what the change before it comes to") if rests else measure
    if quantity.dimension == "people" and its.kind in ("laid_off_share", "laid_off") and _OUT_OF.fullmatch(between):
        return Measure("headcount", "the whole of which the number before it is a part")
    if (
        measure.kind is None
        and quantity.dimension == before.dimension
        and its.kind
        and (_ANOTHER_TIME.fullmatch(between) or _THAT_NUMBER.fullmatch(between))
    ):
        return Measure(its.kind, "the same at another time")
    if quantity.dimension == "people" and its.kind == "laid_off_share" and measure.kind != "laid_off":
        same = len(between) < _CLOSE and _IS_THE_SAME.fullmatch(between)
        return Measure("laid_off", "the number of people that the share before it comes to") if same else measure
    if quantity.dimension == "percent" and measure.kind is None and before.dimension == "people":
        changed = its.kind in ("laid_off", "headcount") and _CHANGE.fullmatch(between)
        return Measure("laid_off_share", "the share that the change before it comes to") if changed else measure
    return measure
