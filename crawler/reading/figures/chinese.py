"""Chinese numerals to exact values, Arabic digits between them allowed: 十二万五千, 1万4千, 两三百, 数十亿."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from crawler.reading.figures.number import LONGEST, Number, shift

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
SMALL = {"十": 1, "百": 2, "千": 3}
BIG = {"万": 4, "亿": 8, "兆": 12}
NUMERALS = "".join((*DIGITS, *SMALL, *BIG))
SCALE = "[十百千]?[万亿兆]{1,2}"
GAP = r"[ \n]{0,3}"
"""Blanks and line ends that may stand within a number or before its unit."""
NOT_A_NAME = (
    "(?<!万(?=[科达向华得物豪圣维事能宝]))(?<!亿(?=[邦联纬咖滋阳航帆]|欧(?!元)))"
    "(?<!百(?=[度川威胜济强合货家姓科丽奥瓦特]))(?<!千(?=[问寻禾克米瓦兆赫卡伏]))"
)
"""A magnitude that begins a name or another unit is none: 万科 亿欧 百度 千瓦."""
SOME_MORE = "[多余几]|来(?![自到源看说华])"
_FEW = "几|(?<![人总户次倍指基系参分份多函整])(?<!(?<![至最])少)数(?!位(?!$|[员高前知同投核联资工专]))"
"""数 ends other words (人数, 参数), and 数位 is "digital" in Taiwan."""

_APART = (
    r"(?<![\n。;；])(?:一、(?=[二两])|[二两]、(?=三)|三、(?=[四五])|四、(?=五)|五、(?=六)|六、(?=七)|七、(?=八)|八、(?=九))"
    r"(?=.[十百千万亿成])"
)
"""五、六千 is 五六千; at the head of a sentence 五、 is the fifth of a list."""

CHINESE = (
    rf"(?<![{NUMERALS}\d第])({_FEW})?((?:{_APART})?+[{NUMERALS}]{{0,{LONGEST}}}+){NOT_A_NAME}"
    rf"(?:(?:[ \n]{{1,3}}|个(?=亿))({SCALE}){NOT_A_NAME})?"
    rf"(?:点([零一二三四五六七八九]{{1,8}})(?:{GAP}({SCALE}))?)?"
    rf"(?: ?({SOME_MORE})(?:{GAP}({SCALE}))?)?"
)
"""Groups: 数 or 几, the numerals, a scale that stands apart, the digits after 点, their scale, 多 or 余, its scale."""

Groups = tuple[str | None, ...]

_PAIR = re.compile(
    "(?<![零一二两三四五六七八九])(?:一二|一两|二三|两三|三四|三五|四五|五六|六七|七八|八九)(?![零一二两三四五六七八九])"
)
_TOKEN = re.compile(r"\d+(?:\.\d+)?|.")


def read_chinese(groups: Groups, end: int) -> Number | None:
    """Return what the groups of ``CHINESE`` say, None where they make no number."""
    few, numerals, apart, point, point_scale, more, more_scale = groups
    run = (numerals or "").replace("、", "") + (apart or "")
    if few:
        return None if point or more_scale else _few(run, end)
    if not run or (point and run[-1] not in DIGITS and run[-1] != "十"):
        return None
    value = _value(run)
    if value is None:
        return None
    low, high = value
    big, small = exponents(run)
    if point:
        low = high = Decimal(f"{low}.{''.join(str(DIGITS[char]) for char in point)}")
    ten = Decimal(10)
    if scale := more_scale or point_scale:
        big, small = exponents(scale)
        ten, low, high = (shift(one, big + small) for one in (ten, low, high))
    if more is None:
        whole = run[0] not in DIGITS and run != "十"
        return Number(end, low, high, big, small, vague=low != high, whole=whole, words=not big and small < 2)
    if more == "来":
        return Number(end, low, high, big, small, about=True)
    if run[-1] == "十" and (more == "几" or run == "十"):
        return Number(end, low, low + ten, big, small, vague=True)
    return Number(end, low, None, big, small)


def _few(run: str, end: int) -> Number | None:
    """Read 数 and 几 as 2 up to 10 of the unit that follows: 数十亿 is 20 up to 100 亿."""
    if any(char in DIGITS for char in run):
        return None
    unit = evaluate(run) if run else Decimal(1)
    return None if unit is None else Number(end, 2 * unit, 10 * unit, *exponents(run), vague=True, words=not run)


def exponents(scale: str) -> tuple[int, int]:
    """Return the exponents of the trailing big units and of the small one before them."""
    position, big = len(scale), 0
    while position and scale[position - 1] in BIG:
        position -= 1
        big += BIG[scale[position]]
    return big, SMALL.get(scale[position - 1], 0) if position else 0


@lru_cache(maxsize=4096)
def _value(run: str) -> tuple[Decimal, Decimal] | None:
    pair = _PAIR.search(run)
    ends = [run] if pair is None else [run[: pair.start()] + digit + run[pair.end() :] for digit in pair[0]]
    low, high = evaluate(ends[0]), evaluate(ends[-1])
    return None if low is None or high is None else (low, high)


def evaluate(run: str) -> Decimal | None:
    """Return the value of numerals (1万4千, 三亿五千万, 二零二三), None where two digits stand side by side among units."""
    if len(run) > 1 and all(char in DIGITS for char in run):
        return Decimal("".join(str(DIGITS[char]) for char in run))
    total = section = Decimal(0)
    pending: Decimal | None = None
    last, zero = 0, False
    for token in _TOKEN.findall(run):
        if token in SMALL:
            section += shift(Decimal(1) if pending is None else pending, SMALL[token])
            pending, last, zero = None, SMALL[token], False
        elif token in BIG:
            total, section = _with_big(total, section + (pending or 0), BIG[token]), Decimal(0)
            pending, last, zero = None, BIG[token], False
        elif token == "零":  # noqa: S105
            zero = True
        elif pending is not None:
            return None
        else:
            pending = Decimal(DIGITS[token]) if token in DIGITS else Decimal(token)
    if pending is None:
        return total + section
    is_colloquial = last > 1 and not zero and pending in range(10)
    return total + section + (shift(pending, last - 1) if is_colloquial else pending)


def _with_big(total: Decimal, section: Decimal, exponent: int) -> Decimal:
    """Return the total once 万, 亿 or 兆 has been read: it scales what is smaller, and adds to what is larger."""
    if section and total >= shift(Decimal(1), exponent):
        return total + shift(section, exponent)
    return shift(total + section or Decimal(1), exponent)
