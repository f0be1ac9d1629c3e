"""How well copies are found and how fast, beside datasketch, rensa and SimHash, in one run.

    python -m benchmarks.copies [CORPUS] [--docs N]

A copy is found where an index brings the two together and the estimate then says so. The labelled pairs of the corpus
were labelled by rule; the generated edits replace, drop or insert characters (words in English) at random.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmarks.where import corpus_folder
from crawler.reading.fingerprint import COPY_AT, fingerprint, folded, similarity

SHARES = (0.05, 0.1, 0.2, 0.3, 0.4)
LONG = 600
"""Characters of the texts that are edited: shorter ones are measured by the labelled newsflashes."""
NOT_COPIES = frozenset({"unrelated", "alike_not_same", "lookalike_other_day", "rewritten_page"})


class Index(Protocol):
    """Where prints are kept and met again."""

    def add(self, number: int, made: Any) -> None: ...
    def met(self, made: Any) -> int: ...


class Keys:
    """An index in memory over the keys of a print."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._under: dict[Hashable, list[int]] = defaultdict(list)

    def add(self, number: int, made: Any) -> None:
        for key in self._finder.keys(made):
            self._under[key].append(number)

    def met(self, made: Any) -> int:
        return len({other for key in self._finder.keys(made) for other in self._under.get(key, ())})


class TheirOwn:
    """The index that a peer brings along."""

    def __init__(self, lsh: Any) -> None:
        self._lsh = lsh

    def add(self, number: int, made: Any) -> None:
        self._lsh.insert(number, made)

    def met(self, made: Any) -> int:
        return len(self._lsh.query(made))


class Finder(Protocol):
    """One way of finding copies: its print of a text, the keys that it is indexed by, and its verdict on two prints."""

    def index(self) -> Index: ...

    def print_of(self, text: str) -> Any: ...
    def keys(self, made: Any) -> Iterable[Hashable]: ...
    def same(self, one: Any, other: Any) -> bool: ...


class Ours:
    def index(self) -> Index:
        return Keys(self)

    def print_of(self, text: str) -> Any:
        return fingerprint(text)

    def keys(self, made: Any) -> Iterable[Hashable]:
        return made.bands  # type: ignore[no-any-return]

    def same(self, one: Any, other: Any) -> bool:
        return similarity(one, other) >= COPY_AT


class Datasketch:
    """42 bands of 3 rows over character pairs, verified at an estimated Jaccard of 0.3: the best setting known for edits."""

    def __init__(self) -> None:
        from datasketch import MinHash, MinHashLSH

        self._minhash, self._lsh = MinHash, MinHashLSH

    def index(self) -> Index:
        return TheirOwn(self._lsh(params=(42, 3), num_perm=126))

    def print_of(self, text: str) -> Any:
        made = self._minhash(num_perm=126)
        made.update_batch([gram.encode() for gram in _pairs(text)])
        return made

    def keys(self, made: Any) -> Iterable[Hashable]:
        values = made.hashvalues
        return [(band, values[band * 3 : band * 3 + 3].tobytes()) for band in range(42)]

    def same(self, one: Any, other: Any) -> bool:
        return bool(one.jaccard(other) >= 0.3)


class Rensa:
    """The same bands and the same verdict, in Rust."""

    def __init__(self) -> None:
        from rensa import RMinHash, RMinHashLSH

        self._minhash, self._lsh = RMinHash, RMinHashLSH

    def index(self) -> Index:
        return TheirOwn(self._lsh(0.3, 126, 42))

    def print_of(self, text: str) -> Any:
        made = self._minhash(num_perm=126, seed=7)
        made.update(_pairs(text))
        return made

    def keys(self, made: Any) -> Iterable[Hashable]:
        digest = made.digest()
        return [(band, *digest[band * 3 : band * 3 + 3]) for band in range(42)]

    def same(self, one: Any, other: Any) -> bool:
        return bool(one.jaccard(other) >= 0.3)


class SimHash:
    """64 bits in four keys of 16, copies within three bits: the usual setting."""

    def __init__(self) -> None:
        from simhash import Simhash

        self._simhash = Simhash

    def index(self) -> Index:
        return Keys(self)

    def print_of(self, text: str) -> Any:
        return self._simhash(_pairs(text)).value

    def keys(self, made: Any) -> Iterable[Hashable]:
        return [(part, made >> part * 16 & 0xFFFF) for part in range(4)]

    def same(self, one: Any, other: Any) -> bool:
        return int(one ^ other).bit_count() <= 3


