"""Enters what was judged into the ledger and raises the flags, inside the transaction that keeps the article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from crawler.decide.edits import what_it_says
from crawler.items import Edit, Figure, Judged, Known, Outcome, Signal
from storage.codec import figure_to_dict, known_to_dict
from storage.entries import open_entry, open_event
from storage.lookups import figure_of_row
from storage.reporting import Said, add_report, settle_status
from storage.tables import figures, flags, known_figures, reports
from storage.verdicts import reopen


@dataclass(slots=True)
class Raising:
    """One article's figures on their way into the ledger."""

    connection: Connection
    said: Said
    ledger: Mapping[str, Known]
    now: datetime
    before: int | None = None
    """The revision that the article had until now; None where it is new, or read again as it was."""
    entries: dict[Figure, int] = field(default_factory=dict)
    """Where each figure ended in the ledger."""
    _stood: dict[tuple[object, ...], int] = field(default_factory=dict)
    """Where the figures of that revision are in the ledger, by what they say."""
    _events: dict[tuple[str, str], int] = field(default_factory=dict)

    def enter(self, outcome: Outcome) -> None:
        """Ledger first, then the flags.

        What an edit left alone stays where it is in the ledger, whatever a person has made of that entry or that report.
        """
        self._stood = self._entries_before()
        for judged in outcome.judged:
            stood = self._stood.get(what_it_says(judged.figure))
            if stood is not None and not judged.flag:
                self.entries[judged.figure] = stood
                continue
            if judged.relation == "repeats" and judged.same_as is None:
                continue  # it only says again what another figure of this article says
            entry = self._entry(judged)
            self.entries[judged.figure] = entry
            if judged.flag:
                self._flag_figure(judged, entry)
        for edit in outcome.edits:
            self._edit(edit)
        for signal in outcome.signals:
            self._flag_signal(signal)
        for known in outcome.reopened:
            reopen(self.connection, int(known), why=f"article {self.said.article} denies it", now=self.now)

    def _entry(self, judged: Judged) -> int:
        """The entry that a figure reports: an old one, or one opened now."""
        entry = int(judged.same_as) if judged.same_as is not None else self._open(judged)
        add_report(self.connection, entry, self.said, judged.figure.status)
        return entry

    def _open(self, judged: Judged) -> int:
        return open_entry(
            self.connection,
            judged.figure,
            event=self._event(judged),
            state="unreviewed",
            added_by="reading",
            now=self.now,
        )

    def _event(self, judged: Judged) -> int:
        if judged.event is not None:
            return int(judged.event)
        figure = judged.figure
        key = (figure.company, figure.event or repr(figure))
        if key not in self._events:
            self._events[key] = open_event(
                self.connection, figure.company, round=figure.round, as_of=figure.as_of, now=self.now
            )
        return self._events[key]

    def _flag_figure(self, judged: Judged, entry: int) -> None:
        against = [known_to_dict(self.ledger[id]) for id in judged.against if id in self.ledger]
        self._flag(
            reason=judged.relation,
            company=judged.figure.company,
            kind=judged.figure.kind,
            figure=judged.figure,
            entry=entry,
            known=against,
            judged=judged.note,
        )

    def _edit(self, edit: Edit) -> None:
        """The old figure no longer stands in this article; whoever waits to judge it is shown the change instead."""
        entry = self.entries.get(edit.after) if edit.after is not None else None
        old = self._stood.get(what_it_says(edit.before)) if edit.before is not None else None
        if old is not None and old not in (kept for figure, kept in self.entries.items() if figure != edit.after):
            if old == entry:
                self._supersede(old)
            else:
                self.withdraw(old)
        shown = edit.after or edit.before
        if shown is None:
            return
        self._flag(
            reason="edited",
            company=shown.company,
            kind=shown.kind,
            figure=edit.after,
            before=edit.before,
            entry=old if entry is None else entry,
        )

    def _entries_before(self) -> dict[tuple[object, ...], int]:
        if self.before is None:
            return {}
        of_this = (figures.c.article_id == self.said.article, figures.c.revision == self.before)
        rows = self.connection.execute(select(figures).where(*of_this, figures.c.known_id.is_not(None))).mappings()
        return {what_it_says(figure_of_row(row)): row["known_id"] for row in rows}

    def withdraw(self, entry: int) -> None:
        """The article does not report the entry any more; its waiting flags for it are superseded, what is decided stays."""
        withdrawn = self.connection.execute(
            update(reports)
            .where(reports.c.known_id == entry, reports.c.article_id == self.said.article)
            .values(withdrawn=True)
            .returning(reports.c.status)
        ).scalars()
        mine = known_figures.c.id == entry
        status = self.connection.execute(select(known_figures.c.status).where(mine)).scalar()
        if status in set(withdrawn):  # what another gave it, such as a person, stays
            settle_status(self.connection, entry)
        stands = select(reports.c.id).where(reports.c.known_id == entry, ~reports.c.withdrawn).exists()
        self.connection.execute(
            update(known_figures)
            .where(mine, known_figures.c.state == "unreviewed", ~stands)
            .values(state="unconfirmed")
        )
        self._supersede(entry)

    def _supersede(self, entry: int) -> None:
        self.connection.execute(
            update(flags)
            .where(
                flags.c.known_id == entry,
                flags.c.article_id == self.said.article,
                flags.c.state == "waiting",
            )
            .values(state="superseded")
        )

    def _flag_signal(self, signal: Signal) -> None:
        self._flag(
            reason="signal", company=signal.company, topic=signal.topic, signal=signal.signal, quote=signal.quote
        )

    def _flag(
        self,
        *,
        reason: str,
        company: str,
        kind: str | None = None,
        figure: Figure | None = None,
        before: Figure | None = None,
        entry: int | None = None,
        known: Sequence[dict[str, Any]] = (),
        **more: Any,
    ) -> None:
        event = None
        if entry is not None:
            event = self.connection.execute(
                select(known_figures.c.event_id).where(known_figures.c.id == entry)
            ).scalar_one()
        name = "" if event is None else str(event)
        values = {
            "state": "waiting",
            "reason": reason,
            "company": company,
            "kind": kind,
            "article_id": self.said.article,
            "event_id": event,
            "known_id": entry,
            "figure": None if figure is None else figure_to_dict(figure, event=name),
            "before": None if before is None else figure_to_dict(before, event=name),
            "known": list(known),
            "created_at": self.now,
            **more,
        }
        self.connection.execute(insert(flags), values)
