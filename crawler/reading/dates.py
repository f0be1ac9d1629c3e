"""When an article was published and last changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from crawler.reading.declared import Declared, scripted_times
from crawler.reading.markup import Element
from crawler.reading.moments import Moment, find_moments, find_yearless, parse_moment

_EARLIEST = date(1994, 1, 1)
_AHEAD = timedelta(days=1)
"""How far ahead of the fetch a date may lie: zones are forgotten, embargoes end."""

_URL_DAY = re.compile(r"(?<!\d)(20[0-4]\d|199\d)[/_-]?(0?[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_URL_SPLIT = re.compile(r"(?<!\d)(20[0-4]\d)[/_-](0?[1-9]|1[0-2])[/_-](0?[1-9]|[12]\d|3[01])(?!\d)")
_DATED = re.compile(r"(?:date|time|publish|pubtime|byline|post-?info|article-?info|meta|source|ly|xinxi|laiyuan)", re.I)
_UPDATE = re.compile(r"(?:updated?|modified|更新|修改)[^\d]{0,20}$", re.I)
_WIRE_DATE = re.compile(r"^.{0,30}?((?:19|20)\d{2}年\d{1,2}月\d{1,2}日)(?:讯|訊|电|電|消息)")
_NOT_HEADER = frozenset({"script", "style", "noscript", "aside", "footer", "nav", "select", "option"})


@dataclass(frozen=True, slots=True)
class Dates:
    """A page's own times; None where it tells none that make sense."""

    published: Moment | None = None
    updated: Moment | None = None


def read_dates(
    root: Element,
    declared: Declared,
    *,
    url: str,
    zone: tzinfo,
    fetched: datetime,
    text: str = "",
    margin: Sequence[str] = (),
    day_first: bool = True,
) -> Dates:
    """Published and updated: declarations first, then time tags, lines near the title, the address, the text's own dateline.

    Times that name no zone are in ``zone``. What lies before 1994 or more than a day after ``fetched`` is no date of
    an article. ``htmldate`` is asked last, for a day only.
    """

    def sensible(found: Iterable[Moment | None]) -> Iterator[Moment]:
        for moment in found:
            if moment is not None and _makes_sense(moment, fetched):
                yield moment

    def read(written: Iterable[str]) -> Iterator[Moment]:
        return sensible(parse_moment(one, zone=zone, now=fetched, day_first=day_first) for one in written)

    updated = next(read(declared.updated), None)
    declared_days = list(read(declared.published))
    # What a page shows is looked for only where it declares no time of day.
    timed = bool(declared_days) and isinstance(declared_days[0], datetime)
    seen = [] if timed else list(sensible(_shown(root, margin, zone, fetched, day_first)))
    published = _settle(declared_days, seen)
    if published is None:
        published = _first(
            read(scripted_times(root)),
            sensible([_in_address(url)]),
            sensible([dateline(text)]),
            [updated] if updated else [],
            sensible(_last_resort(root, url, fetched)),
            sensible(moment for line in margin[:20] for moment in find_yearless(line, zone=zone, now=fetched)),
        )
    return Dates(published, updated if updated is not None and not _before(updated, published) else None)


def dateline(text: str) -> Moment | None:
    """The full date in the text's own opening (【大纪元2023年08月30日讯】), or None; one without a year says too little."""
    match = _WIRE_DATE.match(text)
    return parse_moment(match[1]) if match else None


def _first(*sources: Iterable[Moment]) -> Moment | None:
    return next((moment for source in sources for moment in source), None)


def _settle(declared: list[Moment], seen: list[Moment]) -> Moment | None:
    """The declared time; where a page declares a bare day, the time of day that it shows for that day."""
    best = _first(declared, seen)
    if best is None or isinstance(best, datetime):
        return best
    same_day = (m for m in (*declared, *seen) if isinstance(m, datetime) and abs(m.date() - best) <= timedelta(days=1))
    return next(same_day, best)


def _makes_sense(moment: Moment, fetched: datetime) -> bool:
    if isinstance(moment, datetime):
        return moment.date() >= _EARLIEST and moment <= fetched + _AHEAD
    return _EARLIEST <= moment <= (fetched + _AHEAD).date()


def _before(one: Moment, other: Moment | None) -> bool:
    if other is None:
        return False
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return _day(one) < _day(other)


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _shown(root: Element, margin: Sequence[str], zone: tzinfo, fetched: datetime, day_first: bool) -> Iterator[Moment]:
    """Dates that readers see: time tags, then short lines around the title or marked as dates."""
    for tag in root.iter("time"):
        for written in (tag.get("datetime"), tag.text_content()):
            if written and (moment := parse_moment(written, zone=zone, now=fetched, day_first=day_first)):
                yield moment
                break
    for line in (*margin, *_date_lines(root)):
        yield from (moment for moment in find_moments(line, zone=zone, now=fetched, day_first=day_first))


def _date_lines(root: Element) -> Iterator[str]:
    for tag in root.iter("span", "div", "p", "li", "em", "i", "font", "small", "td", "dd", "h6", "abbr", "ul"):
        marked = f"{tag.get('class') or ''} {tag.get('id') or ''}"
        if not _DATED.search(marked):
            continue
        text = " ".join(tag.text_content()[:400].split())
        if 6 <= len(text) <= 200 and any(char.isdigit() for char in text):
            yield text


def _in_address(url: str) -> date | None:
    for pattern in (_URL_SPLIT, _URL_DAY):
        for match in pattern.finditer(url):
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                continue
    return None


def _last_resort(root: Element, url: str, fetched: datetime) -> Iterator[date]:
    from htmldate import find_date

    latest = min(fetched + _AHEAD, datetime(2999, 1, 1, tzinfo=UTC)).date().isoformat()
    try:
        found = find_date(root, url=url or None, extensive_search=False, original_date=True, max_date=latest)
        if found:
            yield date.fromisoformat(found)
    except (ValueError, TypeError, AttributeError):
        return
