"""When a number holds: the day, month or year told beside it, counted from the day of publication."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_ENGLISH_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_CHINESE = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"十一": 11, "十二": 12}


@dataclass(frozen=True, slots=True)
class Told:
    """A date as told in a text, resolved as far as it goes: ``2023``, ``2023-06`` or ``2023-06-30``."""

    start: int
    end: int
    value: str
    yearless: bool = False
    """Told without its year, which was taken to be the last."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One way of telling a date, with an example as read on 2023-08-30."""

    pattern: str
    resolve: Callable[[re.Match[str], date], str | None]
    example: str
    value: str


def _year(match: re.Match[str], published: date) -> int:
    word = match["y"]
    if word is None:
        return published.year
    if word.isdigit():
        return int(word)
    return published.year + {"去": -1, "前": -2, "明": 1}.get(word[0], 0)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _CHINESE.get(text, 0)


def _full(match: re.Match[str], published: date) -> str | None:
    return _day(_year(match, published), _number(match["m"]), _number(match["d"]))


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _month(match: re.Match[str], published: date) -> str | None:
    month = _number(match["m"])
    return f"{_year(match, published)}-{month:02d}" if 1 <= month <= 12 else None


def _latest_day(match: re.Match[str], published: date) -> str | None:
    """A day without a year is the last one that is not long after publication."""
    month, day = _number(match["m"]), _number(match["d"])
    told = _day(published.year, month, day)
    if told is not None and date.fromisoformat(told) > published + timedelta(days=40):
        return _day(published.year - 1, month, day)
    return told


def _latest_month(match: re.Match[str], published: date) -> str | None:
    month = _number(match["m"])
    if not 1 <= month <= 12:
        return None
    return f"{published.year - (month > published.month + 2)}-{month:02d}"


def _quarter(match: re.Match[str], published: date) -> str | None:
    return f"{_year(match, published)}-{_number(match['q']) * 3:02d}"


def _latest_quarter(match: re.Match[str], published: date) -> str:
    quarter = _number(match["q"])
    year = published.year - (quarter * 3 > published.month + 2)
    return f"{year}-{quarter * 3:02d}"


