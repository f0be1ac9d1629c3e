"""Who is named in a text: the watched companies' mentions, their neighbours in the news, and unnamed others.

Offsets are those of the folded text. What a name does in its sentence (pays, receives, is only compared with) is ``roles``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from crawler.items import Where
from crawler.reading.companies import Mention, MentionKind
from crawler.reading.figures.rules import alternation, table, whole_words
from crawler.reading.folded import Folded
from crawler.watchlist import Watchlist

_MANY = re.compile(
    r"(?:[两二三四五六七八九十]|[2-9]|多|数|几|各|这些|其他|其它|许多|不少|众多)(?:大|家|个)?[^，。、\d]{0,6}(?:公司|企业|厂商|巨头|大厂|银行|机构)"
)
_A_FIRM = re.compile(
    r"(?:另一家|一家|某家?)[^，。、;的]{0,12}(?:公司|企业|厂商|平台|机构|银行)[“\"「]?(?P<name>[\u4e00-\u9fffA-Za-z]{0,10})"
)


@dataclass(frozen=True, slots=True)
class Entity:
    """One name in the folded text; ``company`` is None for anybody who is not watched."""

    start: int
    end: int
    company: str | None
    kind: MentionKind | None


@dataclass(frozen=True, slots=True)
class Entities:
    """The names of one text, in order, not overlapping."""

    all: tuple[Entity, ...]
    starts: tuple[int, ...]

    def between(self, start: int, end: int) -> Sequence[Entity]:
        """The names that begin between two offsets."""
        return self.all[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


def entities_in(part: Folded, mentions: Sequence[Mention], where: Where, watchlist: Watchlist) -> Entities:
    """The names in a text, watched ones first where two overlap."""
    watched = [
        Entity(part.at(m.start), part.at(m.end - 1) + 1, None if m.kind == "unwatched" else m.company, m.kind)
        for m in mentions
        if m.where == where
    ]
    taken = [(entity.start, entity.end) for entity in watched]
    others = [Entity(start, end, None, None) for start, end in _others(part, watchlist)]
    free = [entity for entity in others if not _overlaps(entity, taken)]
    ordered: list[Entity] = []
    for entity in sorted((*watched, *free), key=lambda e: (e.start, -e.end)):
        if not ordered or entity.start >= ordered[-1].end:
            ordered.append(entity)
    return Entities(tuple(ordered), tuple(entity.start for entity in ordered))


def _others(part: Folded, watchlist: Watchlist) -> list[tuple[int, int]]:
    found = []
    for match in _neighbours(watchlist).finditer(part.lower):
        start, end = match.span()
        if not whole_words(part.lower, match):
            continue
        if match.group().isascii() and not part.text[start].isupper() and " " not in match.group():
            continue
        found.append((start, end))
    found += [match.span() for match in _MANY.finditer(part.text)]
    found += [match.span() for match in _A_FIRM.finditer(part.text)]
    return found


def _overlaps(entity: Entity, taken: Sequence[tuple[int, int]]) -> bool:
    at = bisect_left(taken, (entity.start, entity.start))
    return (at < len(taken) and taken[at][0] < entity.end) or (at > 0 and taken[at - 1][1] > entity.start)


@lru_cache(maxsize=8)
def _neighbours(watchlist: Watchlist) -> re.Pattern[str]:
    data = table("neighbours")
    watched = {name.lower() for company in watchlist.companies for name in company.names + company.short}
    names = [name.lower() for name in data["companies"] if name.lower() not in watched]
    return alternation(names + data["nameless"])
