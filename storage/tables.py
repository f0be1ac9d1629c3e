"""Everything that is remembered, a table each; columns are explained for people in ``docs/database.md``.

sources -- source_states, polls      where leads come from, and how each is doing
seen                                 addresses that need not be fetched again
stories < articles < revisions       what was said, with every text it had
          articles < article_companies, fingerprints, bands
          revisions < figures
events < known_figures < reports     the ledger: what is known, and who reported it
flags < decisions                    what a person is asked, and what was answered
outbox, runs, settings, forgotten    what goes out, what ran, what was set, what was erased
hosts, workers                       of a fleet: whose turn it is at each host, and who works
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Column, ForeignKey, Index, MetaData, String, Table, UniqueConstraint, text
from sqlalchemy.types import BigInteger, TypeEngine
from sqlmodel import Field, SQLModel

from storage.types import Amount, BigId, Blob, Json, Moment, When, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Record(SQLModel):
    """The base of all tables, with a catalogue of its own so that no other library's tables get in."""

    metadata: ClassVar[MetaData] = metadata


def _id() -> Any:
    return Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))


def _key(kind: Any = String) -> Any:
    return Field(sa_column=Column(kind, primary_key=True))


def _to(target: str, *, key: bool = False, index: bool = True, null: bool = False, gone: str = "CASCADE") -> Any:
    """A reference to another table's row; ``gone`` says what becomes of this row when that one is erased."""
    column: Column[Any] = Column(
        BigId,
        ForeignKey(target, ondelete=gone),
        primary_key=key,
        nullable=null,
        index=index and not key,
        autoincrement=False,
    )
    return Field(default=None, sa_column=column) if null else Field(sa_column=column)


def _of(kind: TypeEngine[Any] | type[TypeEngine[Any]], default: Any = None, *, index: bool = False) -> Any:
    """A column of that type; without a default it may be null."""
    return Field(default=default, sa_column=Column(kind, nullable=default is None, index=index))


def _must(kind: TypeEngine[Any] | type[TypeEngine[Any]], *, index: bool = False, unique: bool = False) -> Any:
    return Field(sa_column=Column(kind, nullable=False, index=index, unique=unique))


class SourceRecord(Record, table=True):
    __tablename__ = "sources"
    name: str = _key()
    kind: str
    url: str = _must(Words)
    outlet: str | None = _of(Words)
    language: str | None = None
    timezone: str | None = None
    tier: str = "press"
    region: list[str] = _of(Json, [])
    every: str = "adaptive"
    fetch: str = "matching"
    enabled: bool = True
    delay: float | None = None
    headers: dict[str, str] = _of(Json, {})
    cookies: bool = False
    proxy: str = ""
    options: dict[str, Any] = _of(Json, {})
    note: str | None = _of(Words)
    example: str | None = _of(Words)
    verified: date | None = _of(When)
    declared_by: str = "catalogue"
    enabled_by_desk: bool | None = None
    removed: bool = False


class SourceStateRecord(Record, table=True):
    __tablename__ = "source_states"
    __table_args__ = (Index("ix_source_states_next_poll", "next_poll", "source"),)
    source: str = _key()
    etag: str | None = _of(Words)
    last_modified: str | None = _of(Words)
    body_hash: str | None = None
    first_poll: bool = True
    failures: int = 0
    moved_to: str | None = _of(Words)
    moved_polls: int = 0
    unconditional_at: datetime | None = _of(Moment)
    interval: float | None = None
    rhythm: dict[str, Any] | None = _of(Json)
    last_polled: datetime | None = _of(Moment)
    last_success: datetime | None = _of(Moment)
    last_new: datetime | None = _of(Moment)
    next_poll: datetime | None = _of(Moment)
    health: str = "never"
    since: datetime | None = _of(Moment)
    error: str | None = _of(Words)


class PollRecord(Record, table=True):
    __tablename__ = "polls"
    __table_args__ = (Index("ix_polls_source_at", "source", "at"),)
    id: int = _id()
    source: str
    at: datetime = _must(Moment)
    outcome: str
    leads: int = 0
    new: int = 0
    error: str | None = _of(Words)
    seconds: float | None = None


class SeenRecord(Record, table=True):
    __tablename__ = "seen"
    __table_args__ = {"sqlite_with_rowid": False}
    url: str = _key(Words)
    source: str | None = None
    ended: str
    at: datetime = _must(Moment)
    article_id: int | None = _to("articles.id", null=True)
    attempts: int = 0
    retry_at: datetime | None = _of(Moment)


class StoryRecord(Record, table=True):
    __tablename__ = "stories"
    __table_args__ = (Index("ix_stories_first_published", "first_published", "id"), {"sqlite_autoincrement": True})
    id: int = _id()
    title: str | None = _of(Words)
    first_published: datetime | date | None = _of(When)
    origin: str | None = _of(Words)
    independent: int = 1


