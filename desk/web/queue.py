"""The review queue: which flags come first, and what a card shows beside the flag itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from crawler.items import FlagReason
from desk.cards import Card, card_of
from desk.web.marking import Piece, in_context
from scheduler.digest.amounts import Language
from storage.rows import ArticleDetail, DecisionRow, FlagRow
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
    rejected_before: tuple[FlagRow, ...]
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
        self._rejected: dict[tuple[str, str], list[FlagRow]] = {}

    def waiting(
        self, *, company: str | None, kind: str | None, leave_out: Collection[str] = (), start: int = 0
    ) -> list[Event]:
        """The next events, most important first, without the flags that are shown already."""
        chosen: list[list[FlagRow]] = []
        seen = set(leave_out)
        passed = 0
        for reason in ORDER:
            limit = SHOWN + start + len(leave_out)
            for flag in self._store.flags.find(state="waiting", company=company, kind=kind, reason=reason, limit=limit):
                if flag.id in seen:
                    continue
                together = [flag] if flag.event is None else self._store.flags.find(state="waiting", event=flag.event)
                ids = {other.id for other in together}
                already, seen = seen & ids, seen | ids
                if already:
                    continue
                passed += 1
                if passed > start:
                    chosen.append(together)
                if sum(map(len, chosen)) >= SHOWN:
                    return [self.event(flags) for flags in chosen]
        return [self.event(flags) for flags in chosen]

    def event(self, flags: Iterable[FlagRow]) -> Event:
        """One event's cards."""
        shown = tuple(self.show(flag) for flag in flags)
        first = shown[0].flag
        return Event(first.event or f"flag-{first.id}", first.company, shown)

    def show(self, flag: FlagRow, *, history: bool = False) -> Shown:
        """One flag's card."""
        detail = self._store.articles.get(flag.article.id) if flag.article else None
        card = card_of(flag, self._language, self._zone)
        return Shown(
            flag=flag,
            card=card,
            context=_context(flag, card, detail),
            tier=detail.row.tier if detail else None,
            copies=len(detail.copies) if detail else 0,
            archived=bool(detail and detail.row.archived),
            rejected_before=self._rejected_before(flag) if flag.state == "waiting" else (),
            history=tuple(self._store.flags.history(flag.id)) if history else (),
        )

    def _rejected_before(self, flag: FlagRow) -> tuple[FlagRow, ...]:
        figure = flag.figure
        if figure is None:
            return ()
        key = (flag.company, figure.kind)
        if key not in self._rejected:
            found = self._store.flags.find(state="rejected", company=key[0], kind=key[1], limit=50, newest=True)
            self._rejected[key] = found
        return tuple(
            other
            for other in self._rejected[key]
            if other.figure
            and (other.figure.low, other.figure.high, other.figure.unit) == (figure.low, figure.high, figure.unit)
        )


def _context(flag: FlagRow, card: Card, detail: ArticleDetail | None) -> tuple[Piece, ...]:
    if flag.figure is not None and detail is not None:
        return tuple(in_context(detail.text, flag.figure))
    before, number, after = card.sentence
    pieces = (Piece(before, "sentence"), Piece(number, "number"), Piece(after, "sentence"))
    return tuple(piece for piece in pieces if piece.text)
