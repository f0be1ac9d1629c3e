"""Names that stand right beside a number, so that no other name of the sentence can have it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.items import FigureKind
from crawler.reading.figures.entities import Entity
from crawler.reading.figures.quantities import Quantity
from crawler.reading.figures.roles import Passage, roles_in
from crawler.reading.figures.sentences import Sentence

_HOLDS_IT = re.compile("['’]s |的")


def holder_of(quantity: Quantity, named: Sequence[Entity], text: str) -> Entity | None:
    """Exampla's $1.5 billion, 示例科技的40亿美元: the name right before the number has it."""
    if text[quantity.start - 1 : quantity.start] not in ("的", " "):
        return None
    return next((e for e in named if _HOLDS_IT.fullmatch(text, e.end, quantity.start)), None)


_GIVEN = re.compile(r" ?(?:investment|injection|cheque|check|bet|stake|loan)|的?(?:战略)?(?:投资|注资|入股|增资|贷款)")


def is_given_by(holder: Entity, quantity: Quantity, passage: Passage, sentence: Sentence) -> bool:
    """SoftBank's $1 billion investment: money that its holder pays."""
    given = _GIVEN.match(passage.part.lower, quantity.end) is not None
    return given or roles_in(passage, sentence)[holder] == "pays"


_WHICH = re.compile(
    r", which (?:[a-z]+ ){0,3}(?:raised|closed|secured|has|had|is|was|laid|cut|employs)(?![a-z])[^,.;]{0,40}"
)


def antecedent(quantity: Quantity, named: Sequence[Entity], lower: str) -> Entity | None:
    """From Otherco, which last month raised $250 million: the name that the clause of the number is of."""
    before = [entity for entity in named if entity.end <= quantity.start]
    return before[-1] if before and _WHICH.fullmatch(lower, before[-1].end, quantity.start) else None


_LATTER = re.compile(r"后者|(?<![a-z])the latter(?![a-z])")


def the_latter(quantity: Quantity, named: Sequence[Entity], lower: str) -> Entity | None:
    """印奇同时是千里科技董事长，后者募资20亿元: the last name before the word that stands for it."""
    word = _LATTER.search(lower, max(0, quantity.start - 60), quantity.start)
    before = [entity for entity in named if word is not None and entity.end <= word.start()]
    return before[-1] if before else None


_LABEL = re.compile(
    r"(?:公司|集团|科技)?\((?:(?:最新|目前|当前|投后)?(?:估值|融资额?|募资额?|裁员|valued at|valuation|worth)[:：]?)? ?$"
)
_DESCRIBES = re.compile(r"的(?!估值|投资|融资|价格|资金|注资)[^\W\d_对向给在于为把将后时]{0,6}")


def in_brackets_behind(quantity: Quantity, kind: FigureKind, named: Sequence[Entity], text: str) -> Entity | None:
    """The name that a number describes: SpaceX(估值约4000亿美元), 估值达5000亿美元的OpenAI."""
    for entity in named:
        if entity.end < quantity.start <= entity.end + 16 and _LABEL.fullmatch(text, entity.end, quantity.start):
            return entity
        if (
            kind == "valuation"
            and entity.start > quantity.end
            and _DESCRIBES.fullmatch(text, quantity.end, entity.start)
        ):
            return entity
    return None


_WHOSE_CUTS = re.compile(
    r"(?: (?:corporate|global|of the))*(?: (?:jobs?|job cuts|cuts|layoffs|roles|positions|people|workers|employees|staff|redundancies))*"
    r"(?: (?:have |had |will |would )?(?:lost|lose|been cut from|been laid off|laid off|cut|losing) ?(?:their jobs)?)? (?:at|of|by|from) (?:the |its )?(?:[A-Za-z'-]+ ){0,3}"
    r"(?:[A-Za-z]+-(?:parent|owner|maker) )?"
)
"""11,000 job cuts at Example, 50% of Example's staff: who is named with the number."""


def counted_with(quantity: Quantity, named: Sequence[Entity], text: str) -> Entity | None:
    """四名字节跳动员工: the company stands between the number and the people."""
    for entity in named:
        if entity.start >= quantity.end and _WHOSE_CUTS.fullmatch(text, quantity.end, entity.start):
            return entity
        if quantity.start < entity.start <= quantity.end + 2 and entity.end - quantity.end <= 14:
            between = text[quantity.end : entity.start].strip()
            behind = text[entity.end : entity.end + 3].lstrip("的's ")
            if between in ("", "名", "位", "的", "个", "of") and behind.startswith(
                ("员工", "雇员", "职", "em", "wo", "st", "人")
            ):
                return entity
    return None
