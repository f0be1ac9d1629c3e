"""What makes two texts copies: the pairs of telling words and characters that they share.

A text is folded (simplified script, lower case, no punctuation, no pinyin in brackets), its commonest characters and
words are dropped, and what remains is taken in pairs. Of these pairs one-permutation hashing keeps two samples:

    bands    20 keys of two minima each; copies share at least one, strangers hardly ever: a database looks them up
    sketch   256 bins of one byte, from which ``similarity`` estimates how many of the pairs two texts share

Measured and compared in ``benchmarks/copies.py``; why so in ``docs/decisions/0042-fingerprint.md``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from itertools import filterfalse
from math import log, sqrt
from operator import eq, or_, xor

from crawler.items import Fingerprint
from crawler.reading.script import simplified

BANDS = 20
BINS = 256
COPY_AT = 0.5
"""``similarity`` from which two texts are copies."""

_SHARED_AT = 0.3
"""Share of all pairs (Jaccard) at which long texts are copies: unlike texts stay under 0.12, a fifth edited keeps 0.45."""
_HELD_AT = 0.7
"""Share of the shorter text's pairs at which it is a trimmed copy of the longer."""
_LONG = 200
"""Pairs from which these shares suffice (about 600 Chinese characters, 400 English words). Below they rise, for two
newsflashes on one event share set phrases: with 45 pairs, unlike ones reach 0.5."""
_RISE_SHARED, _RISE_HELD = 0.35, 0.15
_LEAST_HELD = 30
"""Pairs below which a part is a quotation, not a trimmed copy."""
_MOST_TRIMMED = 4
"""A copy is not trimmed to less than a quarter: that is an excerpt."""

_MASK = (1 << 60) - 1
"""Sixty bits: two digits of Python's integers, which are a third faster than three."""
_ALL = (1 << 64) - 1
_MIX = 0x9E3779B97F4A7C15
_SIGNS = re.compile(r"[\W_]+")
_PINYIN = re.compile(r"[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{1,6}[)）]")

# What nearly every article has says nothing of which article it is: the commonest characters of news, by count.
_COMMON_CHARACTERS = (
    "的在一是中人国有了年不大和为这个公业能上以来发会用到对美资行工时们要司月出他成多新于可我家日数生后经就下元也过本方产地其现技部自员前"
    "作动全市开最说共高据者将力与政分法而务如实金同之主但等都机关面进内投体理被度文表模提化亿所更还商合场长事外期制通学网定民加些报信入并"
    "得当应目已你点科从示型计因比万平去重及没里术天利情收品间正性很此创基台心至特相布交企持团意该看系位量种然保任道建息集小视车名问增管件"
    "果么好需次近接导代斯第向做权子联三推程明或知它无展达今使设电手社总户起海解认供研"
)
_COMMON_WORDS = (
    "the of and to in a is that for it on was with as his are at by be this from have has said but he she they we you i not or an its "
    "their will were had which who been more about would one all also can than when there what up out if into so after new other some no her him our do my "
    "over could just like time now how may your most us only first last year years two them people"
)
_WORDS = frozenset(_COMMON_WORDS.split())
_LETTERS = "a-z0-9\u00e0-\u024f"
_TOKEN = re.compile(rf"[{_LETTERS}]+|[\u0400-\u04ff]+|[^\W_{_LETTERS}\u0400-\u04ff{_COMMON_CHARACTERS}]")


def folded(text: str) -> str:
    """The text as copies share it: simplified, lower case, pinyin glosses taken out."""
    lowered = text.lower()
    if "(" in lowered or "（" in lowered:
        lowered = _PINYIN.sub("", lowered)
    return simplified(lowered)


def fingerprint(text: str) -> Fingerprint:
    """The fingerprint of a body (give the text, not the title: copies are retitled)."""
    plain = folded(text)
    tokens = list(filterfalse(_WORDS.__contains__, _TOKEN.findall(plain)))
    pairs = set(map(xor, map(_left, tokens), map(_right, tokens[1:])))
    kept = _SIGNS.sub("", plain)
    falling = sorted(pairs, reverse=True)
    return Fingerprint(_signed(_hash(kept)), _bands(falling), _sketch(falling), len(kept))


