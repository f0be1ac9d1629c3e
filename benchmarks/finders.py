"""Ways of finding copies behind one interface: ours, and the peers in the settings that find edited texts best."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Any, Protocol

from crawler.reading.fingerprint import COPY_AT, FILED, fingerprint, similarity
from crawler.reading.script import simplified

_SIGNS = re.compile(r"[\W_]+")


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
        for key in self._finder.filed(made):
            self._under[key].append(number)

    def met(self, made: Any) -> int:
        return len({other for key in self._finder.sought(made) for other in self._under.get(key, ())})


class TheirOwn:
    """The index that a peer brings along."""

    def __init__(self, lsh: Any) -> None:
        self._lsh = lsh

    def add(self, number: int, made: Any) -> None:
        self._lsh.insert(number, made)

    def met(self, made: Any) -> int:
        return len(self._lsh.query(made))


class Finder(Protocol):
    """One way of finding copies: its print of a text, the keys that it is filed under and sought by, its verdict on two prints."""

    def index(self) -> Index: ...

    def print_of(self, text: str) -> Any: ...
    def filed(self, made: Any) -> Iterable[Hashable]: ...
    def sought(self, made: Any) -> Iterable[Hashable]: ...
    def same(self, one: Any, other: Any) -> bool: ...


class Ours:
    def index(self) -> Index:
        return Keys(self)

    def print_of(self, text: str) -> Any:
        return fingerprint(text)

    def filed(self, made: Any) -> Iterable[Hashable]:
        return made.bands[:FILED]  # type: ignore[no-any-return]

    def sought(self, made: Any) -> Iterable[Hashable]:
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

    def filed(self, made: Any) -> Iterable[Hashable]:
        values = made.hashvalues
        return [(band, values[band * 3 : band * 3 + 3].tobytes()) for band in range(42)]

    sought = filed

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

    def filed(self, made: Any) -> Iterable[Hashable]:
        digest = made.digest()
        return [(band, *digest[band * 3 : band * 3 + 3]) for band in range(42)]

    sought = filed

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

    def filed(self, made: Any) -> Iterable[Hashable]:
        return [(part, made >> part * 16 & 0xFFFF) for part in range(4)]

    sought = filed

    def same(self, one: Any, other: Any) -> bool:
        return int(one ^ other).bit_count() <= 3


def _pairs(text: str) -> list[str]:
    """The peers get the folded text: without that, none finds a copy in the other script."""
    kept = _SIGNS.sub("", simplified(text.lower()))
    return list({kept[at : at + 2] for at in range(len(kept) - 1)})


def finders() -> dict[str, Finder]:
    made: dict[str, Finder] = {"dragonwatch": Ours()}
    for name, kind in (("datasketch", Datasketch), ("rensa", Rensa), ("simhash", SimHash)):
        try:
            made[name] = kind()  # type: ignore[abstract]
        except ImportError as missing:
            print(f"  (left out: {missing})", file=sys.stderr)
    return made
