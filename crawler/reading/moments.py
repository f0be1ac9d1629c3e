"""One written date or time to a moment: the many ways that pages write them in Chinese, English and for machines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MAX_LENGTH = 300

Moment = datetime | date
"""A ``datetime`` is aware and in UTC; a ``date`` stands where no time of day is told."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
            "sep sept september", "oct october", "nov november", "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

_OFFSETS = {
    "z": 0, "utc": 0, "gmt": 0, "bst": 60, "cet": 60, "cest": 120, "ist": 330, "hkt": 480, "sgt": 480, "jst": 540,
    "kst": 540, "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    "aest": 600, "aedt": 660,
}  # fmt: skip
_ZONES = {"et": "America/New_York", "pt": "America/Los_Angeles", "ct": "America/Chicago"}

_CLOCK = (
    r"(?:[T\s,，|·:]{{0,3}}|\s+at\s+|\s*[-–|•]\s*)"
    r"(?P<half>上午|下午|中午|晚上|晚|早上|凌晨)?\s*"
    r"(?P<hour{0}>\d{{1,2}})\s*(?:[:：.]|时|時|点|點)\s*(?P<minute{0}>\d{{2}})?分?"
    r"(?:[:：]?(?P<second{0}>\d{{2}})秒?(?:[.,]\d+)?)?"
    r"(?:\s*(?P<ampm{0}>[ap]\.?m\b\.?))?"
    r"\s*(?P<offset{0}>Z\b|(?:UTC|GMT)?\s?[+-]\d{{1,2}}:?(?:\d{{2}})?\b|\(?[A-Z]{{2,4}}\b\)?)?"
)
_NUMERIC = re.compile(
    r"(?<![\d/.-])(?P<year>(?:19|20)\d{2})\s?(?:[-/.]|年)\s?(?P<month>\d{1,2})\s?(?:[-/.]|月)\s?(?P<day>\d{2}(?=\d{2}:\d{2})|\d{1,2}(?!\d))日?号?"
    r"(?:\s*[（(]?(?:星期|周|週)[一二三四五六日天][）)]?)?"
    rf"(?:{_CLOCK.format('')})?",
    re.I,
)
_COMPACT = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>[01]\d)(?P<day>[0-3]\d)"
    r"(?:[T\s]?(?P<hour>[0-2]\d):?(?P<minute>[0-5]\d):?(?P<second>[0-5]\d)?"
    r"\s*(?P<offset>Z\b|[+-]\d{2}:?\d{2}\b)?)?(?!\d)"
)
_MONTH = r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_DAY_MONTH = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s,-]+(?:of\s+)?{_MONTH}[\s,-]+(?P<year>\d{{4}})(?:{_CLOCK.format('')})?",
    re.I,
)
_MONTH_DAY = re.compile(
    rf"\b{_MONTH}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d)(?:{_CLOCK.format('')})?", re.I
)
_CLOCK_FIRST = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<ampm>[ap]\.?m\b\.?)?\s*"
    rf"(?P<offset>\(?[A-Z]{{2,4}}\)?)?[\s,|–-]+(?:on\s+)?(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
    rf"(?:{_MONTH}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})|"
    rf"(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH.replace('name', 'name2')},?\s+(?P<year2>\d{{4}}))",
    re.I,
)
_SLASHED = re.compile(
    rf"(?<![\d/])(?P<first>\d{{1,2}})[/.](?P<next>\d{{1,2}})[/.](?P<year>(?:19|20)\d{{2}})(?!\d)(?:{_CLOCK.format('')})?",
    re.I,
)
_SHORT_YEAR = re.compile(
    rf"(?<![\d/])(?P<first>\d{{1,2}})/(?P<next>\d{{1,2}})/(?P<short>\d{{2}})(?![\d/])(?:{_CLOCK.format('')})", re.I
)
_NO_YEAR = re.compile(
    rf"(?<![\d年/.-])(?P<month>\d{{1,2}})(?:月|-)(?P<day>\d{{1,2}})日?(?![\d-])(?:{_CLOCK.format('')})?", re.I
)
_EPOCH = re.compile(r"^\s*(\d{10}|\d{13})(?:\.\d+)?\s*$")
_AGO = re.compile(r"(\d{1,3})\s*(?:(分钟|分鐘|minutes?|mins?)|(小时|小時|hours?|hrs?)|(天|days?))\s*(?:前|ago)", re.I)
# Without a clock 今天 is a word of any sentence.
_DAY_WORD = re.compile(rf"(今天|今日|昨天|昨日|前天|today|yesterday)(?:{_CLOCK.format('')})", re.I)
_DAYS_BACK = {"今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2}


_PATTERNS = (_CLOCK_FIRST, _NUMERIC, _DAY_MONTH, _MONTH_DAY, _COMPACT, _SLASHED, _SHORT_YEAR)


def zone_named(name: str | None) -> tzinfo | None:
    """The zone of an IANA name (``Asia/Shanghai``) or None where there is none of that name."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def parse_moment(
    text: str, *, zone: tzinfo = UTC, now: datetime | None = None, day_first: bool = True
) -> Moment | None:
    """The first date in a text, or None. A time without a zone is in ``zone``; ``3小时前`` needs ``now``.

    ``day_first`` reads 03/04/2019 as the third of April. Says nothing about whether the date makes sense.
    """
    return next(find_moments(text, zone=zone, now=now, day_first=day_first), None)


def find_moments(
    text: str, *, zone: tzinfo = UTC, now: datetime | None = None, day_first: bool = True
) -> Iterator[Moment]:
    """Every date in the first 300 characters of a text, in order of appearance; see ``parse_moment``."""
    text = text[:_MAX_LENGTH]
    if epoch := _EPOCH.match(text):
        yield datetime.fromtimestamp(int(epoch[1]) / (1000 if len(epoch[1]) == 13 else 1), UTC)
        return
    found: list[tuple[int, int, Moment]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end, _ in found):
                continue
            if (moment := _moment(match, zone, day_first)) is not None:
                found.append((match.start(), match.end(), moment))
    if now is not None:
        found += [(start, end, moment) for start, end, moment in _relative(text, zone, now)]
    for _, _, moment in sorted(found, key=lambda item: item[0]):
        yield moment


def find_yearless(text: str, *, zone: tzinfo, now: datetime) -> Iterator[Moment]:
    """Dates without a year (09-30 22:46, 9月30日) in a short text, in the latest year that does not put them after ``now``."""
    today = now.astimezone(zone).date() + timedelta(days=1)
    for match in _NO_YEAR.finditer(text):
        part = match.groupdict()
        for year in (today.year, today.year - 1):
            try:
                day = date(year, int(part["month"]), int(part["day"]))
            except ValueError:
                continue
            if day <= today:
                yield _with_clock(day, part, zone)
                break


def _moment(match: re.Match[str], zone: tzinfo, day_first: bool) -> Moment | None:
    part = match.groupdict()
    year = int(part.get("year") or part.get("year2") or 0) or 2000 + int(part["short"] or 0)
    if "first" in part:
        one, two = int(part["first"]), int(part["next"])
        day, month = (one, two) if (day_first and two <= 12) or one > 12 else (two, one)
    else:
        name = part.get("name") or part.get("name2")
        month = _MONTHS[name.lower().rstrip(".")] if name else int(part["month"])
        day = int(part.get("day") or part.get("day2") or 0)
    try:
        return _with_clock(date(year, month, day), part, zone)
    except (ValueError, OverflowError):
        return None


def _with_clock(day: date, part: dict[str, str | None], zone: tzinfo) -> Moment:
    hour_text = part.get("hour")
    if not hour_text:
        return day
    hour = int(hour_text)
    afternoon = (part.get("ampm") or "").lower().startswith("p") or part.get("half") in ("下午", "晚上", "晚")
    if afternoon and hour < 12:
        hour += 12
    elif hour == 12 and ((part.get("ampm") or "").lower().startswith("a") or part.get("half") == "凌晨"):
        hour = 0
    minute, second = int(part.get("minute") or 0), int(part.get("second") or 0)
    if hour > 23 or minute > 59:
        return day
    where = _offset(part.get("offset")) or zone
    return datetime(day.year, day.month, day.day, hour, minute, min(second, 59), tzinfo=where).astimezone(UTC)


@cache
def _offset(written: str | None) -> tzinfo | None:
    text = (written or "").strip(" ()").lower()
    if not text:
        return None
    if text in _ZONES:
        return ZoneInfo(_ZONES[text])
    # CST is left to the zone of the page: China's and Chicago's share it.
    if text in _OFFSETS:
        return timezone(timedelta(minutes=_OFFSETS[text]))
    match = re.fullmatch(r"(?:utc|gmt)?\s?([+-])(\d{1,2}):?(\d{2})?", text)
    if not match:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    if minutes > 14 * 60:
        return None
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))


def _relative(text: str, zone: tzinfo, now: datetime) -> Iterator[tuple[int, int, Moment]]:
    for match in _AGO.finditer(text):
        count = int(match[1])
        if match[4]:
            yield match.start(), match.end(), (now.astimezone(zone) - timedelta(days=count)).date()
        else:
            yield match.start(), match.end(), now - (timedelta(minutes=count) if match[2] else timedelta(hours=count))
    for match in _DAY_WORD.finditer(text):
        day = now.astimezone(zone).date() - timedelta(days=_DAYS_BACK[match[1].lower()])
        yield match.start(), match.end(), _with_clock(day, match.groupdict(), zone)
