"""What others hold of an article that is erased: letters quote it, and flags keep the ledger as it stood beside them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage.outbox import ERASED
from storage.tables import flags, outbox


@dataclass(frozen=True, slots=True)
class CutLetters:
    """What became of letters and alerts that had not gone out."""

    anew: int
    """Taken back; the post office writes them again, without what was erased."""
    lost: tuple[str, ...]
    """Those that can only be told: ids."""


def cut_letters(connection: Connection, since: datetime) -> CutLetters:
    """Takes the text of every letter and alert written since then: they quote in codings that no search sees through.

    A digest that waits, and after which its recipient was handed no other, is taken back whole, so that it is due again
    and covers the same time. Any other that has not gone out, an alert or one in doubt among them, fails.
    """
    rows = connection.execute(
        select(outbox.c.id, outbox.c.kind, outbox.c.recipient, outbox.c.state)
        .where(outbox.c.created_at >= since)
        .order_by(outbox.c.id.desc())
    ).all()
    anew, lost, followed = [], [], set[str]()
    for row in rows:
        if row.kind == "digest" and row.state == "waiting" and row.recipient not in followed:
            anew.append(row.id)
        else:
            followed.add(row.recipient)
            if row.state != "sent":
                lost.append(row.id)
    connection.execute(delete(outbox).where(outbox.c.id.in_(anew)))
    connection.execute(update(outbox).where(outbox.c.created_at >= since).values(message=b"", subject=None))
    connection.execute(update(outbox).where(outbox.c.id.in_(lost)).values(state="failed", error=ERASED))
    return CutLetters(len(anew), tuple(str(id) for id in reversed(lost)))


def cut_snapshots(connection: Connection, erased: Collection[str]) -> None:
    """Takes the reports of these articles out of what flags were held against; the values stay, as verdicts rest on them."""
    found = connection.execute(select(flags.c.id, flags.c.known)).all()
    for id, known in found:
        left = [
            entry | {"reports": [report for report in entry["reports"] if report["article"] not in erased]}
            for entry in known
        ]
        if left != known:
            connection.execute(update(flags).where(flags.c.id == id).values(known=left))
