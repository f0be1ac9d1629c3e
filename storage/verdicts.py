"""What a verdict does to a flag and to the ledger, and how it is undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from crawler.errors import AlreadyDecided, NotThere, StoreError
from crawler.items import Verdict
from storage.entries import open_event, restore, snapshot
from storage.reporting import settle_status
from storage.sql import hold, key_of
from storage.tables import decisions, flags, known_figures, reports
from storage.types import amount_text, when_of, when_text

AMENDABLE = ("low", "high", "unit", "kind", "company", "round", "as_of", "scope", "approximate", "status", "investors")
_STATE = {"accept": "accepted", "reject": "rejected", "amend": "amended", "merge": "superseded"}
_RESTORED = ("state", "company", "kind", "figure", "note", "cause", "decided_by", "merged_into", "event_id")


def decide(
    connection: Connection, number: int, verdict: Verdict, *, into: int | None, known: int | None, now: datetime
) -> None:
    """Settles one waiting flag and its entry; ``into`` and ``known`` are the verdict's own, as numbers. Raises AlreadyDecided or StoreError, and then nothing has changed."""
    flag = _held(connection, number)
    if flag["state"] != "waiting":
        raise AlreadyDecided(_told(flag))
    changes = _changes(verdict, flag)
    before = _before(flag)
    if flag["known_id"] is not None:
        before["entry"] = snapshot(connection, flag["known_id"])
    values: dict[str, Any] = {
        "state": _STATE[verdict.action],
        "decided_by": verdict.by,
        "decided_at": now,
        "note": verdict.note,
        "cause": verdict.reason,
    }
    if verdict.action == "merge":
        other, target = _same_as(connection, flag, into, known)
        values["merged_into"] = other
        before["joined"] = _join(connection, flag["known_id"], target)
        changes = {} if known is None else {"known": str(known)}
    elif verdict.action == "reject":
        before["withdrawn"] = _reject(connection, flag)
    else:
        values |= _accept(connection, flag, changes, now)
    connection.execute(update(flags).where(flags.c.id == number).values(values))
    _record(
        connection,
        number,
        verdict.action,
        verdict.by,
        now,
        note=verdict.note,
        cause=verdict.reason,
        changes=changes,
        into=values.get("merged_into"),
        before=before,
    )


def undo(connection: Connection, number: int, *, by: str, now: datetime) -> None:
    """Puts the flag and its entry back as they were before the last verdict that stands."""
    _held(connection, number)
    last = (
        connection.execute(
            select(decisions)
            .where(decisions.c.flag_id == number, decisions.c.action != "undo", ~decisions.c.undone)
            .order_by(decisions.c.id.desc())
            .limit(1)
        )
        .mappings()
        .one_or_none()
    )
    if last is None:
        raise StoreError(f"Flag {number} has no verdict to undo")
    before = last["before"]
    values = {name: before[name] for name in _RESTORED}
    values["decided_at"] = None if before["decided_at"] is None else when_of(before["decided_at"])
    connection.execute(update(flags).where(flags.c.id == number).values(values))
    for joined in before.get("joined", ()):
        connection.execute(
            update(known_figures).where(known_figures.c.id == joined).values(merged_into=before["entry"]["id"])
        )
    for report in before.get("withdrawn", ()):
        connection.execute(update(reports).where(reports.c.id == report).values(withdrawn=False))
    if "entry" in before:
        restore(connection, before["entry"])
    connection.execute(update(decisions).where(decisions.c.id == last["id"]).values(undone=True))
    _record(connection, number, "undo", by, now, before={"decision": last["id"]})


