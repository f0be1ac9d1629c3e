"""The day that a text without a date of publication tells of itself: its dateline, or the first day that it names."""

from __future__ import annotations

import re
from datetime import date

_HEAD = 400
"""Characters at a text's beginning in which it tells its day."""
_DATELINE = re.compile(
    r"(?P<y>20\d\d)(?:年|[-/.])(?P<m>1[0-2]|0?[1-9])(?:月|[-/.])(?P<d>3[01]|[12]\d|0?[1-9])(?:日|号)?(?=[^，。\n]{0,8}(?:讯|电|消息|报道|报导|发布|发表))"
)
_DAY = re.compile(r"(?<![\d年])(?P<m>1[0-2]|0?[1-9])月(?P<d>3[01]|[12]\d|0?[1-9])[日号]")
_YEAR = re.compile(r"(?<![到至\d前])(?P<y>20[0-3]\d)(?=年(?!(?:内|底)?(?:之?前|以前|将|目标)))")


def day_told(text: str) -> date | None:
    """The day of a folded text's dateline, else the first day near its beginning, in the last year that the text names.

    None where neither is told. A text that looks ahead by years gives a day too late.
    """
    dateline = _DATELINE.search(text, 0, _HEAD)
    if dateline is not None:
        return _day(int(dateline["y"]), dateline)
    day = _DAY.search(text, 0, _HEAD)
    years = [int(match["y"]) for match in _YEAR.finditer(text)]
    return _day(max(years), day) if day is not None and years else None


def _day(year: int, match: re.Match[str]) -> date | None:
    try:
        return date(year, int(match["m"]), int(match["d"]))
    except ValueError:
        return None
