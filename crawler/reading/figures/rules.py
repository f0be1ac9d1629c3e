"""Reads the tables of rules beside this module: one TOML file a decision, one table a rule, each with its example."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """The rules of ``name``.toml, which lies beside this module."""
    return tomllib.loads(resources.files("crawler.reading.figures").joinpath(f"{name}.toml").read_text("utf-8"))


def alternation(words: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all words, the longest that fits at a place first; as a tree of letters, so no word is tried twice."""
    tree: _Tree = {}
    for word in set(words):
        branch = tree
        for letter in word:
            branch = branch.setdefault(letter, {})
        branch[""] = {}
    return re.compile(_pattern(tree) if tree else r"(?!)")


_Tree = dict[str, "_Tree"]


def _pattern(tree: _Tree) -> str:
    branches = [re.escape(letter) + _pattern(rest) for letter, rest in sorted(tree.items()) if letter]
    if not branches:
        return ""
    inner = branches[0] if len(branches) == 1 and "" not in tree else f"(?:{'|'.join(branches)})"
    return f"{inner}?" if "" in tree else inner


def whole_words(text: str, match: re.Match[str]) -> bool:
    """Whether a match in Latin letters is a word by itself; one in Chinese always is."""
    start, end = match.span()
    first, last = text[start], text[end - 1]
    if first.isascii() and first.isalnum() and start and text[start - 1].isascii() and text[start - 1].isalnum():
        return False
    return not (last.isascii() and last.isalnum() and end < len(text) and text[end].isascii() and text[end].isalpha())
