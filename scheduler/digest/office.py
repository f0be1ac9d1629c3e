"""The post office: writes each recipient's due letter into the outbox once, and hands over what waits there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr

from crawler.config import Config, RecipientConfig
from crawler.errors import ConfigError, InDoubt, PermanentRefusal, SendError
from crawler.ports import Clock, Mailer
from scheduler.digest.choose import Edition, Wishes, choose
from scheduler.digest.letter import compose
from scheduler.digest.slots import Slot, last_slot
from scheduler.digest.view import Frame
from storage.rows import OutboxRow
from storage.store import SqlStore

GIVE_UP_AFTER = timedelta(days=2)
FIRST_RETRY = timedelta(minutes=5)
LAST_RETRY = timedelta(hours=4)
IN_FLIGHT = timedelta(minutes=15)
"""A letter that has been in doubt for longer is in nobody's hands any more: each step of SMTP ends sooner."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of the letters that were handed over in one go."""

    sent: int = 0
    again: int = 0
    """Refused for now; tried again later."""
    failed: int = 0
    in_doubt: int = 0
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Knows recipients and the store; a letter goes out through the mailer alone."""

    store: SqlStore
    config: Config
    clock: Clock
    mailer: Mailer

    def preview(self, address: str | None = None) -> EmailMessage:
        """The letter that a recipient would get now; stores and sends nothing. Raises ConfigError for an unknown one."""
        recipient = self._recipient(address)
        now = self.clock.now()
        return self._letter(recipient, self._edition(recipient, Slot("preview", now), now))

    def write_due(self, *, now_anyway: bool = False) -> int:
        """Puts each recipient's due letter into the outbox and returns how many; one for any gap.

        ``now_anyway`` writes one now for every recipient, whether due or not.
        """
        now = self.clock.now()
        written = 0
        for recipient in self.config.recipient:
            slot = Slot(now.strftime("%Y-%m-%dT%H:%M:%S"), now) if now_anyway else self._due(recipient, now)
            if slot is None:
                continue
            edition = self._edition(recipient, slot, now)
            if edition.empty and not recipient.when_empty:
                continue
            letter = self._letter(recipient, edition)
            id = self.store.outbox.add(
                _box(recipient.address),
                edition.key,
                str(letter["Message-ID"]),
                letter.as_bytes(),
                subject=str(letter["Subject"]),
                covers_until=edition.until,
            )
            written += id is not None
        return written

    def hand_over(self) -> Handed:
        """Hands over every letter whose time has come; one recipient's failure touches no other's."""
        if self.config.mail.in_doubt == "resend":
            self._take_up_doubtful()
        handed = Handed()
        for row in self.store.outbox.waiting(self.clock.now(), kind="digest"):
            # From here on the letter is in doubt until a server answers, so that a crash sends nothing twice.
            if self.store.outbox.claim(row.id):
                handed = self._hand_over(row, handed)
        return handed

    def _hand_over(self, row: OutboxRow, handed: Handed) -> Handed:
        try:
            self.mailer(row.message, self.config.mail.sender, row.recipient)
        except InDoubt as error:
            self.store.outbox.mark(row.id, "in_doubt", str(error))
            return replace(handed, in_doubt=handed.in_doubt + 1, errors=(*handed.errors, str(error)))
        except PermanentRefusal as error:
            self.store.outbox.mark(row.id, "failed", str(error))
            return replace(handed, failed=handed.failed + 1, errors=(*handed.errors, str(error)))
        except SendError as error:
            return self._again(row, error, handed)
        self.store.outbox.mark(row.id, "sent")
        return replace(handed, sent=handed.sent + 1)

    def _again(self, row: OutboxRow, error: SendError, handed: Handed) -> Handed:
        now = self.clock.now()
        errors = (*handed.errors, str(error))
        if now - row.created_at >= GIVE_UP_AFTER:
            self.store.outbox.mark(row.id, "failed", f"given up after two days: {error}")
            return replace(handed, failed=handed.failed + 1, errors=errors)
        wait = min(FIRST_RETRY * 2 ** min(row.attempts, 10), LAST_RETRY)
        self.store.outbox.mark(row.id, "waiting", str(error), next_try=now + wait)
        return replace(handed, again=handed.again + 1, errors=errors)

    def _take_up_doubtful(self) -> None:
        for row in self.store.outbox.list(state="in_doubt", kind="digest", limit=None):
            if self.clock.now() - row.next_try >= IN_FLIGHT:
                self.store.outbox.resolve(row.id, "resend")

    def _recipient(self, address: str | None) -> RecipientConfig:
        recipients = self.config.recipient
        if address is None:
            return recipients[0] if recipients else RecipientConfig(address="you@localhost")
        for recipient in recipients:
            if _box(recipient.address) == _box(address):
                return recipient
        known = ", ".join(_box(recipient.address) for recipient in recipients) or "none"
        raise ConfigError(f"{address!r} is no [[recipient]] of the configuration; known: {known}")

    def _due(self, recipient: RecipientConfig, now: datetime) -> Slot | None:
        slot = last_slot(recipient.at, recipient.days, self._zone(recipient), now)
        last = self.store.outbox.last_edition(_box(recipient.address))
        # A clock that was set back must not make an edition that has gone out due again.
        if slot is None or (last is not None and last.covers_until is not None and slot.due <= last.covers_until):
            return None
        return slot

    def _edition(self, recipient: RecipientConfig, slot: Slot, now: datetime) -> Edition:
        last = self.store.outbox.last_edition(_box(recipient.address))
        since = last.covers_until if last is not None else None
        store = self.store
        # A first letter tells of what waits, whatever its age, but not of every story ever kept.
        stories = store.stories.find(fetched_since=since or now - self.config.schedule.baseline, limit=None)
        articles = store.articles.of_stories([story.id for story in stories])
        flags = store.flags.find(since=since)
        decided = [] if since is None else store.flags.find(decided_since=since)
        return choose(
            Wishes(recipient.companies, recipient.exclude_outlets, recipient.when_empty),
            key=slot.key,
            since=since,
            until=now,
            flags={flag.id: flag for flag in (*flags, *decided)}.values(),
            stories=[(story, articles.get(story.id, [])) for story in stories],
            sources=store.sources.all(),
            runs=store.runs.recent(limit=200),
        )

    def _letter(self, recipient: RecipientConfig, edition: Edition) -> EmailMessage:
        frame = Frame(recipient.language, self._zone(recipient), self.config.desk.public_url)
        return compose(
            edition,
            frame,
            sender=self.config.mail.sender,
            recipient=recipient.address,
            now=self.clock.now(),
        )

    def _zone(self, recipient: RecipientConfig) -> str:
        return recipient.timezone or self.config.schedule.timezone


def _box(address: str) -> str:
    return parseaddr(address)[1].lower()
