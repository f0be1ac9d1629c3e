"""Sources and how each is doing: which are due is a query, not a timer for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, case, delete, func, insert, or_, select, update

from crawler.errors import NotThere, StoreError
from crawler.items import PollResult, PollState, Source
from crawler.ports import Clock
from storage.engine import Database
from storage.rows import Health, SourceRow
from storage.sql import chunks, insert_or
from storage.tables import polls, source_states, sources

STALE_AFTER = timedelta(days=30)
"""A source that answers but has brought nothing new for so long is shown as stale."""
_FIELDS = tuple(field.name for field in fields(Source))
_STATE = tuple(field.name for field in fields(PollState))
_HEALTH: Mapping[str, Health] = {
    "new": "ok",
    "unchanged": "unchanged",
    "empty": "empty",
    "failed": "failing",
    "blocked": "blocked",
}
_DUE = {"next_poll": None}
_MENDED = _DUE | dict.fromkeys(("etag", "last_modified", "body_hash", "moved_to")) | {"moved_polls": 0, "failures": 0}
"""What was learnt at another address says nothing of this one."""
_FRESH = {"first_poll": True, "failures": 0, "moved_polls": 0, "health": "never"}


@dataclass(frozen=True, slots=True)
class SourceTable:
    """The catalogue as it stands here, and the state of each source."""

    database: Database
    clock: Clock

    def known(self, declared: Iterable[Source], *, file: Iterable[Source] = ()) -> None:
        """Takes over what the catalogue and the configuration file declare; the desk's changes win over the catalogue, the file over both."""
        catalogue = {source.name: source for source in declared}
        configured = {source.name: source for source in file}

        def work(connection: Connection) -> None:
            rows = {row["name"]: row for row in connection.execute(select(sources)).mappings()}
            for name, source in (catalogue | configured).items():
                row = rows.get(name)
                by = "file" if name in configured else "catalogue"
                if row is None or by == "file" or (row["declared_by"] != "desk" and not row["removed"]):
                    _put(connection, source, by, was=row["url"] if row else None)
            for name, row in rows.items():
                if name not in catalogue and name not in configured and row["declared_by"] != "desk":
                    connection.execute(delete(sources).where(sources.c.name == name))

        self.database.write(work)

    def add(self, source: Source) -> None:
        """Adds or replaces a source, as somebody at the desk wants it."""

        def work(connection: Connection) -> None:
            row = connection.execute(select(sources).where(sources.c.name == source.name)).one_or_none()
            if row is not None and row.declared_by == "file":
                raise StoreError(f"The source {source.name!r} is set in dragonwatch.toml; change it there")
            _put(connection, source, "desk", was=row.url if row else None)

        self.database.write(work)

    def remove(self, name: str) -> None:
        """Leaves a source out from now on; its articles and its state stay."""
        self._change(name, {"removed": True})

    def enable(self, name: str, on: bool) -> None:
        """Switches a source on or off; one that is switched on is due, however long it was to be left alone."""
        self._change(name, {"enabled_by_desk": on}, _DUE if on else {})

    def _change(self, name: str, values: dict[str, Any], state: Mapping[str, Any] = MappingProxyType({})) -> None:
        def work(connection: Connection) -> None:
            row = connection.execute(select(sources).where(sources.c.name == name, ~sources.c.removed)).one_or_none()
            if row is None:
                raise NotThere(f"there is no source {name!r}; `dragonwatch sources` lists them")
            if row.declared_by == "file":
                raise StoreError(f"The source {name!r} is set in dragonwatch.toml; change it there")
            connection.execute(update(sources).where(sources.c.name == name).values(values))
            if state:
                connection.execute(update(source_states).where(source_states.c.source == name).values(state))

        self.database.write(work)

    def all(self) -> list[SourceRow]:
        """Every source, by name."""
        now = self.clock.now()
        with self.database.read() as connection:
            rows = connection.execute(_with_state().order_by(sources.c.name)).mappings().all()
        return [_row(row, now) for row in rows]

    def unwell(self) -> list[SourceRow]:
        """Enabled sources that fail, are blocked, or have brought nothing for long, by name."""
        now = self.clock.now()
        quiet_since = func.coalesce(source_states.c.last_new, source_states.c.last_success)
        stale = source_states.c.health.in_(("ok", "unchanged")) & (quiet_since < now - STALE_AFTER)
        unwell = or_(source_states.c.health.in_(("failing", "blocked")), stale)
        with self.database.read() as connection:
            rows = connection.execute(_with_state().where(unwell, _enabled()).order_by(sources.c.name)).mappings().all()
        return [_row(row, now) for row in rows]

    def get(self, name: str) -> SourceRow | None:
        """One source; None where there is none."""
        with self.database.read() as connection:
            row = connection.execute(_with_state().where(sources.c.name == name)).mappings().one_or_none()
        return None if row is None else _row(row, self.clock.now())

    def due(self, now: datetime, limit: int, *, among: Sequence[str] | None = None) -> list[Source]:
        """Enabled sources whose next poll has come, those never polled first, then the longest due; of those named alone."""
        found: list[SourceRow] = []
        with self.database.read() as connection:
            for due in (source_states.c.next_poll.is_(None), source_states.c.next_poll <= now):
                statement = (
                    _due(due).order_by(source_states.c.next_poll, source_states.c.source).limit(limit - len(found))
                )
                if among is not None:
                    statement = statement.where(sources.c.name.in_(among))
                found += [_row(row, now) for row in connection.execute(statement).mappings()]
        return [row.source for row in found]

    def due_count(self, now: datetime) -> int:
        """How many sources are due."""
        chosen = _due(or_(source_states.c.next_poll.is_(None), source_states.c.next_poll <= now)).subquery()
        with self.database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(chosen)).scalar_one())

    def state(self, name: str) -> PollState:
        """What the last polls taught us; a fresh state where there was none."""
        return self.states([name])[name]

    def states(self, names: Sequence[str]) -> dict[str, PollState]:
        """The states of many sources at once."""
        with self.database.read() as connection:
            rows = _states(connection, names)
        return {name: _state(rows[name]) if name in rows else PollState() for name in names}

    def polled(self, name: str, result: PollResult) -> None:
        """Notes one poll; a failed one leaves everything as it was but the count of failures."""
        self.polled_all({name: result})

    def polled_all(self, results: Mapping[str, PollResult]) -> None:
        """Notes one poll each of many sources in one transaction."""
        now = self.clock.now()

        def work(connection: Connection) -> None:
            old = _states(connection, list(results))
            states = [
                _after(dict(old.get(name, {})), result, now) | {"source": name} for name, result in results.items()
            ]
            statement = insert_or(connection.dialect.name, source_states)
            columns = {name: statement.excluded[name] for name in states[0]}
            connection.execute(statement.on_conflict_do_update(index_elements=["source"], set_=columns), states)
            connection.execute(insert(polls), [_poll(name, result, now) for name, result in results.items()])

        if results:
            self.database.write(work)

    def recent(self, name: str, limit: int = 20) -> list[tuple[datetime, PollResult]]:
        """The last polls of a source, newest first."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(polls).where(polls.c.source == name).order_by(polls.c.at.desc(), polls.c.id.desc()).limit(limit)
            )
            return [
                (
                    row.at,
                    PollResult(outcome=row.outcome, leads=row.leads, new=row.new, error=row.error, seconds=row.seconds),
                )
                for row in rows
            ]


def _states(connection: Connection, names: Sequence[str]) -> dict[str, RowMapping]:
    found: dict[str, RowMapping] = {}
    for lot in chunks(names):
        rows = connection.execute(select(source_states).where(source_states.c.source.in_(lot))).mappings()
        found |= {row["source"]: row for row in rows}
    return found


def _state(row: RowMapping) -> PollState:
    return PollState(**{field: row[field] for field in _STATE})


def _poll(name: str, result: PollResult, now: datetime) -> dict[str, Any]:
    return {
        "source": name,
        "at": now,
        "outcome": result.outcome,
        "leads": result.leads,
        "new": result.new,
        "error": result.error,
        "seconds": result.seconds,
    }


def _put(connection: Connection, source: Source, by: str, *, was: str | None) -> None:
    """Takes a source over; ``was`` is the address that it had until now."""
    values = {name: getattr(source, name) for name in _FIELDS}
    values |= {"region": list(source.region), "headers": dict(source.headers), "options": dict(source.options)}
    values |= {"declared_by": by}
    if by != "catalogue":
        values |= {"removed": False, "enabled_by_desk": None}
    new = {"removed": False, "enabled_by_desk": None} | values
    statement = insert_or(connection.dialect.name, sources).on_conflict_do_update(index_elements=["name"], set_=values)
    connection.execute(statement, new)
    state = insert_or(connection.dialect.name, source_states).on_conflict_do_nothing()
    if was not in (None, source.url):
        connection.execute(update(source_states).where(source_states.c.source == source.name).values(_MENDED))
    connection.execute(state, _FRESH | {"source": source.name})  # so that what is due is found among the states


_STATED = source_states.c.source == sources.c.name
_STATE_COLUMNS = [column for column in source_states.c if column.name != "source"]


def _with_state() -> Select[Any]:
    whole = select(sources, *_STATE_COLUMNS)
    return whole.join_from(sources, source_states, _STATED).where(~sources.c.removed)


def _due(when: ColumnElement[bool]) -> Select[Any]:
    """Begins at the states, which are in the order of the next poll: to find the due ones not all sources are looked at."""
    return _with_state().where(when, _enabled())


def _enabled() -> Any:
    return case(
        (sources.c.declared_by == "file", sources.c.enabled),
        else_=func.coalesce(sources.c.enabled_by_desk, sources.c.enabled),
    )


def _row(row: RowMapping, now: datetime) -> SourceRow:
    source = Source(**{name: row[name] for name in _FIELDS})
    source = replace(
        source,
        region=tuple(row["region"]),
        headers=MappingProxyType(row["headers"]),
        options=MappingProxyType(row["options"]),
        enabled=row["enabled"]
        if row["enabled_by_desk"] is None or row["declared_by"] == "file"
        else row["enabled_by_desk"],
    )
    health: Health = row["health"] or "never"
    since = row["since"]
    quiet_since = row["last_new"] or row["last_success"]
    if health in ("ok", "unchanged") and quiet_since is not None and now - quiet_since > STALE_AFTER:
        health, since = "stale", quiet_since + STALE_AFTER
    return SourceRow(
        source=source,
        declared_by=row["declared_by"],
        health=health,
        since=since,
        last_polled=row["last_polled"],
        last_success=row["last_success"],
        last_new=row["last_new"],
        next_poll=row["next_poll"],
        error=row["error"],
    )


def _after(old: dict[str, Any], result: PollResult, now: datetime) -> dict[str, Any]:
    """The state after one more poll; pure."""
    parsed = result.outcome in ("new", "empty")
    answered = parsed or result.outcome == "unchanged"
    health = _HEALTH[result.outcome]
    moved = result.moved_to or (None if answered else old.get("moved_to"))
    return {
        "etag": result.etag if parsed else result.etag or old.get("etag"),
        "last_modified": result.last_modified if parsed else result.last_modified or old.get("last_modified"),
        "body_hash": result.body_hash or old.get("body_hash"),
        "first_poll": old.get("first_poll", True) and (result.more or not answered),
        "failures": 0 if answered else old.get("failures", 0) + 1,
        "moved_to": moved,
        "moved_polls": 0 if moved is None else old.get("moved_polls", 0) + 1 if moved == old.get("moved_to") else 1,
        "unconditional_at": now if result.unconditional else old.get("unconditional_at"),
        "interval": result.interval if result.interval is not None else old.get("interval"),
        "rhythm": result.rhythm if result.rhythm is not None else old.get("rhythm"),
        "last_polled": now,
        "last_success": now if answered else old.get("last_success"),
        "last_new": now if result.new else old.get("last_new"),
        "next_poll": result.next_poll,
        "health": health,
        "since": old.get("since") if old.get("health") == health else now,
        "error": result.error,
    }
