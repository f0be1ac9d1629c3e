"""One poll of one source: asked only for what has changed, read in a worker, sifted."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from crawler.errors import BadStatus, Blocked, CutOff
from crawler.fetch.answer import Answer, Terms
from crawler.fetch.client import Web
from crawler.fetch.conditional import body_hash, conditions
from crawler.fetch.standins import EXPLAINED, stand_in
from crawler.items import Lead, PollState, Source
from crawler.urls import origin_of
from crawler.watchlist import Watchlist
from crawler.workers import Workers
from spiders.base import Answered, Ask, kind_of, read_answer

MOST_ASKS = 50
"""Requests that one poll may make: pages of a list, parts of an index, queries by company."""
ADOPTED_AFTER = 3
"""Polls in a row that must lead to one new address before it is asked directly."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll brought, before its leads are followed."""

    leads: tuple[Lead, ...] = ()
    unchanged: bool = False
    unusable: int = 0
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    moved_to: str | None = None
    interval: timedelta | None = None
    unconditional: bool = False
    cut: CutOff | None = None
    """A body ended too early: its whole items are among the leads, and it is asked again in full."""


class Gone(BadStatus):
    """The source answered 410: it is not coming back."""


def terms_of(source: Source) -> Terms:
    """On what terms a source's pages are fetched; its headers and cookies go to its own origin alone."""
    size, seconds = source.options.get("max_size"), source.options.get("timeout")
    return Terms(
        origin=origin_of(source.url),
        headers=dict(source.headers),
        cookies=source.name if source.cookies else "",
        delay=source.delay,
        proxy=source.proxy,
        max_size=int(size) if size else None,
        timeout=float(seconds) if seconds else None,
    )


async def poll(source: Source, state: PollState, *, web: Web, workers: Workers, watchlist: Watchlist) -> Polled:
    """Asks a source whatever its kind asks, and gives its leads; raises FetchError or ReadError with a sentence."""
    now, terms = web.now(), terms_of(source)  # as declared: headers do not follow a source to another origin
    source = _moved(source, state)
    asks = deque(kind_of(source).asks(source, watchlist, now))
    single = len(asks) == 1
    sent = conditions(state, now) if single else {}
    made, hashes, first = Polled(unconditional=not sent), [], True
    for _ in range(MOST_ASKS):
        if not asks:
            break
        ask = asks.popleft()
        answer = await _answer(web, terms, ask, sent if first else {})
        hashes.append(body_hash(answer.body))
        if first:
            made = replace(made, moved_to=_moved_to(answer, state), **_validators(answer, single))
            if answer.status == 304 or (single and hashes[0] == state.body_hash and not state.failures):
                return replace(made, unchanged=True)
        read = await workers.run(read_answer, _portable(source), _answered(ask, answer, now))
        asks.extend(read.more)
        made = replace(
            made,
            leads=made.leads + read.leads,
            unusable=made.unusable + read.unusable,
            cut=made.cut or read.cut,
            interval=max(filter(None, (made.interval, read.interval, _cached_for(answer))), default=None),
        )
        first = False
    if made.cut is not None:
        return replace(made, etag=None, last_modified=None)
    return replace(made, body_hash=hashes[0] if len(hashes) == 1 else body_hash("".join(hashes).encode()))


async def _answer(web: Web, terms: Terms, ask: Ask, sent: Mapping[str, str]) -> Answer:
    try:
        answer = await web.ask(ask.url, terms, method=ask.method, body=ask.body, headers={**ask.headers, **sent})
    except BadStatus as error:
        if error.status == 410:
            raise Gone(f"{ask.url} answered 410: the source is gone for good", status=410) from None
        raise
    if answer.status != 304 and (instead := stand_in(answer.url, answer.final_url, answer.body, dict(answer.headers))):
        raise Blocked(f"{ask.url} {EXPLAINED[instead]}", why=instead)
    return answer


def _answered(ask: Ask, answer: Answer, now: datetime) -> Answered:
    return Answered(ask, answer.final_url, answer.body, answer.headers.get("content-type"), now)


def _moved(source: Source, state: PollState) -> Source:
    """A source whose address has moved for good, three polls in a row, is asked where it is now."""
    if state.moved_to and state.moved_polls >= ADOPTED_AFTER:
        return replace(source, url=state.moved_to)
    return source


def _moved_to(answer: Answer, state: PollState) -> str | None:
    """Where the source is now; an address that was adopted stays so while it answers by itself."""
    if answer.moved_to is None and state.moved_polls >= ADOPTED_AFTER:
        return state.moved_to
    return answer.moved_to


def _validators(answer: Answer, single: bool) -> dict[str, Any]:
    if not single:
        return {}
    return {"etag": answer.headers.get("etag"), "last_modified": answer.headers.get("last-modified")}


def _cached_for(answer: Answer) -> timedelta | None:
    """How long the server itself lets caches keep the answer; at most a day."""
    for directive in answer.headers.get("cache-control", "").lower().split(","):
        name, _, value = directive.strip().partition("=")
        if name == "max-age" and value.strip('"').isdigit():
            return timedelta(seconds=min(int(value.strip('"')[:9]), 86_400)) or None
    return None


def _portable(source: Source) -> Source:
    """The source as it can be sent to a worker: without what it does not need, above all no secrets of its headers."""
    return replace(source, headers={}, options=_plain(source.options))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping | MappingProxyType):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
