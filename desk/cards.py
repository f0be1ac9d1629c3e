"""One flag in the words of a reviewer's language, for the terminal and the web alike. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.digest.amounts import Language, value_text
from scheduler.digest.jump import jump_to
from scheduler.digest.wording import changed_text, figure_text, known_text, known_texts, moment_text, split_at
from scheduler.digest.words import counted, word
from storage.rows import FlagRow


@dataclass(frozen=True, slots=True)
class Card:
    """What is to be seen of a flag before it is decided."""

    id: str
    company: str
    value: str
    """The number alone, as large as the card allows; the signal's words where there is none."""
    measure: str
    """Kind and number together."""
    reason: str
    details: str
    known: tuple[str, ...]
    same_as: tuple[tuple[str, str], ...]
    """Known figures of its measure that it may say again: the id of each, and how it reads."""
    changed: str | None
    sentence: tuple[str, str, str]
    """Before the number, the number, after it."""
    place: str
    """Outlet, time, and how many independent outlets say it."""
    title: str
    url: str
    """The article's address, jumping to the sentence; empty where it is no web address."""
    note: str | None


def card_of(flag: FlagRow, language: Language, zone: str) -> Card:
    """The card of one flag, its times in the zone."""
    figure = flag.figure or flag.before
    quote = (flag.figure.quote if flag.figure else flag.quote) or ""
    number = flag.figure.written if flag.figure else ""
    article = flag.article
    return Card(
        id=flag.id,
        company=word(flag.company, language),
        value=value_text(figure.low, figure.high, figure.unit, figure.approximate, language)
        if figure
        else _signal(flag, language),
        measure=measure_of(flag, language),
        reason=word(flag.reason, language),
        details=_details(flag, language),
        known=known_texts(flag, language),
        same_as=_same_as(flag, language),
        changed=changed_text(flag, language),
        sentence=split_at(quote, number),
        place=_place(flag, language, zone),
        title=(article.title if article else None) or "",
        url=jump_to(article.url, quote, number) if article else "",
        note=flag.judged,
    )


def measure_of(flag: FlagRow, language: Language) -> str:
    """What the flag is about in one line: kind and number, or the signal's words where there is no number."""
    figure = flag.figure or flag.before
    return figure_text(figure, language) if figure else _signal(flag, language)


def _signal(flag: FlagRow, language: Language) -> str:
    return word(f"signal_{flag.signal}", language, word(flag.topic or "", language))


def _same_as(flag: FlagRow, language: Language) -> tuple[tuple[str, str], ...]:
    near = flag.known if flag.known or flag.last_known is None else (flag.last_known,)
    return tuple(
        (known.id, known_text(known, language))
        for known in near
        if flag.figure is not None and known.kind == flag.figure.kind and known.company == flag.company
    )


def _details(flag: FlagRow, language: Language) -> str:
    figure = flag.figure
    if figure is None:
        return ""
    parts = [word(figure.status, language), word("as_of", language, figure.as_of) if figure.as_of else ""]
    return " · ".join(part for part in [*parts, *figure.investors] if part)


def _place(flag: FlagRow, language: Language, zone: str) -> str:
    article = flag.article
    parts = [article.outlet if article else None, moment_text(article.published, zone) if article else None]
    parts.append(counted("outlets", flag.reports, language) if flag.reports else None)
    return " · ".join(part for part in parts if part)
