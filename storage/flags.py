"""Flags: what a person is asked, and what was answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select

from crawler.errors import NotThere
from crawler.items import FlagReason, FlagState, Verdict
from crawler.ports import Clock
from storage.beside import Rejection, rejections
from storage.codec import figure_of, known_of
from storage.engine import Database
from storage.entries import known_id, standing, voices
from storage.rows import DecisionRow, FlagArticle, FlagRow
from storage.tables import articles, decisions, flags, known_figures
from storage.verdicts import decide, undo
from storage.waiting import next_events


@dataclass(frozen=True, slots=True)
class FlagTable:
    """Flags to be looked through and decided."""

    database: Database
    clock: Clock

    def find(
        self,
        *,
        state: FlagState | None = None,
        company: str | None = None,
        kind: str | None = None,
        reason: FlagReason | None = None,
        event: str | None = None,
        article: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        decided_since: datetime | None = None,
        after: str | None = None,
        newest: bool = False,
        limit: int | None = None,
    ) -> list[FlagRow]:
        """Flags, those of one event together, the event flagged first coming first.

        ``since`` and ``until`` go by creation; ``decided_since`` leaves only what a person decided since then.
        """
        where: list[ColumnElement[bool]] = []
        for column, wanted in (
            (flags.c.state, state),
            (flags.c.company, company),
            (flags.c.kind, kind),
            (flags.c.reason, reason),
        ):
            if wanted is not None:
                where.append(column == wanted)
        if event is not None:
            where.append(flags.c.event_id == flag_id(event))
        if article is not None:
            where.append(flags.c.article_id == flag_id(article))
        if since is not None:
            where.append(flags.c.created_at >= since)
        if until is not None:
            where.append(flags.c.created_at < until)
        if decided_since is not None:
            where.append(flags.c.decided_at >= decided_since)
        if after is not None:
            where.append(flags.c.id > flag_id(after))
        with self.database.read() as connection:
            return rows_of(connection, where, limit, newest=newest, by_time=bool(since or until))

    def next_events(
        self,
        reasons: Sequence[FlagReason],
        *,
        company: str | None = None,
        kind: str | None = None,
        leave_out: Collection[str] = (),
        start: int = 0,
        limit: int,
    ) -> list[list[FlagRow]]:
        """The waiting flags of the next events, as ``storage.waiting.next_events`` orders them."""
        shown = [flag_id(id) for id in leave_out]
        with self.database.read() as connection:
            chosen = next_events(
                connection, reasons, company=company, kind=kind, leave_out=shown, start=start, limit=limit
            )
            ids = [id for together in chosen for id in together]
            found = {flag.id: flag for flag in rows_of(connection, [flags.c.id.in_(ids)], None)} if ids else {}
        return [[found[str(id)] for id in together] for together in chosen]

    def rejected(self, measures: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Rejection]]:
        """The newest rejected figures of each measure, which is a company and a kind."""
        with self.database.read() as connection:
            return {measure: rejections(connection, *measure) for measure in measures}

    def waiting(self) -> dict[str, int]:
        """How many flags wait, by company; a company without any is left out."""
        counted = select(flags.c.company, func.count()).where(flags.c.state == "waiting").group_by(flags.c.company)
        with self.database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(counted)}

    def get(self, id: str) -> FlagRow:
        """One flag; raises NotThere where there is none."""
        with self.database.read() as connection:
            return one(connection, flag_id(id))

    def together(self, id: str) -> list[FlagRow]:
        """A flag and the others of its event, which are reviewed together."""
        flag = self.get(id)
        return [flag] if flag.event is None else self.find(event=flag.event)

    def decide(self, id: str, verdict: Verdict) -> FlagRow:
        """Settles a waiting flag; raises AlreadyDecided, with who and when, where another was first, and changes nothing then."""
        number = flag_id(id)
        into = None if verdict.into is None else flag_id(verdict.into)
        known = None if verdict.known is None else known_id(verdict.known)

        def work(connection: Connection) -> FlagRow:
            decide(connection, number, verdict, into=into, known=known, now=self.clock.now())
            return one(connection, number)

        return self.database.write(work)

    def undo(self, id: str, by: str) -> FlagRow:
        """Takes the last verdict back, in the ledger too; both stay in the history. Raises StoreError where there is none."""
        number = flag_id(id)
        now = self.clock.now()

        def work(connection: Connection) -> FlagRow:
            undo(connection, number, by=by, now=now)
            return one(connection, number)

        return self.database.write(work)

    def history(self, id: str) -> list[DecisionRow]:
        """Every verdict on a flag and every undoing, oldest first."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(decisions).where(decisions.c.flag_id == flag_id(id)).order_by(decisions.c.id)
            ).mappings()
            return [
                DecisionRow(
                    id=str(row["id"]),
                    flag=str(row["flag_id"]),
                    action=row["action"],
                    by=row["by"],
                    at=row["at"],
                    note=row["note"],
                    cause=row["cause"],
                    changes=row["changes"],
                    into=None if row["into"] is None else str(row["into"]),
                    undone=row["undone"],
                )
                for row in rows
            ]

    def counts(self) -> dict[str, int]:
        """How many flags are in each state."""
        with self.database.read() as connection:
            return {
                row[0]: row[1]
                for row in connection.execute(select(flags.c.state, func.count()).group_by(flags.c.state))
            }


