"""The one type of each stage of the walk: Source, Lead, Page, Article, Figure, Reading, Outcome, Story.

All are frozen. Times are aware ``datetime`` in UTC unless a field says that a ``date`` alone is allowed.
Values of figures are exact ``Decimal`` in the base unit: yuan, dollars, persons, per cent (15 % is 15).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

SourceKind = Literal["feed", "listing", "sitemap", "search", "filings", "spider"]
"""``spider`` is one of the user's own, from the folder that the configuration names."""
Tier = Literal["filing", "company", "press", "aggregator", "repost"]
FigureKind = Literal["raised", "raised_total", "valuation", "laid_off", "laid_off_share", "headcount"]
Status = Literal["stated", "reported", "planned", "denied"]
Where = Literal["title", "text"]
SignalKind = Literal["started", "completed", "withdrawn", "denied"]
Topic = Literal["financing", "layoffs"]
KnownState = Literal["accepted", "unreviewed", "unconfirmed", "denied", "rejected"]
"""``rejected`` (a person said it is no figure) is never listed; the judge is told, so that a repeat is not flagged again."""
FlagReason = Literal["new", "refines", "confirms", "contradicts", "denied", "edited", "signal"]
FlagState = Literal["waiting", "accepted", "rejected", "amended", "superseded"]
Relation = Literal["new", "repeats", "refines", "confirms", "contradicts", "denied"]
LeadEnd = Literal["known", "irrelevant", "stored", "copy", "revised", "failed", "dropped"]
PollOutcome = Literal["new", "unchanged", "empty", "failed", "blocked"]
VerdictAction = Literal["accept", "reject", "amend", "merge"]

TIERS: tuple[Tier, ...] = ("filing", "company", "press", "aggregator", "repost")
"""From the strongest evidence to the weakest."""

LEAD_ENDS: tuple[LeadEnd, ...] = ("known", "irrelevant", "stored", "copy", "revised", "failed", "dropped")
"""Where a lead can end; each lead ends in exactly one."""


@dataclass(frozen=True, slots=True)
class Source:
    """A declared place that announces coverage; says nothing of its present health (see ``PollState``)."""

    name: str
    kind: SourceKind
    url: str
    outlet: str | None = None
    language: str | None = None
    timezone: str | None = None
    """The zone of dates that name none, e.g. ``Asia/Shanghai``."""
    tier: Tier = "press"
    region: tuple[str, ...] = ()
    """Regions it can be reached from; empty: from everywhere."""
    every: str = "adaptive"
    fetch: Literal["matching", "all"] = "matching"
    enabled: bool = True
    delay: float | None = None
    """Seconds between requests to its host where more than the configured spacing is needed."""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cookies: bool = False
    proxy: str = ""
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """What only its kind understands: selectors, paging, JSON paths."""
    note: str | None = None
    """Why it ships disabled, or what to know about it."""
    example: str | None = None
    verified: date | None = None


