"""Shares: per cent signs and words, 成, 分之, halves, thirds and one in five, all as per cent."""

from __future__ import annotations

import re
from decimal import Context, Decimal

TENTH = "成"

SHARES: tuple[tuple[str, int, str, int], ...] = (
    (r"%(?! ?(?:points?|个?百分点)|[\da-f]{2}%)", 1, "15%", 15),
    (r"-?(?:per ?cent(?!age)|pct)(?! points?)(?![a-z])", 1, "15 per cent", 15),
    (TENTH + "(?![立为功本果长熟交都绩就不群分份语品型]|员(?!工))", 10, "三成", 30),
)
"""What follows a number that is a share: its pattern, what one is worth in per cent, an example and its value."""


def percent_pattern() -> str:
    """Return the pattern of the signs and words of shares that follow a number."""
    return "|".join(pattern for pattern, *_ in SHARES)


PARTS = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
_COUNTS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "nine": 9}

_NUMBERS = ("", "", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

FRACTION_HEAD = re.compile(
    r"(?<![a-z\d$.-])(?:(?P<count>a|one|two|three|four|five|nine)[ -](?P<part>third|quarter|fourth|fifth|sixth|seventh"
    r"|eighth|ninth|tenth)s?(?![a-z])|(?<!first )(?<!second )(?<!latter )(?<!other )(?P<half>half)(?![a-z])(?! an? | a-?day|-)"
    r"|(?P<of>one|two|three|four) (?:in|out of) (?:every )?(?P<among>two|three|four|five|six|seven|eight|nine|ten|[2-9]|10|20)(?![a-z\d%]))"
)
DIGIT_FRACTION_HEAD = re.compile(
    r"(?P<numerator>[1-9])(?<![\d/.].)(?:/(?P<denominator>[2-9]|10)(?![\d/.%])"
    r"|(?<=1) (?:in|out of) (?:every )?(?P<among>[2-9]|10|20)(?![a-z\d%]))"
)
_FOLLOWED = re.compile(
    r" (?:of (?:its|the|their|all|our|his|staff|employees|workers|that|those|these|this|them)|(?:its|their|the (?:staff|workforce|company|team|employees))(?![a-z]))"
)
_PRECEDED = re.compile(
    r"(?:by|cut|in|nearly|about|almost|roughly|least|more than|over|up to|around|fewer than|less than|approximately|laid off|some)(?: its [a-z]+ (?:by|in))? ?$"
)
_SLASHED = re.compile("(?:占|达|约|近|超过?|逾|裁员?|裁掉|减少|砍掉|比例为?|至少)了? ?$")
_SLASH_FOLLOWED = re.compile(" ?(?:的|以上|左右|员工|of (?:its|the|their))")
_IN_FOLLOWED = re.compile(r" (?:employees|workers|staff|jobs|people|of|staffers|positions|roles|engineers)")


def fraction(numerator: Decimal, denominator: Decimal) -> Decimal:
    """Return a fraction as per cent: to two decimals (a third is 33.33), or four digits where it is below one."""
    share = 100 * numerator / denominator
    return share.quantize(Decimal("0.01")).normalize() + 0 if share >= 1 else Context(prec=4).plus(share)


def read_fraction(match: re.Match[str], text: str) -> tuple[int, Decimal] | None:
    """Return where the share of a match of ``FRACTION_HEAD`` begins and its value, None where it is a date, an ordinal or a party."""
    groups = match.groupdict()
    numerator, denominator, among, count = (groups.get(name) for name in ("numerator", "denominator", "among", "count"))
    start, alone = match.start(), match.start() == 0 and match.end() == len(text)
    if numerator and denominator:
        told = _SLASHED.search(text, max(0, start - 6), start)
        if int(numerator) >= int(denominator) or not (told or alone or _SLASH_FOLLOWED.match(text, match.end())):
            return None
        return told.start() if told else start, fraction(Decimal(numerator), Decimal(denominator))
    if among:
        if not alone and _IN_FOLLOWED.match(text, match.end()) is None:
            return None
        whole = int(among) if among.isdigit() else _NUMBERS.index(among)
        part = max(1, _NUMBERS.index(groups.get("of") or "")) if (groups.get("of") or "one") != "one" else 1
        return (start, fraction(Decimal(part), Decimal(whole))) if part < whole else None
    followed = _FOLLOWED.match(text, match.end()) or _PRECEDED.search(text, max(0, start - 24), start)
    if not alone and followed is None:
        return None
    return start, Decimal(50) if count is None else fraction(
        Decimal(_COUNTS[count]), Decimal(PARTS[groups["part"] or ""])
    )
