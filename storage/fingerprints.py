"""Keeps fingerprints where one bounded query finds a text's copies among any number of articles."""

from __future__ import annotations

import struct

from sqlalchemy import Connection, delete, select

from crawler.items import Fingerprint
from storage.sql import new_rows
from storage.tables import bands, fingerprints


def keep_fingerprint(connection: Connection, article: int, fingerprint: Fingerprint | None) -> None:
    """Stores an article's fingerprint; one that it had before must be dropped first."""
    if fingerprint is None:
        return
    own = tuple(dict.fromkeys(fingerprint.bands))
    row = {
        "article_id": article,
        "exact": fingerprint.exact,
        "sketch": fingerprint.sketch,
        "length": fingerprint.length,
        "bands": struct.pack(f"<{len(own)}q", *own),
    }
    new_rows(connection, fingerprints, [row])
    new_rows(connection, bands, [{"band": band, "article_id": article} for band in own])


def drop_fingerprint(connection: Connection, article: int) -> None:
    """Forgets an article's fingerprint; its bands are found by their keys, which ``bands`` is ordered by."""
    packed = connection.execute(select(fingerprints.c.bands).where(fingerprints.c.article_id == article)).scalar()
    if packed is None:
        return
    connection.execute(delete(bands).where(bands.c.band.in_(bands_of(packed)), bands.c.article_id == article))
    connection.execute(delete(fingerprints).where(fingerprints.c.article_id == article))


def bands_of(packed: bytes) -> tuple[int, ...]:
    """The keys that ``keep_fingerprint`` packed."""
    return struct.unpack(f"<{len(packed) // 8}q", packed)