@dataclass(frozen=True, slots=True)
class PollState:
    """What the last polls of one source taught us, as the next conditional request needs it."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    """Of the last body that parsed; never of one that did not."""
    first_poll: bool = True
    """No poll has succeeded yet: what the next one brings is the source's baseline."""
    failures: int = 0
    moved_to: str | None = None
    moved_polls: int = 0
    unconditional_at: datetime | None = None
    interval: float | None = None
    """Seconds between its last two planned polls, as the cadence chose them."""
    rhythm: Mapping[str, Any] | None = None
    """What is known of its rhythm, as ``scheduler.rhythm`` writes it."""
    last_polled: datetime | None = None
    next_poll: datetime | None = None


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one poll of a source brought, and what the next one is to send along."""

    outcome: PollOutcome
    leads: int = 0
    new: int = 0
    error: str | None = None
    """For ``blocked``: robots, challenge or region."""
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    """None keeps what is remembered: a body that did not parse teaches nothing."""
    next_poll: datetime | None = None
    interval: float | None = None
    rhythm: Mapping[str, Any] | None = None
    """None keeps what is remembered."""
    moved_to: str | None = None
    """Where a permanent redirect pointed; None where the address answered itself."""
    unconditional: bool = False
    """It was asked without ETag or Last-Modified."""
    more: bool = False
    """It announced more than one poll may fetch of a site: a first poll is not over yet."""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """One announced article, as its source tells of it; nothing has been fetched for it yet."""

    source: str
    url: str
    title: str | None = None
    published: datetime | date | None = None
    updated: datetime | None = None
    """When the source says it was last edited; a known page edited since it was fetched is fetched again."""
    summary: str | None = None
    """Plain text, markup stripped."""
    content: str | None = None
    """The full content as HTML where the feed carries it; used when the page is closed to us."""
    guid: str | None = None
    outlet: str | None = None
    author: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched page: the bytes as they came after decompression, and how they were declared."""

    url: str
    """The address asked for."""
    final_url: str
    """The address that answered, after redirects."""
    body: bytes
    fetched: datetime
    status: int = 200
    content_type: str | None = None
    """The Content-Type header, whole; may lie about the charset."""
    lead: Lead | None = None
    further: tuple[str, ...] = ()
    """Addresses of the pages that are bound into the body after its own (``crawler.reading.bound``)."""
    outlet: str | None = None
    tier: Tier = "press"
    timezone: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    archived: str | None = None
    """Where the archive keeps it: ``file.warc.gz#offset``."""


@dataclass(frozen=True, slots=True)
class Article:
    """What a page is as an article, before any figure is read."""

    title: str | None
    text: str
    author: str | None = None
    outlet: str | None = None
    """Who published it here."""
    origin: str | None = None
    """Who is named as the original (来源, 转载自, "- Reuters", 据晚点)."""
    published: datetime | date | None = None
    updated: datetime | date | None = None
    language: str | None = None
    """``zh-Hans``, ``zh-Hant``, ``en`` or another BCP 47 tag; None where the text is too short to tell."""
    truncated: bool = False
    """Text was lost: too deep, too large or cut off."""
    next_page: str | None = None
    """Where the article goes on, if it is served in several pages and this is not the last of them."""


