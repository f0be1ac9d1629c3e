"""Which measure a number gives, by the pull of the words in its sentence; the words are the data of ``kinds.toml``.

Whose measure it is, ``owners`` says.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
_PER_WORD = 0.35
_LOUD = 3.0
_BACKWARDS = 0.3
_BACKWARDS_OVER_COMMA = 0.8
_OF_THE_NEXT_NUMBER = 1.5
_ENOUGH = 1.2

_FEW = 3
"""People: so few are suspects or witnesses more often than a cut."""

_SMALLEST_STAFF = 10
"""People: fewer are a figure of speech, or those who speak."""

_MOST_RAISED = 500_000_000_000
"""Of money: more has been raised by nobody."""

_LEAST_SUM = 10_000
"""Of money: less is a price, a fee or a salary."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of ``kinds.toml``."""

    kind: FigureKind | None
    no: str | None
    veto: FigureKind | None
    """The kind that the word forbids where it stands near."""
    instead_of: FigureKind | None
    """The kind that the word makes into the rule's own, whatever it pulls: raised, since the founding, is a total."""
    weight: float
    words: tuple[str, ...]
    only: str | None
    beside: bool
    context: bool
    staff: bool
    """The number's noun must be one for staff: 5016名员工."""
    least: int | None
    """The number must be at least as large."""
    clause: re.Pattern[str] | None
    """What must stand before the word."""
    then: re.Pattern[str] | None
    """What must stand right behind the number."""
    near: int | None
    """Characters at most between the word and the number."""
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
        veto=cast("FigureKind | None", entry.get("veto")),
        instead_of=cast("FigureKind | None", entry.get("instead_of")),
        weight=float(entry["weight"]),
        words=tuple(entry["words"]),
        only=entry.get("only"),
        beside=bool(entry.get("beside", False)),
        context=bool(entry.get("context", False)),
        staff=bool(entry.get("staff", False)),
        least=entry.get("least"),
        clause=re.compile(entry["clause"]) if "clause" in entry else None,
        then=re.compile(entry["then"]) if "then" in entry else None,
        near=entry.get("near"),
        example=entry["example"],
    )


@cache
def _lexicon(group: Group, *, beside: bool = False) -> tuple[re.Pattern[str], dict[str, tuple[Rule, ...]]]:
    by_word: dict[str, tuple[Rule, ...]] = {}
    for rule in rules(group):
        if rule.beside != beside:
            continue
        for word in rule.words:
            by_word[word] = (*by_word.get(word, ()), rule)
    return alternation(by_word), {word: own + _behind_it(word, own, by_word) for word, own in by_word.items()}


def _behind_it(word: str, own: tuple[Rule, ...], by_word: dict[str, tuple[Rule, ...]]) -> tuple[Rule, ...]:
    """The rules of the word that a longer one ends in: 投后估值 right before a number is 估值 further off."""
    if any(rule.near is None for rule in own):
        return ()
    shorter = next((word[at:] for at in range(1, len(word)) if word[at:] in by_word), None)
    return by_word[shorter] if shorter is not None else ()


def words_in(lower: str, start: int, end: int, group: Group) -> list[Word]:
    """The words of all rules for the group between two offsets; the longest of those that begin at one place."""
    pattern, by_word = _lexicon(group)
    return [
        Word(match.start(), match.end(), by_word[match.group()])
        for match in pattern.finditer(lower, start, end)
        if whole_words(lower, match)
    ]


_BETWEEN = re.compile(
    r" ?(?:左右|以上|或更高|之间|or more)? ?(?:的?(?:员工|雇员|职工|名员工|人(?=[受失被丢离遭将会]))|employees|people|staff|workers)? ?"
)


def word_beside(lower: str, end: int, group: Group) -> list[Word]:
    """The word that follows a number at once, of the rules that ask for that."""
    pattern, by_word = _lexicon(group, beside=True)
    between = _BETWEEN.match(lower, end)
    match = pattern.match(lower, between.end() if between else end)
    return [Word(match.start(), match.end(), by_word[match.group()])] if match and whole_words(lower, match) else []


_ASIDE = re.compile(r", (?:after|before|net of|excluding) [^,.;]{0,80},(?= )")


def commas_in(text: str, start: int, end: int) -> tuple[int, ...]:
    """Where clauses end between two offsets; what is told aside, after deducting expenses, ends none."""
    commas = [match.start() for match in COMMA.finditer(text, start, end)]
    if ", " in text[start:end]:
        for aside in _ASIDE.finditer(text, start, end):
            commas = [comma for comma in commas if comma not in (aside.start(), aside.end() - 1)]
    return tuple(commas)


