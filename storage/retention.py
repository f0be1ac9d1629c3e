"""Lets go of archived pages by age and by size, but never of those behind accepted figures; texts always stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, func, select, update

from crawler.errors import ReadError
from storage.archive import WarcArchive
from storage.store import SqlStore
from storage.tables import articles, known_figures, reports, revisions


@dataclass(frozen=True, slots=True)
class Retained:
    """What was let go."""

    files: int
    bytes: int
    pages_kept: int
    """Pages behind accepted figures, moved to a newer file."""
    torn: tuple[str, ...] = ()
    """Files that stay, since a page that must be kept cannot be read out of them."""


def retain(
    store: SqlStore, archive: WarcArchive, *, max_age: timedelta | None = None, max_bytes: int | None = None
) -> Retained:
    """Removes the oldest files until none is older than ``max_age`` and all together are within ``max_bytes``.

    What must stay is copied to a newer file, and every reference follows, before a file goes; so a kill in between
    leaves a page twice and never not at all.
    """
    now = store.clock.now()
    files = archive.files()
    total = sum(path.stat().st_size for path in files)
    removed = freed = kept = 0
    torn: list[str] = []
    for path in files:
        size = path.stat().st_size
        too_old = max_age is not None and now - _written(path) > max_age
        too_much = max_bytes is not None and total > max_bytes
        if archive.writes(path) or not (too_old or too_much):
            continue
        try:
            moved = {place: archive.move(place) for place in _needed(store, path.name)}
        except ReadError:
            torn.append(path.name)
            continue
        grown = sum(archive.size_of(place) for place in moved.values())
        store.database.write(partial(_follow, name=path.name, moved=moved))
        path.unlink()
        removed, freed, kept = removed + 1, freed + size - grown, kept + len(moved)
        total -= size - grown
    return Retained(removed, freed, kept, tuple(torn))


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _needed(store: SqlStore, name: str) -> list[str]:
    """Where the pages lie in that file that an accepted figure, or one merged into it, was read from."""
    stands = known_figures.alias()
    behind = (
        select(reports.c.article_id)
        .join_from(reports, known_figures, reports.c.known_id == known_figures.c.id)
        .join(stands, stands.c.id == func.coalesce(known_figures.c.merged_into, known_figures.c.id))
        .where(stands.c.state == "accepted", ~reports.c.withdrawn, reports.c.article_id.is_not(None))
    )
    with store.database.read() as connection:
        found = connection.execute(
            select(revisions.c.archived)
            .where(revisions.c.archived.startswith(f"{name}#", autoescape=True), revisions.c.article_id.in_(behind))
            .distinct()
        )
        return [place for place in found.scalars() if place is not None]


def _follow(connection: Connection, *, name: str, moved: dict[str, str]) -> None:
    """Points what was moved to its new place, and what goes to none."""
    for table in (articles, revisions):
        for old, new in moved.items():
            connection.execute(update(table).where(table.c.archived == old).values(archived=new))
        gone = table.c.archived.startswith(f"{name}#", autoescape=True)
        connection.execute(update(table).where(gone).values(archived=None))