class ArticleRecord(Record, table=True):
    __tablename__ = "articles"
    __table_args__ = (Index("ix_articles_published", "published", "id"), {"sqlite_autoincrement": True})
    id: int = _id()
    url: str = _must(Words, unique=True)
    title: str | None = _of(Words)
    author: str | None = _of(Words)
    outlet: str | None = _of(Words)
    origin: str | None = _of(Words)
    voice: str = _must(Words)
    source: str | None = Field(default=None, index=True)
    tier: str = "press"
    published: datetime | date | None = _of(When)
    updated: datetime | date | None = _of(When)
    fetched: datetime = _must(Moment, index=True)
    language: str | None = None
    truncated: bool = False
    story_id: int = _to("stories.id")
    copy_of: int | None = _to("articles.id", null=True, gone="SET NULL")
    revision: int = 1
    archived: str | None = _of(Words)
    etag: str | None = _of(Words)
    last_modified: str | None = _of(Words)
    looked_at: datetime = _must(Moment)
    look_again: datetime | None = _of(Moment, index=True)
    gone_at: datetime | None = _of(Moment, index=True)


class RevisionRecord(Record, table=True):
    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)
    id: int = _id()
    article_id: int = _to("articles.id", index=False)
    number: int
    fetched: datetime = _must(Moment)
    title: str | None = _of(Words)
    text: str = _must(Words)
    updated: datetime | date | None = _of(When)
    archived: str | None = _of(Words)
    tags: list[str] = _of(Json, [])


class CompanyRecord(Record, table=True):
    __tablename__ = "article_companies"
    __table_args__ = {"sqlite_with_rowid": False}
    company: str = _key()
    article_id: int = Field(
        sa_column=Column(BigId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True)
    )
    mentions: int
    focus: bool


class FigureRecord(Record, table=True):
    __tablename__ = "figures"
    __table_args__ = (Index("ix_figures_value", "company", "kind", "low", "high"),)
    id: int = _id()
    article_id: int = _to("articles.id")
    revision: int
    company: str
    kind: str
    low: Decimal | None = _of(Amount)
    high: Decimal | None = _of(Amount)
    unit: str
    approximate: bool = False
    event: str = _of(Words, "")
    round: str | None = _of(Words)
    investors: list[str] = _of(Json, [])
    scope: str | None = _of(Words)
    as_of: str | None = None
    status: str = "stated"
    quote: str = _must(Words)
    place: str
    start: int
    end: int
    written: str = _of(Words, "")
    why: list[str] = _of(Json, [])
    relation: str | None = None
    known_id: int | None = _to("known_figures.id", null=True, gone="SET NULL")


class FingerprintRecord(Record, table=True):
    __tablename__ = "fingerprints"
    article_id: int = _to("articles.id", key=True)
    exact: int = _must(BigInteger)
    sketch: bytes = _must(Blob)
    length: int
    bands: bytes = _must(Blob)


class BandRecord(Record, table=True):
    __tablename__ = "bands"
    __table_args__ = {"sqlite_with_rowid": False}
    band: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    article_id: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))


class EventRecord(Record, table=True):
    __tablename__ = "events"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int = _id()
    company: str = _must(String, index=True)
    round: str | None = _of(Words)
    as_of: str | None = None
    opened_at: datetime = _must(Moment)


class KnownRecord(Record, table=True):
    __tablename__ = "known_figures"
    __table_args__ = (
        Index("ix_known_figures_company", "company", "id"),
        Index("ix_known_figures_kind", "company", "kind", "id"),
        Index("ix_known_figures_standing", "company", "kind", "state", "as_of", "scope", "merged_into"),
        {"sqlite_autoincrement": True},
    )
    id: int = _id()
    event_id: int = _to("events.id")
    company: str
    kind: str
    low: Decimal | None = _of(Amount)
    high: Decimal | None = _of(Amount)
    unit: str
    approximate: bool = False
    round: str | None = _of(Words)
    investors: list[str] = _of(Json, [])
    scope: str | None = _of(Words)
    as_of: str | None = None
    status: str = "stated"
    state: str = _must(String, index=True)
    quote: str | None = _of(Words)
    first_reported: datetime | date | None = _of(When)
    last_reported: datetime | date | None = _of(When)
    note: str | None = _of(Words)
    added_by: str
    created_at: datetime = _must(Moment)
    merged_into: int | None = _to("known_figures.id", null=True, gone="SET NULL")


class ReportRecord(Record, table=True):
    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("known_id", "article_id", "url"),
        Index(
            "ix_reports_first", "known_id", "tier", "status", "id",
            sqlite_where=text("NOT withdrawn"), postgresql_where=text("NOT withdrawn"),
        ),
    )  # fmt: skip
    id: int = _id()
    known_id: int = _to("known_figures.id", index=False)
    article_id: int | None = _to("articles.id", null=True)
    url: str | None = _of(Words)
    outlet: str | None = _of(Words)
    voice: str = _must(Words)
    published: datetime | date | None = _of(When)
    tier: str
    status: str
    withdrawn: bool = False


