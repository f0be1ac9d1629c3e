"""What follows a number and says what it counts: a currency, per cent, people."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from crawler.reading.figures.money import BY_NAME_AFTER, after_pattern
from crawler.reading.figures.people import counter_pattern
from crawler.reading.figures.percent import TENTH, percent_pattern

Dimension = Literal["money", "people", "percent", "bare"]


class Unit(NamedTuple):
    """A unit as written; ``code`` is an ISO code, an open sign (元, $), ``people`` or ``percent``."""

    dimension: Dimension
    code: str
    end: int
    name: str = ""
    factor: int = 1
    """What one step is worth: 10 for 成."""


_UNIT = re.compile(
    rf"[ \n]{{0,3}}(?P<percent>{percent_pattern()})"
    rf"|(?: of)?[ \n-]{{0,3}}(?P<money>{after_pattern()})"
    rf"|(?P<people>{counter_pattern()})"
)


def read_unit(folded: str, end: int) -> Unit | None:
    """Return the unit that begins at the end of a number, blanks and line ends before it allowed."""
    match = _UNIT.match(folded, end)
    if match is None:
        return None
    kind = match.lastgroup
    if kind == "money":
        name = match["money"]
        return Unit("money", BY_NAME_AFTER[name], match.end(), name)
    if kind == "percent":
        name = match["percent"]
        return Unit("percent", "percent", match.end(), name, 10 if name == TENTH else 1)
    return Unit("people", "people", match.end(), match["people"].strip())
