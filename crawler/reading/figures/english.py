"""Numbers spelled in English words: six hundred million, half a billion, a few hundred, tens of thousands."""

from __future__ import annotations

import re
from decimal import Decimal

from crawler.reading.figures.number import Number, shift

SCALE = {
    "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "lakh": 5, "crore": 7,
    "k": 3, "m": 6, "mm": 6, "mn": 6, "mln": 6, "b": 9, "bn": 9, "bln": 9, "t": 12, "tn": 12, "trn": 12,
}  # fmt: skip
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: value for value, word in enumerate(_ONES.split())}
_WORDS |= {word: 10 * value for value, word in enumerate(_TENS.split(), start=2)}
_PLURALS = {
    "tens": 1,
    "dozens": 1,
    "scores": 1,
    "hundreds": 2,
    "thousands": 3,
    "millions": 6,
    "billions": 9,
    "trillions": 12,
}
"""Exponents; dozens and scores are taken for tens, as 数十 is."""

_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_UNIT = "hundred|thousand|million|billion|trillion|dozen"
_PLURAL = "|".join(_PLURALS)
_FIRST = (
    rf"half an?(?![a-z])|half(?=-(?:{_UNIT}))|an?(?: few| couple of)?(?= (?:{_UNIT}|few|couple)\b)"
    rf"|several(?= (?:{_UNIT})\b)|(?:{_WORD})(?![a-z])"
)
ENGLISH_HEAD = re.compile(
    rf"(?<![a-z$\d.-])(?:({_PLURAL})(?: of ({_PLURAL}))?(?![a-z])"
    rf"|({_FIRST})((?:[ -](?:and )?(?:a half|{_WORD}|{_UNIT})(?![a-z])){{0,24}}))"
)
ENGLISH_STARTS = frozenset((*_WORDS, *_PLURALS, "a", "an", "half", "several"))
"""First words of numbers spelled in English."""


def read_english(match: re.Match[str]) -> Number | None:
    """Return what a match of ``ENGLISH_HEAD`` says, None where its words make no number."""
    plural, of_plural, first, rest = match.groups()
    end = match.end()
    if plural:
        unit = shift(Decimal(1), _PLURALS[plural] + (_PLURALS[of_plural] if of_plural else 0))
        return Number(end, 2 * unit, 10 * unit, vague=True)
    words = [word for word in re.split("[ -]", rest) if word not in ("", "and", "a")]
    if not words:
        return Number(end, Decimal(_WORDS[first]), Decimal(_WORDS[first]), words=True) if first in _WORDS else None
    value = _value([first, *words] if first in _WORDS else words)
    if value is None:
        return None
    if "few" in first or first == "several":
        return Number(end, 2 * value, 10 * value, vague=True)
    if "couple" in first:
        return Number(end, 2 * value, 2 * value, about=True)
    if first.startswith("half"):
        value /= 2
    return Number(end, value, value, SCALE.get(words[-1], 0))


def _value(words: list[str]) -> Decimal | None:
    """Return the value of words, None where two ones stand side by side (five six)."""
    total = section = Decimal(0)
    before = 0
    for word in words:
        if word in _WORDS:
            if 0 < before < 20:
                return None
            section += _WORDS[word]
        elif word == "half":
            section += Decimal("0.5")
        elif word == "dozen":
            section = (section or Decimal(1)) * 12
        elif word == "hundred":
            section = shift(section or Decimal(1), SCALE[word])
        else:
            total, section = total + shift(section or Decimal(1), SCALE[word]), Decimal(0)
        before = _WORDS.get(word, 0)
    return shift(total + section, 0)
