"""The ledger: every known figure, and who reported it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from importlib.resources import files

from sqlalchemy import ColumnElement, Connection, select, update

from crawler.errors import StoreError
from crawler.items import Figure, Known, KnownState, Tier
from crawler.ports import Clock
from storage.engine import Database
from storage.entries import entries, known_id, open_entry, open_event
from storage.known import known_to_judge
from storage.over_time import Course, courses
from storage.reporting import Said, add_report
from storage.sql import chunks, hold, insert_or, key_of
from storage.tables import known_figures, settings
from storage.voices import voice

SEED = "known_figures.csv"
SEEDED = "seeded"
"""The setting that holds which of the shipped figures were taken over."""
_LISTED = ("accepted", "unreviewed", "unconfirmed", "denied")


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """What is known, to be held against and to be looked through."""

    database: Database
    clock: Clock

    def known(self, companies: Iterable[str]) -> list[Known]:
        """What the judge is told about these companies: everything, what a person rejected or merged included."""
        with self.database.read() as connection:
            return known_to_judge(connection, list(companies))

    def find(
        self,
        *,
        company: str | None = None,
        kind: str | None = None,
        since: datetime | date | None = None,
        state: KnownState | None = None,
        after: str | None = None,
        before: str | None = None,
        newest: bool = False,
        limit: int | None = None,
    ) -> list[Known]:
        """Entries that are figures to somebody, oldest first, or ``newest``; ``since`` is when they were last reported.

        ``after`` and ``before`` are ids, of the entries that came in later and earlier.
        """
        where: list[ColumnElement[bool]] = [known_figures.c.merged_into.is_(None)]
        where.append(known_figures.c.state == state if state else known_figures.c.state.in_(_LISTED))
        if company is not None:
            where.append(known_figures.c.company == company)
        if kind is not None:
            where.append(known_figures.c.kind == kind)
        if since is not None:
            where.append(known_figures.c.last_reported >= since)
        if after is not None:
            where.append(known_figures.c.id > known_id(after))
        if before is not None:
            where.append(known_figures.c.id < known_id(before))
        with self.database.read() as connection:
            return entries(connection, *where, limit=limit, newest=newest)

    def over_time(self, company: str, kinds: Sequence[str], most: int) -> Mapping[str, Course]:
        """How each of a company's measures went, by kind, at most ``most`` entries of each."""
        with self.database.read() as connection:
            return courses(connection, company, kinds, most)

    def get(self, id: str) -> Known | None:
        """One entry; None where there is none."""
        with self.database.read() as connection:
            found = entries(connection, known_figures.c.id == known_id(id))
        return found[0] if found else None

    def quotes(self, ids: Sequence[str]) -> dict[str, str]:
        """The sentence that first gave an entry, by entry, where one is kept."""
        wanted = [int(id) for id in ids]
        found: dict[str, str] = {}
        with self.database.read() as connection:
            for lot in chunks(wanted):
                rows = connection.execute(
                    select(known_figures.c.id, known_figures.c.quote).where(
                        known_figures.c.id.in_(lot), known_figures.c.quote.is_not(None)
                    )
                )
                found |= {str(row.id): row.quote for row in rows}
        return found

    def add(
        self,
        figure: Figure,
        *,
        source: str,
        url: str | None = None,
        tier: Tier = "press",
        published: datetime | date | None = None,
        state: KnownState = "accepted",
        note: str | None = None,
        event: str | None = None,
    ) -> str:
        """Records one figure by hand, with who says so; ``event`` joins a known round, offering or cut."""
        said = Said(article=None, url=url, outlet=source, voice=voice(source), published=published, tier=tier)
        now = self.clock.now()

        def work(connection: Connection) -> str:
            hold(connection, [key_of("company", figure.company)])
            at = (
                known_id(event)
                if event
                else open_event(connection, figure.company, round=figure.round, as_of=figure.as_of, now=now)
            )
            entry = open_entry(connection, figure, event=at, state=state, added_by="hand", now=now, note=note)
            add_report(connection, entry, said, figure.status)
            return str(entry)

        return self.database.write(work)

    def seed(self, rows: Iterable[Mapping[str, str]]) -> int:
        """Loads entries known from elsewhere, each once however often it is called; gives how many were new."""
        wanted = list(rows)
        now = self.clock.now()
        return self.database.write(lambda connection: _seed(connection, wanted, now))

    def decide_bulk(self, ids: Sequence[str], state: KnownState, *, by: str, note: str | None = None) -> int:
        """Settles entries that nobody has reviewed, all at once; gives how many, and leaves the others as they are."""
        wanted = [known_id(id) for id in ids]
        told = f"{state} by {by}" + (f": {note}" if note else "")

        def work(connection: Connection) -> int:
            done = 0
            for lot in chunks(wanted):
                done += connection.execute(
                    update(known_figures)
                    .where(known_figures.c.id.in_(lot), known_figures.c.state.in_(("unreviewed", "unconfirmed")))
                    .values(state=state, note=told)
                ).rowcount
            return done

        return self.database.write(work)