class FlagRecord(Record, table=True):
    __tablename__ = "flags"
    __table_args__ = (
        Index("ix_flags_state", "state", "id"),
        Index("ix_flags_queue", "state", "reason", "id"),
        Index("ix_flags_company", "company", "reason", "state", "id"),
        Index("ix_flags_measure", "company", "kind", "state", "id"),
        Index("ix_flags_waiting", "state", "company"),
        {"sqlite_autoincrement": True},
    )
    id: int = _id()
    state: str = "waiting"
    reason: str
    company: str
    kind: str | None = None
    topic: str | None = None
    signal: str | None = None
    article_id: int | None = _to("articles.id", null=True)
    event_id: int | None = _to("events.id", null=True, gone="SET NULL")
    known_id: int | None = _to("known_figures.id", null=True, gone="SET NULL")
    figure: dict[str, Any] | None = _of(Json)
    before: dict[str, Any] | None = _of(Json)
    known: list[dict[str, Any]] = _of(Json, [])
    quote: str | None = _of(Words)
    judged: str | None = _of(Words)
    merged_into: int | None = _to("flags.id", null=True, gone="SET NULL")
    created_at: datetime = _must(Moment, index=True)
    decided_by: str | None = _of(Words)
    decided_at: datetime | None = _of(Moment)
    note: str | None = _of(Words)
    cause: str | None = _of(Words)


class DecisionRecord(Record, table=True):
    __tablename__ = "decisions"
    id: int = _id()
    flag_id: int = _to("flags.id")
    action: str
    by: str = _must(Words)
    at: datetime = _must(Moment)
    note: str | None = _of(Words)
    cause: str | None = _of(Words)
    changes: dict[str, Any] = _of(Json, {})
    into: int | None = _of(BigId)
    before: dict[str, Any] = _of(Json, {})
    undone: bool = False


class OutboxRecord(Record, table=True):
    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("recipient", "edition"),
        Index("ix_outbox_state", "state", "next_try"),
        Index("ix_outbox_last", "kind", "recipient", "id"),
        {"sqlite_autoincrement": True},
    )
    id: int = _id()
    kind: str = "digest"
    recipient: str = _must(Words)
    edition: str = _must(Words)
    message_id: str = _must(Words)
    subject: str | None = _of(Words)
    message: bytes = _must(Blob)
    state: str = "waiting"
    covers_until: datetime | None = _of(Moment)
    created_at: datetime = _must(Moment)
    next_try: datetime = _must(Moment)
    attempts: int = 0
    sent_at: datetime | None = _of(Moment)
    error: str | None = _of(Words)


class RunRecord(Record, table=True):
    __tablename__ = "runs"
    __table_args__ = (Index("ix_runs_kind", "kind", "id"), {"sqlite_autoincrement": True})
    id: int = _id()
    kind: str
    state: str = "running"
    due: datetime | None = _of(Moment)
    started: datetime = _must(Moment)
    finished: datetime | None = _of(Moment)
    summary: dict[str, Any] | None = _of(Json)
    error: str | None = _of(Words)


class SettingRecord(Record, table=True):
    __tablename__ = "settings"
    key: str = _key()
    value: Any = _of(Json)


class ForgottenRecord(Record, table=True):
    __tablename__ = "forgotten"
    id: int = _id()
    what: str = _must(Words)
    at: datetime = _must(Moment)
    by: str | None = _of(Words)
    articles: int
    note: str | None = _of(Words)


class HostRecord(Record, table=True):
    __tablename__ = "hosts"
    host: str = _key()
    asked_at: datetime = _must(Moment)
    spacing: float = 0.0
    penalty: float = 0.0
    rest_until: datetime | None = _of(Moment)
    told: str | None = _of(Words)


class WorkerRecord(Record, table=True):
    __tablename__ = "workers"
    number: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    name: str
    lane: str
    since: datetime = _must(Moment)


def table(record: type[Record]) -> Table:
    """The table behind a record class, for statements that name no objects: those cost a fifth (decision 0060)."""
    return record.__table__  # type: ignore[attr-defined, no-any-return]


sources = table(SourceRecord)
source_states = table(SourceStateRecord)
polls = table(PollRecord)
seen = table(SeenRecord)
stories = table(StoryRecord)
articles = table(ArticleRecord)
revisions = table(RevisionRecord)
article_companies = table(CompanyRecord)
figures = table(FigureRecord)
fingerprints = table(FingerprintRecord)
bands = table(BandRecord)
events = table(EventRecord)
known_figures = table(KnownRecord)
reports = table(ReportRecord)
flags = table(FlagRecord)
decisions = table(DecisionRecord)
outbox = table(OutboxRecord)
runs = table(RunRecord)
settings = table(SettingRecord)
forgotten = table(ForgottenRecord)
hosts = table(HostRecord)
workers = table(WorkerRecord)
