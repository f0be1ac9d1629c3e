"""Hands over what waits in the outbox: the same care for letters and for alerts.

A row is claimed, which puts it in doubt, before anything leaves the house; only an answer takes it out of doubt. So a crash
at any moment sends nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from crawler.errors import InDoubt, PermanentRefusal, SendError
from crawler.ports import Clock
from storage.outbox import OutboxTable
from storage.rows import OutboxRow

GIVE_UP_AFTER = timedelta(days=2)
FIRST_RETRY = timedelta(minutes=5)
LAST_RETRY = timedelta(hours=4)
IN_FLIGHT = timedelta(minutes=15)
"""What has been in doubt for longer is in nobody's hands any more: each step of sending ends sooner."""

Send = Callable[[OutboxRow], None]
"""Hands one row over; raises a SendError."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of the rows that were handed over in one go."""

    sent: int = 0
    again: int = 0
    """Refused for now; tried again later."""
    failed: int = 0
    in_doubt: int = 0
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The rows of one kind and how they leave."""

    outbox: OutboxTable
    clock: Clock
    kind: str
    policy: Literal["hold", "resend"]
    """What becomes of a row in doubt: a person settles it, or it goes out again under the same id."""

    def hand_over(self, send: Send, *, ended: Callable[[], bool] = lambda: False) -> Handed:
        """Hands over every row whose time has come; the failure of one touches no other.

        Between two rows it stops where ``ended`` says so; what was not handed over waits for the next time.
        """
        if self.policy == "resend":
            self._take_up_doubtful()
        handed = Handed()
        while rows := self.outbox.waiting(self.clock.now(), kind=self.kind):
            claimed = False
            for row, after in zip(rows, (*rows[1:], None), strict=True):
                if not claimed and ended():
                    return handed
                if claimed or self.outbox.claim(row.id):
                    # Told to end, it claims nothing more; what it has claimed it hands over.
                    then = None if after is None or ended() else after.id
                    handed, claimed = self._hand_over(row, send, handed, then)
                else:
                    claimed = False
            if ended():
                return handed
        return handed

    def _hand_over(self, row: OutboxRow, send: Send, handed: Handed, then: str | None) -> tuple[Handed, bool]:
        """What became of one claimed row, and whether the one ``then`` is claimed."""
        try:
            send(row)
        except InDoubt as error:
            told = replace(handed, in_doubt=handed.in_doubt + 1, errors=(*handed.errors, str(error)))
            return told, self.outbox.mark(row.id, "in_doubt", str(error), then=then)
        except PermanentRefusal as error:
            told = replace(handed, failed=handed.failed + 1, errors=(*handed.errors, str(error)))
            return told, self.outbox.mark(row.id, "failed", str(error), then=then)
        except SendError as error:
            return self._again(row, error, handed, then)
        return replace(handed, sent=handed.sent + 1), self.outbox.mark(row.id, "sent", then=then)

    def _again(self, row: OutboxRow, error: SendError, handed: Handed, then: str | None) -> tuple[Handed, bool]:
        now = self.clock.now()
        errors = (*handed.errors, str(error))
        if now - row.created_at >= GIVE_UP_AFTER:
            claimed = self.outbox.mark(row.id, "failed", f"given up after two days: {error}", then=then)
            return replace(handed, failed=handed.failed + 1, errors=errors), claimed
        wait = min(FIRST_RETRY * 2 ** min(row.attempts, 10), LAST_RETRY)
        claimed = self.outbox.mark(row.id, "waiting", str(error), next_try=now + wait, then=then)
        return replace(handed, again=handed.again + 1, errors=errors), claimed

    def _take_up_doubtful(self) -> None:
        for row in self.outbox.list(state="in_doubt", kind=self.kind, limit=None):
            if self.clock.now() - row.next_try >= IN_FLIGHT:
                self.outbox.resolve(row.id, "resend")
