"""How well known is told from new: dated articles replayed in order of publication through a ledger in memory.

Three views: our own articles with the labelled figures (judging alone), the same with what is read from the text (the
whole chain), and, where a folder of real articles is given, its ``figures/dev.jsonl`` (labels of figures, not of
relations: how much is flagged, and why).

    python -m benchmarks.judging [corpus]
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from crawler.decide import decide
from crawler.decide.values import ROUNDING
from crawler.items import Article, CompanyMention, Figure, Outcome, Page, Reading
from crawler.rates import Rates, ecb_rates
from crawler.reading.fingerprint import fingerprint
from tests.fakes import MemoryStore, seeded

DATA = Path(__file__).parent / "data" / "events.jsonl"
FLAGGED = frozenset({"new", "refines", "confirms", "contradicts", "denied"})


@dataclass
class Score:
    """Counts over one replay; a figure is an item, flagged or not, truly new or not."""

    articles: int = 0
    flagged: int = 0
    right: int = 0
    truly: int = 0
    relations: int = 0
    labelled: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.flagged if self.flagged else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.truly if self.truly else 1.0

    @property
    def per_hundred(self) -> float:
        return 100 * self.flagged / self.articles if self.articles else 0.0

    def line(self) -> str:
        return (
            f"truly new among the flagged {self.precision:.3f} ({self.right}/{self.flagged})  "
            f"flagged among the truly new {self.recall:.3f} ({self.right}/{self.truly})  "
            f"flags per 100 articles {self.per_hundred:.0f}  relation right {self.relations}/{self.labelled}"
        )


def rows(path: Path = DATA) -> list[dict[str, Any]]:
    """The articles of a file, one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def first_ledger() -> MemoryStore:
    """A store that knows what the project knows before its first crawl."""
    text = files("storage").joinpath("seed/known_figures.csv").read_text(encoding="utf-8")
    return MemoryStore(ledger=seeded(list(csv.DictReader(text.splitlines()))))


def figure(row: dict[str, Any]) -> Figure:
    """A labelled figure."""
    return Figure(
        company=row["company"],
        kind=row["kind"],
        low=None if row["low"] is None else Decimal(str(row["low"])),
        high=None if row["high"] is None else Decimal(str(row["high"])),
        unit=row["unit"],
        quote=row["quote"],
        where=row.get("where", "text"),
        start=row.get("start", 0),
        end=row.get("end", 0),
        event=row.get("event", "e1"),
        approximate=bool(row.get("approximate")),
        round=row.get("round"),
        investors=tuple(row.get("investors") or ()),
        scope=row.get("scope"),
        as_of=row.get("as_of"),
        status=row.get("status") or "stated",
    )


def labelled_reading(row: dict[str, Any]) -> Reading:
    """What a perfect reader would say of an article."""
    names = [one["company"] if isinstance(one, dict) else one for one in row["companies"]]
    figures = tuple(figure(one) for one in row["gold"])
    published = _day(row["published"])
    article = Article(row["title"], row["text"], published=published, language=row["language"])
    companies = tuple(CompanyMention(name, 1, True) for name in names)
    return Reading(article, companies, figures, _signals(row, published), fingerprint=fingerprint(row["text"]))


def _signals(row: dict[str, Any], published: date | None) -> tuple[Any, ...]:
    from crawler.items import Signal

    return tuple(
        Signal(one["company"], one["topic"], one["signal"], row["title"], "title", 0, 0, published=published)
        for one in row.get("signals", ())
    )


