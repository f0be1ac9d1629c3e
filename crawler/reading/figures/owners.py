"""Whose a number is: the name in the clause, then in the sentence, then the one that the passage speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.items import FigureKind
from crawler.reading.figures.beside import (
    antecedent,
    counted_with,
    holder_of,
    in_brackets_behind,
    is_given_by,
    the_latter,
)
from crawler.reading.figures.entities import Entity
from crawler.reading.figures.quantities import Quantity
from crawler.reading.figures.roles import Passage, Role, roles_in
from crawler.reading.figures.sentences import COMMA, Sentence
from crawler.reading.figures.together import ARE_CALLED, IN_SUM, breaks_off, in_turn, is_second, list_around
from crawler.reading.figures.topics import STANDS_FOR_IT, topic_before

MONEY_KINDS: frozenset[FigureKind] = frozenset({"raised", "raised_total"})
STAFF_KINDS: frozenset[FigureKind] = frozenset({"laid_off", "laid_off_share", "headcount"})

_EACH = re.compile(r"各自?|均|都|每家|分别|respectively|each")
_TO_EACH = re.compile(r"各自?(?![地国种类位项界方])|均|每家|都(?=传|已?裁|将裁|计划|宣布)|(?<![a-z])each(?![a-z])")
_SEVERAL = re.compile(r"(?:公司|集团|科技)?(?:等|在内(?!部)|之类|两家|三家|四家|these|together)")
_PAID_ELSEWHERE = re.compile(
    r"(?:投资|注资|入股|领投|收购)了?(?!的|额|规模|方|者|人|金额|总|约|近|超|逾|达|为|在|后|前|中|案|\d|，|。|、|\(|$)[\u4e00-\u9fffA-Za-z]{2,}"
)
_PAID_INTO = re.compile(
    r" (?:in|into) (?!it(?![a-z])|the (?:[a-z]+ ){0,4}(?:company|startup|start-up|firm|group|business|unicorn|round|deal|carmaker|platform|giant|maker|developer)(?![a-z])|its |their |this |that |a |an |total|all|cash|fresh |new (?:funding|capital)|funding|capital|equity|debt|series|convertible|bonds?(?![a-z])|notes|shares|stock|common|preferred|secondary|loans?(?![a-z])|20\d\d|last |(?:january|february|march|april|may|june|july|august|september|october|november|december)(?![a-z])|exchange|return)"
)
"""Otherco invests $1 billion in a maker of games: no number of whom the passage speaks of."""
_A_SUBSIDIARY = re.compile(
    r"(?:旗下(?!境内主体|境外主体|全资主体|融资主体|发行主体)|的?子公司|全资子公司|控股子公司|'{1,2}s (?:[a-z-]+ ){0,3}(?:business|unit|division|arm|subsidiary)(?![a-z])|的?[\u4e00-\u9fff]{1,6}(?:业务|部门|事业部)的?(?=估值))(?!不|未)"
)
_FOR_A_UNIT = re.compile(r"(?:为|给)其?旗下[^，。;]{0,16}(?:公司|业务|子公司|平台|部门)[^，。;]{0,4}(?:融资|募资|筹)")


@dataclass(frozen=True, slots=True)
class Owner:
    """The company a number belongs to, or None, and the reason."""

    company: str | None
    reason: str
    entity: Entity | None = None
    also: tuple[str, ...] = ()
    """Other watched companies that the number is of as well: A和B各自裁员一万人."""


_PAYS = re.compile(
    r"(?:投资|注资|入股|押注|认购|投入|砸|豪掷|狂掷|掷|投|invest(?:s|ed|ing)?|pump(?:s|ed)?|pour(?:s|ed)?|inject(?:s|ed)?)(?:了|约|近|超|逾|达|至少|高达|about|over|more than|in| )*$"
)
_IS_PAID = re.compile(r"获|得到|完成|拿到|吸引|融资|募|接受|引入|寻求|raise|receiv|secur|from|attract")


def _pays_itself(found: Entity, role: Role, quantity: Quantity, lower: str) -> bool:
    """X投资20亿美元: the subject of an active verb is the one who pays."""
    if role != "none" or found.end > quantity.start:
        return False
    verb = _PAYS.search(lower, max(found.end, quantity.start - 24), quantity.start)
    return verb is not None and _IS_PAID.search(lower, found.end, verb.start()) is None


def owner_of(quantity: Quantity, kind: FigureKind, passage: Passage, sentence: Sentence) -> Owner:
    """The company that the number measures."""
    named = passage.names.within(sentence)
    inside = counted_with(quantity, named, passage.part.text)
    if inside is not None and kind not in MONEY_KINDS:
        return Owner(inside.company, "named with the people counted", inside)
    holder = holder_of(quantity, named, passage.part.text)
    if holder is not None and not (kind in MONEY_KINDS and is_given_by(holder, quantity, passage, sentence)):
        return _alone(holder, quantity, kind, [holder], passage)
    latter = the_latter(quantity, named, passage.part.lower) or antecedent(quantity, named, passage.part.lower)
    if latter is not None:
        return _alone(latter, quantity, kind, [latter], passage)
    labelled = in_brackets_behind(quantity, kind, named, passage.part.text)
    if labelled is not None:
        return _alone(labelled, quantity, kind, [labelled], passage)
    roles = dict(roles_in(passage, sentence))
    if kind in MONEY_KINDS or kind == "valuation":
        found = _receiver(quantity, kind, named, roles, passage, sentence)
    else:
        found = _subject(quantity, named, roles, passage.part.lower)
    if found is not None and kind in MONEY_KINDS and _pays_itself(found, roles[found], quantity, passage.part.lower):
        roles[found] = "pays"
        found = _receiver(quantity, kind, named, roles, passage, sentence)
    if kind in MONEY_KINDS and _FOR_A_UNIT.search(passage.part.text, sentence.start, quantity.start):
        return Owner(None, "of a business apart")
    if found is None:
        found = _behind_an_opening(quantity, named, roles, passage, sentence)
        if found is not None and kind in STAFF_KINDS:
            # 继A裁员千人后，B…: the number is of the one beside it.
            beside = [
                e
                for e in named
                if e.end <= quantity.start and COMMA.search(passage.part.text, e.end, quantity.start) is None
            ]
            found = beside[-1] if beside else found
    if found is None:
        return _of_the_passage(quantity, kind, named, roles, passage, sentence)
    return _alone(found, quantity, kind, named, passage)


_ONLY_BACKS = re.compile(
    r"(?:backed|owned|funded|supported) by (?:[^,.;]{0,40}(?:,| and) )?$|(?:背靠|背后是|获得?)[^，。;]{0,12}$"
)


def _subject(quantity: Quantity, named: Sequence[Entity], roles: dict[Entity, Role], lower: str) -> Entity | None:
    before = [
        entity
        for entity in named
        if entity.end <= quantity.start
        and roles[entity] != "apart"
        and not (roles[entity] == "pays" and _ONLY_BACKS.search(lower, max(0, entity.start - 60), entity.start))
    ]
    return before[-1] if before else None


_GOES_INTO = re.compile(
    r" (?:\([^)]{0,20}\) )?(?:more )?(?:(?:strategic |fresh |new )?(?:investment|cheque|bet) )?(?:into|in|on) (?:the )?(?:[a-z-]+ ){0,5}|投"
)
"""SoftBank is in talks to put $1 billion into Example: whoever stands right behind the sum gets it."""
_THIS_ROUND = re.compile(r"[，。](?:该|此|这|本)(?:一)?轮(?:融资|投资)[^，。]{0,10}$")
"""旷视C轮融资后，鸿海投资超过2000万美元，该轮融资约4.6亿美元: the round is of the one that the sentence opened with."""


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
    if before and _THIS_ROUND.search(passage.part.text, before[-1].end, quantity.start):
        return before[0]
    if before and roles[before[-1]] == "receives":
        return before[-1]
    behind = [entity for entity in receiving if entity.start >= quantity.end]
    if behind and _GOES_INTO.fullmatch(passage.part.lower, quantity.end, behind[0].start):
        return behind[0]
    paying = any(role == "pays" for role in roles.values())
    if behind and (not before or paying or kind == "valuation") and _same_clause(quantity, behind[0], passage):
        return behind[0]
    if before:
        return before[-1]
    return behind[0] if behind else None


_OPENS = re.compile(r"[\"“\s]*(?:with|after|following|having|armed with|fresh (?:from|off)|by|upon|despite)(?![a-z])")
_SUBJECT_FOLLOWS = re.compile(r"[^，,。.;]{0,60}, (?:the )?$")
_SUBJECT_FOLLOWS_THEN = re.compile(r"[^，。;]{0,20}(?:后|之后|之际|的同时)，$")


def _behind_an_opening(
    quantity: Quantity, named: Sequence[Entity], roles: dict[Entity, Role], passage: Passage, sentence: Sentence
) -> Entity | None:
    """With US$600 million in fresh funding, X is…; 完成10亿美元融资后，X…: whose sentence the number opens."""
    lower = passage.part.lower
    behind = next((entity for entity in named if entity.start >= quantity.end), None)
    if behind is None or roles[behind] not in ("receives", "none"):
        return None
    between = lower[quantity.end : behind.start]
    opened = _OPENS.match(lower, sentence.start) is not None and _SUBJECT_FOLLOWS.fullmatch(between) is not None
    return behind if opened or _SUBJECT_FOLLOWS_THEN.fullmatch(between) else None


def _same_clause(quantity: Quantity, entity: Entity, passage: Passage) -> bool:
    between = passage.part.text[quantity.end : entity.start]
    return "，" not in between and ", " not in between and len(between) < 60


def _alone(found: Entity, quantity: Quantity, kind: FigureKind, named: Sequence[Entity], passage: Passage) -> Owner:
    """The name found, unless it is one of a list that the number is of together."""
    together = list_around(found, named, passage)
    text = passage.part.text
    if len(together) > 1 and found.end <= quantity.start and (own := in_turn(together, quantity, passage)):
        return (
            Owner(own.company, "each in turn, as 分别 says", own)
            if own.company
            else Owner(None, "of a neighbour, in turn", own)
        )
    if len(together) == 1 and is_second(found, quantity, text):
        return Owner(None, "of a neighbour, in turn")
    if len(together) > 1 and found.end <= quantity.start:
        last = together[-1]
        clause = text[last.end : quantity.start]
        about = next((entity for entity in together if entity.company and entity.company == passage.focus), None)
        if about is not None and ARE_CALLED.match(clause) and not IN_SUM.search(clause):
            return Owner(about.company, "the article is about it, called one of a group", about)
        if not _EACH.search(clause) and len(clause) < 40 and not breaks_off(text, last):
            return Owner(None, "for several companies together")
        watched = list(dict.fromkeys(entity.company for entity in together if entity.company))
        if watched and len(clause) < 40 and _TO_EACH.search(clause):
            return Owner(watched[0], "of each that is named before it", found, tuple(watched[1:]))
    if (
        found.end <= quantity.start
        and _SEVERAL.match(text, found.end)
        and not _EACH.search(text, found.end, quantity.start)
    ):
        return Owner(None, "for several companies together")
    if kind not in STAFF_KINDS and found.end <= quantity.start and _A_SUBSIDIARY.match(passage.part.lower, found.end):
        return Owner(None, f"of a business of {text[found.start : found.end]}, apart from it", found)
    if found.company is None:
        return Owner(None, f"of {text[found.start : found.end]}, which is not watched", found)
    if found.kind == "product":
        return Owner(None, "of a product", found)
    if found.kind == "subsidiary" and not _counts_for_parent(kind, quantity, passage):
        return Owner(None, f"of {text[found.start : found.end]}, a business apart", found)
    return Owner(found.company, f"named before it: {text[found.start : found.end]}", found)


_CUTS = re.compile(r"裁(?![判决定])|减员|解雇|优化|缩编|laid off|layoff|lay off|job cuts|redundan")
_AROUND = 400
"""Characters before and behind a count of a unit's staff in which the text speaks of cuts there."""


