"""Whether bytes may name a watched company, told in a hundredth of the time that reading them takes (decision 0102).

A page is not decoded. Its Chinese bytes alone, and its Latin letters alone, are searched for the shortest pieces that
every name holds, in both scripts; what may be a name is then read, so a false hit costs time and a miss would cost news.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeVar

from crawler.reading.script import simplified, traditional
from crawler.watchlist import Watchlist

Text = TypeVar("Text", bytes, str)

CHARSETS = ("utf-8", "gb18030", "big5hkscs")
MOST_SPELLINGS = 64
"""Ways to write one name with characters of either script, mixed ones included; a name with more has its first ones."""

_ASCII = bytes(range(128))
_KEPT = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+ \t\r\n")
_OTHER = bytes(code for code in range(256) if code not in _KEPT)
_FOLD = bytes(range(256)).lower().translate(bytes.maketrans(b"\t\r\n", b"   "))
_JSON_ESCAPE = re.compile(rb"\\u([2-9][0-9a-fA-F]{3})")
_ENTITY = re.compile(rb"&#(?:[xX]([2-9][0-9a-fA-F]{3})|(\d{5}));")
_DIGITS = re.compile(r"\d{4,}")
_AROUND = 8
"""Bytes beside a ticker's digits that show whether they are one."""


@dataclass(frozen=True)
class Needles:
    """A watchlist made ready to be searched for in bytes."""

    letters: tuple[bytes, ...]
    """In lower case, of letters, blanks and plus signs."""
    chinese: Mapping[str, tuple[bytes, ...]]
    """By charset; what its encoding has of ASCII is left out, as it is of the pages."""
    characters: tuple[str, ...]
    tickers: tuple[tuple[bytes, re.Pattern[bytes]], ...]

    def found(self, body: bytes) -> bool:
        """Whether the page may name a company; UTF-8, GB18030, Big5, UTF-16, entities and JSON's escapes are seen through."""
        body = _narrow(body)
        letters = body.translate(_FOLD, _OTHER)
        return (
            any(needle in letters for needle in self.letters)
            or self._in_chinese(body.translate(None, _ASCII))
            or self._in_escapes(body)
            or self._in_tickers(body)
        )

    def _in_chinese(self, high: bytes) -> bool:
        if not high:
            return False
        charsets = ("utf-8",) if _is_utf8(high) else CHARSETS
        return any(needle in high for charset in charsets for needle in self.chinese[charset])

    def _in_escapes(self, body: bytes) -> bool:
        codes: list[int] = []
        if b"\\u" in body:
            codes += (int(code, 16) for code in _JSON_ESCAPE.findall(body))
        if b"&#" in body:
            codes += (int(hexadecimal, 16) if hexadecimal else int(code) for hexadecimal, code in _ENTITY.findall(body))
        text = "".join(map(chr, codes))
        return any(needle in text for needle in self.characters)

    def _in_tickers(self, body: bytes) -> bool:
        for digits, ticker in self.tickers:
            at = body.find(digits)
            while at >= 0:
                if ticker.search(body[max(0, at - _AROUND) : at + len(digits) + _AROUND]):
                    return True
                at = body.find(digits, at + len(digits))
        return False


@lru_cache(maxsize=8)
def needles_of(watchlist: Watchlist) -> Needles:
    """The needles for everything that counts as a mention: names, short names, subsidiaries and tickers."""
    names = {
        name for company in watchlist.companies for name in (*company.names, *company.short, *company.subsidiaries)
    }
    tickers = {ticker for company in watchlist.companies for ticker in company.tickers}
    names |= {ticker for ticker in tickers if not _DIGITS.search(ticker)}
    anchors = {_anchor(name) for name in names}
    written = _shortest(spelling for name in anchors if not name.isascii() for spelling in _spellings(name))
    latin = (name.encode().translate(_FOLD, _OTHER).strip() for name in anchors if name.isascii())
    return Needles(
        letters=_shortest(latin),
        chinese={charset: _shortest(_encoded(written, charset)) for charset in CHARSETS},
        characters=written,
        tickers=tuple((digits, _ticker(digits, tickers)) for digits in _shortest(_digits(tickers))),
    )


def _narrow(body: bytes) -> bytes:
    """UTF-16 as UTF-8; anything else as it is."""
    if body[:2] not in (b"\xff\xfe", b"\xfe\xff") and body[:2000].count(0) * 10 <= len(body[:2000]):
        return body
    big = body[:2] == b"\xfe\xff" or (body[:2] != b"\xff\xfe" and body[:2000:2].count(0) > body[1:2000:2].count(0))
    return body.decode("utf-16-be" if big else "utf-16-le", "ignore").encode("utf-8", "ignore")


def _is_utf8(high: bytes) -> bool:
    try:
        high.decode()
    except UnicodeDecodeError:
        return False
    return True


def _anchor(name: str) -> str:
    """The part of a name that is searched for: its Chinese characters or, where they are fewer than two, its letters."""
    other = "".join(char for char in name if not char.isascii())
    runs = sorted(re.findall(r"[ -~]+", name), key=len)
    return runs[-1] if len(other) < 2 and runs and len(runs[-1]) > 3 else other or name


def _spellings(name: str) -> Iterable[str]:
    """A name in either script, and in the mixtures of them."""
    choices = [sorted({char, *_variants().get(simplified(char), ())}) for char in name]
    mixed = itertools.islice(itertools.product(*choices), MOST_SPELLINGS)
    return {name, simplified(name), traditional(name), *("".join(chosen) for chosen in mixed)}


@cache
def _variants() -> Mapping[str, tuple[str, ...]]:
    """The characters that fold to each simplified one."""
    all_of_them = [chr(code) for code in range(0x4E00, 0xA000)]
    folded = simplified("\n".join(all_of_them)).split("\n")
    found: dict[str, list[str]] = defaultdict(list)
    for char, simple in zip(all_of_them, folded, strict=True):
        found[simple].append(char)
    return {simple: tuple(chars) for simple, chars in found.items()}


def _encoded(names: Iterable[str], charset: str) -> Iterable[bytes]:
    for name in names:
        try:
            yield name.encode(charset).translate(None, _ASCII)
        except UnicodeEncodeError:  # Big5 has no simplified characters
            continue


def _shortest(needles: Iterable[Text]) -> tuple[Text, ...]:
    """The needles without those that hold another."""
    kept: list[Text] = []
    for needle in sorted({needle for needle in needles if needle}, key=lambda one: (len(one), one)):
        if not any(other in needle for other in kept):
            kept.append(needle)
    return tuple(kept)


def _digits(tickers: Iterable[str]) -> Iterable[bytes]:
    return (found.group().encode() for ticker in tickers if (found := _DIGITS.search(ticker)))


def _ticker(digits: bytes, tickers: Iterable[str]) -> re.Pattern[bytes]:
    """The tickers with these digits, in brackets or beside an exchange."""
    numbers = {number for number in _digits(tickers) if digits in number}
    number = rb"(?:" + b"|".join(sorted(numbers)) + rb")(?!\d)"
    opened = rb"(?:[(\[:.]|[\x80-\xff]|hkex|hkg|hk|shse|sse|sh|xhkg)[ .:]?" + number
    return re.compile(rb"(?:" + opened + rb"|(?<!\d)" + number + rb"[ .-]{1,2}(?:hk|sh|ss)\b)", re.IGNORECASE)
