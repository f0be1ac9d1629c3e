"""How well copies are found, beside datasketch, rensa and SimHash, in one run; how fast is ``benchmarks.copies_at_scale``.

    python -m benchmarks.copies [CORPUS]

A copy is found where, whichever of the two came first, the index brings them together and the estimate then says so. The
labelled pairs of the corpus were labelled by rule; the generated edits replace, drop or insert characters (words in English) at random.
"""

from __future__ import annotations

import json
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.finders import Finder, finders
from benchmarks.where import corpus_folder

SHARES = (0.05, 0.1, 0.2, 0.3, 0.4)
LENGTHS = {"of 60 to 300 characters": (60, 300), "of 600 characters and more": (600, 10**6)}
SAMPLE = 400
NOT_COPIES = frozenset({"unrelated", "alike_not_same", "lookalike_other_day", "rewritten_page"})


@dataclass(frozen=True)
class Labelled:
    """Precision and recall on the labelled pairs, and the share found by kind."""

    precision: float
    recall: float
    kinds: Mapping[str, tuple[int, float]]


def load_docs(corpus: Path) -> dict[str, str]:
    lines = (corpus / "copies" / "docs.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["id"]: row["text"] for row in map(json.loads, lines)}


def samples(corpus: Path) -> dict[str, list[str]]:
    """Texts to be edited, by their length; of short ones those in Chinese, for English newsflashes are mere headlines."""
    docs = list(dict.fromkeys(load_docs(corpus).values()))
    random.Random(1).shuffle(docs)
    return {
        name: [text for text in docs if least <= len(text) < most and (least >= 600 or not _is_english(text))][:SAMPLE]
        for name, (least, most) in LENGTHS.items()
    }


def labelled_pairs(corpus: Path, finder: Finder) -> Labelled:
    """The pairs that the corpus lists; a revision that was rewritten is no copy."""
    prints = {key: finder.print_of(text) for key, text in load_docs(corpus).items()}
    found: dict[str, list[bool]] = defaultdict(list)
    for line in (corpus / "copies" / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        found[pair["kind"]].append(_found(finder, prints[pair["a"]], prints[pair["b"]]))
    right = sum(sum(hits) for kind, hits in found.items() if kind not in NOT_COPIES)
    wrong = sum(sum(hits) for kind, hits in found.items() if kind in NOT_COPIES)
    copies = sum(len(hits) for kind, hits in found.items() if kind not in NOT_COPIES)
    kinds = {kind: (len(hits), sum(hits) / len(hits)) for kind, hits in found.items()}
    return Labelled(right / max(1, right + wrong), right / max(1, copies), kinds)


def _found(finder: Finder, one: Any, other: Any) -> bool:
    met = all(set(finder.sought(a)) & set(finder.filed(b)) for a, b in ((one, other), (other, one)))
    return met and finder.same(one, other)


def edited_recall(texts: Sequence[str], finder: Finder, *, seed: int = 7) -> dict[float, float]:
    """The share of texts found again after so many of their units were edited."""
    draw = random.Random(seed)
    pool = [unit for text in texts for unit in _units(text)]
    recall = {}
    for share in SHARES:
        hits = [
            _found(finder, finder.print_of(text), finder.print_of(edited(text, share, pool, draw))) for text in texts
        ]
        recall[share] = sum(hits) / len(hits)
    return recall


def script_recall(texts: Sequence[str], finder: Finder) -> dict[str, float]:
    """The share of simplified texts found in their Hong Kong and Taiwan versions, vocabulary changed as well."""
    from opencc import OpenCC

    chinese = [text for text in texts if not _is_english(text)]
    recall = {}
    for name in ("s2hk", "s2twp"):
        convert: Callable[[str], str] = OpenCC(name).convert
        hits = [_found(finder, finder.print_of(text), finder.print_of(convert(text))) for text in chinese]
        recall[name] = sum(hits) / len(hits)
    return recall


def edited(text: str, share: float, pool: Sequence[str], draw: random.Random) -> str:
    """The text with that share of its units replaced by others of the pool, dropped, or followed by another."""
    out: list[str] = []
    for unit in _units(text):
        if draw.random() >= share:
            out.append(unit)
            continue
        out += draw.choice(([draw.choice(pool)], [], [unit, draw.choice(pool)]))
    return (" " if _is_english(text) else "").join(out)


def _units(text: str) -> Sequence[str]:
    return text.split() if _is_english(text) else text


def _is_english(text: str) -> bool:
    return sum(char < "\u0250" for char in text) > 0.9 * len(text)


def report(corpus: Path, name: str, finder: Finder) -> None:
    score = labelled_pairs(corpus, finder)
    print(f"{name}: labelled pairs precision {score.precision:.4f} recall {score.recall:.4f}")
    for kind, texts in samples(corpus).items():
        found = "  ".join(f"{share:.0%} {hit:.3f}" for share, hit in edited_recall(texts, finder).items())
        print(f"   edits of {len(texts)} {kind}: {found}")
    long = samples(corpus)["of 600 characters and more"]
    print(
        "   scripts " + "  ".join(f"{pair} {hit:.3f}" for pair, hit in script_recall(long, finder).items()), flush=True
    )


def main(arguments: list[str]) -> int:
    corpus = corpus_folder(arguments)
    if corpus is None:
        return 1
    for name, finder in finders().items():
        report(corpus, name, finder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
