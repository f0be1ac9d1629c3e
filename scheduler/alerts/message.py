"""An alert as it is kept in the outbox: a title and a text for people, and the same for programs; pure."""

from __future__ import annotations

import json
from dataclasses import dataclass

from scheduler.digest.amounts import Language
from scheduler.digest.headers import header_text
from scheduler.digest.wording import changed_text, figure_text, known_texts, moment_text
from scheduler.digest.words import counted, word
from storage.rows import FlagRow, RunRow, SourceRow

MOST = 10
"""Flags that one message spells out; a storm is folded into their number."""


@dataclass(frozen=True, slots=True)
class News:
    """What one message tells of."""

    flags: tuple[FlagRow, ...] = ()
    down: tuple[SourceRow, ...] = ()
    silent: tuple[RunRow, ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing to tell."""
        return not (self.flags or self.down or self.silent)


@dataclass(frozen=True, slots=True)
class Message:
    """What a target is told."""

    title: str
    text: str
    data: dict[str, object]

    def to_bytes(self) -> bytes:
        """As the outbox keeps it."""
        return json.dumps({"title": self.title, "text": self.text, "data": self.data}, ensure_ascii=False).encode()

    @staticmethod
    def of_bytes(kept: bytes) -> Message:
        """What ``to_bytes`` wrote."""
        told = json.loads(kept)
        return Message(told["title"], told["text"], told["data"])


def compose(news: News, language: Language, zone: str, public_url: str) -> Message:
    """The news in the words of the letters; no more than ten flags are spelled out, ``data`` has all of them."""
    lines = [_flag_line(flag, language, public_url) for flag in news.flags[:MOST]]
    if len(news.flags) > MOST:
        lines.append(word("alert_more", language, len(news.flags) - MOST))
    lines += [
        f"{row.source.name}: {word(row.health, language)}, {word('since', language, moment_text(row.since, zone))}"
        + (f" ({row.error})" if row.error else "")
        for row in news.down[:MOST]
    ]
    if len(news.down) > MOST:
        lines.append(word("alert_more", language, len(news.down) - MOST))
    lines += [run.error or "" for run in news.silent]
    data: dict[str, object] = {
        "flags": [flag.to_json() for flag in news.flags],
        "sources": [row.to_json() for row in news.down],
        "missed": [run.to_json() for run in news.silent],
    }
    return Message(header_text(_title(news, language)), "\n\n".join(lines), data)


def trial(language: Language) -> Message:
    """A message that shows whether alerts arrive."""
    nothing: dict[str, object] = {"flags": [], "sources": [], "missed": []}
    return Message(word("digest", language), word("alert_trial", language), nothing)


def _title(news: News, language: Language) -> str:
    parts = []
    if news.flags:
        parts.append(counted("subject_flags", len(news.flags), language))
    if news.down:
        parts.append(counted("alert_down", len(news.down), language))
    if news.silent:
        parts.append(word("alert_silent", language))
    first = news.flags[0] if len(news.flags) == 1 else None
    said = f": {word(first.company, language)}" if first is not None else ""
    return "Dragonwatch: " + ("; " if language == "en" else "；").join(parts) + said


def _flag_line(flag: FlagRow, language: Language, public_url: str) -> str:
    measure = flag.figure or flag.before
    what = (
        figure_text(measure, language)
        if measure is not None
        else word(f"signal_{flag.signal}", language, word(flag.topic or "", language))
    )
    lines = [f"{word(flag.company, language)}: {what} ({word(flag.reason, language)})"]
    if changed := changed_text(flag, language):
        lines.append(changed)
    elif known := known_texts(flag, language):
        lines.append(f"{word('known', language)}: {'; '.join(known[:3])}")
    if flag.article is not None:
        lines.append(" · ".join(part for part in (flag.article.outlet, flag.article.title) if part))
        lines.append(flag.article.url)
    if public_url:
        lines.append(f"{word('review', language)}: {public_url.rstrip('/')}/flags/{flag.id}")
    return "\n".join(lines)
