"""Which events a person is asked next: walked on an index, a stretch at a time, however many flags wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection, bindparam, select

from crawler.items import FlagReason
from storage.tables import flags

_STRETCH = 60
_NEXT = (
    select(flags.c.id, flags.c.event_id)
    .where(flags.c.state == "waiting", flags.c.reason == bindparam("reason"), flags.c.id > bindparam("last"))
    .order_by(flags.c.id)
    .limit(_STRETCH)
)
_TOGETHER = (
    select(flags.c.id, flags.c.event_id, flags.c.state)
    .where(flags.c.event_id.in_(bindparam("events", expanding=True)))
    .order_by(flags.c.id)
)


def next_events(
    connection: Connection,
    reasons: Sequence[FlagReason],
    *,
    company: str | None,
    kind: str | None,
    leave_out: Collection[int],
    start: int,
    limit: int,
) -> list[list[int]]:
    """The waiting flags of the next events, those of one event together: by reason in this order, then the oldest first.

    Passes ``start`` events and every event of which a flag is in ``leave_out``; ends with the event that brings the
    flags to ``limit``.
    """
    chosen: list[list[int]] = []
    seen = set(leave_out)
    for id, together in _in_order(connection, reasons, company, kind):
        if id in seen:
            continue
        already = not seen.isdisjoint(together)
        seen.update(together)
        if already:
            continue
        if start:
            start -= 1
            continue
        chosen.append(together)
        if sum(map(len, chosen)) >= limit:
            break
    return chosen


def _in_order(
    connection: Connection, reasons: Sequence[FlagReason], company: str | None, kind: str | None
) -> Iterator[tuple[int, list[int]]]:
    """Each waiting flag with the waiting flags of its event."""
    statement = _NEXT
    if company is not None:
        statement = statement.where(flags.c.company == company)
    if kind is not None:
        statement = statement.where(flags.c.kind == kind)
    for reason in reasons:
        last = 0
        while rows := connection.execute(statement, {"reason": reason, "last": last}).all():
            members = _members(connection, {row.event_id for row in rows if row.event_id is not None})
            for row in rows:
                yield row.id, members.get(row.event_id, [row.id])
            last = rows[-1].id


def _members(connection: Connection, events: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for row in connection.execute(_TOGETHER, {"events": list(events)}):
        # Compared here: as a condition it draws SQLite to the index on all that waits.
        if row.state == "waiting":
            found[row.event_id].append(row.id)
    return found
