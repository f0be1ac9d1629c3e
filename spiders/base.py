"""What the kinds of source have in common: what is asked, what came of it, and how a body becomes leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from types import MappingProxyType
from typing import Protocol, cast

from crawler.errors import CutOff
from crawler.items import Lead, Source, SourceKind
from crawler.watchlist import Watchlist


@dataclass(frozen=True, slots=True)
class Ask:
    """One request that a poll of a source makes."""

    url: str
    method: str = "GET"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, str] = field(default_factory=dict)
    """What its reader needs to know again: which company, which page."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A body as its reader gets it: what was asked, what answered, and when."""

    ask: Ask
    url: str
    """The address that answered, after redirects."""
    body: bytes
    content_type: str | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Read:
    """What one body of a source said."""

    leads: tuple[Lead, ...]
    more: tuple[Ask, ...] = ()
    """Further requests of the same poll: the next page, the parts of an index."""
    interval: timedelta | None = None
    """How long the source itself asks to be left alone (``<ttl>``, ``sy:updatePeriod``)."""
    unusable: int = 0
    """Items that name no page: no link, or more of them than a source may announce at once."""
    cut: CutOff | None = None
    """The body ended too early; ``leads`` are those before its end."""


class Kind(Protocol):
    """One kind of source; a module ``spiders.<kind>`` offers both functions, which are pure."""

    def asks(self, source: Source, watchlist: Watchlist, now: datetime) -> Sequence[Ask]:
        """What a poll asks first."""

    def read(self, source: Source, answered: Answered) -> Read:
        """Reads one body; raises ReadError with a sentence where it is not what such a source serves."""


def kind_of(source: Source) -> Kind:
    """The module that knows the source's kind."""
    return cast(Kind, import_module(f"spiders.{KINDS[source.kind]}"))


def read_answer(_watchlist: Watchlist, source: Source, answered: Answered) -> Read:
    """Reads one body by the kind of its source; made to be called in a worker process."""
    return kind_of(source).read(source, answered)


KINDS: Mapping[SourceKind, str] = MappingProxyType(
    {"feed": "feed", "listing": "listing", "sitemap": "sitemap", "search": "search", "filings": "filings"}
)
"""The module of each kind; a user's own spider (``spiders.own``) asks and reads by itself."""
