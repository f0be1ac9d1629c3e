"""Who is named in a sentence: the watched companies' mentions, their neighbours in the news, and others not watched.

Offsets are those of the folded text. What a name does in its sentence (pays, receives, is only compared with) ``roles`` says.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.items import Where
from crawler.reading.companies import Mention, MentionKind
from crawler.reading.figures.others import Other, is_no_name, others_between
from crawler.reading.figures.rules import alternation, whole_words
from crawler.reading.figures.sentences import Sentence
from crawler.reading.folded import Folded
from crawler.watchlist import Watchlist

_UNIT = re.compile(
    r"(?:\([^)]{0,20}\))?(?:公司|集团|母公司)?(?:旗下|的子公司|子公司|所属|'s(?= [A-Z])|[^，。;、A-Za-z]{0,4}(?:VR|AI|AR)?(?:业务|部门|品牌))的?[^，。;、A-Z]{0,14}(?P<name>[A-Z][A-Za-z0-9]{2,15})"
)


_HOLDS = re.compile(r"(?:\([^)]{0,20}\))?(?:公司|集团)?(?:旗下|所属|的?子公司)[^，。;\n]{0,30}$")
_HELD_WITHIN = 44
"""Characters from a company's name to the business that it is said to hold."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One name in the folded text; ``company`` is None for anybody who is not watched."""

    start: int
    end: int
    company: str | None
    kind: MentionKind | None
    several: bool = False
    """Of more than one, so that no 该公司 stands for it."""


class Names:
    """The names of one text, found sentence by sentence as they are asked for."""

    def __init__(self, part: Folded, mentions: Sequence[Mention], where: Where, watchlist: Watchlist) -> None:
        self.part, self.watchlist = part, watchlist
        self._watched = [
            Entity(part.at(m.start), part.at(m.end - 1) + 1, None if m.kind == "unwatched" else m.company, m.kind)
            for m in mentions
            if m.where == where
        ]
        self._full = {part.text[e.start : e.end]: e.company for e in self._watched if e.company}
        self._held = self._businesses()
        self._watched = sorted((*self._watched, *self._units()), key=lambda entity: entity.start)
        self._starts = [entity.start for entity in self._watched]
        self._found: dict[int, tuple[Entity, ...]] = {}

    def within(self, sentence: Sentence) -> tuple[Entity, ...]:
        """The names in a sentence, in order, not overlapping; watched ones before others where two overlap."""
        if sentence.start not in self._found:
            self._found[sentence.start] = self._names(sentence)
        return self._found[sentence.start]

    def _names(self, sentence: Sentence) -> tuple[Entity, ...]:
        watched = self._watched[bisect_left(self._starts, sentence.start) : bisect_left(self._starts, sentence.end)]
        others = [
            self._entity(other)
            for other in others_between(self.part, sentence.start, sentence.end, self.watchlist)
            if not any(entity.start < other.end and other.start < entity.end for entity in watched)
        ]
        ordered: list[Entity] = []
        for entity in sorted((*watched, *others), key=lambda e: (e.start, -e.end)):
            if not ordered or entity.start >= ordered[-1].end:
                ordered.append(entity)
        return tuple(ordered)

    def _entity(self, other: Other) -> Entity:
        """Somebody not watched, unless the text gives the name to a watched company."""
        name = self.part.text[other.start : other.end]
        if name in self._held:
            return Entity(other.start, other.end, self._held[name], "subsidiary")
        # 蚂蚁 is 蚂蚁集团 in a text that names the latter.
        owner = next((company for full, company in self._full.items() if full.startswith(name)), None)
        return Entity(other.start, other.end, owner, "short" if owner else None, other.several and owner is None)

    def _units(self) -> list[Entity]:
        """Units that the text itself gives to a company: after Alphabet旗下的Verily, Verily is a business of Alphabet."""
        text = self.part.text
        units: dict[str, str] = {}
        for entity in self._watched:
            match = _UNIT.match(text, entity.end, min(len(text), entity.end + 50))
            if match is not None and entity.company is not None and not is_no_name(match["name"]):
                units.setdefault(match["name"], entity.company)
        if not units:
            return []
        return [
            Entity(match.start(), match.end(), units[match.group()], "subsidiary")
            for match in alternation(units).finditer(text)
            if whole_words(text, match)
        ]

    def _businesses(self) -> dict[str, str]:
        """Names that the text calls a business of a watched company: 微软旗下…网站领英将裁员."""
        text, held = self.part.text, dict[str, str]()
        for entity in self._watched:
            if entity.company is None or not any(
                word in text[entity.end : entity.end + 12] for word in ("旗下", "所属", "子公司")
            ):
                continue
            for other in others_between(
                self.part, entity.end, min(len(text), entity.end + _HELD_WITHIN), self.watchlist
            ):
                if _HOLDS.match(text[entity.end : other.start]):
                    held.setdefault(text[other.start : other.end], entity.company)
        return held
