"""The ledger's statements, each on a connection of the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    RowMapping,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from crawler.errors import NotThere
from crawler.items import TIERS, Figure, Known, KnownState, Report
from storage.prepared import new_row
from storage.sql import chunks
from storage.tables import events, known_figures, reports

REPORTS = 50
"""Reports shown of one entry, the strongest: enough to show, however often it is repeated."""


_ROOT = func.coalesce(known_figures.c.merged_into, known_figures.c.id).label("root")
_IDS: BindParameter[list[int]] = bindparam("ids", expanding=True)
_OF_IDS = or_(known_figures.c.id.in_(_IDS), known_figures.c.merged_into.in_(_IDS))
_NUMBERED = (
    select(
        _ROOT,
        reports.c.id,
        reports.c.article_id,
        reports.c.url,
        reports.c.outlet,
        reports.c.published,
        reports.c.tier,
        func.row_number()
        .over(
            partition_by=_ROOT,
            order_by=(
                case({tier: place for place, tier in enumerate(TIERS)}, value=reports.c.tier, else_=len(TIERS)),
                reports.c.id,
            ),
        )
        .label("place"),
    )
    .join_from(reports, known_figures, reports.c.known_id == known_figures.c.id)
    .where(_OF_IDS, ~reports.c.withdrawn, or_(reports.c.status != "denied", known_figures.c.status == "denied"))
    .subquery()
)
_STRONGEST = select(_NUMBERED).where(_NUMBERED.c.place <= bindparam("most")).order_by(_NUMBERED.c.root, _NUMBERED.c.id)
_DENIES = (reports.c.status == "denied").label("denies")
_VOICES = (
    select(_ROOT, _DENIES, func.count(reports.c.voice.distinct()).label("voices"))
    .join_from(reports, known_figures, reports.c.known_id == known_figures.c.id)
    .where(_OF_IDS, ~reports.c.withdrawn)
    .group_by(_ROOT, _DENIES)
)
_DENIED = (
    select(_ROOT)
    .distinct()
    .join_from(reports, known_figures, reports.c.known_id == known_figures.c.id)
    .where(_OF_IDS, ~reports.c.withdrawn, reports.c.status == "denied")
)
_STANDING = (
    select(known_figures)
    .where(
        known_figures.c.company == bindparam("company"),
        known_figures.c.kind == bindparam("kind"),
        known_figures.c.state == "accepted",
        known_figures.c.as_of.is_not(None),
        known_figures.c.scope.is_(None),
        known_figures.c.merged_into.is_(None),
        known_figures.c.status.in_(("stated", "reported")),
    )
    .order_by(known_figures.c.as_of.desc(), known_figures.c.id.desc())
    .limit(1)
)


def open_event(connection: Connection, company: str, *, round: str | None, as_of: str | None, now: datetime) -> int:
    """A new round, offering or cut."""
    values = {"company": company, "round": round, "as_of": as_of, "opened_at": now}
    return new_row(connection, events, values)


def open_entry(
    connection: Connection,
    figure: Figure,
    *,
    event: int,
    state: KnownState,
    added_by: str,
    now: datetime,
    note: str | None = None,
) -> int:
    """A new entry, without a report as yet."""
    values = {
        "event_id": event,
        "company": figure.company,
        "kind": figure.kind,
        "low": figure.low,
        "high": figure.high,
        "unit": figure.unit,
        "approximate": figure.approximate,
        "round": figure.round,
        "investors": list(figure.investors),
        "scope": figure.scope,
        "as_of": figure.as_of,
        "status": figure.status,
        "state": state,
        "quote": figure.quote or None,
        "note": note,
        "added_by": added_by,
        "created_at": now,
    }
    return new_row(connection, known_figures, values)


def entries(
    connection: Connection, *where: ColumnElement[bool], limit: int | None = None, newest: bool = False
) -> list[Known]:
    """The entries that meet the conditions with their reports, oldest first; ``newest`` turns that round."""
    order = known_figures.c.id.desc() if newest else known_figures.c.id
    rows = list(connection.execute(select(known_figures).where(*where).order_by(order).limit(limit)).mappings())
    return with_reports(connection, rows)


def standing(connection: Connection, measures: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Known]:
    """The newest accepted figure of each whole measure (company, kind), by the time it holds for; one without is left out."""
    wanted = sorted(set(measures))
    found = (connection.execute(_STANDING, {"company": company, "kind": kind}).mappings() for company, kind in wanted)
    rows = [row for result in found for row in result]
    return {(known.company, known.kind): known for known in with_reports(connection, rows)}


def with_reports(connection: Connection, rows: Sequence[RowMapping]) -> list[Known]:
    """The entries of these rows, with their reports."""
    ids = [row["id"] for row in rows]
    said = reports_of(connection, ids)
    roots = [row["merged_into"] or row["id"] for row in rows]
    disputed = {id for lot in chunks(roots) for id in connection.execute(_DENIED, {"ids": list(lot)}).scalars()}
    return [known_of_row(row, said.get(row["id"], ()), root in disputed) for row, root in zip(rows, roots, strict=True)]


def known_of_row(row: RowMapping, said: Sequence[Report], disputed: bool) -> Known:
    """An entry as its row tells it."""
    return Known(
        id=str(row["id"]),
        company=row["company"],
        kind=row["kind"],
        low=row["low"],
        high=row["high"],
        unit=row["unit"],
        state=row["state"],
        event=str(row["event_id"]),
        approximate=row["approximate"],
        round=row["round"],
        investors=tuple(row["investors"]),
        scope=row["scope"],
        as_of=row["as_of"],
        status=row["status"],
        first_reported=row["first_reported"],
        last_reported=row["last_reported"],
        reports=tuple(said),
        disputed=disputed,
    )


def report_of_row(row: Any) -> Report:
    """A report as its row tells it."""
    return Report(
        article=None if row.article_id is None else str(row.article_id),
        url=row.url,
        outlet=row.outlet,
        published=row.published,
        tier=row.tier,
    )


def reports_of(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[Report, ...]]:
    """The strongest reports that stand, by entry; what was merged into an entry reports it too."""
    found: dict[int, list[Report]] = defaultdict(list)
    for lot in chunks(ids):
        for row in connection.execute(_STRONGEST, {"ids": list(lot), "most": REPORTS}):
            found[row.root].append(report_of_row(row))
    return {id: tuple(said) for id, said in found.items()}


def voices(connection: Connection, ids: Iterable[int]) -> dict[tuple[int, bool], int]:
    """How many independent voices report, by (entry, whether they deny it)."""
    counted: dict[tuple[int, bool], int] = {}
    for lot in chunks(sorted(set(ids))):
        rows = connection.execute(_VOICES, {"ids": list(lot)})
        counted |= {(row.root, bool(row.denies)): row.voices for row in rows}
    return counted


def known_id(id: str) -> int:
    """The number behind the id of an entry; raises NotThere where it is none."""
    if not id.isascii() or not id.isdigit() or len(id) > 18:
        raise NotThere(f"{id!r} is no id of a known figure; `dragonwatch figures` lists them")
    return int(id)


def snapshot(connection: Connection, entry: int) -> dict[str, Any]:
    """What a verdict may change of an entry, to be put back by ``restore``."""
    row = connection.execute(select(known_figures).where(known_figures.c.id == entry)).mappings().one()
    kept = {name: row[name] for name in _UNDOABLE}
    return {**kept, "low": _text(row["low"]), "high": _text(row["high"]), "id": entry}


def restore(connection: Connection, kept: dict[str, Any]) -> None:
    """Puts an entry back as ``snapshot`` found it."""
    values = {name: kept[name] for name in _UNDOABLE}
    for bound in ("low", "high"):
        values[bound] = None if kept[bound] is None else Decimal(kept[bound])
    connection.execute(update(known_figures).where(known_figures.c.id == kept["id"]).values(values))


_UNDOABLE = (
    "event_id", "company", "kind", "low", "high", "unit", "approximate", "round", "investors", "scope", "as_of", "status", "state", "merged_into",
)  # fmt: skip


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
