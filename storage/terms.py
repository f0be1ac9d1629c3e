"""What is looked up in the search index, for texts and for queries alike; pure.

Chinese is cut into overlapping pairs of characters, other scripts into words; both scripts of Chinese, full and half width and
upper and lower case are one. A phrase is more than its pairs, so ``Query.score`` looks at the text itself.
"""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import add

from crawler.errors import ConfigError
from crawler.reading.commonest import COMMON_CHARACTERS
from crawler.reading.script import simplified, traditional
from storage.types import keepable

VERSION = 1
"""Raised whenever texts are cut differently, so that an old index is built anew."""

_HAN = "\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af\U00020000-\U0003ffff"
_GAP = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
# NFKC would do this too, and takes ten times as long over Chinese punctuation.
_WIDE = re.compile("[\uff01-\uff5e\u3000\u00a0]")
_FIRST_HAN = "\u2e80"
_FILTER = re.compile(r"(company|kind|source|after|before):(.+)", re.IGNORECASE)
_LONG_ENOUGH = 3  # a Latin word of so many letters is looked up as a beginning: sense finds SenseTime


def fold(text: str) -> str:
    """One spelling for search; does not keep the length."""
    even = unicodedata.normalize("NFC", _WIDE.sub(_narrow, simplified(keepable(text))))
    return _GAP.sub("", even.casefold())


def _narrow(wide: re.Match[str]) -> str:
    return " " if wide[0] in "\u3000\u00a0" else chr(ord(wide[0]) - 0xFEE0)


def terms_of(*texts: str | None, tags: Iterable[str] = ()) -> list[str]:
    """Every term of the texts, once each, in no order."""
    found = set(tags)
    for text in texts:
        for run in _RUN.findall(fold(text or "")):
            if run[0] < _FIRST_HAN or len(run) == 1:
                found.add(run)
            else:
                found.update(map(add, run, run[1:]))
    return list(found)


def tag(kind: str, value: str) -> str:
    """A term that no text contains, for what an article is filtered by."""
    return f"§{kind}§" + re.sub(r"[^0-9a-z]", "§", value.casefold())


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for: all phrases, and all filters."""

    phrases: tuple[str, ...] = ()
    """Folded."""
    tags: tuple[str, ...] = ()
    after: str | None = None
    """ISO date, first day that counts."""
    before: str | None = None
    """ISO date, first day that no longer counts."""

    def terms(self) -> tuple[tuple[str, bool], ...]:
        """What the index is asked for: each term, and whether it is only a beginning.

        Nothing for one of the commonest characters by itself: it begins thousands of pairs and stands in nearly every text, so
        ``score`` looks for it in what the other terms find.
        """
        wanted: dict[tuple[str, bool], None] = {(name, False): None for name in self.tags}
        for phrase in self.phrases:
            for run in _RUN.findall(phrase):
                if run[0] < _FIRST_HAN:
                    wanted[run, len(run) >= _LONG_ENOUGH] = None
                elif len(run) == 1:
                    if run not in COMMON_CHARACTERS:
                        wanted[run, True] = None
                else:
                    wanted.update(dict.fromkeys((pair, False) for pair in map(add, run, run[1:])))
        return tuple(wanted)

    def score(self, title: str | None, text: str) -> float:
        """How well an article that the index gave fits; 0 where a phrase does not stand in it after all."""
        head, body = (title or "").lower(), text.lower()
        total = 0.0
        for phrase in self.phrases:
            times, in_title = _count(phrase, body), bool(_count(phrase, head))
            if not times and not in_title:
                # As written it is not there: the text mixes scripts or widths, or only the pairs of the phrase are there.
                times, in_title = fold(text).count(phrase), phrase in fold(title or "")
                if not times and not in_title:
                    return 0.0
            total += times / (times + 3) + 2 * in_title  # a word said often counts little more than one said thrice
        return total or 1.0


def _count(phrase: str, lowered: str) -> int:
    return sum(map(lowered.count, _spellings(phrase)))


@lru_cache(maxsize=256)
def _spellings(phrase: str) -> tuple[str, ...]:
    """How a folded phrase is mostly written; looking for these costs a hundredth of folding every text."""
    return tuple(dict.fromkeys((phrase, traditional(phrase))))


def parse_query(text: str) -> Query:
    """Words and "phrases", all of which must stand in the article, and filters ``company: kind: source: after: before:``.

    Raises ConfigError for a filter whose value cannot be read.
    """
    phrases: list[str] = []
    tags: list[str] = []
    days: dict[str, str] = {}
    for part in _parts(text):
        found = _FILTER.fullmatch(part)
        if found is None:
            folded = fold(part).strip()
            if _RUN.search(folded):
                phrases.append(folded)
            continue
        name, value = found[1].lower(), found[2].strip('"')
        if name in ("after", "before"):
            days[name] = _day(name, value)
        else:
            tags.append(tag(name, value))
    return Query(tuple(phrases), tuple(tags), days.get("after"), days.get("before"))


def _parts(text: str) -> list[str]:
    quoted = (
        unicodedata.normalize("NFKC", text).replace("“", '"').replace("”", '"').replace("「", '"').replace("」", '"')
    )
    try:
        return shlex.split(quoted.replace("'", "\\'").replace("\\\\'", "\\'"))
    except ValueError:  # a quotation mark without its partner
        return quoted.replace('"', " ").split()


def _day(name: str, value: str) -> str:
    filled = value + "-01" * (2 - value.count("-")) if re.fullmatch(r"\d{4}(-\d\d){0,2}", value) else value
    try:
        return date.fromisoformat(filled).isoformat()
    except ValueError as error:
        raise ConfigError(
            f"{name}:{value} is no date; write {name}:2021, {name}:2021-12 or {name}:2021-12-30"
        ) from error
