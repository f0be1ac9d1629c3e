"""Whom a passage speaks of: the last name that its sentences had for subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler.reading.figures.entities import Entity
from crawler.reading.figures.roles import Passage, listed, roles_in
from crawler.reading.figures.sentences import Sentence

STANDS_FOR_IT = re.compile(
    r"(?:这家|该|此家)(?:公司|企业|集团|机构|平台|厂商|创企|初创|团队|事业群|研究院)|这家[^，。;]{1,24}(?:企业|独角兽)"
    r"|其|它|公司|集团|we |our |the (?:[a-z-]+ ){0,3}(?:company|firm|startup|start-up|group|giant|carmaker|platform|unicorn|retailer|chipmaker)|it(?:s)? "
)


_OPENS_WITH_IT = re.compile(
    r"[\s\"“]*(?:it|its|the (?:company|firm|startup|start-up|group)|this (?:brings|takes|puts|makes))(?:'s)? |(?:该公司|该集团)(?!的)"
)
_BACK = 4
_BACK_IN_PARAGRAPH = 2
"""Sentences back in which the company that a passage speaks of is looked for."""


def topic_before(passage: Passage, sentence: Sentence, *, paid: bool) -> Entity | None:
    """Whom the sentences before speak of; where money is told of (``paid``), the one that receives it."""
    at = passage.sentences.index_at(sentence.start)
    goes_on = _goes_on(passage, sentence)
    later = sentence
    far = passage.focus is not None or goes_on
    for back in range(1, (_BACK if far else _BACK_IN_PARAGRAPH) + 1):
        if at - back < 0:
            break
        earlier = passage.sentences.all[at - back]
        gap = later.paragraph - earlier.paragraph
        far_off = sentence.paragraph - earlier.paragraph > 1 and not (goes_on and _goes_on(passage, later))
        if gap > 1 or far_off or (gap == 1 and passage.focus is None and not (goes_on or _goes_on(passage, later))):
            break
        topic = _topic(passage, at - back, paid=paid)
        if topic is not None:
            return topic
        later = earlier
    return None


def _goes_on(passage: Passage, sentence: Sentence) -> bool:
    """该公司, it: the sentence goes on about somebody named before."""
    return STANDS_FOR_IT.search(passage.part.lower, sentence.start, sentence.end) is not None


def _one_of(standing: Sequence[Entity], named: Sequence[Entity], text: str) -> Entity:
    """The first that stands, or nobody's name where a list of several companies is the subject."""
    first = standing[0]
    at = named.index(first)
    if at + 1 < len(named) and listed(text, first, named[at + 1]) and named[at + 1].company != first.company:
        return replace(first, company=None, several=True)
    return first


def _topic(passage: Passage, index: int, *, paid: bool) -> Entity | None:
    """Whom a sentence speaks of: its first name; where money is told of, the one that receives it."""
    key = (index, paid)
    if key not in passage.topics:
        sentence = passage.sentences.all[index]
        named = passage.names.within(sentence)
        roles = roles_in(passage, sentence)
        receiving = [entity for entity in named if roles[entity] == "receives"] if paid else []
        if not receiving and _OPENS_WITH_IT.match(passage.part.lower, sentence.start):
            named = ()  # It completed a round that Otherco joined: of whom the sentences before speak of
        standing = receiving or [entity for entity in named if roles[entity] in ("none", "receives")]
        passage.topics[key] = _one_of(standing, named, passage.part.text) if standing else None
    return passage.topics[key]