def reopen(connection: Connection, entry: int, *, why: str, now: datetime) -> None:
    """Puts an accepted entry, and the flag that it was accepted by, before a person again."""
    opened = connection.execute(
        update(known_figures)
        .where(known_figures.c.id == entry, known_figures.c.state == "accepted")
        .values(state="unreviewed")
    )
    if opened.rowcount == 0:
        return
    flag = (
        connection.execute(
            select(flags)
            .where(flags.c.known_id == entry, flags.c.state.in_(("accepted", "amended")))
            .order_by((flags.c.id + 0).desc())  # a sum, lest SQLite walk all flags in the order of their key
            .limit(1)
        )
        .mappings()
        .one_or_none()
    )
    if flag is None:
        return
    before = _before(flag) | {"entry": snapshot(connection, entry) | {"state": "accepted"}}
    waiting = {"state": "waiting", "decided_by": None, "decided_at": None}
    connection.execute(update(flags).where(flags.c.id == flag["id"]).values(waiting))
    _record(connection, flag["id"], "reopen", "dragonwatch", now, note=why, before=before)


def _before(flag: RowMapping) -> dict[str, Any]:
    """What of a flag is put back when a verdict is undone."""
    kept = {name: flag[name] for name in _RESTORED}
    return kept | {"decided_at": None if flag["decided_at"] is None else when_text(flag["decided_at"])}


def _record(
    connection: Connection,
    number: int,
    action: str,
    by: str,
    now: datetime,
    *,
    note: str | None = None,
    cause: str | None = None,
    changes: Mapping[str, Any] = MappingProxyType({}),
    into: int | None = None,
    before: Mapping[str, Any],
) -> None:
    values = {
        "flag_id": number,
        "action": action,
        "by": by,
        "at": now,
        "note": note,
        "cause": cause,
        "changes": dict(changes),
        "into": into,
        "before": dict(before),
        "undone": False,
    }
    connection.execute(insert(decisions), values)


def _held(connection: Connection, number: int) -> RowMapping:
    hold(connection, [key_of("flag", str(number))])
    row = connection.execute(select(flags).where(flags.c.id == number)).mappings().one_or_none()
    if row is None:
        raise NotThere(f"there is no flag {number}; `dragonwatch flags` lists them")
    hold(connection, [key_of("company", row["company"])])
    return row


def _told(flag: RowMapping) -> str:
    if flag["decided_by"] is None:
        return f"Flag {flag['id']} was superseded by a later edit of its article; look at the newer flag instead"
    at = flag["decided_at"].isoformat(timespec="minutes")
    return (
        f"Flag {flag['id']} was {flag['state']} by {flag['decided_by']} at {at}; "
        f"undo that first (`dragonwatch flags undo {flag['id']}`) to decide otherwise"
    )


def _changes(verdict: Verdict, flag: RowMapping) -> dict[str, Any]:
    """The amendments as JSON; raises StoreError for what no figure has."""
    if verdict.action != "amend":
        return {}
    if flag["figure"] is None:
        raise StoreError(f"Flag {flag['id']} has no figure to amend; accept or reject it")
    unknown = sorted(set(verdict.changes) - set(AMENDABLE))
    if unknown or not verdict.changes:
        raise StoreError(f"An amendment may change {', '.join(AMENDABLE)}; not {', '.join(unknown) or 'nothing'}")
    return {name: _plain(name, value) for name, value in verdict.changes.items()}


def _plain(name: str, value: Any) -> Any:
    if name in ("low", "high") and value is not None:
        try:
            return amount_text(Decimal(str(value)))
        except (InvalidOperation, ValueError) as error:
            raise StoreError(f"{name} {value!r} is no number; write plain digits") from error
    return list(value) if isinstance(value, tuple) else value


