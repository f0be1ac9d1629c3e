"""Which article of a group of copies is the original, and whose voice they all are: told anew whenever one joins.

Both follow from the group alone, so the order in which its articles came in leaves no trace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from storage.tables import articles, reports
from storage.types import when_text
from storage.voices import host_voice, voice

_GROUP = select(
    articles.c.id,
    articles.c.url,
    articles.c.outlet,
    articles.c.origin,
    articles.c.voice,
    articles.c.published,
    articles.c.copy_of,
).where(or_(articles.c.id == bindparam("root"), articles.c.copy_of == bindparam("root")))


def settle_copies(connection: Connection, root: int) -> None:
    """Makes the earliest of the group its original, and gives all the voice of the outlet that most of them name."""
    members = connection.execute(_GROUP, {"root": root}).all()
    if not members:
        return
    first = min(members, key=_earliness)
    speaks = _voice(members, first)
    for member in members:
        wanted = None if member.id == first.id else first.id
        if (member.copy_of, member.voice) != (wanted, speaks):
            connection.execute(update(articles).where(articles.c.id == member.id).values(copy_of=wanted, voice=speaks))
        if member.voice != speaks:
            connection.execute(update(reports).where(reports.c.article_id == member.id).values(voice=speaks))


def disown(connection: Connection, root: int) -> None:
    """Gives the copies of an article that is about to go another original: one of themselves."""
    heir = connection.execute(select(articles.c.id).where(articles.c.copy_of == root).limit(1)).scalar()
    if heir is None:
        return
    connection.execute(update(articles).where(articles.c.copy_of == root).values(copy_of=heir))
    connection.execute(update(articles).where(articles.c.id == heir).values(copy_of=None))
    settle_copies(connection, heir)


def _earliness(member: Any) -> tuple[bool, str, str]:
    return member.published is None, "" if member.published is None else when_text(member.published), member.url


def _voice(members: Sequence[Any], first: Any) -> str:
    named = Counter(voice(member.origin) for member in members if member.origin)
    if named:
        return min(named, key=lambda name: (-named[name], name))
    return voice(first.outlet) or host_voice(first.url)
