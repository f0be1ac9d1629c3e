"""Traditional characters to simplified ones without moving an offset."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@cache
def _converter(name: str) -> Any:
    # A process of its own each: the converter holds a C++ object that cannot be pickled.
    import opencc

    return opencc.OpenCC(name)


def simplified(text: str) -> str:
    """The text in simplified characters, of exactly the same length, so that spans of one hold in the other.

    Words are looked at (乾隆 stays), Hong Kong's and Taiwan's variants are known; vocabulary is not changed
    (軟體 becomes 软体, not 软件). Where a conversion would change a line's length, that line goes by character.
    """
    return _same_length(text, "hk2s")


def traditional(text: str) -> str:
    """The text in traditional characters, of the same length; ambiguous characters get their likeliest form."""
    return _same_length(text, "s2t")


def _same_length(text: str, conversion: str) -> str:
    if text.isascii() or not _HAN.search(text):
        return text
    converted: str = _converter(conversion).convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(_line(line, conversion) for line in text.splitlines(keepends=True))


def _line(line: str, conversion: str) -> str:
    converted: str = _converter(conversion).convert(line)
    if len(converted) == len(line):
        return converted
    return "".join(_character(char, conversion) for char in line)


@lru_cache(maxsize=20_000)
def _character(char: str, conversion: str) -> str:
    converted: str = _converter(conversion).convert(char)
    return converted if len(converted) == 1 else char
