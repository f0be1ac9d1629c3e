"""What a card shows beside its flag, read for a whole page of cards at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select

from crawler.items import Figure, Tier
from storage.codec import figure_of
from storage.tables import articles, flags, revisions

_LOOKED_AT = 50
"""Rejections of one measure among which a look-alike is looked for, the newest."""
_IDS: Any = bindparam("ids", expanding=True)
_ROOT = func.coalesce(articles.c.copy_of, articles.c.id).label("root")
_TEXTS = (
    select(articles.c.id, articles.c.tier, articles.c.archived, _ROOT, revisions.c.text)
    .join_from(
        articles, revisions, and_(revisions.c.article_id == articles.c.id, revisions.c.number == articles.c.revision)
    )
    .where(articles.c.id.in_(_IDS))
)
_COPIES = (
    select(articles.c.copy_of, func.count().label("copies"))
    .where(articles.c.copy_of.in_(_IDS))
    .group_by(articles.c.copy_of)
)
_REJECTED = (
    select(flags.c.id, flags.c.figure, flags.c.decided_by, flags.c.cause)
    .where(flags.c.company == bindparam("company"), flags.c.kind == bindparam("kind"), flags.c.state == "rejected")
    .order_by(flags.c.id.desc())
    .limit(_LOOKED_AT)
)


@dataclass(frozen=True, slots=True)
class Backdrop:
    """An article as far as a card shows it."""

    text: str
    tier: Tier
    archived: bool
    copies: int
    """Its copies, or, where it is one, the original and its other copies."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A figure that a person said is none."""

    id: str
    by: str | None
    cause: str | None
    figure: Figure


def backdrops(connection: Connection, ids: Collection[int]) -> dict[str, Backdrop]:
    """The articles with these numbers, by id; one that is not there is left out."""
    rows = connection.execute(_TEXTS, {"ids": list(ids)}).all()
    copies = {row.copy_of: row.copies for row in connection.execute(_COPIES, {"ids": list({row.root for row in rows})})}
    return {str(row.id): Backdrop(row.text, row.tier, bool(row.archived), copies.get(row.root, 0)) for row in rows}


def rejections(connection: Connection, company: str, kind: str) -> list[Rejection]:
    """The newest rejected figures of one measure."""
    rows = connection.execute(_REJECTED, {"company": company, "kind": kind})
    return [Rejection(str(row.id), row.decided_by, row.cause, figure_of(row.figure)) for row in rows if row.figure]
