"""Whether the ledger agrees with itself: what no crash and no verdict may leave behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, Select, and_, cast, exists, func, or_, select

from crawler.plural import counted
from storage.checks import Finding
from storage.store import SqlStore
from storage.tables import flags, known_figures, reports

_MEND = "report this with the output of `doctor`; `dragonwatch restore` puts the last backup back"


def check_ledger(store: SqlStore) -> list[Finding]:
    """One finding for each kind of contradiction, and one that says the ledger is whole where there is none."""
    with store.database.read() as connection:
        wrong = list(_contradictions(connection))
        size = connection.execute(select(func.count()).select_from(known_figures)).scalar_one()
    return wrong or [Finding("ledger", "ok", f"{counted(size, 'figure')}, in agreement with reports and flags")]


def _contradictions(connection: Connection) -> Iterator[Finding]:
    into = known_figures.alias()
    looks: tuple[tuple[str, Select[Any]], ...] = (
        ("figures whose lower end is above their upper end", _count(cast(known_figures.c.low, Float) > cast(known_figures.c.high, Float))),
        ("figures that are merged into themselves", _count(known_figures.c.merged_into == known_figures.c.id)),
        (
            "figures that are merged into one of another measure",
            select(func.count())
            .select_from(known_figures)
            .join(into, into.c.id == known_figures.c.merged_into)
            .where(or_(into.c.company != known_figures.c.company, into.c.kind != known_figures.c.kind)),
        ),
        (
            "figures that nobody ever reported",
            _count(~exists().where(reports.c.known_id == known_figures.c.id)),
        ),
        (
            "accepted flags whose figure the ledger does not hold",
            select(func.count()).select_from(flags).where(
                and_(flags.c.state.in_(("accepted", "amended")), flags.c.figure.is_not(None), flags.c.known_id.is_(None))
            ),
        ),
    )  # fmt: skip
    for told, look in looks:
        count = connection.execute(look).scalar_one()
        if count:
            yield Finding("ledger", "warning", f"{count} {told}", _MEND)


def _count(where: ColumnElement[bool]) -> Select[Any]:
    return select(func.count()).select_from(known_figures).where(where)
