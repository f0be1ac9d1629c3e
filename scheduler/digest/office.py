"""The post office: writes each recipient's due letter into the outbox once, and hands over what waits there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parseaddr
from functools import cached_property
from itertools import islice

from crawler.config import Config, RecipientConfig
from crawler.errors import ConfigError
from crawler.items import Known, Story
from crawler.ports import Clock, Mailer
from scheduler.digest.choose import Edition, Wishes, choose
from scheduler.digest.letter import Draft, Letter, draft, opened
from scheduler.digest.slots import Slot, last_slot, slots_between
from scheduler.digest.subscriptions import Subscriptions
from scheduler.digest.view import Frame
from scheduler.outgoing import Handed, Outgoing
from storage.outbox import NewLetter
from storage.rows import ArticleRow, FlagRow, OutboxRow, RunRow, SourceRow
from storage.store import SqlStore

AT_ONCE = 50
"""Letters that are put into the outbox in one transaction."""
KNOWN_POINTS = 100
"""Known figures of one measure that a letter's bars are chosen from: the last of each month where there are more."""
MOST_MISSED = 31
"""Slots of one gap that are recorded one by one; an older gap is told by its newest ones."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What the store knows since a moment; recipients whose last letters went out together share it."""

    flags: tuple[FlagRow, ...]
    stories: tuple[tuple[Story, Sequence[ArticleRow]], ...]
    gone: tuple[ArticleRow, ...]
    sources: tuple[SourceRow, ...]
    runs: tuple[RunRow, ...]
    ledger: tuple[Known, ...]


@dataclass(frozen=True)
class PostOffice:
    """Knows recipients and the store; a letter goes out through the mailer alone."""

    store: SqlStore
    config: Config
    clock: Clock
    mailer: Mailer

    @cached_property
    def subscriptions(self) -> Subscriptions:
        """Who has unsubscribed, and the links by which one does."""
        return Subscriptions(self.store.settings)

    def preview(self, address: str | None = None) -> EmailMessage:
        """The letter that a recipient would get now; stores and sends nothing. Raises ConfigError for an unknown one."""
        recipient = self._recipient(address)
        now = self.clock.now()
        desk = _WritingDesk(self, now)
        last = self.store.outbox.last_edition(_box(recipient.address))
        return opened(desk.letter(recipient, desk.edition(recipient, last, Slot("preview", now))))

    def anything_to_do(self) -> bool:
        """Whether a letter is due, or one waits to be handed over, or may be taken up again."""
        if self.store.outbox.waiting(self.clock.now(), kind="digest", limit=1):
            return True
        if self.config.mail.in_doubt == "resend" and self.store.outbox.list(state="in_doubt", kind="digest", limit=1):
            return True
        return bool(self._due_recipients(self.clock.now(), False))

    def write_due(self, *, now_anyway: bool = False, ended: Callable[[], bool] = lambda: False) -> int:
        """Puts each recipient's due letter into the outbox and returns how many; one for any gap.

        Slots that passed without a letter are recorded as missed runs first, so that the letter itself tells of them.
        ``now_anyway`` writes one now for every recipient, whether due or not; who has unsubscribed gets none.
        """
        letters = self._letters(now_anyway, ended)
        written = 0
        while lot := list(islice(letters, AT_ONCE)):
            written += self.store.outbox.add_all(lot)
        return written

    def _letters(self, now_anyway: bool, ended: Callable[[], bool]) -> Iterator[NewLetter]:
        due = self._due_recipients(self.clock.now(), now_anyway)
        # Letters cover what came up to a moment after that, so that they tell of what has just been recorded as missed.
        desk = _WritingDesk(self, self.clock.now())
        for recipient, last, slot in due:
            if ended():
                return
            edition = desk.edition(recipient, last, slot)
            if edition.empty and not recipient.when_empty:
                continue
            letter = desk.letter(recipient, edition)
            yield NewLetter(
                _box(recipient.address),
                edition.key,
                letter.message_id,
                letter.content,
                subject=letter.subject,
                covers_until=edition.until,
            )

    def hand_over(self, *, ended: Callable[[], bool] = lambda: False) -> Handed:
        """Hands over every letter whose time has come; one recipient's failure touches no other's."""
        outgoing = Outgoing(self.store.outbox, self.clock, "digest", self.config.mail.in_doubt)
        # A mailer that can keep its connection from letter to letter does so until all are handed over.
        with self.mailer if isinstance(self.mailer, AbstractContextManager) else nullcontext():
            return outgoing.hand_over(
                lambda row: self.mailer(row.message, self.config.mail.sender, row.recipient), ended=ended
            )

    def _recipient(self, address: str | None) -> RecipientConfig:
        recipients = self.config.recipient
        if address is None:
            return recipients[0] if recipients else RecipientConfig(address="you@localhost")
        for recipient in recipients:
            if _box(recipient.address) == _box(address):
                return recipient
        known = ", ".join(_box(recipient.address) for recipient in recipients) or "none"
        raise ConfigError(f"{address!r} is no [[recipient]] of the configuration; known: {known}")

    def _due_recipients(self, now: datetime, now_anyway: bool) -> list[tuple[RecipientConfig, OutboxRow | None, Slot]]:
        """Who gets a letter now, their last one, and the slot it is for; records what was missed on the way."""
        gone = self.subscriptions.unsubscribed()
        letters = self.store.outbox.last_editions()
        found, missed = [], set[datetime]()
        for recipient in self.config.recipient:
            if _box(recipient.address) in gone:
                continue
            last = letters.get(_box(recipient.address))
            slot = Slot(now.strftime("%Y-%m-%dT%H:%M:%S"), now) if now_anyway else self._due(recipient, last, now)
            if slot is not None:
                found.append((recipient, last, slot))
                missed |= self._missed(recipient, last, slot)
        self._record_missed(missed)
        return found

    def _due(self, recipient: RecipientConfig, last: OutboxRow | None, now: datetime) -> Slot | None:
        slot = last_slot(recipient.at, recipient.days, self.zone(recipient), now)
        # A clock that was set back must not make an edition that has gone out due again.
        if slot is None or (last is not None and last.covers_until is not None and slot.due <= last.covers_until):
            return None
        return slot

    def _missed(self, recipient: RecipientConfig, last: OutboxRow | None, slot: Slot) -> set[datetime]:
        if last is None or last.covers_until is None or not recipient.when_empty:
            return set()  # who gets no empty letters has gaps that mean nothing
        slots = slots_between(recipient.at, recipient.days, self.zone(recipient), last.covers_until, slot.due)
        return {passed.due for passed in slots[-MOST_MISSED:]}

    def _record_missed(self, due: set[datetime]) -> None:
        known = {run.due for run in self.store.runs.recent("digest", 200, state="missed")}
        for moment in sorted(due - known):
            self.store.runs.missed("digest", moment, "no daemon ran at that time; the next letter covers it")

    def zone(self, recipient: RecipientConfig) -> str:
        """The zone of a recipient's hours."""
        return recipient.timezone or self.config.schedule.timezone