def read_reading(row: dict[str, Any], watchlist: Any) -> Reading:
    """What our reader says of an article."""
    from crawler.reading.read import read_text

    return read_text(
        row["text"],
        watchlist,
        title=row["title"],
        url=row["url"],
        published=_day(row["published"]),
        language=row["language"],
        outlet=row.get("outlet"),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def replay(
    articles: Iterable[tuple[dict[str, Any], Reading]], store: MemoryStore, rates: Rates
) -> Iterator[tuple[dict[str, Any], Outcome]]:
    """Judges and keeps each article in turn."""
    for row, reading in articles:
        url = row.get("url") or f"https://corpus.example/{row['id']}"
        day = _day(row["published"]) or date(2026, 1, 1)
        now = datetime(day.year, day.month, day.day, 23, tzinfo=UTC)
        page = Page(url, url, b"", now, outlet=row.get("outlet"), tier=row.get("tier") or "press")
        judge = partial(_judge, reading, page, rates=rates, now=now)
        yield row, store.take_in(page, reading, judge)


def _judge(
    reading: Reading, page: Page, neighbours: Any, ledger: Any, signals: Any, *, rates: Rates, now: datetime
) -> Outcome:
    return decide(reading, page, neighbours, ledger, signals, rates=rates, baseline_before=None, now=now)


def score(outcomes: Iterable[tuple[dict[str, Any], Outcome]]) -> Score:
    """Flags against labels; a flag is right where the label of that very figure says so."""
    total = Score()
    for row, outcome in outcomes:
        total.articles += 1
        truth = [(figure(one), one["relation"]) for one in row["gold"]]
        flagged = {id(one.figure) for one in outcome.judged if one.flag}
        flagged |= {id(edit.after) for edit in outcome.edits if edit.after is not None}
        relations = {id(one.figure): one.relation for one in outcome.judged}
        left = list(truth)
        for one in outcome.reading.figures:
            match = next((pair for pair in left if _equal(one, pair[0])), None)
            if match is not None:
                left.remove(match)
            expected = match[1] if match else "no figure"
            total.labelled += match is not None
            total.relations += relations.get(id(one)) == expected
            total.flagged += id(one) in flagged
            total.right += id(one) in flagged and expected in FLAGGED
            if (id(one) in flagged) != (expected in FLAGGED) or relations.get(id(one)) != expected:
                got = f"{relations.get(id(one))}{' (flagged)' if id(one) in flagged else ''}"
                total.errors.append(
                    f"{row['id']} {one.company} {one.kind} {one.low}-{one.high} {one.unit}: {expected}, got {got}"
                )
        total.truly += sum(relation in FLAGGED for _, relation in truth)
        total.errors += [
            f"{row['id']} {one.company} {one.kind} {one.low}-{one.high} {one.unit}: {relation}, not read"
            for one, relation in left
        ]
    return total


def _equal(one: Figure, other: Figure) -> bool:
    if (one.company, one.kind, one.unit) != (other.company, other.kind, other.unit):
        return False
    return _close(one.low, other.low) and _close(one.high, other.high)


def _close(one: Decimal | None, other: Decimal | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= ROUNDING * max(abs(one), abs(other))


def own_articles(half: str, *, read: bool) -> Score:
    """One half of our own articles, with the labelled figures or ``read`` from their text.

    The rules were tuned on the half ``tune``; the half ``aside`` was written and labelled afterwards.
    """
    from crawler.watchlist import load_watchlist

    watchlist = load_watchlist()
    data = [row for row in rows() if row["half"] == half]
    readings = [(row, read_reading(row, watchlist) if read else labelled_reading(row)) for row in data]
    return score(replay(readings, first_ledger(), ecb_rates()))


def real_articles(corpus: Path, *, read: bool) -> Counter[str]:
    """The real articles in order of publication: figures by relation and how many are flagged, over all companies."""
    import tomllib

    from crawler.watchlist import load_watchlist

    data = [row for row in rows(corpus / "figures" / "dev.jsonl") if row["published"]]
    data.sort(key=lambda row: row["published"])
    extra = tomllib.loads((corpus / "figures" / "companies.toml").read_text(encoding="utf-8"))["company"]
    watchlist = load_watchlist(extra)
    counts: Counter[str] = Counter(articles=len(data))
    readings = [(row, read_reading(row, watchlist) if read else labelled_reading(row)) for row in data]
    for _, outcome in replay(readings, first_ledger(), ecb_rates()):
        counts[f"end {outcome.end}"] += 1
        counts.update(one.relation for one in outcome.judged)
        counts["flags"] += sum(one.flag for one in outcome.judged) + len(outcome.edits) + len(outcome.signals)
    return counts


def main(arguments: list[str]) -> int:
    for name, read in (("judging alone (labelled figures)", False), ("the whole chain (figures as read)", True)):
        for half in ("tune", "aside"):
            result = own_articles(half, read=read)
            print(f"{name}, {half}: {result.articles} articles\n  {result.line()}")
            for error in result.errors:
                print(f"    {error}")
    if arguments:
        for name, read in (("labelled", False), ("read", True)):
            counts = real_articles(Path(arguments[0]), read=read)
            print(
                f"real articles, figures {name}: "
                + "  ".join(f"{key} {value}" for key, value in sorted(counts.items()))
            )
            print(f"  flags per 100 articles {100 * counts['flags'] / counts['articles']:.0f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
