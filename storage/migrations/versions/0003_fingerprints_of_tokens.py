"""Fingerprints of another make: those that are stored are made anew from the articles' present texts."""

from __future__ import annotations

import struct
from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

from crawler.reading.fingerprint import FILED, fingerprint

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LOT = 500
TEXTS = sa.text("""
    SELECT a.id, r.text FROM articles a JOIN revisions r ON r.article_id = a.id AND r.number = a.revision
    WHERE a.id > :last ORDER BY a.id LIMIT :lot
""")
FINGERPRINTS = sa.text("""
    INSERT INTO fingerprints (article_id, exact, sketch, length, bands) VALUES (:article, :exact, :sketch, :length, :bands)
""")
BANDS = sa.text("INSERT INTO bands (band, article_id) VALUES (:band, :article)")


def upgrade() -> None:
    # Who has the whole text shares every key.
    op.drop_index(op.f("ix_fingerprints_exact"), table_name="fingerprints")
    connection = op.get_bind()
    connection.execute(sa.text("DELETE FROM bands"))
    connection.execute(sa.text("DELETE FROM fingerprints"))
    last = 0
    while texts := connection.execute(TEXTS, {"last": last, "lot": LOT}).all():
        renew(connection, [(row.id, row.text) for row in texts])
        last = texts[-1].id


def renew(connection: sa.Connection, texts: Iterable[tuple[int, str]]) -> None:
    prints, keys = [], []
    for article, text in texts:
        made = fingerprint(text)
        filed = made.bands[:FILED]
        prints.append(
            {
                "article": article,
                "exact": made.exact,
                "sketch": made.sketch,
                "length": made.length,
                "bands": struct.pack(f"<{len(filed)}q", *filed),
            }
        )
        keys += [{"band": key, "article": article} for key in filed]
    connection.execute(FINGERPRINTS, prints)
    if keys:
        connection.execute(BANDS, keys)