def flag_id(id: str) -> int:
    """The number behind an id; raises NotThere where it is none."""
    if not id.isascii() or not id.isdigit() or len(id) > 18:
        raise NotThere(f"{id!r} is no id of a flag; `dragonwatch flags` lists them")
    return int(id)


def one(connection: Connection, number: int) -> FlagRow:
    """The flag with that number; raises NotThere where there is none."""
    found = rows_of(connection, [flags.c.id == number], None)
    if not found:
        raise NotThere(f"there is no flag {number}; `dragonwatch flags` lists them")
    return found[0]


def rows_of(
    connection: Connection,
    where: Sequence[ColumnElement[bool]],
    limit: int | None,
    *,
    newest: bool = False,
    by_time: bool = False,
) -> list[FlagRow]:
    """Flags that meet the conditions, those of one event together; a limit leaves the oldest, or the ``newest``."""
    root = func.coalesce(known_figures.c.merged_into, known_figures.c.id).label("root")
    # Time follows the numbers; named first, it lets "since" go by its own index.
    keys = (flags.c.created_at, flags.c.id) if by_time else (flags.c.id,)
    order = [key.desc() if newest else key for key in keys]
    chosen = select(flags.c.id).where(*where).order_by(*order).limit(limit).subquery()
    first = func.min(flags.c.id).over(partition_by=func.coalesce(flags.c.event_id, -flags.c.id))
    rows = (
        connection.execute(
            select(
                flags,
                articles.c.url,
                articles.c.title,
                articles.c.outlet,
                articles.c.published,
                articles.c.tier,
                root,
            )
            .join_from(flags, chosen, chosen.c.id == flags.c.id)
            .join(articles, articles.c.id == flags.c.article_id, isouter=True)
            .join(known_figures, known_figures.c.id == flags.c.known_id, isouter=True)
            .order_by(first, flags.c.id)
        )
        .mappings()
        .all()
    )
    counted = voices(connection, (row["root"] for row in rows if row["root"] is not None))
    return _with_last_known(connection, [_row(row, counted) for row in rows])


def _with_last_known(connection: Connection, found: list[FlagRow]) -> list[FlagRow]:
    """A figure that answers to nothing known is still read beside the last one of its measure."""
    alone = {(flag.company, flag.figure.kind) for flag in found if flag.figure and not flag.known and not flag.before}
    last = standing(connection, alone)

    def beside(flag: FlagRow) -> FlagRow:
        known = (
            last.get((flag.company, flag.figure.kind)) if flag.figure and not flag.known and not flag.before else None
        )
        # Once accepted, a flag's own entry may be the newest.
        return flag if known is None or known.id == flag.known_id else replace(flag, last_known=known)

    return [beside(flag) for flag in found]


def _row(row: RowMapping, counted: dict[tuple[int, bool], int]) -> FlagRow:
    figure = None if row["figure"] is None else figure_of(row["figure"])
    denies = figure is not None and figure.status == "denied"
    article = None
    if row["article_id"] is not None:
        article = FlagArticle(
            id=str(row["article_id"]),
            url=row["url"],
            title=row["title"],
            outlet=row["outlet"],
            published=row["published"],
            tier=row["tier"],
        )
    return FlagRow(
        id=str(row["id"]),
        state=row["state"],
        reason=row["reason"],
        company=row["company"],
        figure=figure,
        article=article,
        created_at=row["created_at"],
        signal=row["signal"],
        topic=row["topic"],
        quote=row["quote"],
        known=tuple(known_of(kept) for kept in row["known"]),
        reports=counted.get((row["root"], denies), 0) if row["root"] is not None else 1,
        before=None if row["before"] is None else figure_of(row["before"]),
        merged_into=None if row["merged_into"] is None else str(row["merged_into"]),
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        note=row["note"],
        cause=row["cause"],
        judged=row["judged"],
        event=None if row["event_id"] is None else str(row["event_id"]),
        known_id=None if row["known_id"] is None else str(row["known_id"]),
    )
