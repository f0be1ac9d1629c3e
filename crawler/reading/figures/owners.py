"""Whose a number is: the name in the clause, then in the sentence, then the one that the passage speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, cast

from crawler.items import FigureKind
from crawler.reading.figures.entities import Entities, Entity
from crawler.reading.figures.quantities import Quantity
from crawler.reading.figures.rules import table
from crawler.reading.figures.sentences import Sentence, Sentences
from crawler.reading.folded import Folded

Role = Literal["apart", "alumni", "receives", "pays", "none"]

MONEY_KINDS: frozenset[FigureKind] = frozenset({"raised", "raised_total"})
STAFF_KINDS: frozenset[FigureKind] = frozenset({"laid_off", "laid_off_share", "headcount"})

_LIST = re.compile(r"(?:\([^)]{0,20}\))?(?:、|等|和|与|及|以及|跟|，|,|, and|and|&|公司|集团|/| )+(?:其)?")
_EACH = re.compile(r"各自?|均|都|每家|分别|respectively|each")
_SEVERAL = re.compile(r"(?:公司|集团|科技)?(?:等|在内|之类|两家|三家|四家|these|together)")
_PAID_ELSEWHERE = re.compile(
    r"(?:投资|注资|入股|领投|收购)了?(?!的|额|规模|方|者|人|金额|总|约|近|超|逾|达|为|在|后|前|中|案|\d|，|。|、|\(|$)[\u4e00-\u9fffA-Za-z]{2,}"
)
_PAYERS = re.compile(
    r"(?:投资人|投资方|投资者|股东|领投方|出资方|基石投资者|投资机构)(?:还|也|主要|中)?(?:有|包括|为|是|含)|investors include"
)
_FOR_A_UNIT = re.compile(r"(?:为|给)其?旗下[^，。;]{0,16}(?:公司|业务|子公司|平台|部门)[^，。;]{0,4}(?:融资|募资|筹)")
_FRESH = re.compile(
    r"(?:这家|该|此家)(?:公司|企业|集团|机构|平台|厂商|创企|初创)|其|它|公司|集团|we |our |the (?:company|firm|startup|group)|it(?:s)? "
)


@dataclass(frozen=True, slots=True)
class Owner:
    """The company a number belongs to, or None, and the reason."""

    company: str | None
    reason: str
    entity: Entity | None = None


@dataclass(slots=True)
class Passage:
    """One text with its sentences and names, and the company that it is about where it is about one."""

    part: Folded
    sentences: Sentences
    entities: Entities
    focus: str | None
    topics: dict[tuple[int, bool], Entity | None] = field(default_factory=dict)
    """Of each sentence, whom it speaks of; filled as asked for."""


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


def role_of(entity: Entity, passage: Passage, sentence: Sentence) -> Role:
    """What a name does in its sentence."""
    lower = passage.part.lower
    before = lower[max(sentence.start, entity.start - 30) : entity.start]
    following = passage.entities.between(entity.end, sentence.end)
    stop = following[0].start if following else sentence.end
    after = lower[entity.end : min(stop, entity.end + 45)]
    for rule in role_rules():
        if rule.others and entity.company is not None:
            continue
        ahead = rule.before is not None and rule.before.search(before) is not None
        behind = rule.after is not None and rule.after.match(after) is not None
        if (ahead and behind) if rule.both else (ahead or behind):
            return rule.role
    return "none"


def roles_in(passage: Passage, sentence: Sentence, named: Sequence[Entity]) -> dict[Entity, Role]:
    """What each name of a sentence does; the others of a list do what one of it does."""
    roles: dict[Entity, Role] = {}
    last: Entity | None = None
    for entity in named:
        role = role_of(entity, passage, sentence)
        if role == "none" and _PAYERS.search(passage.part.lower, sentence.start, entity.start):
            role = "pays"
        if role == "none" and last is not None and roles[last] != "none" and _listed(passage.part.text, last, entity):
            role = roles[last]
        roles[entity] = role
        last = entity
    for before, after in zip(named[-2::-1], named[:0:-1], strict=False):
        if roles[before] == "none" and roles[after] in ("apart", "pays") and _listed(passage.part.text, before, after):
            roles[before] = roles[after]
    return roles


_PAYS = re.compile(
    r"(?:投资|注资|入股|押注|认购|投入|砸|豪掷|狂掷|掷|投|invest(?:s|ed|ing)?)(?:了|约|近|超|逾|达|至少|高达|about|over|more than|in| )*$"
)
_IS_PAID = re.compile(r"获|得到|完成|拿到|吸引|融资|募|接受|引入|寻求|raise|receiv|secur|from|attract")


def _pays_itself(found: Entity, quantity: Quantity, lower: str) -> bool:
    """X投资20亿美元: the subject of an active verb is the one who pays."""
    verb = _PAYS.search(lower, max(found.end, quantity.start - 24), quantity.start)
    return verb is not None and _IS_PAID.search(lower, found.end, verb.start()) is None


def owner_of(quantity: Quantity, kind: FigureKind, passage: Passage, sentence: Sentence) -> Owner:
    """The company that the number measures."""
    named = passage.entities.between(sentence.start, sentence.end)
    inside = _right_behind(quantity, named, passage.part.text)
    if inside is not None and kind not in MONEY_KINDS:
        return Owner(inside.company, "named with the people counted", inside)
    roles = roles_in(passage, sentence, named)
    if kind in MONEY_KINDS or kind == "valuation":
        found = _receiver(quantity, kind, named, roles, passage, sentence)
    else:
        found = _subject(quantity, named, roles)
    if found is not None and kind in MONEY_KINDS and roles[found] == "none" and found.end <= quantity.start:
        if _pays_itself(found, quantity, passage.part.lower):
            roles[found] = "pays"
            found = None
    if kind in MONEY_KINDS and _FOR_A_UNIT.search(passage.part.text, sentence.start, quantity.start):
        return Owner(None, "of a business apart")
    if found is None:
        return _of_the_passage(quantity, kind, named, roles, passage, sentence)
    return _alone(found, quantity, kind, named, passage)


def _right_behind(quantity: Quantity, named: Sequence[Entity], text: str) -> Entity | None:
    """四名字节跳动员工: the company stands between the number and the people."""
    for entity in named:
        if quantity.start < entity.start <= quantity.end + 2 and entity.end - quantity.end <= 14:
            between = text[quantity.end : entity.start].strip()
            behind = text[entity.end : entity.end + 3].lstrip("的's ")
            if between in ("", "名", "位", "的", "个", "of") and behind.startswith(
                ("员工", "雇员", "职", "em", "wo", "st", "人")
            ):
                return entity
    return None


def _subject(quantity: Quantity, named: Sequence[Entity], roles: dict[Entity, Role]) -> Entity | None:
    before = [entity for entity in named if entity.end <= quantity.start and roles[entity] != "apart"]
    return before[-1] if before else None


def _receiver(
    quantity: Quantity,
    kind: FigureKind,
    named: Sequence[Entity],
    roles: dict[Entity, Role],
    passage: Passage,
    sentence: Sentence,
) -> Entity | None:
    standing = [entity for entity in named if roles[entity] in ("receives", "none")]
    receiving = [entity for entity in named if roles[entity] == "receives"]
    before = [entity for entity in standing if entity.end <= quantity.start]
    if before and roles[before[-1]] == "receives":
        return before[-1]
    behind = [entity for entity in receiving if entity.start >= quantity.end]
    paying = any(role == "pays" for role in roles.values())
    if behind and (not before or paying or kind == "valuation") and _same_clause(quantity, behind[0], passage):
        return behind[0]
    if before:
        return before[-1]
    return behind[0] if behind else None


def _same_clause(quantity: Quantity, entity: Entity, passage: Passage) -> bool:
    between = passage.part.text[quantity.end : entity.start]
    return "，" not in between and ", " not in between and len(between) < 60


def _alone(found: Entity, quantity: Quantity, kind: FigureKind, named: Sequence[Entity], passage: Passage) -> Owner:
    """The name found, unless it is one of a list that the number is of together."""
    together = _list_around(found, named, passage)
    text = passage.part.text
    if len(together) > 1 and found.end <= quantity.start:
        last = together[-1]
        clause = text[last.end : quantity.start]
        if not _EACH.search(clause) and len(clause) < 40 and not _breaks(text, last, quantity):
            return Owner(None, "for several companies together")
    if (
        found.end <= quantity.start
        and _SEVERAL.match(text, found.end)
        and not _EACH.search(text, found.end, quantity.start)
    ):
        return Owner(None, "for several companies together")
    if found.company is None:
        return Owner(None, f"of {text[found.start : found.end]}, which is not watched", found)
    if found.kind == "product":
        return Owner(None, "of a product", found)
    if found.kind == "subsidiary" and kind not in STAFF_KINDS:
        return Owner(None, f"of {text[found.start : found.end]}, a business apart", found)
    return Owner(found.company, f"named before it: {text[found.start : found.end]}", found)


def _breaks(text: str, last: Entity, quantity: Quantity) -> bool:
    return text[last.end : last.end + 1] in ("，", "。")


def _list_around(found: Entity, named: Sequence[Entity], passage: Passage) -> list[Entity]:
    text = passage.part.text
    at = named.index(found)
    first = last = at
    while first > 0 and _listed(text, named[first - 1], named[first]):
        first -= 1
    while last + 1 < len(named) and _listed(text, named[last], named[last + 1]):
        last += 1
    listed = named[first : last + 1]
    if len({entity.company for entity in listed if entity.company}) + sum(e.company is None for e in listed) < 2:
        return [found]
    return list(listed)


def _listed(text: str, one: Entity, other: Entity) -> bool:
    between = text[one.end : other.start]
    return (
        0 < len(between) <= 8
        and _LIST.fullmatch(between) is not None
        and between.strip() not in ("，", ",", "公司", "")
    )


def _of_the_passage(
    quantity: Quantity,
    kind: FigureKind,
    named: Sequence[Entity],
    roles: dict[Entity, Role],
    passage: Passage,
    sentence: Sentence,
) -> Owner:
    text = passage.part.text
    payers = {entity.company for entity in named if roles[entity] == "pays"}
    if kind in MONEY_KINDS and payers and _PAID_ELSEWHERE.search(text, *_clause_of(quantity, text, sentence)):
        return Owner(None, "paid to somebody who is not watched")
    topic = _topic_before(passage, sentence, paid=kind not in STAFF_KINDS)
    if topic is not None and topic.several and passage.focus and _FRESH.search(text, sentence.start, quantity.start):
        return Owner(passage.focus, "the article is about it")
    if topic is not None:
        if topic.company is None:
            return Owner(None, f"the passage speaks of {text[topic.start : topic.end]}", topic)
        if kind in MONEY_KINDS and topic.company in payers:
            return Owner(None, "paid by the company that the passage speaks of")
        return Owner(topic.company, f"the passage speaks of {text[topic.start : topic.end]}", topic)
    if passage.focus is not None and not (kind in MONEY_KINDS and passage.focus in payers):
        return Owner(passage.focus, "the article is about it")
    return Owner(None, "the text does not say whose it is")


def _clause_of(quantity: Quantity, text: str, sentence: Sentence) -> tuple[int, int]:
    start = max(text.rfind("，", sentence.start, quantity.start), sentence.start)
    end = text.find("，", quantity.end, sentence.end)
    return start, end if end >= 0 else sentence.end


_BACK = 4
"""Sentences back in which the company that a passage speaks of is looked for."""


def _topic_before(passage: Passage, sentence: Sentence, *, paid: bool) -> Entity | None:
    at = passage.sentences.index_at(sentence.start)
    goes_on = _FRESH.search(passage.part.lower, sentence.start, sentence.end) is not None
    for back in range(1, (_BACK if passage.focus is not None or goes_on else 1) + 1):
        if at - back < 0:
            break
        earlier = passage.sentences.all[at - back]
        gap = sentence.paragraph - earlier.paragraph
        if gap > 1 or (gap == 1 and passage.focus is None and not goes_on):
            break
        topic = _topic(passage, at - back, paid=paid)
        if topic is not None:
            return topic
    return None


def _topic(passage: Passage, index: int, *, paid: bool) -> Entity | None:
    """Whom a sentence speaks of: its first name; where money is told of, the one that receives it."""
    key = (index, paid)
    if key not in passage.topics:
        sentence = passage.sentences.all[index]
        named = passage.entities.between(sentence.start, sentence.end)
        roles = roles_in(passage, sentence, named)
        receiving = [entity for entity in named if roles[entity] == "receives"] if paid else []
        standing = receiving or [entity for entity in named if roles[entity] in ("none", "receives")]
        passage.topics[key] = standing[0] if standing else None
    return passage.topics[key]
