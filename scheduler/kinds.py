"""Which kinds of figure a flag is about, for letters and alerts that want some kinds alone; pure."""

from __future__ import annotations

from crawler.items import FigureKind
from storage.rows import FlagRow

_TOPICS: dict[str, frozenset[FigureKind]] = {
    "financing": frozenset({"raised", "raised_total", "valuation"}),
    "layoffs": frozenset({"laid_off", "laid_off_share", "headcount"}),
}
"""A piece of news without a number belongs to every kind of its topic."""


def kinds_of(flag: FlagRow) -> frozenset[FigureKind]:
    """The kind of its figure, of the one that an edit took away, or those of its topic."""
    figure = flag.figure or flag.before
    return frozenset({figure.kind}) if figure is not None else _TOPICS.get(flag.topic or "", frozenset())
