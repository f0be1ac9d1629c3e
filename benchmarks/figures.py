"""Quantities read by us and by the peers on the same sentences of our own: strict precision and recall, sentences per second.

    python -m benchmarks.figures [--errors]

Strict: low, high (open ends too) and the unit are right. A peer is scored on all labels and on money alone, since it
may not try the others. The last row reads all measures with their owners and status, as the product does, each sentence
having been given a watched company to speak of.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.figures_peers import Found, Reader, jionlp_reader, recognizers_reader
from crawler.reading.companies import find_mentions
from crawler.reading.figures.quantities import find_quantities
from crawler.reading.figures.read_figures import read_figures
from crawler.watchlist import load_watchlist

SENTENCES = Path(__file__).parent / "data" / "quantities.tsv"
REGIONS = {"CN": "mainland", "HK": "hongkong", "TW": "taiwan"}
ROUNDS = 5
SHORTEST = 0.3
"""Seconds that a round takes at least, so that a fast reader is timed over many passes."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One labelled sentence; ``language`` ends in the region of the press."""

    language: str
    labels: tuple[Found, ...]
    text: str


def load_sentences(path: Path = SENTENCES) -> list[Sentence]:
    """Read the labelled sentences; the file says at its top how labels are written."""
    lines = path.read_text(encoding="utf-8").splitlines()
    parts = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [Sentence(language, tuple(_labels(labels)), text) for language, labels, text in parts]


def _labels(written: str) -> list[Found]:
    found = []
    for label in written.split("; ") if written != "-" else []:
        value, unit = label.split(" ")
        low, _, high = value.partition("..") if ".." in value else (value, "", value)
        found.append((Decimal(low) if low else None, Decimal(high) if high else None, unit))
    return found


def own_reader() -> Reader:
    """Return our own reader of quantities."""

    def read(text: str, language: str) -> list[Found]:
        region: Any = REGIONS.get(language[-2:])
        found = find_quantities(text, language=language[:-3], region=region)
        return [(quantity.low, quantity.high, quantity.unit) for quantity in found]

    return read


def score(
    reader: Reader, sentences: Sequence[Sentence], keep: Callable[[str], bool]
) -> tuple[int, int, int, list[str]]:
    """Return how many were right, wrong and missed of the units kept, and a line for each sentence that is not all right."""
    right = wrong = missed = 0
    errors = []
    for sentence in sentences:
        gold = Counter(label for label in sentence.labels if keep(label[2]))
        found = Counter(one for one in reader(sentence.text, sentence.language) if keep(one[2]))
        both = (gold & found).total()
        right, wrong, missed = right + both, wrong + found.total() - both, missed + gold.total() - both
        if gold != found:
            errors.append(f"{sentence.text}\n    missed {_told(gold - found)}; wrong {_told(found - gold)}")
    return right, wrong, missed, errors


def _told(found: Counter[Found]) -> str:
    return ", ".join(f"{low}..{high} {unit}" for low, high, unit in found) or "none"


def speed(readers: dict[str, Callable[[Sentence], object]], sentences: Sequence[Sentence]) -> dict[str, float]:
    """Return sentences per second of processor time of each, as medians of rounds taken in turn."""
    times: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(ROUNDS):
        for name, read in readers.items():
            start, passes = time.process_time(), 0
            while (taken := time.process_time() - start) < SHORTEST or not passes:
                for sentence in sentences:
                    read(sentence)
                passes += 1
            times[name].append(taken / passes)
    return {name: len(sentences) / statistics.median(taken) for name, taken in times.items()}


def _with_owners(watchlist: Any) -> Callable[[Sentence], object]:
    def read(sentence: Sentence) -> object:
        text = ("SenseTime says: " if sentence.language.startswith("en") else "商汤消息：") + sentence.text
        mentions = find_mentions(None, text, watchlist)
        return read_figures(None, text, mentions, published=None, language=sentence.language[:-3], watchlist=watchlist)

    return read


def _is_money(unit: str) -> bool:
    return unit not in ("percent", "people")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="store_true", help="print what we read wrong or missed")
    options = parser.parse_args(arguments)
    sentences = load_sentences()
    readers = {"dragonwatch": own_reader(), "JioNLP": jionlp_reader(), "recognizers-text": recognizers_reader()}
    timed: dict[str, Callable[[Sentence], object]] = {name: _timed(reader) for name, reader in readers.items()}
    timed["dragonwatch, with owners"] = _with_owners(load_watchlist())
    rates = speed(timed, sentences)
    groups = {"all": lambda unit: True, "money": _is_money, "people": "people".__eq__, "percent": "percent".__eq__}
    print(f"{len(sentences)} sentences; strict precision / recall")
    print(f"{'':26}" + "".join(f"{group:>16}" for group in groups) + f"{'sentences/s':>14}")
    for name, rate in rates.items():
        cells = ""
        for keep in groups.values() if name in readers else []:
            right, wrong, missed, _ = score(readers[name], sentences, keep)
            precision = f"{right / (right + wrong):.3f}" if right + wrong else "    -"
            cells += f"{precision + ' / ' + format(right / (right + missed), '.3f'):>16}"
        print(f"{name:26}{cells:64}{rate:>14,.0f}")
    if options.errors:
        print("\n".join(score(readers["dragonwatch"], sentences, lambda unit: True)[3]))


def _timed(reader: Reader) -> Callable[[Sentence], object]:
    return lambda sentence: reader(sentence.text, sentence.language)


if __name__ == "__main__":
    main()