def _day_of_month(match: re.Match[str], published: date) -> str | None:
    day = _number(match["d"])
    months = published.year * 12 + published.month - 1 - (day > published.day)
    return _day(months // 12, months % 12 + 1, day)


def _months_ago(months: int) -> Callable[[re.Match[str], date], str]:
    def resolve(_: re.Match[str], published: date) -> str:
        index = published.year * 12 + published.month - 1 - months
        return f"{index // 12}-{index % 12 + 1:02d}"

    return resolve


def _days_ago(days: int) -> Callable[[re.Match[str], date], str]:
    return lambda _, published: (published - timedelta(days=days)).isoformat()


def _weekday(match: re.Match[str], published: date) -> str:
    return _last_weekday(_WEEKDAYS[match["w"]], published)


def _english_weekday(match: re.Match[str], published: date) -> str:
    return _last_weekday(_ENGLISH_DAYS.index(match["w"]), published)


def _last_weekday(weekday: int, published: date) -> str:
    return (published - timedelta(days=(published.weekday() - weekday) % 7)).isoformat()


def _english_month(match: re.Match[str], published: date) -> str | None:
    month = _MONTHS.index(match["m"][:3]) + 1
    year = match["y"]
    if year is None:
        before = published.year - (month > published.month + 2)
        year = str(before)
    return f"{year}-{month:02d}"


def _english_day(match: re.Match[str], published: date) -> str | None:
    month = _MONTHS.index(match["m"][:3]) + 1
    year = int(match["y"]) if match["y"] else published.year - (month > published.month + 2)
    return _day(year, month, int(match["d"]))


def _of_year(match: re.Match[str], published: date) -> str:
    return str(_year(match, published))


def _years_ago(years: int) -> Callable[[re.Match[str], date], str]:
    return lambda _, published: str(published.year - years)


_Y = r"(?P<y>20\d\d年|去年|前年|明年|今年|本年|同年)"
_YN = r"(?P<y>20\d\d|去|前|明|今|本)年"
_D = r"(?P<d>3[01]|[12]\d|0?[1-9])"
_M = r"(?P<m>1[0-2]|0?[1-9])"

RULES: tuple[_Rule, ...] = (
    _Rule(rf"{_YN}的?{_M}月{_D}(?:[日号]|(?![\d,.亿万%人名]))", _full, "2023年6月30日", "2023-06-30"),
    _Rule(r"(?P<y>20\d\d)[-/.](?P<m>1[0-2]|0?[1-9])[-/.](?P<d>3[01]|[12]?\d|0\d)", _full, "2023-06-30", "2023-06-30"),
    _Rule(rf"{_YN}的?(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月", _month, "去年11月", "2022-11"),
    _Rule(rf"{_YN}的?第?(?P<q>[一二三四1-4])季(?:度)?", _quarter, "2022年第四季度", "2022-12"),
    _Rule(rf"{_YN}(?:年)?(?:底|末)", lambda m, p: f"{_year(m, p)}-12", "去年底", "2022-12"),
    _Rule(rf"{_YN}(?:上半年|年中|中期)", lambda m, p: f"{_year(m, p)}-06", "今年上半年", "2023-06"),
    _Rule(rf"{_YN}(?:年)?初", lambda m, p: f"{_year(m, p)}-01", "今年初", "2023-01"),
    _Rule(rf"(?<![\d年]){_M}月{_D}[日号]", _latest_day, "6月30日", "2023-06-30"),
    _Rule(r"(?<![\d年个])(?P<m>1[0-2]|0?[1-9])月(?!\d)(?:份|初|底|末|中旬|上旬|下旬)?", _latest_month, "3月", "2023-03"),
    _Rule(r"(?<![\d月年个])(?P<d>3[01]|[12]\d|0?[1-9])[号日](?=[，宣表晚凌上下发在])", _day_of_month, "15号宣布", "2023-08-15"),
    _Rule(r"第?(?P<q>[二三四一])季度?", _latest_quarter, "第二季", "2023-06"),
    _Rule(r"一年前", _years_ago(1), "一年前", "2022"),
    _Rule(r"(?:上个?月)", _months_ago(1), "上个月", "2023-07"),
    _Rule(r"(?:本月|这个月|当月)", _months_ago(0), "本月", "2023-08"),
    _Rule(r"(?:上周|本周|这周|上星期|本星期|近日|日前|最近|近期|目前|当前|如今|现在)", _months_ago(0), "近日", "2023-08"),
    _Rule(r"昨日|昨天|昨晚", _days_ago(1), "昨日", "2023-08-29"),
    _Rule(r"今日|今天|今早|今晚", _days_ago(0), "今日", "2023-08-30"),
    _Rule(r"(?:周|星期)(?P<w>[一二三四五六日天])(?!年)", _weekday, "周一", "2023-08-28"),
    _Rule(r"(?P<y>20\d\d|去|前|明|今)年(?!同期)(?:全年|度)?", _of_year, "去年", "2022"),
    _Rule(rf"(?<![a-z])(?P<m>{_MONTH})\.? (?P<d>3[01]|[12]\d|0?[1-9])(?!\d)(?:st|nd|rd|th)?(?:,? (?P<y>20\d\d))?", _english_day, "june 30, 2023", "2023-06-30"),
    _Rule(rf"(?<![a-z\d])(?P<d>3[01]|[12]\d|0?[1-9]) (?P<m>{_MONTH})(?![a-z])(?:,? (?P<y>20\d\d))?", _english_day, "30 june 2023", "2023-06-30"),
    _Rule(rf"(?<![a-z])(?P<m>{_MONTH}) last year", lambda m, p: f"{p.year - 1}-{_MONTHS.index(m['m'][:3]) + 1:02d}", "may last year", "2022-05"),
    _Rule(rf"(?:(?<=in )|(?<=since )|(?<=of )|(?<=by )|(?<=late )|(?<=early )|(?<=last )|(?<=this )|(?<=from )|(?<=until ))(?P<m>{_MONTH})(?![a-z])(?:,? (?P<y>20\d\d))?", _english_month, "in november", "2022-11"),
    _Rule(rf"(?<![a-z])(?P<m>{_MONTH}) (?P<y>20\d\d)", _english_month, "june 2022", "2022-06"),
    _Rule(r"(?<![a-z])(?:on )?(?P<w>monday|tuesday|wednesday|thursday|friday|saturday|sunday)", _english_weekday, "on monday", "2023-08-28"),
    _Rule(r"(?<![a-z])(?:end of|late) last year", lambda _, p: f"{p.year - 1}-12", "end of last year", "2022-12"),
    _Rule(r"(?<![a-z])last year|a year (?:ago|earlier|before)|twelve months (?:earlier|before)|the year before", _years_ago(1), "last year", "2022"),
    _Rule(r"(?<![a-z])(?:earlier )?this year", _years_ago(0), "this year", "2023"),
    _Rule(r"(?<![a-z])yesterday(?![a-z])", _days_ago(1), "yesterday", "2023-08-29"),
    _Rule(r"(?<![a-z])today(?![a-z])", _days_ago(0), "today", "2023-08-30"),
    _Rule(r"(?<![a-z])last month", _months_ago(1), "last month", "2023-07"),
    _Rule(r"(?<![a-z])(?:this (?:week|month)|last week)", _months_ago(0), "this week", "2023-08"),
    _Rule(r"(?:(?<=in )|(?<=since )|(?<=of )|(?<=for )|(?<=from )|(?<=during )|(?<=ended )|(?<=by )|(?=20\d\d (?:[a-z]+ ){0,3}(?:ipo|flotation|float|listing|debut|round|financing|funding|placement|layoffs)))(?P<y>20\d\d)(?!\d)", lambda m, _: m["y"], "in 2021", "2021"),
)  # fmt: skip
"""Tried in this order at each place of a sentence."""

_COMPILED = tuple((re.compile(rule.pattern), rule) for rule in RULES)
_HINT = re.compile(
    r"[年月日号周天期季近今昨目当如现]|20\d\d|(?<![a-z])(?:last|this|on|ago|in|since|year|end|late|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
_DEADLINE = re.compile(r"[底末]?(?:之前|前|以前|结束前)(?!后)")
_OVER_THE_YEAR = re.compile(r"过去(?:的)?(?:一年|12个月|十二个月|1年)|(?:over|in) the past year")
_YEAR_BEFORE = re.compile(
    r"去年同期|上年同期|同比|a year (?:earlier|before)|twelve months (?:earlier|before)|the year before"
)
_ANCHORED = re.compile(
    r"(?P<y>同|那|当|该|次|上一?|20\d\d)年(?:(?P<m>1[0-2]|0?[1-9])月(?:(?P<d>3[01]|[12]\d|0?[1-9])[日号])?|(?P<end>年?[底末])|(?P<span>同期))?"
)
"""A date that leans on the one told before it: 同年8月, 上年末, 2025年同期."""


_YEAR_IN_WORDS = re.compile(r"二[〇零○][〇零○一二三四五六七八九]{2}(?=年)")
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")


def years_in_digits(lower: str) -> str:
    """A text with 二〇二一年 as 2021年; nothing moves."""
    return _YEAR_IN_WORDS.sub(lambda match: match.group().translate(_DIGITS), lower)


def dates_in(
    lower: str, start: int, end: int, published: date | None, before: Callable[[], str | None] = lambda: None
) -> list[Told]:
    """The dates told between two offsets, in order; without a day of publication only those that carry their year.

    ``before`` gives the last date told ahead of ``start``, which 同年8月 leans on.
    """
    if _HINT.search(lower, start, end) is None:
        return []
    taken: list[Told] = []
    for pattern, rule in _COMPILED:
        for match in pattern.finditer(lower, start, end):
            if any(match.start() < told.end and told.start < match.end() for told in taken):
                continue
            value = _resolve(rule, match, published)
            if value is not None:
                taken.append(Told(match.start(), match.end(), value, rule.resolve in _YEARLESS))
    taken = [told for told in taken if not _DEADLINE.match(lower, told.end) and not _founded(lower, told)]
    taken.sort(key=lambda told: told.start)
    return _year_earlier(lower, start, end, _going_on(_anchored(lower, start, end, taken, before), before))


_FOUNDED_IN = re.compile(
    r"(?:founded|set up|established|started|launched|formed)(?! (?:a|an|its|the) )[^,.;]{0,24} (?:in|since) $|(?:成立|创立|创办|创建)于?$"
)
_WAS_FOUNDED = re.compile(r"[^，。;\d]{0,2}(?:成立|创立|创办|创建)(?!以来|至今)")


def _founded(lower: str, told: Told) -> bool:
    """A year in which a company was founded is the time of no number."""
    return (
        _FOUNDED_IN.search(lower, max(0, told.start - 48), told.start) is not None
        or _WAS_FOUNDED.match(lower, told.end) is not None
    )


_YEARLESS = (_latest_day, _latest_month)


def _going_on(told: list[Told], before: Callable[[], str | None]) -> list[Told]:
    """With 2018年4月…；5月底又… in one year: a month told without its year goes on from the one told before it."""
    gone: list[Told] = []
    for one in told:
        if one.yearless:
            anchor = gone[-1].value if gone else before()
            if anchor and len(anchor) >= 7 and anchor[:4] < one.value[:4] and anchor[5:7] <= one.value[5:7]:
                one = replace(one, value=anchor[:4] + one.value[4:])
        gone.append(one)
    return gone


def _anchored(lower: str, start: int, end: int, told: list[Told], before: Callable[[], str | None]) -> list[Told]:
    """With the dates that lean on the one told before them."""
    for match in _ANCHORED.finditer(lower, start, end):
        if any(match.start() < one.end and one.start < match.end() for one in told):
            continue
        anchor = next((one.value for one in reversed(told) if one.end <= match.start()), None) or before()
        value = _leaning(match, anchor) if anchor else None
        if value is not None:
            told = sorted((*told, Told(match.start(), match.end(), value)), key=lambda one: one.start)
    return told


def _leaning(match: re.Match[str], anchor: str) -> str | None:
    word = match["y"]
    if word.isdigit() and not match["span"]:
        return None  # a year of its own
    year = int(word) if word.isdigit() else int(anchor[:4]) + {"上": -1, "次": 1}.get(word[0], 0)
    if match["span"]:
        return f"{year}{anchor[4:]}"
    if match["end"]:
        return f"{year}-12"
    if match["d"]:
        return _day(year, int(match["m"]), int(match["d"]))
    return f"{year}-{int(match['m']):02d}" if match["m"] else str(year)


def _resolve(rule: _Rule, match: re.Match[str], published: date | None) -> str | None:
    if published is not None:
        return rule.resolve(match, published)
    groups = match.groupdict()
    return rule.resolve(match, date(2000, 1, 1)) if (groups.get("y") or "").isdigit() else None


def _year_earlier(lower: str, start: int, end: int, told: list[Told]) -> list[Told]:
    """去年同期 is a year before the date told ahead of it."""
    for match in _YEAR_BEFORE.finditer(lower, start, end):
        if match.group() == "同比":
            continue
        before = [one for one in told if one.end <= match.start()]
        if before and before[-1].value[:4].isdigit():
            anchor = before[-1].value
            value = f"{int(anchor[:4]) - 1}{anchor[4:]}"
            told = [one for one in told if one.start < match.start() or one.start >= match.end()]
            told.append(Told(match.start(), match.end(), value))
    for match in _OVER_THE_YEAR.finditer(lower, start, end):
        if told:
            latest = max(one.value for one in told)
            told.append(Told(match.start(), match.end(), latest))
    told.sort(key=lambda one: one.start)
    return told
