"""What the walk needs from outside, as Protocols, so that ``crawler`` imports no other room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from crawler.items import Known, Neighbour, Outcome, Page, Reading, Signal


class Clock(Protocol):
    """The one place that time comes from."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class Judge(Protocol):
    """Decides what becomes of a reading, from what the store knows; pure."""

    def __call__(
        self, neighbours: Sequence[Neighbour], ledger: Sequence[Known], signals: Sequence[Signal]
    ) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Taking:
    """A reading that waits to be judged and kept."""

    page: Page
    reading: Reading
    judge: Judge


class Store(Protocol):
    """Where the walk keeps what it finds."""

    @property
    def together(self) -> int:
        """How many readings one transaction is best given at most."""

    def unseen(self, urls: Iterable[str]) -> set[str]:
        """Those canonical addresses that no stored article and no remembered lead has."""

    def edited(self, updated: Mapping[str, datetime]) -> set[str]:
        """Those canonical addresses whose stored article was last looked at before the moment given for it."""

    def remember(self, source: str, urls: Iterable[str]) -> None:
        """Notes leads that ended without an article (irrelevant, failed for good), so that they are not asked again."""

    def take_in(self, page: Page, reading: Reading, judge: Judge) -> Outcome:
        """Judges and keeps one reading in one transaction: article, story, ledger, flags and outbox together.

        The judge is called inside the transaction with the neighbours, the ledger's entries of the companies and
        the signals already flagged for them, so two writers never decide on the same old state.
        """

    def take_in_many(self, lot: Sequence[Taking]) -> list[Outcome | Exception]:
        """Takes in several readings in their order, each judged on those before it, in one transaction if it can be.

        Gives each one's outcome, or what kept it from being taken in, which harms no other. Raises StoreUnavailable,
        and then none of them is kept.
        """


class Archive(Protocol):
    """Keeps pages as they came."""

    def keep(
        self, page: Page, *, request_headers: Sequence[tuple[str, str]] = (), headers: Sequence[tuple[str, str]] = ()
    ) -> str:
        """Writes one page and returns where: ``file.warc.gz#offset``."""

    def keep_many(self, pages: Sequence[Page]) -> list[str]:
        """Writes several pages and returns where, waiting for the disk once."""

    def load(self, where: str) -> Page:
        """The page kept at ``where``; raises ReadError where the record is torn or gone."""


class Mailer(Protocol):
    """Hands one finished message to a mail server."""

    def __call__(self, message: bytes, sender: str, recipient: str) -> None: ...


Now = Callable[[], datetime]
