"""Dates as feeds and lists really write them; pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janv januar enero", "feb february fév februar", "mar march märz mars", "apr april avr", "may mai mayo",
            "jun june juin juni", "jul july juil juli", "aug august août", "sep sept september", "oct october okt",
            "nov november", "dec december déc dez",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_CHINESE_MONTHS = {
    "十二": 12,
    "十一": 11,
    "十": 10,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3,
    "bjt": 8, "hkt": 8, "sgt": 8, "awst": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_CLOCK = re.compile(
    r"(?P<half>上午|下午|晚上|凌晨|早上|中午)?\s*(?P<h>\d{1,2})\s*[:：时點点]\s*(?P<m>\d{2})\s*分?(?:\s*[:：]?\s*(?P<s>\d{2})秒?(?:[.,]\d+)?)?"
    r"\s*(?P<ampm>[AaPp]\.?[Mm]\b\.?)?\s*(?P<zone>Z\b|(?:GMT|UTC)?\s*[+\-−]\d{1,2}:?\d{2}|(?:GMT|UTC)\s*[+\-−]\d{1,2}|[A-Za-z]{1,5}\b)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_DAY_MONTH_YEAR = re.compile(r"(?<!\d)(\d{1,2})[\s\-.]*([^\W\d_]{3,9})\.?,?[\s\-]*(\d{4}|\d{2})(?!\d)(?!\s*[:：])")
_MONTH_DAY_YEAR = re.compile(r"([^\W\d_]{3,9})\.?\s*(\d{1,2})(?:st|nd|rd|th)?\s*,?\s*(\d{4})(?!\d)")
_DAY_CHINESE_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})\s*[\s,]\s*(\d{1,2}|十[一二]?|[一二三四五六七八九])月\s*,?\s*(\d{4})(?!\d)"
)
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?!\d)")
_NO_YEAR = re.compile(r"(?<![\d/\-])(\d{1,2})\s*(?:月|[-/])\s*(\d{1,2})(?![\d/\-])")
_AGO = re.compile(
    r"(\d{1,4}|an?|半)\s*个?\s*(秒|分钟|分鐘|小时|小時|天|日|周|週|sec|min|hour|hr|day|week)\w*\s*(?:之?前|ago)",
    re.IGNORECASE,
)
_AGO_UNITS = {
    "秒": 1, "sec": 1, "分钟": 60, "分鐘": 60, "min": 60, "小时": 3600, "小時": 3600, "hour": 3600, "hr": 3600,
    "天": 86400, "日": 86400, "day": 86400, "周": 604800, "週": 604800, "week": 604800,
}  # fmt: skip
_DAYS_BACK = {"今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2}
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def read_date(raw: str | None, *, zone: tzinfo, chinese: bool, now: datetime) -> datetime | date | None:
    """Reads one written date; a ``datetime`` in UTC where it has an hour, else a ``date``, None where it makes no sense.

    ``zone`` is taken where none is written, and CST means China where ``chinese``. A missing year is the one that puts
    the date nearest before ``now``; what lies more than two days ahead or before 1990 makes no sense.
    """
    text = (raw or "").strip()[:100]
    if not text:
        return None
    try:
        made = _epoch(text) or _ago(text, zone, now) or _written(text, zone, chinese, now)
    except (ValueError, OverflowError):
        return None
    if made is None or isinstance(made, datetime):
        return made.astimezone(UTC) if made and _EARLIEST <= made <= now + timedelta(days=2) else None
    return made if _EARLIEST.date() <= made <= (now + timedelta(days=2)).date() else None


def zone_named(name: str | None, *, chinese: bool) -> tzinfo:
    """The zone a source declares; without one China's for Chinese sources, else UTC."""
    try:
        return ZoneInfo(name or ("Asia/Shanghai" if chinese else "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _epoch(text: str) -> datetime | None:
    if not re.fullmatch(r"\d{10}(\.\d+)?|\d{13}", text):
        return None
    seconds = float(text)
    return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)


def _ago(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    if text.lower() in ("刚刚", "剛剛", "just now"):
        return now
    if found := _AGO.search(text):
        count = 0.5 if found[1] == "半" else 1 if found[1].lower() in ("a", "an") else int(found[1])
        return now - timedelta(seconds=count * _AGO_UNITS[found[2].lower()])
    for word, back in _DAYS_BACK.items():
        if text.lower().startswith(word):
            day = now.astimezone(zone).date() - timedelta(days=back)
            clock = _CLOCK.search(text)
            return _at(day, clock, zone, chinese=True) if clock else None
    return None


def _written(text: str, zone: tzinfo, chinese: bool, now: datetime) -> datetime | date | None:
    if found := _COMPACT.fullmatch(text):
        day = date(int(found[1]), int(found[2]), int(found[3]))
        if not found[4]:
            return day
        written = _zone(found["zone"], zone, chinese)
        return datetime(day.year, day.month, day.day, int(found[4]), int(found[5]), int(found[6] or 0), tzinfo=written)
    placed = _day(text, zone, now)
    if placed is None:
        return None
    day, end = placed
    clock = _CLOCK.search(text, end) or _CLOCK.search(text)
    return _at(day, clock, zone, chinese) if clock else day


def _day(text: str, zone: tzinfo, now: datetime) -> tuple[date, int] | None:
    """The day that is written, and where in the text its hour may begin."""
    if found := _YEAR_FIRST.search(text):
        return date(int(found[1]), int(found[2]), int(found[3])), found.end()
    if found := _DAY_CHINESE_MONTH.search(text):
        return date(int(found[3]), _CHINESE_MONTHS.get(found[2]) or int(found[2]), int(found[1])), found.end()
    for found in _DAY_MONTH_YEAR.finditer(text):
        if named := _MONTHS.get(found[2].lower()):
            year = int(found[3])
            return date(year if year > 99 else 2000 + year, named, int(found[1])), found.end()
    for found in _MONTH_DAY_YEAR.finditer(text):
        if named := _MONTHS.get(found[1].lower()):
            return date(int(found[3]), named, int(found[2])), found.end()
    if found := _NUMBERS.search(text):
        first, second = int(found[1]), int(found[2])
        american = str(zone).startswith(("America/", "US/"))
        month, day = (first, second) if (american and first <= 12) or second > 12 else (second, first)
        return date(int(found[3]), month, day), found.end()
    if found := _NO_YEAR.search(text):
        return _latest(int(found[1]), int(found[2]), (now.astimezone(zone) + timedelta(days=1)).date()), found.end()
    return None


def _latest(month: int, day: int, until: date) -> date:
    """The last such day not after ``until``; 29 February looks back to a leap year."""
    for year in range(until.year, until.year - 9, -1):
        try:
            made = date(year, month, day)
        except ValueError:
            continue
        if made <= until:
            return made
    raise ValueError(f"no day {month}-{day}")


def _at(day: date, clock: re.Match[str], zone: tzinfo, chinese: bool) -> datetime:
    hour = int(clock["h"])
    late = (clock["ampm"] or "").lower().startswith("p") or clock["half"] in ("下午", "晚上")
    early = (clock["ampm"] or "").lower().startswith("a") or clock["half"] == "凌晨"
    if late and hour < 12:
        hour += 12
    elif early and hour == 12:
        hour = 0
    written = _zone(clock["zone"], zone, chinese)
    if hour == 24:
        return datetime(day.year, day.month, day.day, tzinfo=written) + timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour, int(clock["m"]), min(int(clock["s"] or 0), 59), tzinfo=written)


def _zone(written: str | None, zone: tzinfo, chinese: bool) -> tzinfo:
    name = (written or "").replace("−", "-").strip().lower()
    if not name:
        return zone
    if name == "cst":
        return timezone(timedelta(hours=8 if chinese else -6))
    if found := re.fullmatch(r"(?:gmt|utc)?\s*([+-])(\d{1,2}):?(\d{2})?", name):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes)) if minutes < 1440 else zone
    return timezone(timedelta(hours=_ZONES[name])) if name in _ZONES else zone
