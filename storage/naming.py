"""Articles that name a company, newest first, whether it is named by ten of a million or by half of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, bindparam, func, select

from storage.tables import article_companies

FEW = 5_000
"""So many articles are sooner all looked up and sorted than met on the way through all that there are."""
_NAMED = (
    select(article_companies.c.article_id)
    .where(article_companies.c.company == bindparam("company"))
    .limit(bindparam("most"))
    .subquery()
)
_COUNTED = select(func.count()).select_from(_NAMED)


def among(connection: Connection, company: str, id: Column[Any], naming: Select[Any]) -> ColumnElement[bool]:
    """The condition that ``id`` is one of those that ``naming`` selects: the rows that name a company."""
    if connection.execute(_COUNTED, {"company": company, "most": FEW + 1}).scalar_one() <= FEW:
        return id.in_(naming)
    wanted = naming.selected_columns[0]
    return naming.where(wanted == id).correlate(id.table).exists()