@dataclass(frozen=True, slots=True)
class CompanyMention:
    """A watched company in one article."""

    company: str
    mentions: int
    focus: bool
    """The article is about it, not only names it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that gives one measure of one watched company (``guide`` of figures: ``docs/figures.md``)."""

    company: str
    kind: FigureKind
    low: Decimal | None
    high: Decimal | None
    unit: str
    """ISO 4217 code, ``people`` or ``percent``."""
    quote: str
    where: Where
    start: int
    end: int
    """``[start:end]`` of the title or text, as ``where`` says, is the number as written."""
    written: str = ""
    """The number as written, so that it can be shown without the text: ``[start:end]`` of it."""
    event: str = ""
    """Shared by the figures of one round, offering or cut within an article."""
    approximate: bool = False
    round: str | None = None
    investors: tuple[str, ...] = ()
    scope: str | None = None
    as_of: str | None = None
    """``2023``, ``2023-06`` or ``2023-06-30``."""
    status: Status = "stated"
    why: tuple[str, ...] = ()
    """The reasons for this kind, owner and value, in the order they were found."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A number that looked like a figure and was not taken, with the reason."""

    where: Where
    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Signal:
    """News of a round or a cut that gives no number."""

    company: str
    topic: Topic
    signal: SignalKind
    quote: str
    where: Where
    start: int
    end: int
    why: tuple[str, ...] = ()
    published: datetime | date | None = None
    """Of the article that gave it, where the store hands it back."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What makes two texts copies: made of text folded to simplified script, so scripts do not matter."""

    exact: int
    """Signed 64-bit hash of the whole text, its words and characters in their order."""
    bands: tuple[int, ...]
    """Signed 64-bit keys in the order of their weight: copies share one of the first, so a database looks them up."""
    sketch: bytes
    """Compared by ``crawler.reading.fingerprint.similarity``."""
    length: int
    """Words, and characters of scripts without words."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one page says; ``error`` names what kept it from being read, and then the rest is empty."""

    article: Article
    companies: tuple[CompanyMention, ...] = ()
    figures: tuple[Figure, ...] = ()
    signals: tuple[Signal, ...] = ()
    passed: tuple[PassedOver, ...] = ()
    fingerprint: Fingerprint | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One article that states a known figure."""

    article: str | None
    url: str | None
    outlet: str | None
    published: datetime | date | None
    tier: Tier


@dataclass(frozen=True, slots=True)
class Known:
    """One entry of the ledger: a figure of one event, and who reported it."""

    id: str
    company: str
    kind: FigureKind
    low: Decimal | None
    high: Decimal | None
    unit: str
    state: KnownState
    event: str
    """The ledger's id of the round, offering or cut."""
    approximate: bool = False
    round: str | None = None
    investors: tuple[str, ...] = ()
    scope: str | None = None
    as_of: str | None = None
    status: Status = "stated"
    first_reported: datetime | date | None = None
    last_reported: datetime | date | None = None
    reports: tuple[Report, ...] = ()
    disputed: bool = False
    """An article has denied it, whatever a person made of that."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A stored article that the one being judged may be a copy or a revision of."""

    id: str
    url: str
    """Canonical."""
    story: str
    title: str | None
    fingerprint: Fingerprint
    published: datetime | date | None
    companies: tuple[str, ...] = ()
    copy_of: str | None = None
    figures: tuple[Figure, ...] = ()
    """Of its present revision."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One figure held against the ledger."""

    figure: Figure
    relation: Relation
    against: tuple[str, ...] = ()
    """Ids of the ledger's entries it was compared with, the deciding one first."""
    same_as: str | None = None
    """The ledger's entry that it is a further report of, where it is one."""
    event: str | None = None
    """The ledger's event that it belongs to; None opens a new one (shared by the article's ``Figure.event``)."""
    note: str | None = None
    """What a reviewer is to know: the rate used and its day, or that there was none."""
    flag: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """A figure that an edited article changed, gained or lost."""

    before: Figure | None
    after: Figure | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be done with one reading; deciding is ``crawler.decide``, doing is the store's."""

    end: LeadEnd
    reading: Reading
    copy_of: str | None = None
    """Article id, where ``end`` is ``copy``."""
    revises: str | None = None
    """Article id, where ``end`` is ``revised`` or, unchanged, ``known``."""
    story: str | None = None
    """Id of the story it joins; None opens one."""
    judged: tuple[Judged, ...] = ()
    signals: tuple[Signal, ...] = ()
    """Those to be flagged: once per event."""
    edits: tuple[Edit, ...] = ()
    """Those to be flagged; a figure that one of them holds has no flag of its own in ``judged``."""
    reopened: tuple[str, ...] = ()
    """Ids of the ledger's entries that a denial without a number answers: a person is to look at them again."""
    baseline: bool = False
    """Older than the source's baseline: figures enter the ledger as ``unreviewed``, nothing is flagged."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided about one flag."""

    action: VerdictAction
    by: str
    note: str | None = None
    reason: str | None = None
    """Why it was rejected."""
    changes: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """For ``amend``: fields of the Figure and their right values."""
    into: str | None = None
    """For ``merge``: id of the flag that says the same."""
    known: str | None = None
    """For ``merge``: id of the known figure that it says again, where no flag is named."""


@dataclass(frozen=True, slots=True)
class Story:
    """An article, its copies and the rewritings of the same news."""

    id: str
    title: str | None
    first_published: datetime | date | None
    origin: str | None
    companies: tuple[str, ...]
    articles: tuple[str, ...]
    independent: int
    """Distinct origins among its articles."""
