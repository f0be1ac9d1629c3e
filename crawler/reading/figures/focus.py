"""The one company that an article is about, where it is about one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from crawler.reading.companies import COUNTED, Mention
from crawler.reading.figures.entities import Names
from crawler.reading.figures.roles import Passage, roles_in
from crawler.reading.figures.sentences import split
from crawler.reading.folded import Folded
from crawler.watchlist import Watchlist


def focus_of(heading: Folded | None, length: int, mentions: Sequence[Mention], watchlist: Watchlist) -> str | None:
    """The one company that the article is about: the headline's, else the one that the text comes back to throughout.

    A headline that names a company only in comparison, as somebody's past or as the one who pays is about another.
    """
    if heading is not None:
        standing = set(_standing(heading, mentions, watchlist))
        if len(standing) == 1:
            return standing.pop()
        if standing:
            return None
    totals = Counter(mention.company for mention in mentions if mention.kind in COUNTED)
    (company, most), *others = totals.most_common(2)
    opening = min((m.start for m in mentions if m.company == company and m.where == "text"), default=length)
    early = opening < max(_OPENING, length // 10)
    often = _OFTEN if heading is not None or others or length > _SHORT else _OFTEN // 2
    return company if early and most >= often and (not others or most >= 2 * others[0][1]) else None


_OFTEN = 4
_SHORT = 1_500
"""Characters of a text without a headline in which a company that is named alone need not be named often."""
_OPENING = 150
"""Characters of a body in which the company that it is about is named."""


def _standing(heading: Folded, mentions: Sequence[Mention], watchlist: Watchlist) -> Iterator[str]:
    sentences = split(heading.text, heading.lower)
    names = Names(heading, mentions, "title", watchlist)
    passage = Passage(heading, sentences, lambda: names, lambda: None)
    for sentence in sentences.all:
        for entity, role in roles_in(passage, sentence).items():
            if entity.company is not None and entity.kind in COUNTED and role not in ("apart", "alumni", "pays"):
                yield entity.company
