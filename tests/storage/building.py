"""Pages, readings and judges for the store's tests, short to say."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from crawler.items import (
    Article,
    CompanyMention,
    Figure,
    Fingerprint,
    Judged,
    Known,
    Lead,
    Neighbour,
    Outcome,
    Page,
    Reading,
    Relation,
    Signal,
)

FETCHED = datetime(2026, 11, 24, 7, 59, tzinfo=UTC)
Judging = Callable[[Sequence[Neighbour], Sequence[Known], Sequence[Signal]], Outcome]


def page(name: str = "one", **changes: Any) -> Page:
    url = f"https://news.example/{name}"
    base = Page(
        url=url,
        final_url=url,
        body=f"<p>{name}</p>".encode(),
        fetched=FETCHED,
        outlet="Example Daily",
        lead=Lead("example", url),
    )
    return replace(base, **changes)


def fingerprint(text: str, bands: int = 8) -> Fingerprint:
    digest = hashlib.blake2b(text.encode(errors="replace"), digest_size=8 * bands).digest()
    keys = struct.unpack(f"<{bands}q", digest)
    return Fingerprint(exact=keys[0], bands=keys[1:], sketch=digest, length=len(text))


def figure(low: str | None = "600000000", high: str | None = "same", **changes: Any) -> Figure:
    bound = None if low is None else Decimal(low)
    base = Figure(
        company="sensetime",
        kind="raised",
        low=bound,
        high=bound if high == "same" else None if high is None else Decimal(high),
        unit="USD",
        quote="Lanting获6亿美元融资。",
        where="text",
        start=8,
        end=12,
        written="6亿美元",
        event="e1",
        round="Z",
        as_of="2026-11",
    )
    return replace(base, **changes)


def reading(text: str = "商汤获6亿美元融资。", *figures: Figure, **changes: Any) -> Reading:
    article: dict[str, Any] = {
        "title": f"标题：{text[:6]}",
        "text": text,
        "outlet": "Example Daily",
        "published": date(2026, 11, 23),
        "language": "zh-Hans",
    }
    for name in ("title", "outlet", "origin", "published", "author", "updated", "truncated"):
        if name in changes:
            article[name] = changes.pop(name)
    base = Reading(
        article=Article(**article),
        companies=(CompanyMention("sensetime", 2, True),),
        figures=figures,
        fingerprint=fingerprint(text),
    )
    return replace(base, **changes)


def judged(one: Figure, relation: Relation = "new", **changes: Any) -> Judged:
    return replace(Judged(one, relation, flag=relation != "repeats"), **changes)


def stored(read: Reading, *figures: Judged, **changes: Any) -> Judging:
    """A judge that stores the reading, with these figures, whatever is known."""
    return lambda neighbours, ledger, signals: Outcome(
        **{"end": "stored", "reading": read, "judged": figures, **changes}
    )
