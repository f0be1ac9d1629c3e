"""What a name does in its sentence: pays, receives, stands apart; the rules are the data of ``owners.toml``."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Literal, cast

from crawler.reading.figures.entities import Entity, Names
from crawler.reading.figures.rules import table
from crawler.reading.figures.sentences import Sentence, Sentences
from crawler.reading.folded import Folded

Role = Literal["apart", "alumni", "receives", "pays", "none"]

_LIST = re.compile(
    r"(?: (?:Group|Holdings?|Inc|Ltd|Corp|Platforms|Motors)\.?){0,2}(?:\([^)]{0,20}\))?(?:、|等|和|与|及|以及|跟|，|,|, and|and|&|公司|集团|/| )+(?:其)?"
)
_IN_BRACKETS = re.compile(r"[^，。,.;()]{0,24} ?\(")
"""The same name again, in the other language: Alibaba Group Holding Ltd (阿里巴巴)."""
_AND = re.compile(r",? and | ?[和与及] ?|以及")
_PAYERS = re.compile(
    r"(?:投资人|投资方|投资者|股东|领投方|出资方|基石投资者|投资机构)(?:还|也|主要|中|阵容|名单|里)?(?:有|包括|为|是|含)|investors include"
)


class Passage:
    """One text with its sentences and names, and the company that it is about where it is about one.

    Names and the company are looked for when the first number asks for them: most numbers measure nothing of ours.
    """

    def __init__(
        self, part: Folded, sentences: Sentences, names: Callable[[], Names], about: Callable[[], str | None]
    ) -> None:
        self.part, self.sentences = part, sentences
        self._names, self._about = names, about
        self.roles: dict[int, dict[Entity, Role]] = {}
        """Of each sentence, what its names do; filled as asked for."""
        self.topics: dict[tuple[int, bool], Entity | None] = {}
        """Of each sentence, whom it speaks of; filled as asked for."""

    @cached_property
    def names(self) -> Names:
        """The names in the text."""
        return self._names()

    @cached_property
    def focus(self) -> str | None:
        """The company that the article is about, where it is about one."""
        return self._about()


@dataclass(frozen=True, slots=True)
class RoleRule:
    """One rule of ``owners.toml``."""

    role: Role
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    both: bool
    others: bool
    """Only for a name that is not watched."""
    example: str


@cache
def role_rules() -> tuple[RoleRule, ...]:
    """All rules, in the order in which they are tried."""
    return tuple(
        RoleRule(
            role=cast(Role, entry["role"]),
            before=re.compile(entry["before"]) if "before" in entry else None,
            after=re.compile(entry["after"]) if "after" in entry else None,
            both=entry.get("both", False),
            others=entry.get("others", False),
            example=entry["example"],
        )
        for entry in table("owners")["role"]
    )


def _start(entity: Entity) -> int:
    return entity.start


def role_of(entity: Entity, passage: Passage, sentence: Sentence) -> Role:
    """What a name does in its sentence."""
    lower = passage.part.lower
    before = lower[max(sentence.start, entity.start - 48) : entity.start]
    named = passage.names.within(sentence)
    following = bisect_left(named, entity.end, key=_start)
    stop = named[following].start if following < len(named) else sentence.end
    after = lower[entity.end : min(stop, entity.end + 45)]
    for rule in role_rules():
        if rule.others and entity.company is not None:
            continue
        ahead = rule.before is not None and rule.before.search(before) is not None
        behind = rule.after is not None and rule.after.match(after) is not None
        if (ahead and behind) if rule.both else (ahead or behind):
            return rule.role
    return "none"


def roles_in(passage: Passage, sentence: Sentence) -> dict[Entity, Role]:
    """What each name of a sentence does; the others of a list do what one of it does."""
    if sentence.start not in passage.roles:
        passage.roles[sentence.start] = _roles(passage, sentence)
    return passage.roles[sentence.start]


def _roles(passage: Passage, sentence: Sentence) -> dict[Entity, Role]:
    named = passage.names.within(sentence)
    payers = _PAYERS.search(passage.part.lower, sentence.start, sentence.end)
    roles: dict[Entity, Role] = {}
    last: Entity | None = None
    text = passage.part.text
    for at, entity in enumerate(named):
        role = role_of(entity, passage, sentence)
        if role == "none" and payers is not None and payers.end() <= entity.start:
            role = "pays"
        if role == "none" and last is not None and roles[last] != "none" and _goes_with(text, named, at):
            role = roles[last]
        if any(_describes(text, one, entity) for one in named[max(0, at - _DESCRIBED_BY) : at]):
            role = "apart"
        roles[entity] = role
        last = entity
    for before, after in zip(named[-2::-1], named[:0:-1], strict=False):
        if roles[before] == "none" and roles[after] in ("apart", "pays") and listed(text, before, after):
            roles[before] = roles[after]
    return roles


_DESCRIBED_BY = 3
"""Names before one in which the one that it helps to describe is looked for."""
_OPENS_DESCRIPTION = re.compile(
    r"(?:'s)?(?: [A-Z][a-z]+){0,3}(?: ?\([^)]{0,30}\))?, (?:an?|the|which|whose|who|where|now|once|long|chaired|founded|set up|started|led|owned|backed|run|headed|best known)(?![a-z])(?:[^;.]|\.(?=\S)){0,160}"
)
_CLOSES_DESCRIPTION = re.compile(r"(?:[^,;.]|\.(?=\S)){0,70}, (?!and |or |but |while |as )[a-z]")


def _describes(text: str, described: Entity, entity: Entity) -> bool:
    """Northwind, a start-up that supplies Example, has raised…: Example only helps to say who Northwind is."""
    if described.company is not None and described.company == entity.company:
        return False
    opened = _OPENS_DESCRIPTION.fullmatch(text, described.end, entity.start) is not None
    possessed = text[described.end : entity.start] == ", " and text.startswith(("'s ", "’s "), entity.end)
    return (
        entity.start - described.end < _DESCRIPTION
        and (opened or possessed)
        and _CLOSES_DESCRIPTION.match(text, entity.end) is not None
    )


_DESCRIPTION = 190
_LONGEST_LIST = 8


def _goes_with(text: str, named: Sequence[Entity], at: int) -> bool:
    """Whether a name is the one before it again in brackets, or stands in one list with it.

    A comma alone lists where an "and" follows: A, B, and C.
    """
    last, entity = named[at - 1], named[at]
    if listed(text, last, entity) or _IN_BRACKETS.fullmatch(text, last.end, entity.start):
        return True
    for one, other in pairwise(named[at - 1 : at + _LONGEST_LIST]):
        if text[one.end : other.start].strip() not in (",", "，"):
            return _AND.fullmatch(text, one.end, other.start) is not None and one is not last
    return False


def listed(text: str, one: Entity, other: Entity) -> bool:
    """Whether two names stand in one list: A、B; A和B; A, B and C."""
    between = text[one.end : other.start]
    if not between:
        return one.company is not None and other.company is not None and one.company != other.company  # 腾讯阿里
    return (
        0 < len(between) <= 24
        and _LIST.fullmatch(between) is not None
        and between.strip() not in ("，", ",", "公司", "")
    )
