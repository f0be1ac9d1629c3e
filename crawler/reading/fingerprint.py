"""What makes two texts copies: the neighbouring words and characters that they share.

A text becomes a row of tokens, the same in either script (``shingles``), and of this row two samples are kept:

    bands    15 keys of three telling tokens in a row, in one order of chance for all texts. A text is filed under its first
             ``FILED`` keys and looked for under all: a copy keeps most of them, strangers hardly ever share one
    sketch   256 bins of one byte, from which ``similarity`` estimates how many of all their pairs two texts share

Measured and compared in ``benchmarks/copies.py``; why so in ``docs/decisions/0042-fingerprint.md``.
"""

from __future__ import annotations

from hashlib import blake2b
from operator import eq, or_

from crawler.items import Fingerprint

SOUGHT = 15
"""Keys under which a text's copies are looked for."""
FILED = 10
"""Keys, the first of those, under which a text is found."""
BINS = 256
COPY_AT = 0.5
"""``similarity`` from which two texts are copies."""

_SHARED_AT = 0.35
"""Share of all pairs (Jaccard) that makes a copy: a fifth of the characters edited leaves a half, unlike news stays under 0.3."""
_HELD_AT = 0.75
"""Share of the shorter text's pairs at which it is a trimmed copy of the longer."""
_LONG = 300
"""Tokens from which these hold. Chance scatters what is left of shorter texts, so less has to be shared; but more of a part,
for short news of one kind has set phrases in common."""
_FALL_SHARED, _RISE_HELD = 0.04, 0.15
_LEAST_HELD = 40
"""Tokens below which a part is a quotation, not a trimmed copy."""
_MOST_TRIMMED = 4.5
"""A copy is trimmed to no less than that part of its original; what is shorter is an excerpt."""


def fingerprint(text: str) -> Fingerprint:
    """The fingerprint of a body (give the text, not the title: copies are retitled)."""
    from crawler.reading import shingles  # with numpy, which most commands do without

    tokens = shingles.tokens_of(text)
    if not len(tokens.all):
        return Fingerprint(exact=0, bands=(), sketch=bytes(BINS), length=0)
    return Fingerprint(
        exact=_hash(tokens.all.tobytes()),
        bands=shingles.keys_of(tokens.telling, SOUGHT),
        sketch=shingles.sketch_of(tokens.all),
        length=len(tokens.all),
    )


def similarity(a: Fingerprint, b: Fingerprint) -> float:
    """From 0 to 1, and at least ``COPY_AT`` where one text is a copy of the other, whole or trimmed.

    Half is where the shared pairs reach the share that makes a copy.
    """
    # Texts without a word, and articles kept without a fingerprint, are copies of nothing.
    if not a.length or not b.length or len(a.sketch) != len(b.sketch):
        return 0.0
    if a.exact == b.exact and a.length == b.length:
        return 1.0
    shared = _shared(a.sketch, b.sketch)
    smaller, larger = sorted((a.length, b.length))
    shortness = max(0.0, 1 - smaller / _LONG)
    of_all = _scaled(shared, _SHARED_AT - _FALL_SHARED * shortness)
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


def _hash(tokens: bytes) -> int:
    """A signed 64-bit number, as SQLite's INTEGER and PostgreSQL's BIGINT hold it."""
    return int.from_bytes(blake2b(tokens, digest_size=8).digest(), "big", signed=True)
