"""Words on either side of a number that make it a bound or an approximation: one line a rule, with an example."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

Effect = Literal["lower", "upper", "about", "plain"]
"""What a hedge does: number or more, number or less, roughly the number, nothing (emphasis or a verb between)."""


@dataclass(frozen=True, slots=True)
class Hedge:
    """Words with one effect; ``close``: only right beside the number; ``whole``: only before a bare 亿, 千, 百万 …"""

    words: str
    effect: Effect
    example: str
    low: int | None
    high: int | None
    close: bool = False
    whole: bool = False
    """Words of more than one word are written with underscores."""


_6, _9 = 600_000_000, 965_000_000_000
BEFORE: tuple[Hedge, ...] = (
    Hedge("超过 超出 逾 超逾 不少于 不低于 不小于 不下于 不下 不止 不只 高于 多于 大于 高出 至少 最少 起码 突破", "lower", "超过6亿美元", _6, None),
    Hedge("超", "lower", "超6亿美元", _6, None, close=True),
    Hedge("超过了 突破了 达到或超过", "lower", "达到或超过6亿美元", _6, None),
    Hedge("破", "lower", "估值破6亿美元", _6, None, close=True),
    Hedge("过 上 成", "lower", "上亿美元", 100_000_000, None, close=True, whole=True),
    Hedge("数以", "lower", "数以万计的员工", 10_000, None, close=True, whole=True),
    Hedge("过", "lower", "过半员工", 50, None, close=True, whole=True),
    Hedge("不到 不足 不满 未满 未达 低于 少于 小于 不及 跌破 不多于 不高于 不大于 不超过 不超 未超过 未超 没超过 没有超过", "upper", "不到6亿美元", None, _6),
    Hedge("至多 最多 最高 最高达 最多达 最高可达 顶多 上限 上限为 封顶", "upper", "至多6亿美元", None, _6),
    Hedge("约 大约 大概 大致 约莫 近乎 几乎 差不多", "about", "约6亿美元", _6, _6),
    Hedge("近 将近 接近 逼近", "about", "近6亿美元", _6, _6, close=True),
    Hedge("高达 多达 达 达到 已 已经 为 有 占 是 了 在 共 共有 合 到 至 将 要 会 可能 可 能 再 又 会 能 裁 裁员 裁减 裁掉 裁撤 减少 募资 募集 融资 筹资 筹集 筹得 募得 投资 集资"
          " 估计 相当于 影响 涉及 波及 价值 获 获得 拥有 出", "plain", "高达6亿美元", _6, _6),
    Hedge("more_than over above at_least in_excess_of exceeding exceeds exceeded exceed topping topped upwards_of"
          " no_fewer_than no_less_than not_less_than upward_of greater_than north_of surpassing surpassed past a_minimum_of well_over just_over",
          "lower", "more than $965 billion", _9, None),
    Hedge("less_than fewer_than under below up_to at_most no_more_than not_more_than not_exceeding capped_at a_maximum_of"
          " just_under well_below south_of", "upper", "up to $965 billion", None, _9),
    Hedge("about around roughly approximately approx approx. some nearly almost near close_to just_shy_of circa ca. c. an_estimated estimated ~ or_so",
          "about", "about $965 billion", _9, _9),
    Hedge("as_much_as as_many_as as_low_as as_high_as a an the another its additional further total", "plain", "as much as $965 billion", _9, _9),
)  # fmt: skip

AFTER: tuple[Hedge, ...] = (
    Hedge(
        "以上 之上 或以上 及以上 或更高 乃至更高 或更多 乃至更多 有余 出头 下限 开外", "lower", "6亿美元以上", _6, None
    ),
    Hedge("以下 以内 之内 之下 封顶 上限 或以下 或更少 或更低", "upper", "6亿美元以内", None, _6),
    Hedge("左右 上下 前后 许", "about", "6亿美元左右", _6, _6),
    Hedge("整 不等 之间", "plain", "6亿美元整", _6, _6),
    Hedge("or_more -plus plus + or_higher or_above", "lower", "$965 billion or more", _9, None),
    Hedge("or_less or_fewer or_lower at_most", "upper", "$965 billion or less", None, _9),
    Hedge("or_so", "about", "$965 billion or so", _9, _9),
)

_NOT_AFTER: dict[str, str] = {
    "近": "最附临靠新亲远将",  # 最近 附近 临近
    "约": "签预合违条邀节履纽特婚大",  # 签约10亿 预约300人
    "过": "不未没超通经度路",
    "超": "赶反高",
    "逾": "年",
    "上": "以之身线网晚早马加史路市场会手",
    "成": "完组达变建形",
    "破": "打突跌",
}
"""Characters before a hedge that make it part of another word."""

_BEFORE_BY_LAST: dict[str, list[tuple[str, Hedge]]] = {}
for _hedge in BEFORE:
    for _word in _hedge.words.split():
        _BEFORE_BY_LAST.setdefault(_word[-1], []).append((_word.replace("_", " "), _hedge))
for _options in _BEFORE_BY_LAST.values():
    _options.sort(key=lambda option: -len(option[0]))

_AFTER_BY_WORD = {word.replace("_", " "): hedge for hedge in AFTER for word in hedge.words.split()}
_AFTER = re.compile(
    "[ \n]?(?:" + "|".join(re.escape(word) + ("(?![a-z])" if word[-1].isascii() and word[-1].isalpha() else "")
                        for word in sorted(_AFTER_BY_WORD, key=len, reverse=True)) + ")"
)  # fmt: skip


_MOVED = re.compile(r"(?<![a-z])(?:push|lift|driv|send|sent|ris|rose|climb|went|goes|jump)[a-z]* [^.;,]{0,24}$")


_PASSED_OVER = " \n'\"”」』"
"""What may stand between a hedge and its number; outlets put what others say in quotation marks: ‘at least’ $600m."""


class Hedging(NamedTuple):
    """What stands before (or after) a number: where it begins (or ends) and what it does."""

    at: int
    bound: Effect | None = None
    about: bool = False


def read_before(text: str, start: int, whole: bool, floor: int = 0) -> Hedging:
    """Return the hedges that end at ``start`` and begin at ``floor`` or later; the nearest bound counts, verbs between are passed over."""
    at, bound, about, position, close, compared = start, None, False, start, True, False
    for _ in range(5):
        while position > floor and start - position < 24 and text[position - 1] in _PASSED_OVER:
            position -= 1
        for word, hedge in _BEFORE_BY_LAST.get(text[position - 1], ()) if position > floor else ():
            begin = position - len(word)
            if begin < floor or not text.startswith(word, begin):
                continue
            if (hedge.close and not close) or (hedge.whole and not whole):
                continue
            before = text[begin - 1] if begin else " "
            if (
                word[0].isascii() and word[0].isalpha() and before.isascii() and before.isalpha()
            ) or before in _NOT_AFTER.get(word, ""):
                continue
            break
        else:
            break
        position = begin
        if hedge.effect == "plain":
            close = close and word in ("了", "a", "the", "达", "到", "达到")
            compared = compared or word in ("the", "its")
            continue
        if word == "up to" and _MOVED.search(text, max(floor, begin - 40), begin):
            at = begin  # pushes its valuation up to $70 billion: where it goes, no bound
            break
        if compared and hedge.effect != "about" and word.endswith((" than", "over", "above", "below", "under")):
            break  # less than the $26 billion of last year: the sum compared with, no bound
        if hedge.effect == "about":
            about = True
        elif bound is None:
            bound = hedge.effect
        at = begin
    return Hedging(at, bound, about)


def read_after(text: str, end: int, is_share: bool = False) -> Hedging:
    """Return the hedge that begins at ``end``, at most one; 多 after a share (三成多) is one too."""
    match = _AFTER.match(text, end)
    if match is None:
        return Hedging(end + 1, "lower") if is_share and text[end : end + 1] in ("多", "余") else Hedging(end)
    effect = _AFTER_BY_WORD[match[0].strip()].effect
    return Hedging(match.end(), effect if effect in ("lower", "upper") else None, effect == "about")


OVER_NOUN: tuple[Hedge, ...] = (
    Hedge("约占 约为 大约占 大约是 约等于 相当于 大概占 接近 将近", "about", "约占员工总数的5%", 5, 5),
    Hedge("不到 不足 低于 少于 不及", "upper", "不到员工总数的5%", None, 5),
    Hedge("超过 逾 高于 至少占 至少", "lower", "超过员工总数的5%", 5, None),
)
"""Hedges of a share that stand before what it is a share of."""

_OVER_BY_WORD = {word: hedge for hedge in OVER_NOUN for word in hedge.words.split()}
_OVER = re.compile(f"({'|'.join(_OVER_BY_WORD)})(?:其|了)?[^\\W\\d_]{{1,12}}的 ?$")


def read_over_noun(text: str, start: int, floor: int = 0) -> Hedging:
    """Return the hedge of a share that stands before its whole: 约占员工总数的5%."""
    if "的" not in text[max(floor, start - 2) : start]:
        return Hedging(start)
    match = _OVER.search(text, max(floor, start - 18), start)
    if match is None:
        return Hedging(start)
    effect = _OVER_BY_WORD[match[1]].effect
    return Hedging(match.start(), None if effect == "about" else effect, effect == "about")


def bounded(
    low: Decimal, high: Decimal | None, bound: Effect | None, vague: bool
) -> tuple[Decimal | None, Decimal | None]:
    """Return low and high under a bound: 至少数百 keeps its low end, 不到数百 its high one."""
    if bound == "lower":
        return low, None
    if bound == "upper":
        return None, high if vague else low
    return low, high