def _counts_for_parent(kind: FigureKind, quantity: Quantity, passage: Passage) -> bool:
    """A business of a company counts for it in cuts, and with all its staff where the text is about cuts there."""
    if kind != "headcount":
        return kind in STAFF_KINDS
    lower = passage.part.lower
    return _CUTS.search(lower, max(0, quantity.start - _AROUND), quantity.end + _AROUND) is not None


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
    if (
        kind in MONEY_KINDS
        and payers
        and (
            _PAID_ELSEWHERE.search(text, *_clause_of(quantity, text, sentence))
            or _PAID_INTO.match(passage.part.lower, quantity.end)
        )
    ):
        return Owner(None, "paid to somebody who is not watched")
    if passage.focus is not None and _opens_anew(passage, sentence):
        return Owner(passage.focus, "the article is about it")
    topic = topic_before(passage, sentence, paid=kind not in STAFF_KINDS)
    if (
        topic is not None
        and topic.several
        and passage.focus
        and STANDS_FOR_IT.search(text, sentence.start, quantity.start)
    ):
        return Owner(passage.focus, "the article is about it")
    if topic is not None:
        if topic.company is None:
            return Owner(None, f"the passage speaks of {text[topic.start : topic.end]}", topic)
        if topic.kind == "subsidiary" and not _counts_for_parent(kind, quantity, passage):
            return Owner(None, f"the passage speaks of {text[topic.start : topic.end]}, a business apart", topic)
        if kind in MONEY_KINDS and topic.company in payers:
            return Owner(None, "paid by the company that the passage speaks of")
        return Owner(topic.company, f"the passage speaks of {text[topic.start : topic.end]}", topic)
    if passage.focus is not None and not (kind in MONEY_KINDS and passage.focus in payers):
        return Owner(passage.focus, "the article is about it")
    return _named_behind(quantity, kind, named, roles, passage)


