"""Who reports an entry of the ledger, and what each report makes of it; on connections of the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, select, true, update

from crawler.items import Status, Tier
from storage.prepared import Prepared
from storage.sql import insert_or
from storage.tables import known_figures, reports
from storage.types import when_text

STRENGTH: tuple[Status, ...] = ("planned", "reported", "stated")

_SPAN = Prepared(
    select(known_figures.c.first_reported, known_figures.c.last_reported, known_figures.c.status).where(
        known_figures.c.id == bindparam("entry")
    )
)
_STATUSES = select(reports.c.status).where(reports.c.known_id == bindparam("entry"), ~reports.c.withdrawn).distinct()


@dataclass(frozen=True, slots=True)
class Said:
    """Who reports a figure."""

    article: int | None
    url: str | None
    outlet: str | None
    voice: str
    published: datetime | date | None
    tier: Tier


def add_report(connection: Connection, entry: int, said: Said, status: Status) -> None:
    """Notes who reports an entry; the same article again only renews what it says."""
    values = {
        "known_id": entry,
        "article_id": said.article,
        "url": said.url,
        "outlet": said.outlet,
        "voice": said.voice,
        "published": said.published,
        "tier": said.tier,
        "status": status,
        "withdrawn": False,
    }
    _reporting(connection.dialect.name).run(connection, [values])
    if status != "denied":
        _adds(connection, entry, said.published, status)


@cache
def _reporting(dialect: str) -> Prepared:
    columns = ("known_id", "article_id", "url", "outlet", "voice", "published", "tier", "status", "withdrawn")
    statement = insert_or(dialect, reports).values({name: bindparam(name) for name in columns})
    renewed = {"status": statement.excluded.status, "withdrawn": statement.excluded.withdrawn}
    return Prepared(statement.on_conflict_do_update(index_elements=["known_id", "article_id", "url"], set_=renewed))


def _adds(connection: Connection, entry: int, published: datetime | date | None, status: Status) -> None:
    """What one more report changes of its entry: since when, until when, and how surely it is said."""
    [row] = _SPAN.rows(connection, {"entry": entry})
    changed: dict[str, Any] = {}
    if published is not None:
        if row["first_reported"] is None or when_text(published) < when_text(row["first_reported"]):
            changed["first_reported"] = published
        if row["last_reported"] is None or when_text(published) > when_text(row["last_reported"]):
            changed["last_reported"] = published
    if status in _surer(row["status"]):
        changed["status"] = status
    if changed:
        connection.execute(update(known_figures).where(known_figures.c.id == entry).values(changed))


def _surer(status: Status) -> tuple[Status, ...]:
    """What makes an entry of this status surer: a denial gives way to what is stated alone."""
    return ("stated",) if status == "denied" else STRENGTH[STRENGTH.index(status) + 1 :]


def settle_status(connection: Connection, entry: int) -> None:
    """An entry is as sure as the surest report that stands: stated, then reported, then planned.

    One that was denied from the start is lifted by what is stated alone, and denied again where nothing else stands.
    """
    said = set(connection.execute(_STATUSES, {"entry": entry}).scalars())
    strongest = max(said & set(STRENGTH), key=STRENGTH.index, default="denied" if "denied" in said else None)
    if strongest is not None:
        lifts = true() if strongest in ("stated", "denied") else known_figures.c.status != "denied"
        connection.execute(
            update(known_figures)
            .where(known_figures.c.id == entry, known_figures.c.status != strongest, lifts)
            .values(status=strongest)
        )
