"""News of a watched company's round or cut that gives no number: begun, done, withdrawn or denied.

Goes sentence by sentence, the headline first: whose sentence it is, what it is about, what happened. The words are in
``moves.py``. Does not tell whether the news is old; that is ``crawler.decide.news``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from crawler.items import Figure, Signal, SignalKind, Topic, Where
from crawler.reading.companies import Mention
from crawler.reading.moves import ABOUT, BARS, MOVES
from crawler.reading.script import simplified

OPENING = 4
"""Sentences of the body in which an article says what it is about."""
OLD_DAYS = 200
"""A figure that holds for a time so long ago is history beside the news, and no number of it."""

_SENTENCE = re.compile(r"[^。！？!?\n.]*(?:\.(?!\s|$)[^。！？!?\n.]*)*(?:[。！？!?\n.]|$)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)|([一二][〇零○九][〇零○一二三四五六七八九]{2})年")
_DIGITS = {char: str(value) for value, chars in enumerate(("〇零○", *"一二三四五六七八九")) for char in chars}
_NO_SUBJECT_BEFORE = re.compile(
    r"(?:由|前|从|来自|以|与|和|跟|像|及|对手|、|\bby|\bof|\bfrom|\blike|\bsuch as|\bthan|\bwith|\band|\bto|\bincluding|\brivals?|\bex-|\bformer)\s*(?:前)?$",
    re.IGNORECASE,
)
_NO_SUBJECT_AFTER = re.compile(
    r"(?:创始人|创办人|旧部|前?高层|前?经理|等(?:人工|公司|企业)|、|国香资本| fund\b| alumni| veteran|'s (?:former|rival))",
    re.IGNORECASE,
)
_OTHERS = re.compile(r"同行|对手|竞争者|同业|\brivals?\b|\bcompetitors?\b|\bpeers\b", re.IGNORECASE)
_NUMBERED = {"layoffs": ("laid_off", "laid_off_share"), "financing": ("raised",)}


@dataclass(frozen=True, slots=True)
class _Sentence:
    where: Where
    start: int
    end: int
    written: str
    plain: str
    """Simplified, lower case; as long as ``written``."""


def read_signals(
    title: str | None,
    text: str,
    mentions: Sequence[Mention],
    figures: Sequence[Figure],
    *,
    published: datetime | date | None,
    language: str | None,
) -> tuple[Signal, ...]:
    """The signals of an article, one per company and topic; the headline's word goes before the body's.

    None for a company and topic of which the article gives a number, but for an offering withdrawn: its number is
    the one that did not come in. ``language`` is not needed: each rule's words are of one language.
    """
    day = published.date() if isinstance(published, datetime) else published
    named = {mention.company for mention in mentions if mention.kind != "unwatched"}
    found: dict[tuple[str, Topic], Signal] = {}
    sentences = list(_sentences(title, text))
    alone = named.pop() if len(named) == 1 and _headlined(sentences, mentions) else None
    topic: Topic | None = None
    for sentence in sentences:
        inside = [one for one in mentions if one.where == sentence.where and sentence.start <= one.start < sentence.end]
        owner = _owner(sentence, inside, alone)
        if owner is None:
            continue
        own = _topic(sentence.plain)
        topic = own.topic if own else topic if sentence.where == "text" else None
        move = _move(sentence.plain, topic) if topic else None
        if topic is None or move is None or _barred(sentence, topic, day):
            continue
        if topic == "financing" and any(mention.kind == "subsidiary" for mention in inside):
            continue  # a subsidiary's round is not its parent's
        if own is None and move.signal == "started":
            continue  # what a sentence does not name it does not begin
        at, end = (own.at, own.end) if own and move.at == move.end else (move.at, move.end)
        if alone is None and all(mention.start - sentence.start > at for mention in inside):
            continue  # somebody else's doing, on which the company only has a word
        kind = move.signal
        if _has_number(owner, topic, kind, figures, day) or (owner, topic) in found:
            continue
        start = sentence.start + at
        found[owner, topic] = Signal(
            owner,
            topic,
            kind,
            sentence.written.strip(),
            sentence.where,
            start,
            sentence.start + end,
            (move.why,),
            published,
        )
    return tuple(found.values())


def _sentences(title: str | None, text: str) -> Iterator[_Sentence]:
    if title:
        yield _Sentence("title", 0, len(title), title, _plain(title))
    count = 0
    for match in _SENTENCE.finditer(text):
        written = match[0]
        if written.strip():
            yield _Sentence("text", match.start(), match.end(), written, _plain(written))
            count += 1
        if count >= OPENING:
            return


def _plain(text: str) -> str:
    return simplified(text).lower()


def _headlined(sentences: Sequence[_Sentence], mentions: Sequence[Mention]) -> bool:
    """Whether the headline is about a company that it names."""
    return any(mention.where == "title" and _may_act(sentences[0], mention) for mention in mentions)


def _owner(sentence: _Sentence, inside: Sequence[Mention], alone: str | None) -> str | None:
    """The company whose doing the sentence tells: ``alone``, where headline and body name no other."""
    if any(mention.kind == "unwatched" for mention in inside):
        return None
    if alone is not None:
        return None if _OTHERS.search(sentence.plain) else alone
    subjects = [mention for mention in inside if mention.kind != "product" and _may_act(sentence, mention)]
    companies = {mention.company for mention in subjects}
    return companies.pop() if len(companies) == 1 else None


def _may_act(sentence: _Sentence, mention: Mention) -> bool:
    start, end = mention.start - sentence.start, mention.end - sentence.start
    before, after = sentence.plain[max(0, start - 12) : start], sentence.plain[end : end + 12]
    return _NO_SUBJECT_BEFORE.search(before) is None and _NO_SUBJECT_AFTER.match(after) is None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


class _Topic(NamedTuple):
    at: int
    end: int
    topic: Topic


class _Move(NamedTuple):
    at: int
    end: int
    signal: SignalKind
    why: str


def _topic(plain: str) -> _Topic | None:
    """What the sentence is about; of two topics the one named first."""
    hits = [
        _Topic(match.start(), match.end(), rule.topic)
        for rule in ABOUT
        if (match := _compiled(rule.pattern).search(plain))
    ]
    return min(hits) if hits else None


def _move(plain: str, topic: Topic) -> _Move | None:
    for rule in MOVES:
        if rule.topic in (None, topic) and (match := _compiled(rule.pattern).search(plain)):
            return _Move(match.start(), match.end(), rule.signal, f"{topic} {rule.signal}, as in: {rule.example}")
    return None


def _barred(sentence: _Sentence, topic: Topic, day: date | None) -> bool:
    if any(rule.topic in (None, topic) and _compiled(rule.pattern).search(sentence.plain) for rule in BARS):
        return True
    return day is not None and any(year < day.year for year in _years(sentence.plain))


def _years(plain: str) -> Iterator[int]:
    for match in _YEAR.finditer(plain):
        yield int(match[1] or "".join(_DIGITS[char] for char in match[2]))


def _has_number(company: str, topic: Topic, kind: SignalKind, figures: Sequence[Figure], day: date | None) -> bool:
    if kind == "withdrawn":
        return False
    own = [one for one in figures if one.company == company and one.kind in _NUMBERED[topic] and not _is_old(one, day)]
    if kind == "denied":
        return any(one.status == "denied" for one in own)
    return bool(own)


def _is_old(figure: Figure, day: date | None) -> bool:
    year = (figure.as_of or "")[:4]
    if day is None or not year.isdecimal():
        return False
    parts = [int(part) for part in (figure.as_of or "").split("-") if part.isdecimal()]
    last = date(parts[0], parts[1] if len(parts) > 1 else 12, 28)
    return (day - last).days > OLD_DAYS