def _accept(connection: Connection, flag: RowMapping, changes: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    figure = None if flag["figure"] is None else {**flag["figure"], **changes}
    values: dict[str, Any] = {}
    entry = flag["known_id"]
    if changes and figure is not None:
        values = {"figure": figure, "company": figure["company"], "kind": figure["kind"]}
    if entry is None or figure is None:
        return values
    changed: dict[str, Any] = dict(changes)
    for bound in ("low", "high"):
        if changed.get(bound) is not None:
            changed[bound] = Decimal(changed[bound])
    if changed.get("company", flag["company"]) != flag["company"]:
        event = open_event(connection, figure["company"], round=figure["round"], as_of=figure["as_of"], now=now)
        changed["event_id"] = values["event_id"] = event
        values["figure"] = figure | {"event": str(event)}
    denied = flag["reason"] == "denied" or figure["status"] == "denied"
    changed["state"] = "denied" if denied else "accepted"
    connection.execute(update(known_figures).where(known_figures.c.id == entry).values(changed))
    return values


def _reject(connection: Connection, flag: RowMapping) -> list[int]:
    """An entry that the flag opened is no figure; a report that it added to another's entry does not count."""
    entry = flag["known_id"]
    if entry is None or flag["figure"] is None:
        return []
    if flag["reason"] not in ("confirms", "denied") and not _is_anothers(connection, flag):
        connection.execute(update(known_figures).where(known_figures.c.id == entry).values(state="rejected"))
        return []
    mine = (reports.c.known_id == entry, reports.c.article_id == flag["article_id"], ~reports.c.withdrawn)
    withdrawn = list(connection.execute(select(reports.c.id).where(*mine)).scalars())
    connection.execute(update(reports).where(*mine).values(withdrawn=True))
    settle_status(connection, entry)
    return withdrawn


def _is_anothers(connection: Connection, flag: RowMapping) -> bool:
    """Whether an edit led to a figure that was known without it: a person has decided on it, or others report it."""
    if flag["reason"] != "edited":
        return False
    entry = known_figures.c.id == flag["known_id"]
    if connection.execute(select(known_figures.c.state).where(entry)).scalar() in ("accepted", "denied"):
        return True
    others = (reports.c.known_id == flag["known_id"], reports.c.article_id.is_distinct_from(flag["article_id"]))
    return connection.execute(select(reports.c.id).where(*others, ~reports.c.withdrawn).limit(1)).scalar() is not None


def _same_as(
    connection: Connection, flag: RowMapping, into: int | None, known: int | None
) -> tuple[int | None, int | None]:
    """The flag and the entry that say the same as this flag; raises StoreError where they cannot."""
    if known is not None:
        return _known(connection, flag, known)
    if into is None or into == flag["id"]:
        raise StoreError(
            f"Say which other flag says the same as {flag['id']}: `dragonwatch flags merge {flag['id']} --into ID`"
        )
    other = connection.execute(select(flags).where(flags.c.id == into)).mappings().one_or_none()
    if other is None:
        raise NotThere(f"there is no flag {into}; `dragonwatch flags` lists them")
    _check_measure(flag, other, f"flag {into}")
    if other["merged_into"] is not None:
        return _same_as(connection, flag, other["merged_into"], None)
    entry = select(func.coalesce(known_figures.c.merged_into, known_figures.c.id))
    return int(other["id"]), connection.execute(entry.where(known_figures.c.id == other["known_id"])).scalar()


def _known(connection: Connection, flag: RowMapping, known: int) -> tuple[int | None, int]:
    """The entry, or what it is merged into itself, with the first flag that opened or added to it."""
    entry = connection.execute(select(known_figures).where(known_figures.c.id == known)).mappings().one_or_none()
    if entry is None:
        raise NotThere(f"there is no known figure {known}; `dragonwatch figures` lists them")
    _check_measure(flag, entry, f"figure {known}")
    target = int(entry["merged_into"] or known)
    if target == flag["known_id"] and flag["reason"] not in ("confirms", "denied"):
        raise StoreError(f"Figure {known} is what flag {flag['id']} itself records; name another that says the same")
    first = select(func.min(flags.c.id)).where(flags.c.known_id == target, flags.c.id != flag["id"])
    return connection.execute(first).scalar(), target


def _check_measure(flag: RowMapping, other: RowMapping, named: str) -> None:
    if other["company"] != flag["company"] or other["kind"] != flag["kind"]:
        raise StoreError(
            f"Flag {flag['id']} and {named} are about different companies or measures; amend one of them first"
        )


def _join(connection: Connection, entry: int | None, target: int | None) -> list[int]:
    """Points an entry, and what was merged into it before, at another; gives the latter."""
    if entry is None or target is None or entry == target:
        return []
    before = known_figures.c.merged_into == entry
    joined = list(connection.execute(select(known_figures.c.id).where(before)).scalars())
    connection.execute(update(known_figures).where(before | (known_figures.c.id == entry)).values(merged_into=target))
    return joined
