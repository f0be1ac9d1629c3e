"""Checks a cron line of five fields, so that a wrong one is told when the configuration is read.

It does not say when the line is due: ``scheduler`` does.
"""

from __future__ import annotations

import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEK = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: tuple[tuple[str, int, int, dict[str, int]], ...] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of month", 1, 31, {}),
    ("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    ("day of week", 0, 7, {name: number for number, name in enumerate(_WEEK)}),
)
_PART = re.compile(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d+))?")


def check_cron(line: str) -> str:
    """The line itself where it is a cron line (minute, hour, day, month, weekday; 0 and 7 are Sunday); else ValueError."""
    fields = line.split()
    if len(fields) != 5:
        raise ValueError(f"{line!r} is no cron line: it has {len(fields)} fields, not five")
    for text, (name, least, most, names) in zip(fields, _FIELDS, strict=True):
        for part in text.lower().split(","):
            if not _fits(part, least, most, names):
                raise ValueError(f"{line!r} is no cron line: {text!r} is no {name} ({least} to {most})")
    return line


def _fits(part: str, least: int, most: int, names: dict[str, int]) -> bool:
    match = _PART.fullmatch(part)
    if match is None or match["step"] == "0":
        return False
    first, last = match["first"], match["last"]
    if first is None:
        return True
    ends = [names.get(end, int(end) if end.isdecimal() else -1) for end in (first, last or first)]
    return all(least <= end <= most for end in ends) and ends[0] <= ends[1]
