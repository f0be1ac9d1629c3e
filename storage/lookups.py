"""What the judge is told about a reading: bounded look-ups, each by an index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, bindparam, literal_column, select

from crawler.items import Figure, Fingerprint, Neighbour, Signal
from storage.fingerprints import NEIGHBOURS, bands_of
from storage.prepared import Prepared, listed, one_of
from storage.tables import article_companies, articles, figures, fingerprints, flags, seen

PER_FIGURE = 10
SIGNALS = 100


# Statements are made once: making one costs SQLAlchemy more than SQLite needs to answer it (decision 0060).
@lru_cache(maxsize=8)
def _articles(number: int) -> Prepared:
    """So many articles, as the judge is told of them."""
    return Prepared(
        select(
            articles.c.id,
            articles.c.url,
            articles.c.story_id,
            articles.c.title,
            articles.c.published,
            articles.c.copy_of,
            fingerprints.c.exact,
            fingerprints.c.sketch,
            fingerprints.c.length,
            fingerprints.c.bands,
        )
        .join_from(articles, fingerprints, isouter=True)
        .where(one_of(articles.c.id, number))
    )


@lru_cache(maxsize=8)
def _named_in(number: int) -> Prepared:
    """Which companies so many articles name."""
    return Prepared(
        select(article_companies.c.article_id, article_companies.c.company)
        .where(one_of(article_companies.c.article_id, number))
        .order_by(article_companies.c.company)
    )


@lru_cache(maxsize=8)
def _told_in(number: int) -> Prepared:
    """The figures that so many articles state now."""
    return Prepared(
        select(figures)
        .join_from(
            figures, articles, and_(articles.c.id == figures.c.article_id, articles.c.revision == figures.c.revision)
        )
        .where(one_of(figures.c.article_id, number))
        .order_by(figures.c.id)
    )


_SIGNALS = (
    select(flags.c.company, flags.c.topic, flags.c.signal, flags.c.quote, flags.c.created_at, articles.c.published)
    .join_from(flags, articles, isouter=True)
    .where(flags.c.company.in_(bindparam("companies", expanding=True)), flags.c.reason == "signal")
    .order_by((flags.c.id + 0).desc())  # as a sum it is sorted; as a key, SQLite would walk all flags in its order
    .limit(SIGNALS)
)


def articles_at(connection: Connection, urls: Sequence[str]) -> list[int]:
    """Ids of the articles known under any of these canonical addresses."""
    named = {f"url_{place}": url for place, url in enumerate(urls)}
    return list(dict.fromkeys(_at(len(urls)).column(connection, named)))


@lru_cache(maxsize=8)
def _at(number: int) -> Prepared:
    """The articles known under any of so many addresses; a list of open length is spelled anew at each call."""
    named = [bindparam(f"url_{place}", type_=seen.c.url.type) for place in range(number)]
    return Prepared(select(seen.c.article_id).where(seen.c.url.in_(named), seen.c.article_id.is_not(None)))


def telling(connection: Connection, told: Sequence[Figure]) -> list[int]:
    """Ids of the newest articles that state one of these figures."""
    found: dict[int, None] = {}
    for value in dict.fromkeys((one.company, one.kind, one.low, one.high, one.unit) for one in told):
        named = dict(zip(("company", "kind", "low", "high", "unit"), value, strict=True))
        telling = _telling(connection.dialect.name, named["low"] is None, named["high"] is None)
        found.update(dict.fromkeys(telling.column(connection, named)))
    return list(found)[:NEIGHBOURS]


@lru_cache(maxsize=8)
def _telling(dialect: str, no_low: bool, no_high: bool) -> Prepared:
    """The newest with one value. PostgreSQL takes no index for IS NOT DISTINCT FROM, and would walk all figures by their key
    for an order that the key has as well (migration 0007)."""
    low, high = figures.c.low, figures.c.high
    newest = figures.c.id if dialect == "sqlite" else literal_column("(figures.id + 0)")
    return Prepared(
        select(figures.c.article_id)
        .where(
            figures.c.company == bindparam("company"),
            figures.c.kind == bindparam("kind"),
            low.is_(None) if no_low else low == bindparam("low", type_=low.type),
            high.is_(None) if no_high else high == bindparam("high", type_=high.type),
            figures.c.unit == bindparam("unit"),
        )
        .order_by(low.desc(), high.desc(), newest.desc())
        .limit(PER_FIGURE)
    )


def neighbours(connection: Connection, ids: Sequence[int], *, address: str, at: Iterable[int]) -> list[Neighbour]:
    """The stored articles with these ids, in that order; those in ``at`` were found by address and are told under it."""
    if not ids:
        return []
    wanted = listed(ids)
    rows = {row["id"]: row for row in _articles(len(wanted)).rows(connection, wanted)}
    named = _companies(connection, wanted)
    told = _figures(connection, wanted)
    here = set(at)
    return [
        Neighbour(
            id=str(id),
            url=address if id in here else rows[id]["url"],
            story=str(rows[id]["story_id"]),
            title=rows[id]["title"],
            fingerprint=_fingerprint(rows[id]),
            published=rows[id]["published"],
            companies=tuple(named[id]),
            copy_of=None if rows[id]["copy_of"] is None else str(rows[id]["copy_of"]),
            figures=tuple(told[id]),
        )
        for id in ids
        if id in rows
    ]


def flagged_signals(connection: Connection, companies: Sequence[str]) -> list[Signal]:
    """The newest signals that were flagged for these companies."""
    if not companies:
        return []
    rows = connection.execute(_SIGNALS, {"companies": list(companies)})
    return [
        Signal(
            company=row.company,
            topic=row.topic,
            signal=row.signal,
            quote=row.quote or "",
            where="text",
            start=0,
            end=0,
            published=row.published or row.created_at,
        )
        for row in rows
    ]


def figure_of_row(row: Mapping[str, Any] | RowMapping) -> Figure:
    """A figure as its row in ``figures`` tells it."""
    return Figure(
        company=row["company"],
        kind=row["kind"],
        low=row["low"],
        high=row["high"],
        unit=row["unit"],
        quote=row["quote"],
        where=row["place"],
        start=row["start"],
        end=row["end"],
        written=row["written"],
        event=row["event"],
        approximate=row["approximate"],
        round=row["round"],
        investors=tuple(row["investors"]),
        scope=row["scope"],
        as_of=row["as_of"],
        status=row["status"],
        why=tuple(row["why"]),
    )


def _fingerprint(row: Mapping[str, Any]) -> Fingerprint:
    if row["exact"] is None:
        return Fingerprint(exact=0, bands=(), sketch=b"", length=0)
    return Fingerprint(
        exact=row["exact"], bands=bands_of(row["bands"]), sketch=bytes(row["sketch"]), length=row["length"]
    )


def _companies(connection: Connection, wanted: Mapping[str, int]) -> dict[int, list[str]]:
    named: dict[int, list[str]] = defaultdict(list)
    for row in _named_in(len(wanted)).rows(connection, wanted):
        named[row["article_id"]].append(row["company"])
    return named


def _figures(connection: Connection, wanted: Mapping[str, int]) -> dict[int, list[Figure]]:
    told: dict[int, list[Figure]] = defaultdict(list)
    for row in _told_in(len(wanted)).rows(connection, wanted):
        told[row["article_id"]].append(figure_of_row(row))
    return told