def shipped_seed() -> list[dict[str, str]]:
    """The known figures that the package carries."""
    seed = files("storage").joinpath("seed", SEED)
    if not seed.is_file():
        return []
    return list(csv.DictReader(io.StringIO(seed.read_text(encoding="utf-8"), newline="")))


def _seed(connection: Connection, rows: Sequence[Mapping[str, str]], now: datetime) -> int:
    hold(connection, [key_of("ledger", "seed")])
    loaded = set(connection.execute(select(settings.c.value).where(settings.c.key == SEEDED)).scalar() or ())
    events: dict[tuple[str, ...], int] = {}
    new = 0
    for row in rows:
        key = "|".join(row.get(name) or "" for name in _IDENTITY)
        if key in loaded:
            continue
        loaded.add(key)
        new += 1
        _seed_one(connection, row, events, now)
    if new:
        statement = insert_or(connection.dialect.name, settings)
        connection.execute(
            statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value}),
            {"key": SEEDED, "value": sorted(loaded)},
        )
    return new


def _seed_one(
    connection: Connection, row: Mapping[str, str], events: dict[tuple[str, ...], int], now: datetime
) -> None:
    figure = Figure(
        company=row["company"],
        kind=row["kind"],  # type: ignore[arg-type]
        low=_decimal(row["low"]),
        high=_decimal(row["high"]),
        unit=row["unit"],
        quote="",
        where="text",
        start=0,
        end=0,
        round=row.get("round") or None,
        scope=row.get("scope") or None,
        approximate=row.get("approximate") == "true",
        as_of=row.get("as_of") or None,
        status=row.get("status") or "stated",  # type: ignore[arg-type]
    )
    key = (figure.company, row.get("event") or repr(figure))
    if key not in events:
        events[key] = open_event(connection, figure.company, round=figure.round, as_of=figure.as_of, now=now)
    entry = open_entry(
        connection,
        figure,
        event=events[key],
        state=row.get("state") or "unconfirmed",  # type: ignore[arg-type]
        added_by="seed",
        now=now,
        note=row.get("note") or None,
    )
    outlet = row.get("source") or None
    said = Said(
        article=None,
        url=row.get("url") or None,
        outlet=outlet,
        voice=voice(outlet),
        published=_as_of_day(figure.as_of),
        tier=row.get("tier") or "press",  # type: ignore[arg-type]
    )
    add_report(connection, entry, said, figure.status)


_IDENTITY = ("company", "kind", "low", "high", "unit", "as_of", "round", "scope", "source")


def _as_of_day(as_of: str | None) -> date | None:
    return date.fromisoformat(as_of) if as_of and len(as_of) == 10 else None


def _decimal(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation as error:
        raise StoreError(f"{text!r} is no number; write plain digits") from error
