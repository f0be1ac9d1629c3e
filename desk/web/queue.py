"""The review queue: which flags come first, and what a card shows beside the flag itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.items import FlagReason
from desk.cards import Card, card_of
from desk.web.marking import Piece, in_context
from scheduler.digest.amounts import Language
from storage.beside import Backdrop, Rejection
from storage.rows import DecisionRow, FlagRow
from storage.store import SqlStore

ORDER: tuple[FlagReason, ...] = ("denied", "contradicts", "edited", "new", "signal", "confirms", "refines")
"""What may be wrong in the ledger comes before what is missing from it, and that before what is only better known."""
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """A flag with everything its card shows."""

    flag: FlagRow
    card: Card
    context: tuple[Piece, ...]
    tier: str | None
    copies: int
    archived: bool
    rejected_before: tuple[Rejection, ...]
    history: tuple[DecisionRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """The flags of one round, offering or cut, decided together or apart."""

    id: str
    company: str
    shown: tuple[Shown, ...]

    @property
    def waiting(self) -> int:
        """How many of its flags wait."""
        return sum(one.flag.state == "waiting" for one in self.shown)


class Queue:
    """Reads the queue and its cards from the store, in one reviewer's language."""

    def __init__(self, store: SqlStore, language: Language, zone: str) -> None:
        self._store = store
        self._language = language
        self._zone = zone

    def waiting(
        self, *, company: str | None, kind: str | None, leave_out: Collection[str] = (), start: int = 0
    ) -> list[Event]:
        """The next events, most important first, without the flags that are shown already."""
        found = self._store.flags.next_events(
            ORDER, company=company, kind=kind, leave_out=leave_out, start=start, limit=SHOWN
        )
        return self._events(found)

    def event(self, flags: Sequence[FlagRow]) -> Event:
        """One event's cards."""
        return self._events([flags])[0]

    def show(self, flag: FlagRow, *, history: bool = False) -> Shown:
        """One flag's card."""
        shown = self._events([[flag]])[0].shown[0]
        return replace(shown, history=tuple(self._store.flags.history(flag.id))) if history else shown

    def _events(self, together: Sequence[Sequence[FlagRow]]) -> list[Event]:
        flags = [flag for event in together for flag in event]
        behind = self._store.articles.backdrops({flag.article.id for flag in flags if flag.article})
        asked = [(flag.company, flag.figure.kind) for flag in flags if flag.figure and flag.state == "waiting"]
        rejected = self._store.flags.rejected(set(asked))
        return [
            Event(
                event[0].event or f"flag-{event[0].id}",
                event[0].company,
                tuple(self._shown(flag, behind, rejected) for flag in event),
            )
            for event in together
        ]

    def _shown(
        self, flag: FlagRow, behind: Mapping[str, Backdrop], rejected: Mapping[tuple[str, str], Sequence[Rejection]]
    ) -> Shown:
        backdrop = behind.get(flag.article.id) if flag.article else None
        card = card_of(flag, self._language, self._zone)
        return Shown(
            flag=flag,
            card=card,
            context=_context(flag, card, backdrop),
            tier=backdrop.tier if backdrop else None,
            copies=backdrop.copies if backdrop else 0,
            archived=bool(backdrop and backdrop.archived),
            rejected_before=_alike(flag, rejected) if flag.state == "waiting" else (),
        )


def _alike(flag: FlagRow, rejected: Mapping[tuple[str, str], Sequence[Rejection]]) -> tuple[Rejection, ...]:
    figure = flag.figure
    if figure is None:
        return ()
    value = (figure.low, figure.high, figure.unit)
    others = rejected.get((flag.company, figure.kind), ())
    return tuple(other for other in others if (other.figure.low, other.figure.high, other.figure.unit) == value)


def _context(flag: FlagRow, card: Card, backdrop: Backdrop | None) -> tuple[Piece, ...]:
    if flag.figure is not None and backdrop is not None:
        return tuple(in_context(backdrop.text, flag.figure))
    before, number, after = card.sentence
    pieces = (Piece(before, "sentence"), Piece(number, "number"), Piece(after, "sentence"))
    return tuple(piece for piece in pieces if piece.text)
