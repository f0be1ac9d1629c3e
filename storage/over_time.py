"""A company's figures over time, thinned to what a chart can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from crawler.items import Known
from storage.entries import with_reports
from storage.sql import chunks
from storage.tables import known_figures

_SHOWN = ("accepted", "unreviewed", "unconfirmed")
# All of it stands in ix_known_figures_standing: a company's every figure is counted without reading one.
_WHOLE = (
    known_figures.c.company == bindparam("company"),
    known_figures.c.kind == bindparam("kind"),
    known_figures.c.state.in_(_SHOWN),
    known_figures.c.scope.is_(None),
    known_figures.c.merged_into.is_(None),
)
_COUNTED = select(func.count()).where(*_WHOLE)
_ALL = select(known_figures.c.id).where(*_WHOLE)
_LAST_OF_MONTHS = (
    select(func.max(known_figures.c.id))
    .where(*_WHOLE, known_figures.c.as_of.is_not(None))
    .group_by(func.substr(known_figures.c.as_of, 1, 7))
    .order_by(func.max(known_figures.c.as_of).desc())
)
_ROWS = select(known_figures).where(known_figures.c.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Course:
    """The figures of one measure; of more than can be drawn the last of each month, evenly thinned, the newest kept."""

    entries: tuple[Known, ...]
    of: int
    """How many there are."""


def courses(connection: Connection, company: str, kinds: Sequence[str], most: int) -> Mapping[str, Course]:
    """How each of a company's measures went, at most ``most`` entries of each."""
    counted: dict[str, int] = {}
    chosen: list[int] = []
    for kind in kinds:
        given = {"company": company, "kind": kind}
        counted[kind] = connection.execute(_COUNTED, given).scalar_one()
        ids = connection.execute(_ALL if counted[kind] <= most else _LAST_OF_MONTHS, given).scalars().all()
        step = -(-len(ids) // most) or 1
        chosen += ids[::step]
    rows = [row for lot in chunks(chosen) for row in connection.execute(_ROWS, {"ids": list(lot)}).mappings()]
    known = with_reports(connection, rows)
    return {kind: Course(tuple(one for one in known if one.kind == kind), counted[kind]) for kind in kinds}
