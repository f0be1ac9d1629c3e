"""Which financing event a sum or a valuation belongs to: a letter, an offering, a placement, a loan."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Rule:
    """One way of naming an event, with an example."""

    pattern: str
    name: str | Callable[[re.Match[str]], str]
    example: str
    value: str


def _letter(match: re.Match[str]) -> str:
    return (match["l"].upper() + match["plus"].replace("＋", "+")).strip()


RULES: tuple[_Rule, ...] = (
    _Rule(r"pre[- ]?ipo", "pre-IPO", "完成pre-ipo轮融资", "pre-IPO"),
    _Rule(r"pre[- ]?(?P<l>[a-d])(?P<plus>\+{0,2})轮", lambda m: f"pre-{_letter(m)}", "pre-a轮", "pre-A"),
    _Rule(r"(?<![a-z])(?P<l>[a-i])(?P<plus>\+{0,2})-[12] tranche", _letter, "the b-2 tranche", "B"),
    _Rule(r"(?<![a-z])(?P<l>[a-i])[123]?(?P<plus>\+{0,3}) ?(?:轮|系列|(?<= )round)", _letter, "c+轮融资", "C+"),
    _Rule(r"series (?P<l>[a-k])(?P<plus>\+{0,2})(?![a-z])", _letter, "its series c+ round", "C+"),
    _Rule(r"天使\+*轮|angel round|天使投资|天使融资", "angel", "天使轮融资", "angel"),
    _Rule(r"种子轮|seed round|seed funding", "seed", "种子轮融资", "seed"),
    _Rule(r"(?<!超额)配股|(?<!超额)配售|增发|定增|向特定对象|存托股|placement|placing|follow-on|私募配售|供股|先旧后新|specific investors|private sale|折让|at an? [\d.]+ ?(?:%|per ?cent) discount", "placement", "折让配售新股", "placement"),
    _Rule(r"可转债|可转换债券|债券|发债|债市|票据|债务融资|债务|公司债|融资券|美元债|中票|bonds?(?![a-z])|convertible notes|notes offering|debt financing", "bond", "发行债券募资", "bond"),
    _Rule(r"贷款|(?<![a-z])loans?(?![a-z])", "loan", "获得80亿美元的贷款", "loan"),
    _Rule(r"(?<![a-z])ipo(?![a-z])|首次公开|招股(?!书)|递表|上市|全球发售|to list on|prospectus|挂牌|公开发售|initial public offering|listing|hong kong debut|market debut|科创板|a\+h|新股|基石投资|go(?:es|ing)? public|floatation|flotation|(?<![a-z])float(?![a-z])|cornerstone|greenshoe|over-allotment|public offer|聆讯|share offering|debut|offer price", "IPO", "拟赴港上市募资", "IPO"),
    _Rule(r"战略(?:性)?(?:投资|融资|注资|入股)|注资|strategic (?:investment|funding|round|financing)", "strategic", "获战略投资", "strategic"),
)  # fmt: skip
"""Tried in this order; the first that fits within the number's clause, then its sentence, decides."""

OFFERINGS = frozenset({"IPO", "placement"})
"""Events of a company that sells shares to the public, which no private round is."""

_COMPILED = tuple((re.compile(rule.pattern), rule) for rule in RULES)
_PAST_LISTING = re.compile(r"上市公司|已上市|上市后|上市以来|上市之后|撤回|listed company|listed on")


def round_of(lower: str, *stretches: tuple[int, int]) -> str | None:
    """The event named in the first of the stretches that names one, or None."""
    for start, end in stretches:
        stretch = _PAST_LISTING.sub("", lower[start:end])
        for pattern, rule in _COMPILED:
            match = pattern.search(stretch)
            if match is not None:
                return rule.name if isinstance(rule.name, str) else rule.name(match)
    return None


_LEANS = re.compile(
    r"tranche|第二笔|净额|净筹|净集|扣除|超额配|所得款项|over-?allotment|greenshoe|(?<![a-z])net(?= of|$| proceeds)|净收益"
)
"""Words of a sum that leans on the one of its offering told before it."""


def leans(lower: str, start: int, end: int) -> bool:
    """Whether a sum between two offsets is the net one, the option or another basis of an offering told before it."""
    return _LEANS.search(lower, start, end) is not None
