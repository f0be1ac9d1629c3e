"""Where numbers may begin: runs of digits and numerals, and English words, found in one quick pass each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.reading.figures.chinese import NUMERALS
from crawler.reading.figures.english import ENGLISH_HEAD, ENGLISH_STARTS
from crawler.reading.figures.numerals import HEAD
from crawler.reading.figures.percent import DIGIT_FRACTION_HEAD, FRACTION_HEAD
from crawler.reading.figures.shares import HALF_HEAD

_RUNS = re.compile(rf"[\d几数{NUMERALS}]+")
_DIGITS = re.compile(r"\d*+")
_AFTER_ONE = frozenset("半成点分")
"""What makes a lone 一 a number; else it is nearly always an article or part of a word."""
_LATIN = re.compile("[a-z]+")


def heads(folded: str) -> list[re.Match[str]]:
    """Return the matches of ``HEAD``, ``ENGLISH_HEAD`` and the heads of fractions, in the order of the text."""
    found = list(_numerals(folded))
    numerals = len(found)
    found += _words(folded)
    if "/" in folded or "1 in " in folded or "1 out of " in folded:
        found += DIGIT_FRACTION_HEAD.finditer(folded)
    if "半" in folded:
        found += HALF_HEAD.finditer(folded)
    if len(found) > numerals:
        found.sort(key=_start)
    return found


def _start(match: re.Match[str]) -> tuple[int, bool]:
    return match.start(), match.re is HEAD


def _numerals(folded: str) -> Iterator[re.Match[str]]:
    done = 0
    for run in _RUNS.finditer(folded):
        at, end = run.span()
        if end - at == 1 and folded[at] == "一" and folded[end : end + 1] not in _AFTER_ONE:
            continue
        at = max(at, done)
        while at < end:
            match = HEAD.match(folded, at)
            if match is not None and match.end() > at:
                yield match
                at = done = match.end()
            else:
                digits = _DIGITS.match(folded, at)
                at = max(at + 1, digits.end() if digits is not None else 0)


def _words(folded: str) -> Iterator[re.Match[str]]:
    for word in _LATIN.finditer(folded):
        if word[0] in ENGLISH_STARTS:
            at = word.start()
            match = FRACTION_HEAD.match(folded, at) or ENGLISH_HEAD.match(folded, at)
            if match is not None:
                yield match