def _pairs(text: str) -> list[str]:
    """The peers get the folded text: without that, none finds a copy in the other script."""
    kept = folded(text)
    return list({kept[at : at + 2] for at in range(len(kept) - 1)})


def finders() -> dict[str, Finder]:
    made: dict[str, Finder] = {"dragonwatch": Ours()}
    for name, kind in (("datasketch", Datasketch), ("rensa", Rensa), ("simhash", SimHash)):
        try:
            made[name] = kind()  # type: ignore[abstract]
        except ImportError as missing:
            print(f"  (left out: {missing})", file=sys.stderr)
    return made


@dataclass(frozen=True)
class Labelled:
    """Precision and recall on the labelled pairs, and the share found by kind."""

    precision: float
    recall: float
    kinds: Mapping[str, tuple[int, float]]


def load_docs(corpus: Path) -> dict[str, str]:
    lines = (corpus / "copies" / "docs.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["id"]: row["text"] for row in map(json.loads, lines)}


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
    return bool(set(finder.keys(one)) & set(finder.keys(other))) and finder.same(one, other)


def edited_recall(texts: Sequence[str], finder: Finder, *, seed: int = 7) -> dict[float, float]:
    """The share of texts found again after so many of their units were edited."""
    draw = random.Random(seed)
    pool = [unit for text in texts for unit in _units(text)]
    recall = {}
    for share in SHARES:
        hits = [
            _found(finder, finder.print_of(text), finder.print_of(_edited(text, share, pool, draw))) for text in texts
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


def _edited(text: str, share: float, pool: Sequence[str], draw: random.Random) -> str:
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


def speed(texts: Sequence[str], finder: Finder) -> tuple[float, float]:
    """Texts printed, looked up and kept in memory, per second, and how many strangers one of 100,000 texts would meet."""
    index = finder.index()
    met = 0
    start = time.process_time()
    for number, text in enumerate(texts):
        made = finder.print_of(text)
        met += index.met(made)
        index.add(number, made)
    seconds = time.process_time() - start
    return len(texts) / seconds, met / (len(texts) * (len(texts) - 1) / 2) * 100_000


def written(texts: Sequence[str]) -> tuple[float, float]:
    """Ours into a SQLite file's tables as the store keeps them: texts per second and bytes per text."""
    database = sqlite3.connect("")
    database.execute("CREATE TABLE prints (id INTEGER PRIMARY KEY, exact INTEGER, sketch BLOB, length INTEGER)")
    database.execute("CREATE TABLE bands (band INTEGER, id INTEGER, PRIMARY KEY (band, id)) WITHOUT ROWID")
    start = time.process_time()
    for number, text in enumerate(texts):
        made = fingerprint(text)
        database.execute("INSERT INTO prints VALUES (?, ?, ?, ?)", (number, made.exact, made.sketch, made.length))
        database.executemany("INSERT INTO bands VALUES (?, ?)", [(band, number) for band in made.bands])
    database.commit()
    seconds = time.process_time() - start
    pages, size = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return len(texts) / seconds, pages * size / len(texts)


def varied(texts: Sequence[str], count: int, seed: int = 3) -> list[str]:
    """So many texts of some 800 characters, put together from clauses of real ones; no two are copies."""
    draw = random.Random(seed)
    clauses = [clause for text in texts for clause in text.replace("。", "，").split("，") if 4 < len(clause) < 40]
    return ["，".join(draw.choices(clauses, k=45)) for _ in range(count)]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.copies", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", nargs="?")
    parser.add_argument("--docs", type=int, default=3000, help="texts for speed and size (default 3000)")
    options = parser.parse_args(arguments)
    corpus = corpus_folder([options.corpus] if options.corpus else [])
    if corpus is None:
        return 1
    docs = list(load_docs(corpus).values())
    random.Random(1).shuffle(docs)
    long = [text for text in docs if len(text) >= LONG][:200]
    many = varied(docs, options.docs)
    for name, finder in finders().items():
        score = labelled_pairs(corpus, finder)
        print(f"{name}: labelled pairs precision {score.precision:.4f} recall {score.recall:.4f}")
        print("   edits " + "  ".join(f"{share:.0%} {hit:.3f}" for share, hit in edited_recall(long, finder).items()))
        print("   scripts " + "  ".join(f"{pair} {hit:.3f}" for pair, hit in script_recall(long, finder).items()))
        rate, strangers = speed(many, finder)
        print(f"   {rate:,.0f} texts/s, {strangers:.1f} strangers met per 100,000 texts", flush=True)
    rate, size = written(many)
    print(f"dragonwatch written to SQLite: {rate:,.0f} texts/s, {size:,.0f} bytes a text ({len(many):,} texts)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
