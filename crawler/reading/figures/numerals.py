"""Numbers alone, in Arabic digits or Chinese numerals; no currency, no hedge, no counter.

Works on folded text (see ``folding``). Values never pass through binary floats.
"""

from __future__ import annotations

import re
from decimal import Decimal

from crawler.reading.figures.chinese import (
    CHINESE,
    GAP,
    NOT_A_NAME,
    NUMERALS,
    SCALE,
    SOME_MORE,
    evaluate,
    exponents,
    read_chinese,
)
from crawler.reading.figures.english import SCALE as ENGLISH_SCALE
from crawler.reading.figures.number import LONGEST, Number, scaled, shift

_DIGITS = r"(\d{1,3}(?:,\d{3})++(?!\d)|\d++)(?:\.(\d++))?+"
_NO_VERSION_NO_DATE = r"(?![.:/]\d| ?(?:[年月号时]|日(?![元圆币])))"
_CHUNK = (
    rf"零?(?:(?:\d{{1,4}}|\d,\d{{3}})(?:\.\d{{1,4}})?(?!,?\d|[.%:/年月日号])|[一二两三四五六七八九])[{NUMERALS}]{{0,6}}"
)
"""A further part of a number whose units are spread: the 5000万 of 3亿5000万."""
_ARABIC = (
    rf"(?<![\d.])(?<!\d,){_DIGITS}{_NO_VERSION_NO_DATE}(?: ?(\+|{SOME_MORE}))?"
    rf"(?:(?:{GAP}|个(?=亿))({SCALE}|[百千]){NOT_A_NAME})?(?:(?<=[万亿兆百千])(?:([多余几])|((?:{_CHUNK}){{1,3}}(?:[多余]万?)?)))?"
    r"(?:[ \n-]{0,2}(hundred|thousand|million|billion|trillion|lakh|crore)(?![a-z])"
    r"| ?(mln|mn|mm|m|bln|bn|b|trn|tn|t|k)(?![a-z0-9]))?(\+|-plus(?![a-z]))?"
)
"""Groups: digits, decimals, 多 or +, the scale, 多 after it, further parts, an English scale, its letter, + or plus."""
_ARABIC_GROUPS = 9

HEAD = re.compile(rf"(?=[\d几数{NUMERALS}])(?:{_ARABIC}|{CHINESE})")
"""A number in digits or numerals; may match nothing at all."""


def read_number(match: re.Match[str]) -> Number | None:
    """Return what a match of ``HEAD`` says, None where it is too long or no numeral at all."""
    groups, end = match.groups(), match.end()
    if groups[0] is None:
        return read_chinese(groups[_ARABIC_GROUPS:], end)
    whole, part, more, scale, more_after, rest, english, letter, plus = groups[:_ARABIC_GROUPS]
    digits, part = whole.replace(",", ""), part or ""
    if len(digits) + len(part) > LONGEST:
        return None
    if rest:
        further = rest.replace("多", "").replace("余", "")
        spread = evaluate(f"{scaled(digits, part, 0)}{scale}{further}".replace(",", ""))
        high = spread if further == rest else None
        return None if spread is None else Number(end, spread, high, *exponents(further))
    big, small = exponents(scale) if scale else (ENGLISH_SCALE.get(english or letter, 0), 0)
    value = scaled(digits, part, big + small)
    more = more or more_after or plus
    if more is None or more == "来":
        return Number(end, value, value, big, small, about=more is not None, short=letter is not None)
    if more == "几":
        return Number(end, value, value + shift(Decimal(10), big + small), big, small, vague=True)
    return Number(end, value, None, big, small, short=letter is not None)