class _WritingDesk:
    """Writes the letters of one moment; what several recipients share is found, chosen and put into words once."""

    def __init__(self, office: PostOffice, now: datetime) -> None:
        self._office, self._now = office, now
        self._found_since: dict[datetime | None, _Found] = {}
        self._editions: dict[object, Edition] = {}
        self._drafts: dict[object, Draft] = {}

    def edition(self, recipient: RecipientConfig, last: OutboxRow | None, slot: Slot) -> Edition:
        """What a recipient whose last letter was ``last`` is to read."""
        since = last.covers_until if last is not None else None
        wishes = Wishes(recipient.companies, recipient.kinds, recipient.flags_only, recipient.exclude_outlets)
        if since not in self._found_since:
            self._found_since[since] = self._found(since)
        shared = (since, wishes, slot.key)
        if shared not in self._editions:
            found = self._found_since[since]
            self._editions[shared] = choose(
                wishes,
                key=slot.key,
                since=since,
                until=self._now,
                flags=found.flags,
                stories=found.stories,
                gone=found.gone,
                sources=found.sources,
                runs=found.runs,
                ledger=found.ledger,
            )
        return self._editions[shared]

    def letter(self, recipient: RecipientConfig, edition: Edition) -> Letter:
        """The letter that tells a recipient of an edition made here."""
        office = self._office
        desk = office.config.desk.public_url
        link = office.subscriptions.link(_box(recipient.address), desk)
        shared = (id(edition), recipient.language, office.zone(recipient))
        if shared not in self._drafts:
            self._drafts[shared] = draft(edition, Frame(recipient.language, office.zone(recipient), desk, link))
        sender = office.config.mail.sender
        return self._drafts[shared].addressed(
            sender=sender, recipient=recipient.address, now=self._now, unsubscribe=link
        )

    def _found(self, since: datetime | None) -> _Found:
        store = self._office.store
        # A first letter tells of what waits, whatever its age, but not of every story ever kept.
        from_when = since or self._now - self._office.config.schedule.baseline
        stories = store.stories.find(fetched_since=from_when, limit=None)
        articles = store.articles.of_stories([story.id for story in stories])
        flags = store.flags.find(since=since)
        decided = [] if since is None else store.flags.find(decided_since=since)
        measures = {(flag.company, flag.figure.kind) for flag in flags if flag.figure and flag.state == "waiting"}
        courses = [
            course
            for company in {company for company, _ in measures}
            for course in store.ledger.over_time(
                company, sorted(kind for of, kind in measures if of == company), KNOWN_POINTS
            ).values()
        ]
        return _Found(
            flags=tuple({flag.id: flag for flag in (*flags, *decided)}.values()),
            stories=tuple((story, articles.get(story.id, [])) for story in stories),
            gone=tuple(store.articles.gone(from_when)),
            sources=tuple(store.sources.unwell()),
            runs=tuple(
                run
                for state in ("missed", "failed")
                for run in store.runs.recent(limit=None, state=state, since=from_when)
            ),
            # The first entry of a moment is the one that stands.
            ledger=tuple(
                sorted((known for course in courses for known in course.entries), key=lambda known: int(known.id))
            ),
        )


def _box(address: str) -> str:
    return parseaddr(address)[1].lower()