def measure(quantity: Quantity, words: Sequence[Word], around: Surroundings) -> Measure:
    """What the number measures: the kind whose word pulls strongest, or the reason of a stronger rule against it."""
    if quantity.dimension == "percent" and max(quantity.low or 0, quantity.high or 0) > 100:
        return Measure(None, "more than all of anything")
    if quantity.dimension in ("money", "bare") and max(quantity.low or 0, quantity.high or 0) < _LEAST_SUM:
        return Measure(None, "too small a sum for a company")
    best = Measure(None, "nothing near it says what it measures")
    starts = [word.start for word in words if any(rule.weight > _LOUD for rule in word.rules)]
    vetoed: dict[FigureKind, tuple[int, str]] = {}
    turned: dict[FigureKind, Measure] = {}
    for word in (*words, *word_beside(around.lower, quantity.end, GROUP[quantity.dimension])):
        gap, fade = _fade(quantity, word, starts, around)
        for rule in word.rules:
            if not _applies(rule, quantity, word, gap, around):
                continue
            if rule.veto is not None:
                vetoed[rule.veto] = (word.start, around.lower[word.start : word.end])
                continue
            if rule.instead_of is not None:
                seen = around.lower[word.start : word.end]
                turned[rule.instead_of] = Measure(rule.kind, f"{seen}: {rule.kind}", (word.start, word.end))
                continue
            pull = rule.weight - fade
            if pull > best.pull and pull >= _ENOUGH:
                seen = around.lower[word.start : word.end]
                best = Measure(rule.kind, f"{seen}: {rule.kind or rule.no}", (word.start, word.end), pull)
    if best.kind in vetoed and best.word and best.word[0] < vetoed[best.kind][0]:
        return Measure(None, f"{vetoed[best.kind][1]}: a part of those counted")
    if best.kind in turned:
        best = replace(turned[best.kind], pull=best.pull)
    if (
        best.kind in ("raised", "raised_total")
        and (quantity.low or quantity.high or 0) > _MOST_RAISED
        and quantity.unit in ("USD", "EUR", "CNY", "HKD")
    ):
        return Measure(None, "more than any company raises")
    if best.kind == "laid_off" and (quantity.high or quantity.low or 0) <= _FEW:
        return Measure(None, "too few people to be a cut")
    if best.kind == "headcount" and (quantity.high or quantity.low or 0) < _SMALLEST_STAFF:
        return Measure(None, "too few people to be a staff")
    return best


_CLAUSE = 48
"""Characters before a word that its rule may look at."""
_STAFF = re.compile(
    r"的?[^，。;、,.:)]{0,6}?(?:员工|雇员|职工|职员|工作人员|人手|人力|岗位|职位|employees|staff|workers|workforce|people|jobs)"
)
_STAFF_WITHIN = re.compile(r"员工|雇员|职工|职员|employees|staff|workers")


def _applies(rule: Rule, quantity: Quantity, word: Word, gap: int, around: Surroundings) -> bool:
    if rule.context and not around.layoffs:
        return False
    if rule.instead_of is not None and _is_of_another(quantity, word, around):
        return False
    if rule.near is not None and gap > rule.near:
        return False
    if (rule.only == "before" and word.start >= quantity.start) or (rule.only == "after" and word.start < quantity.end):
        return False
    if rule.least is not None and (quantity.low or quantity.high or 0) < rule.least:
        return False
    if rule.then is not None and rule.then.match(around.lower, quantity.end, around.end) is None:
        return False
    if (
        rule.clause is not None
        and rule.clause.search(around.lower, max(around.start, word.start - _CLAUSE), word.start) is None
    ):
        return False
    return not rule.staff or _counts_staff(quantity, around)


def _is_of_another(quantity: Quantity, word: Word, around: Surroundings) -> bool:
    """Funding of $13bn since it was founded, with a $5.5bn round: the word goes with the number before it in its clause."""
    if quantity.start < word.start:
        return False
    at = bisect_left(around.numbers, word.start)
    return at > 0 and not _count(around.commas, around.numbers[at - 1], word.start)


def _counts_staff(quantity: Quantity, around: Surroundings) -> bool:
    inside = _STAFF_WITHIN.search(around.lower, quantity.start, quantity.end)
    return (
        inside is not None or _STAFF.match(around.lower, quantity.end, min(around.end, quantity.end + 16)) is not None
    )


def _fade(quantity: Quantity, word: Word, starts: Sequence[int], around: Surroundings) -> tuple[int, float]:
    """How far a word is from the number, in characters and in loss of pull."""
    if word.end <= quantity.start:
        left, right, behind = word.end, quantity.start, False
    elif word.start >= quantity.end:
        left, right, behind = quantity.end, word.start, True
    else:
        inside = quantity.start <= word.start and word.end <= quantity.end
        whole = inside and quantity.dimension != "percent"  # "up to 20%" holds no word of growth
        return 0, 0.0 if whole else 9.0  # the word is part of the number as written: 5016名员工
    between = _count(around.commas, left, right)
    fade = (right - left) * (_PER_LATIN_CHARACTER if around.latin else _PER_CHARACTER)
    fade += between * _PER_COMMA + _count(around.numbers, left, right) * _PER_NUMBER
    fade += min(2, _count(starts, left, right)) * _PER_WORD
    if behind:
        fade += _BACKWARDS + (_BACKWARDS_OVER_COMMA if between else 0)
        if not word.rules[0].beside and _leads_on(word, around):
            fade += _OF_THE_NEXT_NUMBER
    return right - left, fade


_LEADING = 5


def _leads_on(word: Word, around: Surroundings) -> bool:
    """The word is said of the next number: …100亿美元，估值达290亿美元."""
    at = bisect_left(around.numbers, word.end)
    return at < len(around.numbers) and around.numbers[at] - word.end <= _LEADING * (3 if around.latin else 1)


def _count(offsets: Sequence[int], left: int, right: int) -> int:
    return bisect_left(offsets, right) - bisect_left(offsets, left)
