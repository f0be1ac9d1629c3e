"""What keeps a number from being read: signs and words before it, and nouns after it that it counts instead."""

from __future__ import annotations

import re
from decimal import Decimal

from crawler.reading.figures.hedges import read_before
from crawler.reading.figures.number import Number
from crawler.reading.figures.people import implied_before
from crawler.reading.figures.units import Unit

_NEGATIVE = ("minus ", "negative ", "no. ", "top ", "第 ", "= ")
_RANKS = ("前", "首")
_NO_RANKS = ("之前", "目前", "以前", "此前", "年前")
_FEWEST = 100
"""Fewer are not counted with a name between number and noun (11万恒大员工, yes; 5大业务员工, no)."""
_YEARS = ("1990", "2035")
_ALONE = re.compile(
    r"[ ]?(?:$|[，。、；：！？,;:!?)）”\"」』\n]|\.(?!\d)|融资|投资|战略|估值|注资|贷款|借款|债|规模|资金|市值|并购|收购|入股|购买|营收|收入|募资|的|级"
    r"|[a-h]\+{0,2}轮|pre-|天使|种子|及|和|与|到"
    r"|(?: in| at| from| of (?:its|funding|new|fresh)| by| as| and| or| on| after| this| last)(?![a-z]))"
)
"""What may follow an amount without a currency; any other noun is what the number counts (6亿参数)."""


def stands_alone(folded: str, end: int) -> bool:
    """Say whether no noun follows that a number without a unit would count."""
    return _ALONE.match(folded, end) is not None


def is_marked(folded: str, text: str, start: int, named: bool) -> bool:
    """Say whether what stands before the number makes it negative, an ordinal or part of a code.

    ``named``: it has a currency, or is spelled in characters, so that letters before it are another word.
    """
    if not start:
        return False
    before = folded[start - 1]
    if before in "-+":
        earlier = folded[start - 2] if start > 1 else " "
        joins = before == "-" and ((earlier.isascii() and earlier.isalnum()) or earlier in "%元-")
        return text[start - 1] in "-−－﹣+＋" and not joins
    if before in "第负#_/%=":
        return True
    if before.isascii() and before.isalpha():
        return not named
    return before == " " and folded.endswith(_NEGATIVE, 0, start)


def counts_people(folded: str, start: int, number: Number, unit: Unit) -> bool:
    """Leave out one person (一名), few with a name between (5大业务员工), ranks (前10名) and years (2023 layoffs, 2023员工大会)."""
    if number.words and number.low == number.high == Decimal(1):
        return False
    if number.low < _FEWEST and unit.name.endswith(("员工", "雇员")) and unit.name[0] not in "名位个员雇":
        return False
    if unit.name[0] in "名位" and folded.endswith(_RANKS, 0, start) and not folded.endswith(_NO_RANKS, 0, start):
        return False
    written = folded[start : number.end]
    is_year = len(written) == 4 and written.isdigit() and _YEARS[0] <= written <= _YEARS[1] and written != "2000"
    if not is_year or unit.name[0] in "名位人个":
        return True
    return read_before(folded, start, False).at != start or implied_before(folded, start, len(folded)) is not None
