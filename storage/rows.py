"""What the store hands out, one frozen type a shape; ``to_json`` gives exactly the shapes that programs rely on.

Ids are text, times ISO 8601 with an offset (``published`` may be a day alone), and what is unknown is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from crawler.items import Figure, FlagReason, FlagState, Known, Report, Source, Story, Tier
from crawler.reading.shape import figure_to_json, moment_to_json, number_to_json

Json = dict[str, Any]
Health = Literal["ok", "unchanged", "empty", "failing", "blocked", "stale", "never"]
SendState = Literal["waiting", "sent", "in_doubt", "failed"]
RunState = Literal["running", "done", "failed", "missed"]


def report_json(report: Report) -> Json:
    """One report of a known figure."""
    return {
        "article": report.article,
        "url": report.url,
        "outlet": report.outlet,
        "published": moment_to_json(report.published),
        "tier": report.tier,
    }


def known_json(known: Known, *, quote: str | None = None) -> Json:
    """The Known figure shape."""
    return {
        "id": known.id,
        "event": known.event,
        "company": known.company,
        "kind": known.kind,
        "low": number_to_json(known.low),
        "high": number_to_json(known.high),
        "unit": known.unit,
        "approximate": known.approximate,
        "round": known.round,
        "investors": list(known.investors),
        "scope": known.scope,
        "as_of": known.as_of,
        "status": known.status,
        "quote": quote,
        "state": known.state,
        "first_reported": moment_to_json(known.first_reported),
        "last_reported": moment_to_json(known.last_reported),
        "reports": [report_json(report) for report in known.reports],
    }


def story_json(story: Story) -> Json:
    """The Story shape."""
    return {
        "id": story.id,
        "title": story.title,
        "first_published": moment_to_json(story.first_published),
        "origin": story.origin,
        "companies": list(story.companies),
        "articles": list(story.articles),
        "independent": story.independent,
    }


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One stored article without its text."""

    id: str
    url: str
    title: str | None
    outlet: str | None
    source: str | None
    published: datetime | date | None
    fetched: datetime
    language: str | None
    companies: tuple[str, ...]
    story: str
    copy_of: str | None
    revision: int
    author: str | None = None
    origin: str | None = None
    tier: Tier = "press"
    truncated: bool = False
    archived: str | None = None
    gone_at: datetime | None = None

    def to_json(self) -> Json:
        """The Article shape."""
        return {
            "id": self.id,
            "url": self.url,
            "title": self.title,
            "outlet": self.outlet,
            "source": self.source,
            "published": moment_to_json(self.published),
            "fetched": moment_to_json(self.fetched),
            "language": self.language,
            "companies": list(self.companies),
            "story": self.story,
            "copy_of": self.copy_of,
            "revision": self.revision,
        }


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One text that an article had."""

    number: int
    fetched: datetime
    title: str | None
    text: str
    archived: str | None

    def to_json(self) -> Json:
        """One of ``revisions`` of One article."""
        return {
            "number": self.number,
            "fetched": moment_to_json(self.fetched),
            "title": self.title,
            "text": self.text,
            "page": self.archived,
        }


@dataclass(frozen=True, slots=True)
class ArticleDetail:
    """One article with everything kept about it."""

    row: ArticleRow
    text: str
    figures: tuple[Figure, ...]
    copies: tuple[str, ...]
    """Ids of its copies, or, where it is one, of the original and its other copies."""
    revisions: tuple[RevisionRow, ...]

    def to_json(self) -> Json:
        """The One article shape."""
        return self.row.to_json() | {
            "text": self.text,
            "figures": [figure_to_json(figure) for figure in self.figures],
            "copies": list(self.copies),
            "revisions": [revision.to_json() for revision in self.revisions],
            "page": self.row.archived,
        }


@dataclass(frozen=True, slots=True)
class FlagArticle:
    """The article that a flag comes from, as far as a reviewer needs it."""

    id: str
    url: str
    title: str | None
    outlet: str | None
    published: datetime | date | None
    tier: Tier = "press"

    def to_json(self) -> Json:
        """``article`` of a Flag."""
        return {
            "id": self.id,
            "url": self.url,
            "title": self.title,
            "outlet": self.outlet,
            "published": moment_to_json(self.published),
        }


@dataclass(frozen=True, slots=True)
class FlagRow:
    """Something that a person is asked."""

    id: str
    state: FlagState
    reason: FlagReason
    company: str
    figure: Figure | None
    article: FlagArticle | None
    created_at: datetime
    signal: str | None = None
    topic: str | None = None
    quote: str | None = None
    """The sentence, for a signal; a figure has its own."""
    known: tuple[Known, ...] = ()
    last_known: Known | None = None
    """The newest accepted figure of the same measure, where nothing is known of the flag's own event."""
    reports: int = 0
    before: Figure | None = None
    merged_into: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    note: str | None = None
    cause: str | None = None
    """Why it was rejected."""
    judged: str | None = None
    """What the judge wants a reviewer to know: the rate used and its day, or that there was none."""
    event: str | None = None
    known_id: str | None = None
    """The ledger's entry that it opened or adds to."""

    def to_json(self) -> Json:
        """The Flag shape."""
        return {
            "id": self.id,
            "state": self.state,
            "reason": self.reason,
            "signal": self.signal,
            "figure": None if self.figure is None else figure_to_json(self.figure),
            "article": None if self.article is None else self.article.to_json(),
            "known": [known_json(known) for known in self.known],
            "reports": self.reports,
            "before": None if self.before is None else figure_to_json(self.before),
            "merged_into": self.merged_into,
            "created_at": moment_to_json(self.created_at),
            "decided_by": self.decided_by,
            "decided_at": moment_to_json(self.decided_at),
            "note": self.note,
            "company": self.company,
            "event": self.event,
            "quote": self.quote,
            "rejected_because": self.cause,
            "compared": self.judged,
            "last_known": None if self.last_known is None else known_json(self.last_known),
        }


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One entry of a flag's history."""

    id: str
    flag: str
    action: str
    by: str
    at: datetime
    note: str | None
    cause: str | None
    changes: Mapping[str, Any]
    into: str | None
    undone: bool


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source and how it is doing."""

    source: Source
    declared_by: Literal["catalogue", "desk", "file"]
    health: Health
    since: datetime | None = None
    last_polled: datetime | None = None
    last_success: datetime | None = None
    last_new: datetime | None = None
    next_poll: datetime | None = None
    error: str | None = None

    def to_json(self) -> Json:
        """The Source shape."""
        source = self.source
        return {
            "name": source.name,
            "kind": source.kind,
            "url": source.url,
            "tier": source.tier,
            "since": moment_to_json(self.since),
            "enabled": source.enabled,
            "every": source.every,
            "last_polled": moment_to_json(self.last_polled),
            "last_success": moment_to_json(self.last_success),
            "last_new": moment_to_json(self.last_new),
            "next_poll": moment_to_json(self.next_poll),
            "health": self.health,
            "error": self.error,
            "verified": moment_to_json(source.verified),
        }


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One letter or alert to one recipient."""

    id: str
    kind: str
    recipient: str
    edition: str
    message_id: str
    subject: str | None
    state: SendState
    created_at: datetime
    next_try: datetime
    attempts: int
    covers_until: datetime | None = None
    sent_at: datetime | None = None
    error: str | None = None
    message: bytes = b""
    """Empty in lists."""

    def to_json(self) -> Json:
        """What ``digest list --json`` shows."""
        return {
            "id": self.id,
            "kind": self.kind,
            "recipient": self.recipient,
            "edition": self.edition,
            "message_id": self.message_id,
            "subject": self.subject,
            "state": self.state,
            "created_at": moment_to_json(self.created_at),
            "next_try": moment_to_json(self.next_try) if self.state == "waiting" else None,
            "attempts": self.attempts,
            "sent_at": moment_to_json(self.sent_at),
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class RunRow:
    """Something that ran, runs, or was missed."""

    id: str
    kind: str
    state: RunState
    started: datetime
    due: datetime | None = None
    finished: datetime | None = None
    summary: Json | None = None
    error: str | None = None

    def to_json(self) -> Json:
        """What ``status --json`` shows."""
        return {
            "id": self.id,
            "kind": self.kind,
            "state": self.state,
            "due": moment_to_json(self.due),
            "started": moment_to_json(self.started),
            "finished": moment_to_json(self.finished),
            "summary": self.summary,
            "error": self.error,
        }
