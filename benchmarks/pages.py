"""Real pages with their true text, and how near a text comes to it.

The measure is F1 over multisets of 4-grams: of characters in Chinese and Japanese (white space left out), of words
elsewhere; the mean over pages.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path

GRAM = 4
DATES = Path(__file__).parent / "data" / "html_dates.csv"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class GoldPage:
    """One page and its true text; ``published`` is the day labelled by hand, in Shanghai for Chinese pages, else in UTC."""

    file: str
    url: str
    language: str
    html: str
    text: str
    published: str | None

    @property
    def group(self) -> str:
        return self.language[:2] if self.language[:2] in ("zh", "en") else "other"


def load_pages(corpus: Path) -> list[GoldPage]:
    """All pages of the corpus, in the order of its index."""
    folder = corpus / "html"
    with DATES.open(encoding="utf-8") as lines:
        days = {row["file"]: row["published"] for row in csv.DictReader(lines)}
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()]
    return [
        GoldPage(
            row["file"],
            row["url"] or "",
            row["language"],
            (folder / row["file"]).read_text(encoding="utf-8", errors="replace"),
            row["text"],
            days.get(row["file"]),
        )
        for row in rows
    ]


def text_f1(text: str, gold: str, language: str) -> float:
    """How near a text comes to the true one, from 0 to 1."""
    found, wanted = _grams(text, language), _grams(gold, language)
    if not found or not wanted:
        return float(found == wanted)
    shared = (found & wanted).total()
    return 2 * shared / (found.total() + wanted.total())


def _grams(text: str, language: str) -> Counter[Hashable]:
    by_character = language.startswith(("zh", "ja"))
    units: Sequence[str] = "".join(text.split()) if by_character else _WORD.findall(text)
    if len(units) < GRAM:
        return Counter([tuple(units)] if units else [])
    return Counter(tuple(units[start : start + GRAM]) for start in range(len(units) - GRAM + 1))