def similarity(a: Fingerprint, b: Fingerprint) -> float:
    """From 0 to 1, and at least ``COPY_AT`` where one text is a copy of the other, whole or trimmed.

    Half is where the shared pairs reach the share that makes a copy; short texts must share more.
    """
    # Texts without a word, and articles kept without a fingerprint, are copies of nothing.
    if not a.length or not b.length or len(a.sketch) != len(b.sketch):
        return 0.0
    if a.exact == b.exact and a.length == b.length:
        return 1.0
    shared = _shared(a.sketch, b.sketch)
    smaller, larger = sorted((_count(a.sketch), _count(b.sketch)))
    if shared <= 0:
        return 0.0
    shortness = max(0.0, 1 - smaller / _LONG)
    of_all = _scaled(shared, _SHARED_AT + _RISE_SHARED * shortness * sqrt(shortness))
    if smaller < _LEAST_HELD or larger > _MOST_TRIMMED * smaller:
        return of_all
    held = min(1.0, shared * (smaller + larger) / (1 + shared) / smaller)
    return max(of_all, _scaled(held, _HELD_AT + _RISE_HELD * shortness))


def _scaled(value: float, needed: float) -> float:
    """Piecewise: ``needed`` becomes COPY_AT, 1 stays 1."""
    if value < needed:
        return COPY_AT * value / needed
    return COPY_AT + (1 - COPY_AT) * (value - needed) / (1 - needed)


def _shared(a: bytes, b: bytes) -> float:
    """The estimated share of all their pairs that two texts have in common (Jaccard)."""
    neither = bytes(map(or_, a, b)).count(0)
    filled = BINS - neither
    if not filled:
        return 0.0
    equal = int(sum(map(eq, a, b))) - neither
    both = BINS - a.count(0) - b.count(0) + neither
    # Unlike minima agree in their one byte once in 255 times.
    chance = (both - equal) / 255
    return max(0.0, (equal - chance) / filled)


def _count(sketch: bytes) -> float:
    """How many pairs a text has, from how many bins they fill."""
    empty = sketch.count(0)
    return BINS * log(BINS / empty if empty else BINS * 2)


def _bands(falling: list[int]) -> tuple[int, ...]:
    size = BANDS * 2
    # Written from the largest down, each bin ends with its smallest.
    minima = {pair % size: pair for pair in falling}
    if not minima:
        return ()
    rows = [minima[bin] if bin in minima else _borrowed(minima, bin, size) for bin in range(size)]
    keys = {
        _signed(((band * _MIX + one) * _MIX + other) & _ALL)
        for band, (one, other) in enumerate(zip(rows[::2], rows[1::2], strict=True), start=1)
    }
    return tuple(sorted(keys))


def _borrowed(minima: dict[int, int], bin: int, size: int) -> int:
    """What an empty bin (of a short text) takes from the next filled one, marked by the distance."""
    distance = next(step for step in range(1, size) if (bin + step) % size in minima)
    return minima[(bin + distance) % size] ^ (distance * _MIX & _MASK)


def _sketch(falling: list[int]) -> bytes:
    sketch = bytearray(BINS)
    for bin, pair in {pair >> 16 & 255: pair for pair in falling}.items():
        sketch[bin] = (pair >> 40) % 255 + 1
    return bytes(sketch)


@lru_cache(maxsize=65_536)
def _left(token: str) -> int:
    return _hash("<" + token) & _MASK


@lru_cache(maxsize=65_536)
def _right(token: str) -> int:
    return _hash(">" + token) & _MASK


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _signed(value: int) -> int:
    """An unsigned 64-bit number as SQLite's INTEGER and PostgreSQL's BIGINT hold it."""
    return value - (1 << 64) if value >= 1 << 63 else value