_THE_COMPANY = re.compile(
    r"\s*the (?:[a-z-]+ ){0,3}(?:company|firm|startup|start-up|group|unicorn)(?:'s)? (?!(?:is|was|has been) in direct)"
)


def _opens_anew(passage: Passage, sentence: Sentence) -> bool:
    """The ride-hailing company has…, at the head of a paragraph: back to whom the article is about."""
    at = passage.sentences.index_at(sentence.start)
    heads = at == 0 or passage.sentences.all[at - 1].paragraph != sentence.paragraph
    return heads and _THE_COMPANY.match(passage.part.lower, sentence.start) is not None


def _named_behind(
    quantity: Quantity, kind: FigureKind, named: Sequence[Entity], roles: dict[Entity, Role], passage: Passage
) -> Owner:
    """Some 500 people work for Example: the only name of a sentence, where nobody has been spoken of before it."""
    alone = (
        kind not in MONEY_KINDS
        and len(named) == 1
        and named[0].start >= quantity.end
        and roles[named[0]] in ("none", "receives")
    )
    if alone and _same_clause(quantity, named[0], passage):
        company = named[0].company
        if company is not None and named[0].kind != "subsidiary":
            return Owner(company, "the only name beside it", named[0])
    return Owner(None, "the text does not say whose it is")


def _clause_of(quantity: Quantity, text: str, sentence: Sentence) -> tuple[int, int]:
    start = max(text.rfind("，", sentence.start, quantity.start), sentence.start)
    end = text.find("，", quantity.end, sentence.end)
    return start, end if end >= 0 else sentence.end
