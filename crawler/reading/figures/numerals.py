"""Numbers alone: Arabic, Chinese and English spellings to exact values; no currency, no hedge, no counter.

Works on folded text (see ``folding``). Values never pass through binary floats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from functools import lru_cache

EXACT = Context(prec=60)
LONGEST = 24
"""Digits of the longest number that is read; a longer run of digits is an identifier or noise."""

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
SMALL = {"十": 1, "百": 2, "千": 3}
BIG = {"万": 4, "亿": 8, "兆": 12}
ENGLISH_SCALE = {
    "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "lakh": 5, "crore": 7,
    "k": 3, "m": 6, "mm": 6, "mn": 6, "mln": 6, "b": 9, "bn": 9, "bln": 9, "t": 12, "tn": 12, "trn": 12,
}  # fmt: skip
ENGLISH_WORDS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {
    word: 10 * (tens + 2)
    for tens, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
}

NUMERALS = "几数零一二两三四五六七八九十百千万亿兆"
_RUN = NUMERALS[2:]
_NAMES = (
    "(?<!万(?=[科达向华得物豪圣维事能宝]))"
    "(?<!亿(?=[邦联纬咖滋阳航帆]|欧(?!元)))(?<!百(?=[度川威胜济强合货家姓科丽奥瓦特]))"
    "(?<!千(?=[问寻禾克米瓦兆赫卡伏]))"
)
"""A magnitude that begins a name or another unit: 万科 亿欧 百度 千瓦."""

_ARABIC = (
    r"(?<![\d.])(?<!\d,)(\d{1,3}(?:,\d{3})++(?!\d)|\d++)(?:\.(\d++))?+(?![.:/]\d| ?(?:[年月号时]|日(?![元圆币])))"
    rf"(?: ?([多余几+]|来(?![自到源看说华])))?(?:[ \n]{{0,3}}([十百千]?[万亿兆]{{1,2}}|[百千]){_NAMES})?"
    rf"(?:(?<=[万亿兆百千])(?:([多余几])|(零?(?:(?:\d{{1,4}}|\d,\d{{3}})(?:\.\d{{1,4}})?(?!,?\d|[.%:/年月日号])|[一二两三四五六七八九])[{_RUN}]{{0,6}})))?"
    r"(?:[ \n-]{0,2}(hundred|thousand|million|billion|trillion|lakh|crore)(?![a-z])| ?(mln|mn|mm|m|bln|bn|b|trn|tn|t|k)(?![a-z0-9]))?"
    r"(\+|-plus(?![a-z]))?"
)
_CHINESE = (
    rf"(?<![{_RUN}\d第])(几|(?<![人总户次倍指基系参分份多函整])数(?!位(?![员高前知同投核联资工专])))?"
    rf"([{_RUN}]{{0,{LONGEST}}}+){_NAMES}(?:[ \n]{{1,3}}([十百千]?[万亿兆]{{1,2}}){_NAMES})?"
    rf"(?:点([零一二三四五六七八九]{{1,8}})(?:[ \n]{{0,3}}([十百千]?[万亿兆]{{1,2}}))?)?"
    rf"(?: ?([多余几]|来(?![自到源看说华]))(?:[ \n]{{0,3}}([十百千]?[万亿兆]{{1,2}}))?)?"
)
HEAD = re.compile(
    rf"(?=[\d几数{_RUN}])(?:{_ARABIC}|(?!(?<!之)一(?![零二三四五六七八九十百千万亿兆半成点分])){_CHINESE})"
)

_WORD = "|".join(sorted(ENGLISH_WORDS, key=len, reverse=True))
_SCALE = "hundred|thousand|million|billion|trillion|dozen"
ENGLISH_HEAD = re.compile(
    rf"(?<![a-z$\d.-])(?=[adefhmnostbz])(?:(tens|dozens|scores|hundreds|thousands|millions|billions|trillions)"
    rf"(?: of (thousands|millions|billions|trillions))?(?![a-z])"
    rf"|(half an?(?![a-z])|half(?=-(?:{_SCALE}))|an?(?: few| couple of)?(?= (?:{_SCALE}|few|couple)\b)|several(?= (?:{_SCALE})\b)|(?:{_WORD})(?![a-z]))"
    rf"((?:[ -](?:and )?(?:a half|{_WORD}|{_SCALE})(?![a-z])){{0,24}}))"
)
ENGLISH_STARTS = frozenset((*ENGLISH_WORDS, "a", "an", "half", "several", "tens", "dozens", "scores"))
ENGLISH_STARTS |= {f"{word}s" for word in ENGLISH_SCALE}
"""First words of numbers spelled in English."""


@dataclass(frozen=True, slots=True)
class Number:
    """One number as written; ``high`` is None where 多, 余 or + leaves it open."""

    end: int
    low: Decimal
    high: Decimal | None
    big: int = 0
    """Exponent of the trailing 万, 亿, 兆, million …, which a range may share."""
    small: int = 0
    """Exponent of the 十, 百, 千 just before it."""
    vague: bool = False
    """数, 几, 十余, hundreds of: bounds rather than a value."""
    about: bool = False
    whole: bool = False
    """A magnitude without a digit: 亿, 百亿, 千万."""
    short: bool = False
    """Scaled by a letter (620m), which means nothing without a currency or a counter."""
    words: bool = False
    """Without any scale and spelled in words: 三, five."""

    def shared(self, other: Number) -> Number:
        """Return this number with the magnitude that stands only after the second of a range."""
        if self.big or not (other.big or other.small):
            return self
        for exponent in (other.big + other.small, other.big) if not self.small else (other.big,):
            moved = shift(self.low, exponent)
            if moved < other.low:
                return replace(self, low=moved, high=moved)
        return self


def shift(value: Decimal, exponent: int) -> Decimal:
    """Return value x 10^exponent, written without an exponent where it is whole."""
    moved = value.scaleb(exponent, EXACT)
    return moved.quantize(Decimal(1), context=EXACT) if moved == moved.to_integral_value() else moved


def read_number(match: re.Match[str]) -> Number | None:
    """Return what a match of ``HEAD`` says, None where it is too long or no numeral at all."""
    (whole, part, more, scale, more_after, rest, english, letter, plus, few, *chinese) = match.groups()
    end = match.end()
    if whole is None:
        run, apart, point, point_scale, tail, tail_scale = chinese
        return _chinese(end, few or "", run + (apart or ""), point, point_scale or "", tail, tail_scale or "")
    digits = whole.replace(",", "") if "," in whole else whole
    if len(digits) + len(part or "") > LONGEST:
        return None
    value = Decimal(f"{digits}.{part}" if part else digits)
    big = small = 0
    if scale:
        big, small = _exponents(scale)
    elif english or letter:
        big = ENGLISH_SCALE[english or letter]
    if rest:
        composite = _evaluate(f"{value}{scale}{rest}".replace(",", ""))
        if composite is None:
            return None
        return Number(end, composite, composite, big=_exponents(rest)[0] or 0)
    if big or small:
        value = shift(value, big + small)
    more = more or more_after or plus
    if more is None:
        return Number(end, value, value, big, small, short=letter is not None)
    if more == "几":
        return Number(end, value, value + shift(Decimal(10), big + small), big, small, vague=True)
    return Number(end, value, value if more == "来" else None, big, small, about=more == "来", short=letter is not None)


def _exponents(scale: str) -> tuple[int, int]:
    """Return the exponents of the trailing big units and of the small one before them."""
    big = 0
    position = len(scale)
    while position and scale[position - 1] in BIG:
        position -= 1
        big += BIG[scale[position]]
    return big, SMALL.get(scale[position - 1], 0) if position else 0


@lru_cache(maxsize=4096)
def _chinese_value(run: str) -> tuple[Decimal, Decimal, int, int, bool] | None:
    pair = _PAIR.search(run)
    if pair:
        low, high = (_evaluate(run[: pair.start()] + digit + run[pair.end() :]) for digit in pair[0])
    else:
        low = high = _evaluate(run)
    if low is None or high is None:
        return None
    return low, high, *_exponents(run), run[0] not in DIGITS and run != "十" * len(run)


_PAIR = re.compile(
    "(?<![零一二两三四五六七八九])(?:一二|一两|二三|两三|三四|三五|四五|五六|六七|七八|八九)(?![零一二两三四五六七八九])"
)


def _chinese(
    end: int, few: str, run: str, point: str | None, point_scale: str, tail: str | None, tail_scale: str
) -> Number | None:
    if few:
        unit = _chinese_value(run) if run else (Decimal(1), Decimal(1), 0, 0, True)
        if unit is None or not unit[4] or point or tail_scale:
            return None
        return Number(end, 2 * unit[0], 10 * unit[0], unit[2], unit[3], vague=True, words=not run)
    if not run or (point and run[-1] not in DIGITS and run[-1] != "十"):
        return None
    found = _chinese_value(run)
    if found is None:
        return None
    low, high, big, small, whole = found
    if point:
        low = high = Decimal(f"{low}.{''.join(str(DIGITS[char]) for char in point)}")
    if tail_scale or point_scale:
        big, small = _exponents(tail_scale or point_scale)
        step, low, high = shift(Decimal(10), big + small), shift(low, big + small), shift(high, big + small)
    else:
        step = Decimal(10)
    words = not any(char in run for char in "百千万亿兆") and not (big or small)
    if tail is None:
        return Number(end, low, high, big, small, vague=low != high, whole=whole and run != "十", words=words)
    if tail == "来":
        return Number(end, low, high, big, small, about=True)
    if run[-1] == "十" and (tail == "几" or run == "十"):
        return Number(end, low, low + step, big, small, vague=True)
    return Number(end, low, None, big, small)


_TOKEN = re.compile(r"\d+(?:\.\d+)?|.")


def _evaluate(run: str) -> Decimal | None:
    """Return the value of Chinese numerals, Arabic ones between them allowed (1万4千, 3亿5000万); None where malformed."""
    if len(run) > 1 and all(char in DIGITS for char in run):
        return Decimal("".join(str(DIGITS[char]) for char in run))
    total = section = Decimal(0)
    pending: Decimal | None = None
    last, zero, top = 0, False, 99
    for word in _TOKEN.findall(run):
        if word == "零":
            zero = True
        elif word in SMALL:
            section += shift(Decimal(1) if pending is None else pending, SMALL[word])
            pending, last, zero = None, SMALL[word], False
        elif word in BIG:
            exponent = BIG[word]
            section += pending or 0
            if exponent >= top or not section:
                if not total and not section:
                    section = Decimal(1)
                total, section = shift(total + section, exponent), Decimal(0)
            else:
                total, section = total + shift(section, exponent), Decimal(0)
            pending, last, top, zero = None, exponent, exponent, False
        elif pending is not None:
            return None
        else:
            pending = Decimal(DIGITS[word]) if word in DIGITS else Decimal(word)
    if pending is not None:
        colloquial = last > 1 and not zero and pending < 10 and pending == pending.to_integral_value()
        section += shift(pending, last - 1) if colloquial else pending
    return total + section


def read_english(match: re.Match[str]) -> Number | None:
    """Return what a match of ``ENGLISH_HEAD`` says: tens of thousands, six hundred million, a dozen."""
    plural, of_plural, first, rest = match.groups()
    end = match.end()
    if plural:
        unit = shift(Decimal(1), {"tens": 1, "dozens": 1, "scores": 1}.get(plural) or ENGLISH_SCALE[plural[:-1]])
        big = ENGLISH_SCALE[of_plural[:-1]] if of_plural else 0
        unit = shift(unit, big)
        return Number(end, 2 * unit, 10 * unit, vague=True)
    tokens = [word for word in re.split("[ -]", rest.strip(" -")) if word and word != "and"]
    if first.startswith("a ") or first == "several":
        if "few" in first or first == "several":
            scale = _english_value(["one", *tokens])
            return None if scale is None else Number(end, 2 * scale, 10 * scale, vague=True)
        return None if (value := _english_value(["two", *tokens])) is None else Number(end, value, value, about=True)
    if first.startswith("half"):
        if not tokens or tokens[0] not in ENGLISH_SCALE:
            return None
        value = _english_value(["one", *tokens])
        return None if value is None else Number(end, value / 2, value / 2, big=1)
    value = _english_value([*(["one"] if first in ("a", "an") else [first]), *tokens])
    if value is None:
        return None
    big = ENGLISH_SCALE.get(tokens[-1], 0) if tokens else 0
    return Number(end, value, value, big, words=not tokens)


def _english_value(tokens: list[str]) -> Decimal | None:
    total = section = Decimal(0)
    tokens = " ".join(tokens).replace("a half", "half").split()
    for index, word in enumerate(tokens):
        if word in ENGLISH_WORDS:
            section += ENGLISH_WORDS[word]
        elif word == "half":
            section += Decimal("0.5")
        elif word == "dozen":
            section = (section or Decimal(1)) * 12
        elif word == "hundred":
            section = shift(section or Decimal(1), 2)
        else:
            total, section = total + shift(section or Decimal(1), ENGLISH_SCALE[word]), Decimal(0)
        if (
            index
            and word in ENGLISH_WORDS
            and tokens[index - 1] in ENGLISH_WORDS
            and ENGLISH_WORDS[tokens[index - 1]] < 20
        ):
            return None
    return shift(total + section, 0)
