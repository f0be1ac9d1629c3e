"""What letters, cards and the terminal say of one flag, in each language; pure."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from crawler.items import Figure, Known
from scheduler.digest.amounts import Language, value_text
from scheduler.digest.words import word
from storage.rows import FlagRow


def figure_text(figure: Figure | Known, language: Language) -> str:
    """``headcount 5,016 people``, with its round or unit where it has one."""
    value = value_text(figure.low, figure.high, figure.unit, figure.approximate, language)
    where = f" ({figure.scope or figure.round})" if figure.scope or figure.round else ""
    return f"{word(figure.kind, language)} {value}{where}"


def known_text(known: Known, language: Language) -> str:
    """One entry of the ledger with when and by whom it was first told."""
    when = known.as_of or (known.first_reported.isoformat()[:10] if known.first_reported else None)
    outlet = next((report.outlet for report in known.reports if report.outlet), None)
    beside = ", ".join(part for part in (when, outlet) if part)
    text = figure_text(known, language)
    return f"{text} ({beside})" if beside else text


def known_texts(flag: FlagRow, language: Language) -> tuple[str, ...]:
    """What was known of the flag's event, or else the last figure of its measure, said to be that."""
    if flag.known:
        return tuple(known_text(known, language) for known in flag.known)
    if flag.last_known is not None:
        return (word("last_known", language, known_text(flag.last_known, language)),)
    return ()


def changed_text(flag: FlagRow, language: Language) -> str | None:
    """Before and after, for a flag on an edit; None for any other."""
    if flag.reason != "edited":
        return None
    before = figure_text(flag.before, language) if flag.before else word("known_none", language)
    after = figure_text(flag.figure, language) if flag.figure else word("gone", language)
    colon = ": " if language == "en" else "："
    return f"{word('before', language)}{colon}{before}; {word('after', language)}{colon}{after}"


def split_at(quote: str, number: str) -> tuple[str, str, str]:
    """The sentence before the number, the number, and what follows; all of it first where the number is not in it."""
    if not number or number not in quote:
        return quote, "", ""
    before, _, after = quote.partition(number)
    return before, number, after


def moment_text(when: datetime | date | None, zone: str) -> str:
    """A moment in the reader's zone, or a day; empty where it is not known."""
    if when is None:
        return ""
    if isinstance(when, datetime):
        return when.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    return when.isoformat()
