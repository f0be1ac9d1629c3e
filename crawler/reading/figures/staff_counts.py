"""Counts of staff in English that carry no noun of their own: headcount fell to 486, about 500 of the unit's 2,000 people."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEDGE = r"(?:about|close to|nearly|almost|around|roughly|some|more than|over|at least|fewer than|less than|under|up to|as many as|just) "
_NUMBER = re.compile(
    r"(?<![\d.,$€£¥#/a-z-])(?:\d{1,3}(?:,\d{3})+|\d{2,6})(?![\d%％/-]|[.,]\d| ?(?:million|billion|trillion|per ?cent|yuan|dollars|bn|m|k)(?![a-z]))"
)
_LEADS_TO_IT = re.compile(
    r"(?:(?<![a-z])(?:to|from|of|at|was|were|is|are|(?P<few>by|down|numbering)|numbered|total(?:led|ed|ling|ing)|reach(?:ed)?|hit|with|against|has|had|have|employs|employed|kept|affect(?:ed|ing)?)(?: the)?"
    rf"|(?:numbers|headcount|workforce|payroll),|\(?20\d\d:) (?P<hedge>{_HEDGE})?$"
)
_ENDS_IT = re.compile(
    r"[.,;:)](?!\d)|$|\n| -| (?:in|at|by|as|from|to|since|over|on|a year|a decade|twelve|two years|three years|this|last|during|or|and|when|after|before|despite|while|today|now|globally|worldwide|earlier|recorded|fewer)(?![a-z])"
)
_PART = re.compile(
    rf"(?<![\d.,$€£¥#/a-z-])(?:{_HEDGE})?(?:\d{{1,3}}(?:,\d{{3}})+|\d{{2,6}})(?= on (?:the|its) (?:payroll|books))|(?<=, )\d{{2,6}}(?= fewer than)|(?<![\d.,$€£¥#/a-z-])(?:{_HEDGE})?(?:\d{{1,3}}(?:,\d{{3}})+|\d{{2,6}})(?= of (?:the|its|their|[a-z]+'s)(?: [a-z'-]+){{0,3}} \d[\d,]* (?:people|employees|staff|workers|jobs|posts|positions))"
)
_NOUNS = (
    "employees",
    "staff",
    "people",
    "workforce",
    "headcount",
    "payroll",
    "jobs",
    "layoffs",
    "redundanc",
    "workers",
)
_DIGITS = 3
"""Of a count; fewer only of those that left: down 62 from December."""
_LEAD = 40
"""Characters before a number in which the words that lead to it stand."""


def speaks_of_staff(lower: str) -> bool:
    """Whether a text has a noun without which no count of this kind is told."""
    return any(noun in lower for noun in _NOUNS)


def bare_counts(lower: str) -> Iterator[tuple[int, int]]:
    """Where numbers stand that words for a count lead to and no noun follows, hedges included."""
    for match in _NUMBER.finditer(lower):
        lead = _LEADS_TO_IT.search(lower, max(0, match.start() - _LEAD), match.start())
        if lead is None or (len(match.group()) < _DIGITS and not lead["few"]):
            continue
        if _ENDS_IT.match(lower, match.end()):
            yield lead.start("hedge") if lead["hedge"] else match.start(), match.end()


def parts_of_a_whole(lower: str) -> Iterator[tuple[int, int]]:
    """Where a number stands that is a part of the people counted right behind it."""
    return (match.span() for match in _PART.finditer(lower))
