"""What the ways into the past have in common: what they bring, how far they are, and a judge that leaves what is stored alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from crawler.decide.copies import same_address
from crawler.errors import ReadError
from crawler.items import Known, Neighbour, Outcome, Page, Reading, Signal, Source
from crawler.pipeline import JudgeMaker
from crawler.ports import Judge
from crawler.tally import flags_of
from crawler.urls import host_of

MOST_TOLD = 100
"""Errors told of; in ten years of pages many are gone."""
FROM = "backfill"
"""The source of an article whose host is none of the catalogue's."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a backfill has come: bytes of the files, then pages to be stored."""

    doing: str
    done: int
    total: int
    records: int
    found: int


@dataclass(slots=True)
class Backfilled:
    """What a backfill brought."""

    files: int = 0
    skipped: list[str] = field(default_factory=list)
    """Files that had been read to the end before."""
    records: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    found: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    figures: int = 0
    flags: int = 0
    torn: int = 0
    errors: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """What ``backfill --json`` shows, and what its run's row keeps."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}

    def fail(self, sentence: str) -> None:
        """Tells of something that failed, while the rest goes on."""
        if len(self.errors) < MOST_TOLD:
            self.errors.append(sentence)

    def kept(self, outcome: Outcome) -> None:
        """Counts one page that was judged."""
        self.ends[outcome.end] += 1
        self.figures += sum(judged.same_as is None for judged in outcome.judged)
        self.flags += flags_of(outcome)


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Counter) else value


def only_unknown(judge_of: JudgeMaker) -> JudgeMaker:
    """Judges that leave a stored article as it is: a page of the past is no revision of what stands there now."""

    def made(reading: Reading, page: Page, before: datetime | None) -> Judge:
        judge = judge_of(reading, page, before)

        def decided(neighbours: Sequence[Neighbour], ledger: Sequence[Known], signals: Sequence[Signal]) -> Outcome:
            if same_address(page, neighbours) is not None:
                return Outcome("known", reading)
            return judge(neighbours, ledger, signals)

        return decided

    return made


def sources_by_host(sources: Iterable[Source]) -> Mapping[str, Source]:
    """The sources by the host of their address; of several with one host the first that names its outlet."""
    found: dict[str, Source] = {}
    for source in sources:
        host = known_host(source.url)
        if host and (host not in found or (found[host].outlet is None and source.outlet is not None)):
            found[host] = source
    return found


def known_host(url: str) -> str:
    """The host of an address without its www; empty where there is none."""
    try:
        return host_of(url).removeprefix("www.")
    except ReadError:
        return ""


def within(moment: datetime | date, since: str, until: date | None) -> bool:
    """Whether something was published in the days asked for; both bounds count in."""
    day = moment.date() if isinstance(moment, datetime) else moment
    return (not since or day.isoformat() >= since) and (until is None or day <= until)
