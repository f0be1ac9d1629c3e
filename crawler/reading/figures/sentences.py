"""Where the sentences, clauses and paragraphs of a folded text begin and end."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_END = re.compile(r"[。！？!?;\n]+[\"”」』)'】]*|\.(?=[\"”']?(?:\s|$))[\"”']?")
_ABBREVIATION = re.compile(
    r"(?:\b(?:inc|corp|co|ltd|mr|ms|mrs|dr|st|vs|no|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|approx|etc)|\b[a-z]|\b[a-z]\.[a-z])$"
)
COMMA = re.compile(r"[，:—]|,(?=\s)|--")
"""What ends a clause."""

_LONGEST = 600
"""Characters after which a sentence without an end is cut, so that work on one sentence is bounded."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of the folded text, and the number of its paragraph."""

    start: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of one text, in order, without gaps."""

    all: tuple[Sentence, ...]
    starts: tuple[int, ...]

    def index_at(self, offset: int) -> int:
        """The number of the sentence that holds the offset."""
        return max(0, bisect_right(self.starts, offset) - 1)


def split(text: str, lower: str) -> Sentences:
    """The sentences of a text; an abbreviation's point ends none."""
    found: list[Sentence] = []
    start = paragraph = 0
    for match in _END.finditer(text):
        if match.group()[0] == "." and _ABBREVIATION.search(lower, max(0, match.start() - 8), match.start()):
            continue
        start = _cut(found, start, match.end(), paragraph)
        if "\n" in match.group():
            paragraph += 1
    if start < len(text) or not found:
        _cut(found, start, len(text), paragraph)
    return Sentences(tuple(found), tuple(sentence.start for sentence in found))


def _cut(found: list[Sentence], start: int, end: int, paragraph: int) -> int:
    while end - start > _LONGEST:
        found.append(Sentence(start, start + _LONGEST, paragraph))
        start += _LONGEST
    if end > start:
        found.append(Sentence(start, end, paragraph))
    return end
