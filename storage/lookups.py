"""What the judge is told about a reading: bounded look-ups, each by an index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, literal, select, union_all

from crawler.items import Figure, Fingerprint, Neighbour, Signal
from storage.fingerprints import bands_of
from storage.tables import article_companies, articles, bands, figures, fingerprints, flags, seen

PER_BAND = 30
"""Articles taken from one band: what thousands share is a boilerplate, and the newest stand for the rest."""
NEIGHBOURS = 20
SIGNALS = 100


def articles_at(connection: Connection, urls: Sequence[str]) -> list[int]:
    """Ids of the articles known under any of these canonical addresses."""
    found = connection.execute(select(seen.c.article_id).where(seen.c.url.in_(urls), seen.c.article_id.is_not(None)))
    return list(dict.fromkeys(found.scalars()))


def alike(connection: Connection, fingerprint: Fingerprint) -> list[int]:
    """Ids of the articles that share the text, or most bands, with this one; the closest first."""
    same = connection.execute(
        select(fingerprints.c.article_id)
        .where(fingerprints.c.exact == fingerprint.exact)
        .order_by(fingerprints.c.article_id)
        .limit(NEIGHBOURS)
    )
    found = list(same.scalars())
    if fingerprint.bands:
        lots = [
            select(
                select(bands.c.article_id)
                .where(bands.c.band == literal(band, bands.c.band.type))
                .order_by(bands.c.article_id.desc())
                .limit(PER_BAND)
                .subquery()
            )
            for band in dict.fromkeys(fingerprint.bands)
        ]
        shared = union_all(*lots).subquery()
        times = func.count().label("times")
        found += connection.execute(
            select(shared.c.article_id)
            .group_by(shared.c.article_id)
            .order_by(times.desc(), shared.c.article_id)
            .limit(NEIGHBOURS)
        ).scalars()
    return list(dict.fromkeys(found))


def neighbours(connection: Connection, ids: Sequence[int], *, address: str, at: Iterable[int]) -> list[Neighbour]:
    """The stored articles with these ids, in that order; those in ``at`` were found by address and are told under it."""
    if not ids:
        return []
    rows = {
        row["id"]: row
        for row in connection.execute(
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
            .where(articles.c.id.in_(ids))
        ).mappings()
    }
    named = _companies(connection, ids)
    told = _figures(connection, ids)
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
    rows = connection.execute(
        select(flags.c.company, flags.c.topic, flags.c.signal, flags.c.quote, articles.c.published)
        .join_from(flags, articles, isouter=True)
        .where(flags.c.company.in_(companies), flags.c.reason == "signal")
        .order_by(flags.c.id.desc())
        .limit(SIGNALS)
    )
    return [
        Signal(
            company=row.company,
            topic=row.topic,
            signal=row.signal,
            quote=row.quote or "",
            where="text",
            start=0,
            end=0,
            published=row.published,
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
        event=row["event"],
        approximate=row["approximate"],
        round=row["round"],
        investors=tuple(row["investors"]),
        scope=row["scope"],
        as_of=row["as_of"],
        status=row["status"],
        why=tuple(row["why"]),
    )


def _fingerprint(row: RowMapping) -> Fingerprint:
    if row["exact"] is None:
        return Fingerprint(exact=0, bands=(), sketch=b"", length=0)
    return Fingerprint(
        exact=row["exact"], bands=bands_of(row["bands"]), sketch=bytes(row["sketch"]), length=row["length"]
    )


def _companies(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    named: dict[int, list[str]] = defaultdict(list)
    rows = connection.execute(
        select(article_companies.c.article_id, article_companies.c.company)
        .where(article_companies.c.article_id.in_(ids))
        .order_by(article_companies.c.company)
    )
    for id, company in rows:
        named[id].append(company)
    return named


def _figures(connection: Connection, ids: Sequence[int]) -> dict[int, list[Figure]]:
    told: dict[int, list[Figure]] = defaultdict(list)
    present = and_(articles.c.id == figures.c.article_id, articles.c.revision == figures.c.revision)
    rows = connection.execute(
        select(figures)
        .join_from(figures, articles, present)
        .where(figures.c.article_id.in_(ids))
        .order_by(figures.c.id)
    )
    for row in rows.mappings():
        told[row["article_id"]].append(figure_of_row(row))
    return told
