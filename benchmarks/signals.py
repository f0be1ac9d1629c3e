"""How well news without a number is read: our own labelled articles, the half the rules were tuned on and the half set aside.

python -m benchmarks.signals
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from crawler.reading.companies import find_mentions
from crawler.reading.signals import read_signals
from crawler.watchlist import load_watchlist

DATA = Path(__file__).parent / "data" / "signals.jsonl"


@dataclass
class SignalScore:
    """Signals found against signals labelled; company, topic and kind must all be right."""

    right: int = 0
    found: int = 0
    labelled: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.labelled if self.labelled else 1.0


def measure(half: str) -> SignalScore:
    """One half: ``tune`` or ``aside``."""
    watchlist = load_watchlist()
    total = SignalScore()
    for row in _rows(half):
        mentions = find_mentions(row["title"], row["text"], watchlist)
        read = read_signals(
            row["title"],
            row["text"],
            mentions,
            (),
            published=date.fromisoformat(row["published"]),
            language=row["language"],
        )
        got = {(one.company, one.topic, one.signal) for one in read}
        want = {(one["company"], one["topic"], one["signal"]) for one in row["signals"]}
        total.right += len(got & want)
        total.found += len(got)
        total.labelled += len(want)
        if got != want:
            total.errors.append(f"{row['id']} {row['title']}: {sorted(want)}, got {sorted(got)}")
    return total


def _rows(half: str) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["half"] == half]


def main() -> int:
    for half in ("tune", "aside"):
        result = measure(half)
        print(
            f"{half}: precision {result.precision:.3f} ({result.right}/{result.found})  "
            f"recall {result.recall:.3f} ({result.right}/{result.labelled})"
        )
        for error in result.errors if half == "tune" else ():
            print(f"    {error}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
