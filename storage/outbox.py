"""The outbox: every letter and alert, written before it is sent, once for each recipient and edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, func, select, update

from crawler.errors import NotThere, StoreError
from crawler.ports import Clock
from storage.engine import Database
from storage.rows import OutboxRow, SendState
from storage.settings import held_setting, put_setting
from storage.sql import insert_or
from storage.tables import outbox

ERASED = "its text was erased, since it may have quoted what was forgotten"


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter or alert that is to go out."""

    recipient: str
    edition: str
    message_id: str
    message: bytes
    kind: str = "digest"
    subject: str | None = None
    covers_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutboxTable:
    """What waits to be sent and what became of it.

    A letter is ``claim``ed before it is handed over, which puts it in doubt; only a server's answer takes it out of
    doubt. So a crash between the two leaves it in doubt, for a person to settle, and it is never sent twice by itself.
    """

    database: Database
    clock: Clock

    def add(
        self,
        recipient: str,
        edition: str,
        message_id: str,
        message: bytes,
        *,
        kind: str = "digest",
        subject: str | None = None,
        covers_until: datetime | None = None,
        note: tuple[str, Any, Any] | None = None,
    ) -> str | None:
        """Puts a letter in; None where the recipient already has this edition, or another told of it just now.

        ``note`` is a setting, how far had been told and how far is told now, kept in the same transaction: what was told, and
        that it was told, cannot part. Where the setting is no longer what it was, nothing is put in.
        """
        letter = NewLetter(recipient, edition, message_id, message, kind, subject, covers_until)
        now = self.clock.now()

        def work(connection: Connection) -> str | None:
            if note is not None:
                key, before, after = note
                if held_setting(connection, key) != before:
                    return None
                put_setting(connection, key, after)
            return _put(connection, letter, now)

        return self.database.write(work)

    def add_all(self, letters: Sequence[NewLetter]) -> int:
        """Puts letters in, in one transaction; gives how many were not there yet."""
        now = self.clock.now()

        def work(connection: Connection) -> int:
            return sum(_put(connection, letter, now) is not None for letter in letters)

        return self.database.write(work)

    def waiting(self, now: datetime, *, kind: str | None = None, limit: int = 100) -> list[OutboxRow]:
        """Letters whose next try has come, oldest first, with their bytes."""
        where = [outbox.c.state == "waiting", outbox.c.next_try <= now]
        if kind is not None:
            where.append(outbox.c.kind == kind)
        with self.database.read() as connection:
            rows = connection.execute(
                select(outbox).where(*where).order_by(outbox.c.next_try, outbox.c.id).limit(limit)
            )
            return [_row(row) for row in rows.mappings()]

    def claim(self, id: str) -> bool:
        """Puts a waiting letter in doubt, to be handed over now; False where another sender has it."""
        number, now = outbox_id(id), self.clock.now()
        return self.database.write(lambda connection: _claim(connection, number, now))

    def mark(
        self,
        id: str,
        state: SendState,
        error: str | None = None,
        *,
        next_try: datetime | None = None,
        then: str | None = None,
    ) -> bool:
        """Notes what became of a claimed letter; ``waiting`` with ``next_try`` where the server said to come again.

        A letter whose text was erased meanwhile does not wait again: it failed.

        ``then`` is the next letter to be claimed, in the same transaction, which spares the disk one wait in two; gives
        whether that was done.
        """
        number, now = outbox_id(id), self.clock.now()

        def work(connection: Connection) -> bool:
            values = {
                "state": state,
                "error": error,
                "sent_at": now if state == "sent" else None,
                "next_try": next_try or now,
            }
            if state == "waiting" and _erased(connection, number):
                values |= {"state": "failed", "error": ERASED}
            done = connection.execute(
                update(outbox).where(outbox.c.id == number, outbox.c.state != "sent").values(values)
            )
            if done.rowcount != 1:
                raise StoreError(f"There is no unsent letter {id}; `dragonwatch digest list` shows them")
            return then is not None and _claim(connection, outbox_id(then), now)

        return self.database.write(work)

    def resolve(self, id: str, how: Literal["sent", "resend"]) -> None:
        """Settles a letter in doubt, or one that failed: it did arrive, or it is to go out again under the same Message-ID.

        Raises StoreError where it is settled already, or has no text any more that could go out; NotThere where there is none.
        """
        number, now = outbox_id(id), self.clock.now()
        values = (
            {"state": "sent", "sent_at": now, "error": None}
            if how == "sent"
            else {"state": "waiting", "next_try": now, "error": None}
        )

        def work(connection: Connection) -> None:
            if how == "resend" and _erased(connection, number):
                raise StoreError(
                    f"Letter {id} cannot go out again: {ERASED}; `dragonwatch digest resolve {id} sent` settles it"
                )
            unsettled = outbox.c.state.in_(("in_doubt", "failed"))
            done = connection.execute(update(outbox).where(outbox.c.id == number, unsettled).values(values))
            if done.rowcount != 1:
                if connection.execute(select(outbox.c.id).where(outbox.c.id == number)).scalar() is None:
                    raise NotThere(f"there is no letter {id}; `dragonwatch digest list` shows them with their ids")
                raise StoreError(f"Letter {id} is not in doubt; `dragonwatch digest list` shows which are")

        self.database.write(work)

    def list(
        self,
        *,
        recipient: str | None = None,
        state: SendState | None = None,
        kind: str | None = None,
        limit: int | None = 100,
    ) -> list[OutboxRow]:
        """Letters without their bytes, newest first."""
        where = []
        for column, wanted in ((outbox.c.recipient, recipient), (outbox.c.state, state), (outbox.c.kind, kind)):
            if wanted is not None:
                where.append(column == wanted)
        columns = [column for column in outbox.c if column.name != "message"]
        with self.database.read() as connection:
            rows = connection.execute(select(*columns).where(*where).order_by(outbox.c.id.desc()).limit(limit))
            return [_row(row) for row in rows.mappings()]

    def get(self, id: str) -> OutboxRow | None:
        """One letter with its bytes; None where there is none."""
        with self.database.read() as connection:
            row = connection.execute(select(outbox).where(outbox.c.id == outbox_id(id))).mappings().one_or_none()
        return None if row is None else _row(row)

    def last_edition(self, recipient: str, *, kind: str = "digest") -> OutboxRow | None:
        """The newest letter of that kind to a recipient, whatever became of it, without its bytes."""
        with self.database.read() as connection:
            newest = select(func.max(outbox.c.id)).where(outbox.c.recipient == recipient, outbox.c.kind == kind)
            row = (
                connection.execute(select(outbox).where(outbox.c.id == newest.scalar_subquery()))
                .mappings()
                .one_or_none()
            )
        return None if row is None else replace(_row(row), message=b"")

    def last_editions(self, *, kind: str = "digest") -> dict[str, OutboxRow]:
        """The newest letter of that kind to each recipient, whatever became of it, without its bytes."""
        columns = [column for column in outbox.c if column.name != "message"]
        newest = select(func.max(outbox.c.id)).where(outbox.c.kind == kind).group_by(outbox.c.recipient)
        with self.database.read() as connection:
            rows = connection.execute(select(*columns).where(outbox.c.id.in_(newest))).mappings()
            return {row["recipient"]: _row(row) for row in rows}

    def counts(self) -> dict[tuple[str, str], int]:
        """How many rows there are by kind and state."""
        with self.database.read() as connection:
            found = connection.execute(
                select(outbox.c.kind, outbox.c.state, func.count()).group_by(outbox.c.kind, outbox.c.state)
            )
            return {(row[0], row[1]): row[2] for row in found}


