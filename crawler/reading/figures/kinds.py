"""Which measure a number gives, by the pull of the words in its sentence; the words are the data of ``kinds.toml``.

Whose measure it is, ``owners`` says.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from crawler.items import FigureKind
from crawler.reading.figures.quantities import Quantity
from crawler.reading.figures.rules import alternation, table, whole_words
from crawler.reading.figures.sentences import COMMA

Group = Literal["money", "people", "percent"]

GROUP: dict[str, Group] = {"money": "money", "bare": "money", "people": "people", "percent": "percent"}
"""The table of rules for each dimension of a quantity."""

# How the pull of a word fades. Tuned on the labelled articles that are not held aside; docs/figures.md tells how.
_PER_CHARACTER = 0.045
_PER_LATIN_CHARACTER = 0.014
_PER_COMMA = 0.9
_PER_NUMBER = 0.8
_BACKWARDS_OVER_COMMA = 0.8
_ENOUGH = 1.2


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of ``kinds.toml``."""

    kind: FigureKind | None
    no: str | None
    weight: float
    words: tuple[str, ...]
    only: str | None
    context: bool
    example: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a rule as found in a text."""

    start: int
    end: int
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a number was found to be: a kind, or the reason to pass it over."""

    kind: FigureKind | None
    reason: str
    word: tuple[int, int] | None = None
    """Where the deciding word stands."""
    pull: float = 0.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A number's sentence, as the pull of words needs it; offsets into the whole folded text."""

    lower: str
    start: int
    end: int
    latin: bool
    numbers: tuple[int, ...]
    """Where the sentence's other numbers of the same group begin."""
    commas: tuple[int, ...]
    layoffs: bool
    """The sentence, the one before it or the headline speaks of a cut."""


@cache
def rules(group: Group) -> tuple[Rule, ...]:
    """All rules for one group of quantities, in the order of the file."""
    return tuple(_rule(entry) for entry in table("kinds")[group])


def _rule(entry: dict[str, Any]) -> Rule:
    return Rule(
        kind=cast("FigureKind | None", entry.get("kind")),
        no=entry.get("no"),
        weight=float(entry["weight"]),
        words=tuple(entry["words"]),
        only=entry.get("only"),
        context=bool(entry.get("context", False)),
        example=entry["example"],
    )


@cache
def _lexicon(group: Group) -> tuple[re.Pattern[str], dict[str, tuple[Rule, ...]]]:
    by_word: dict[str, tuple[Rule, ...]] = {}
    for rule in rules(group):
        for word in rule.words:
            by_word[word] = (*by_word.get(word, ()), rule)
    return alternation(by_word), by_word


def words_in(lower: str, start: int, end: int, group: Group) -> list[Word]:
    """The words of all rules for the group between two offsets; the longest of those that begin at one place."""
    pattern, by_word = _lexicon(group)
    return [
        Word(match.start(), match.end(), by_word[match.group()])
        for match in pattern.finditer(lower, start, end)
        if whole_words(lower, match)
    ]


def commas_in(text: str, start: int, end: int) -> tuple[int, ...]:
    """Where clauses end between two offsets."""
    return tuple(match.start() for match in COMMA.finditer(text, start, end))


def measure(quantity: Quantity, words: Sequence[Word], around: Surroundings) -> Measure:
    """What the number measures: the kind whose word pulls strongest, or the reason of a stronger rule against it."""
    best = Measure(None, "nothing near it says what it measures")
    for word in words:
        gap = _fade(quantity, word, around)
        if gap is None:
            continue
        for rule in word.rules:
            if rule.context and not around.layoffs:
                continue
            if (rule.only == "before" and word.start > quantity.start) or (
                rule.only == "after" and word.start < quantity.end
            ):
                continue
            pull = rule.weight - gap
            if pull > best.pull and pull >= _ENOUGH:
                seen = around.lower[word.start : word.end]
                best = Measure(rule.kind, f"{seen}: {rule.kind or rule.no}", (word.start, word.end), pull)
    return best


def _fade(quantity: Quantity, word: Word, around: Surroundings) -> float | None:
    if word.end <= quantity.start:
        left, right, behind = word.end, quantity.start, False
    elif word.start >= quantity.end:
        left, right, behind = quantity.end, word.start, True
    else:
        return 0.0  # the word is part of the number as written: 5016名员工
    between = _count(around.commas, left, right)
    fade = (right - left) * (_PER_LATIN_CHARACTER if around.latin else _PER_CHARACTER)
    fade += between * _PER_COMMA + _count(around.numbers, left, right) * _PER_NUMBER
    if behind and between:
        fade += _BACKWARDS_OVER_COMMA
    return fade


def _count(offsets: Sequence[int], left: int, right: int) -> int:
    return bisect_left(offsets, right) - bisect_left(offsets, left)
