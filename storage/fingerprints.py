"""Keeps fingerprints where one bounded query finds a text's copies among any number of articles."""

from __future__ import annotations

import struct
from functools import lru_cache

from sqlalchemy import Connection, delete, select

from crawler.items import Fingerprint
from crawler.reading.fingerprint import FILED
from storage.prepared import new_rows, numbers
from storage.tables import bands, fingerprints

PER_BAND = 300
"""Articles taken from one band: what thousands share is a boilerplate, and the newest stand for the rest."""
NEIGHBOURS = 20


def keep_fingerprint(connection: Connection, article: int, fingerprint: Fingerprint | None) -> None:
    """Stores an article's fingerprint, filed under its first keys; one that it had before must be dropped first."""
    if fingerprint is None:
        return
    filed = fingerprint.bands[:FILED]
    row = {
        "article_id": article,
        "exact": fingerprint.exact,
        "sketch": fingerprint.sketch,
        "length": fingerprint.length,
        "bands": struct.pack(f"<{len(filed)}q", *filed),
    }
    new_rows(connection, fingerprints, [row])
    new_rows(connection, bands, [{"band": band, "article_id": article} for band in filed])


def drop_fingerprint(connection: Connection, article: int) -> None:
    """Forgets an article's fingerprint; its bands are found by their keys, which ``bands`` is ordered by."""
    packed = connection.execute(select(fingerprints.c.bands).where(fingerprints.c.article_id == article)).scalar()
    if packed is None:
        return
    connection.execute(delete(bands).where(bands.c.band.in_(bands_of(packed)), bands.c.article_id == article))
    connection.execute(delete(fingerprints).where(fingerprints.c.article_id == article))


def alike(connection: Connection, fingerprint: Fingerprint) -> list[int]:
    """Ids of the articles that are filed under most of this one's keys; the closest first."""
    if not fingerprint.bands:
        return []
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    return numbers(connection, sharing(len(fingerprint.bands), PER_BAND, mark), fingerprint.bands)


@lru_cache(maxsize=64)
def sharing(number: int, newest: int, mark: str) -> str:
    """The articles that share most of so many bands; each band gives no more than so many, its newest."""
    one = "SELECT article_id FROM (SELECT article_id FROM bands WHERE band = {1} ORDER BY article_id DESC LIMIT {2}) AS b{0}"
    lots = " UNION ALL ".join(one.format(place, mark, newest) for place in range(number))
    return f"SELECT article_id FROM ({lots}) AS shared GROUP BY article_id ORDER BY count(*) DESC, article_id LIMIT {NEIGHBOURS}"  # noqa: S608


def bands_of(packed: bytes) -> tuple[int, ...]:
    """The keys that ``keep_fingerprint`` packed."""
    return struct.unpack(f"<{len(packed) // 8}q", packed)
