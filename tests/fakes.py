"""Stand-ins that remember in memory what the real rooms keep in a database; tests and benchmarks share them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from crawler.errors import ReadError
from crawler.items import (
    Figure,
    FlagReason,
    Judged,
    Known,
    Neighbour,
    Outcome,
    Page,
    Reading,
    Report,
    Signal,
)
from crawler.ports import Judge, Taking
from crawler.urls import canonical


@dataclass
class HandClock:
    """Stands still until it is set, or told to go on."""

    at: datetime = datetime(2026, 11, 24, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass(frozen=True)
class MemoryFlag:
    """One thing a person is to look at."""

    reason: FlagReason
    article: str
    figure: Figure | None = None
    before: Figure | None = None
    signal: Signal | None = None
    known: tuple[str, ...] = ()
    note: str | None = None


@dataclass
class MemoryStore:
    """Implements ``crawler.ports.Store`` over lists: takes readings in, grows the ledger, collects flags.

    Holds no history of an article's revisions and no outbox.
    """

    together = 1

    ledger: list[Known] = field(default_factory=list)
    articles: dict[str, Neighbour] = field(default_factory=dict)
    flags: list[MemoryFlag] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    remembered: set[str] = field(default_factory=set)
    outcomes: list[Outcome] = field(default_factory=list)

    def unseen(self, urls: Iterable[str]) -> set[str]:
        seen = {article.url for article in self.articles.values()} | self.remembered
        return {url for url in urls if url not in seen}

    def remember(self, source: str, urls: Iterable[str]) -> None:
        self.remembered.update(urls)

    def take_in(self, page: Page, reading: Reading, judge: Judge) -> Outcome:
        companies = {mention.company for mention in reading.companies} | {one.company for one in reading.figures}
        outcome = judge(
            tuple(self.articles.values()),
            [known for known in self.ledger if known.company in companies],
            [signal for signal in self.signals if signal.company in companies],
        )
        self.outcomes.append(outcome)
        if outcome.end in ("stored", "copy", "revised"):
            self._keep(page, reading, outcome)
        return outcome

    def take_in_many(self, lot: Sequence[Taking]) -> list[Outcome | Exception]:
        return [self.take_in(taking.page, taking.reading, taking.judge) for taking in lot]

    def _keep(self, page: Page, reading: Reading, outcome: Outcome) -> None:
        article = outcome.revises or f"a{len(self.articles) + 1}"
        assert reading.fingerprint is not None
        self.articles[article] = Neighbour(
            id=article,
            url=_address(page.final_url),
            story=outcome.story or f"story-{article}",
            title=reading.article.title,
            fingerprint=reading.fingerprint,
            published=reading.article.published,
            companies=tuple(mention.company for mention in reading.companies),
            copy_of=outcome.copy_of,
            figures=reading.figures,
        )
        report = Report(article, page.final_url, page.outlet, reading.article.published, page.tier)
        for number, judged in enumerate(outcome.judged):
            self._learn(judged, report, f"{article}-{len(self.outcomes)}-{number}", outcome.baseline)
        self._flag(article, outcome)

    def _learn(self, judged: Judged, report: Report, id_: str, baseline: bool) -> None:
        adds = judged.relation in ("repeats", "confirms", "denied") and judged.against
        old = judged.same_as or (judged.against[0] if adds else None)
        if old is not None:
            at = next(at for at, known in enumerate(self.ledger) if known.id == old)
            self.ledger[at] = _reported(self.ledger[at], judged, report)
        else:
            event = judged.event or f"{report.article}:{judged.figure.event}"
            self.ledger.append(_entry(judged.figure, report, id_, event))

    def _flag(self, article: str, outcome: Outcome) -> None:
        self.flags += [
            MemoryFlag(
                "new" if one.relation == "repeats" else one.relation,
                article,
                one.figure,
                known=one.against,
                note=one.note,
            )
            for one in outcome.judged
            if one.flag
        ]
        self.flags += [MemoryFlag("edited", article, edit.after, edit.before) for edit in outcome.edits]
        self.flags += [MemoryFlag("signal", article, signal=signal) for signal in outcome.signals]
        self.signals += outcome.signals


def _address(url: str) -> str:
    try:
        return canonical(url)
    except ReadError:
        return url


def _entry(figure: Figure, report: Report, id_: str, event: str) -> Known:
    return Known(
        id=id_,
        company=figure.company,
        kind=figure.kind,
        low=figure.low,
        high=figure.high,
        unit=figure.unit,
        state="unreviewed",
        event=event,
        approximate=figure.approximate,
        round=figure.round,
        investors=figure.investors,
        scope=figure.scope,
        as_of=figure.as_of,
        status=figure.status,
        first_reported=report.published,
        last_reported=report.published,
        reports=(report,),
    )


def _reported(known: Known, judged: Judged, report: Report) -> Known:
    """The entry with one report more; what confirms or denies it changes where it stands too."""
    known = replace(
        known,
        reports=(*known.reports, report),
        first_reported=_earlier(known.first_reported, report.published),
        last_reported=_later(known.last_reported, report.published),
    )
    if judged.relation == "denied":
        return replace(known, disputed=True)
    if judged.relation == "confirms":
        return replace(known, status=judged.figure.status)
    return known


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _earlier(one: datetime | date | None, other: datetime | date | None) -> datetime | date | None:
    known = [moment for moment in (one, other) if moment is not None]
    return min(known, key=_day) if known else None


def _later(one: datetime | date | None, other: datetime | date | None) -> datetime | date | None:
    known = [moment for moment in (one, other) if moment is not None]
    return max(known, key=_day) if known else None


def seeded(rows: Sequence[dict[str, str]]) -> list[Known]:
    """The ledger of ``storage/seed/known_figures.csv``."""
    return [
        Known(
            id=f"seed-{number}",
            company=row["company"],
            kind=row["kind"],  # type: ignore[arg-type]
            low=Decimal(row["low"]) if row["low"] else None,
            high=Decimal(row["high"]) if row["high"] else None,
            unit=row["unit"],
            state=row["state"],  # type: ignore[arg-type]
            event=row["event"],
            approximate=row["approximate"] == "true",
            round=row["round"] or None,
            scope=row["scope"] or None,
            as_of=row["as_of"] or None,
            status=row["status"],  # type: ignore[arg-type]
        )
        for number, row in enumerate(rows, 1)
    ]
