"""One flag in the words of a reviewer's language, for the terminal and the web alike. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from crawler.items import Known
from scheduler.digest.amounts import Language, value_text
from scheduler.digest.jump import jump_to
from scheduler.digest.view import figure_text
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
    changed: str | None
    sentence: tuple[str, str, str]
    """Before the number, the number, after it."""
    place: str
    """Outlet, time, and how many independent outlets say it."""
    title: str
    url: str
    """The article's address, jumping to the sentence; empty where it is no web address."""
    note: str | None


def card_of(flag: FlagRow, language: Language, zone: str = "Asia/Shanghai") -> Card:
    """The card of one flag."""
    figure = flag.figure or flag.before
    quote = (flag.figure.quote if flag.figure else flag.quote) or ""
    number = flag.figure.written if flag.figure else ""
    article = flag.article
    signal = word(f"signal_{flag.signal}", language, word(flag.topic or "", language))
    return Card(
        id=flag.id,
        company=word(flag.company, language),
        value=value_text(figure.low, figure.high, figure.unit, figure.approximate, language) if figure else signal,
        measure=figure_text(figure, language) if figure else signal,
        reason=word(flag.reason, language),
        details=_details(flag, language),
        known=tuple(known_text(known, language) for known in flag.known),
        changed=_changed(flag, language),
        sentence=split_at(quote, number),
        place=_place(flag, language, zone),
        title=(article.title if article else None) or "",
        url=jump_to(article.url, quote, number) if article else "",
        note=flag.judged,
    )


def split_at(quote: str, number: str) -> tuple[str, str, str]:
    """The sentence before the number, the number, and what follows; all of it first where the number is not in it."""
    if not number or number not in quote:
        return quote, "", ""
    before, _, after = quote.partition(number)
    return before, number, after


def known_text(known: Known, language: Language) -> str:
    """One entry of the ledger with when and by whom it was first told."""
    when = known.as_of or (known.first_reported.isoformat()[:10] if known.first_reported else None)
    outlet = next((report.outlet for report in known.reports if report.outlet), None)
    beside = ", ".join(part for part in (when, outlet) if part)
    text = figure_text(known, language)
    return f"{text} ({beside})" if beside else text


def moment_text(when: datetime | date | None, zone: str) -> str:
    """A moment in the reviewer's zone, or a day."""
    if when is None:
        return ""
    if isinstance(when, datetime):
        return when.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    return when.isoformat()


def _details(flag: FlagRow, language: Language) -> str:
    figure = flag.figure
    if figure is None:
        return ""
    parts = [word(figure.status, language), word("as_of", language, figure.as_of) if figure.as_of else ""]
    return " · ".join(part for part in [*parts, *figure.investors] if part)


def _changed(flag: FlagRow, language: Language) -> str | None:
    if flag.reason != "edited":
        return None
    before = figure_text(flag.before, language) if flag.before else word("known_none", language)
    after = figure_text(flag.figure, language) if flag.figure else word("gone", language)
    colon = ": " if language == "en" else "："
    return f"{word('before', language)}{colon}{before}; {word('after', language)}{colon}{after}"


def _place(flag: FlagRow, language: Language, zone: str) -> str:
    article = flag.article
    parts = [article.outlet if article else None, moment_text(article.published, zone) if article else None]
    parts.append(counted("outlets", flag.reports, language) if flag.reports else None)
    return " · ".join(part for part in parts if part)
