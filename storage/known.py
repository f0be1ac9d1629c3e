"""What the judge is told of the ledger: every entry of some companies, quickly however many there are.

Rows are fetched as the database spells them and each spelling is turned into an object once: an entry that has not changed since
the last article costs its fetching only. A changed one is spelled differently, so nothing has to be told to forget it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, text

from crawler.items import Known, Report
from storage.types import when_of

_COLUMNS = (
    "id", "company", "kind", "low", "high", "unit", "state", "event_id", "approximate", "round", "scope", "as_of",
    "status", "first_reported", "last_reported",
)  # fmt: skip
_ENTRIES = f"""
    SELECT {", ".join(f"k.{name}" for name in _COLUMNS)}, CAST(k.investors AS text) AS investors,
        coalesce(k.merged_into, k.id) AS root
    FROM known_figures k WHERE k.company IN :companies ORDER BY k.id
"""  # noqa: S608
_REPORTS = """
    WITH RECURSIVE firsts (known_id, tier, status, id) AS (
        SELECT k.id, r.tier, r.status, r.id
        FROM known_figures k JOIN reports r ON r.id = (
            SELECT s.id FROM reports s WHERE s.known_id = k.id AND NOT s.withdrawn
            ORDER BY s.tier, s.status, s.id LIMIT 1
        )
        WHERE k.company IN :companies
        UNION ALL
        SELECT f.known_id, r.tier, r.status, r.id
        FROM firsts f JOIN reports r ON r.id = coalesce(
            (SELECT s.id FROM reports s
             WHERE s.known_id = f.known_id AND NOT s.withdrawn AND s.tier = f.tier AND s.status > f.status
             ORDER BY s.status, s.id LIMIT 1),
            (SELECT s.id FROM reports s WHERE s.known_id = f.known_id AND NOT s.withdrawn AND s.tier > f.tier
             ORDER BY s.tier, s.status, s.id LIMIT 1)
        )
    )
    SELECT f.root, r.status, k.status AS known_status, r.article_id, r.url, r.outlet, r.published, r.tier
    FROM (
        SELECT min(firsts.id) AS id, coalesce(k.merged_into, k.id) AS root
        FROM firsts JOIN known_figures k ON k.id = firsts.known_id
        GROUP BY coalesce(k.merged_into, k.id), firsts.tier, firsts.status = 'denied'
    ) AS f
    JOIN reports r ON r.id = f.id
    JOIN known_figures k ON k.id = r.known_id
    ORDER BY r.id
"""
"""Steps from the first report of one tier and status to that of the next, on ``ix_reports_first``: a figure that a million
articles repeat costs no more than one that three do. By two columns at once SQLite would step through all of a status."""


def _asking(statement: str) -> TextClause:
    return text(statement).bindparams(bindparam("companies", expanding=True))


_ASK_ENTRIES = _asking(_ENTRIES)
_ASK_REPORTS = _asking(_REPORTS)


def known_to_judge(connection: Connection, companies: Sequence[str]) -> list[Known]:
    """Every entry of these companies, each with the first report of each tier: enough to weigh evidence by."""
    if not companies:
        return []
    wanted = {"companies": list(companies)}
    said: dict[int, tuple[Report, ...]] = defaultdict(tuple)
    denied: set[int] = set()
    for root, status, known_status, *rest in connection.execute(_ASK_REPORTS, wanted):
        if status == "denied":
            denied.add(root)
        if status != "denied" or known_status == "denied":
            said[root] += (_report(*rest),)
    rows = connection.execute(_ASK_ENTRIES, wanted).all()
    # What is said of an entry is said of all that are merged into it.
    return [_known(tuple(row), said.get(root, ()), root in denied) for *row, root in rows]


@lru_cache(maxsize=50_000)
def _known(row: tuple[Any, ...], said: tuple[Report, ...], disputed: bool) -> Known:
    values = dict(zip((*_COLUMNS, "investors"), row, strict=True))
    for bound in ("low", "high"):
        values[bound] = None if values[bound] is None else Decimal(values[bound])
    for time in ("first_reported", "last_reported"):
        values[time] = None if values[time] is None else when_of(values[time])
    values |= {
        "id": str(values["id"]),
        "event": str(values.pop("event_id")),
        "approximate": bool(values["approximate"]),
    }
    values["investors"] = tuple(json.loads(values["investors"]))
    return Known(**values, reports=said, disputed=disputed)


@lru_cache(maxsize=50_000)
def _report(article: int | None, url: str | None, outlet: str | None, published: str | None, tier: Any) -> Report:
    return Report(
        article=None if article is None else str(article),
        url=url,
        outlet=outlet,
        published=None if published is None else when_of(published),
        tier=tier,
    )