def _put(connection: Connection, letter: NewLetter, now: datetime) -> str | None:
    values = {
        "kind": letter.kind,
        "recipient": letter.recipient,
        "edition": letter.edition,
        "message_id": letter.message_id,
        "subject": letter.subject,
        "message": letter.message,
        "state": "waiting",
        "covers_until": letter.covers_until,
        "created_at": now,
        "next_try": now,
        "attempts": 0,
    }
    statement = insert_or(connection.dialect.name, outbox).on_conflict_do_nothing(
        index_elements=["recipient", "edition"]
    )
    id = connection.execute(statement.returning(outbox.c.id), values).scalar()
    return None if id is None else str(id)


def _claim(connection: Connection, number: int, now: datetime) -> bool:
    """Notes when, too: what has been in doubt for long is in nobody's hands any more."""
    statement = (
        update(outbox)
        .where(outbox.c.id == number, outbox.c.state == "waiting")
        .values(state="in_doubt", attempts=outbox.c.attempts + 1, next_try=now)
    )
    return connection.execute(statement).rowcount == 1


def _erased(connection: Connection, number: int) -> bool:
    """Whether the letter is there without its text."""
    empty = select(outbox.c.id).where(outbox.c.id == number, outbox.c.message == b"")
    return connection.execute(empty).scalar() is not None


def outbox_id(id: str) -> int:
    """The number behind an id; raises NotThere where it is none."""
    if not id.isascii() or not id.isdigit() or len(id) > 18:
        raise NotThere(f"{id!r} is no id of a letter; `dragonwatch digest list` shows them")
    return int(id)


def _row(row: RowMapping) -> OutboxRow:
    return OutboxRow(
        id=str(row["id"]),
        kind=row["kind"],
        recipient=row["recipient"],
        edition=row["edition"],
        message_id=row["message_id"],
        subject=row["subject"],
        state=row["state"],
        created_at=row["created_at"],
        next_try=row["next_try"],
        attempts=row["attempts"],
        covers_until=row["covers_until"],
        sent_at=row["sent_at"],
        error=row["error"],
        message=bytes(row.get("message") or b""),
    )
