"""One page's markup to an Article: title, body, byline, dates, origin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from crawler.items import Article
from crawler.reading.body import read_body
from crawler.reading.byline import read_author
from crawler.reading.dates import read_dates
from crawler.reading.declared import Declared, read_declared
from crawler.reading.language import language_of
from crawler.reading.markup import clean, parse
from crawler.reading.moments import Moment, zone_named
from crawler.reading.next_page import next_page
from crawler.reading.origin import read_origin
from crawler.reading.titles import headline, outlet_in_title

MAX_TEXT = 400_000
"""Characters kept of a text: ten times the longest report, and what can still be read within a page's time."""

_HOME_ZONES = {"zh-Hans": "Asia/Shanghai", "zh-Hant": "Asia/Hong_Kong", "ja": "Asia/Tokyo", "ko": "Asia/Seoul"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a page was found: what its own markup may leave unsaid."""

    url: str = ""
    fetched: datetime | None = None
    timezone: str | None = None
    outlet: str | None = None
    first: bool = True
    """Whether it is the article's own page, not one on which it goes on."""


def read_article(markup: str, place: Place) -> Article | None:
    """The article of a page, or None where there is no markup to read.

    A time without a zone is taken in the place's zone, else in the usual one of the text's language, else in UTC.
    """
    parsed = parse(markup)
    if parsed is None:
        return None
    root = parsed.root
    declared = read_declared(root)
    outlet = place.outlet or next(iter(declared.outlets), None) or outlet_in_title(root)
    title = headline(root, declared, place.outlet)
    body = read_body(root, declared, title)
    text = clean(body.text)
    language = language_of(f"{title or ''}\n{text}", declared.language)
    following = next_page(root, place.url, first=place.first) if place.url else None
    fetched = place.fetched or datetime.max.replace(tzinfo=UTC, year=9000)
    dates = read_dates(
        root, declared, url=place.url, zone=zone_of(place.timezone, language), fetched=fetched, text=text, margin=body.margin,
        day_first=_day_first(declared.language, language, place.timezone),
    )  # fmt: skip
    return assembled(
        title=title, text=text, declared=declared, near_title="\n".join(body.margin), outlet=outlet, published=dates.published, updated=dates.updated,
        language=language, truncated=parsed.truncated or (body.partial and following is None), next_page=following,
    )  # fmt: skip


def _day_first(declared: str | None, language: str | None, timezone: str | None) -> bool:
    """Whether 03/04/2019 is the third of April: everywhere but in American English."""
    tag = (declared or language or "").lower().replace("_", "-")
    if not tag.startswith("en") or tag.startswith(
        ("en-gb", "en-au", "en-in", "en-hk", "en-ie", "en-nz", "en-za", "en-sg")
    ):
        return True
    return (timezone or "").startswith(("Asia/", "Europe/", "Africa/", "Australia/"))


def assembled(
    *,
    title: str | None,
    text: str,
    declared: Declared,
    near_title: str,
    outlet: str | None,
    published: Moment | None,
    updated: Moment | None,
    language: str | None,
    truncated: bool,
    next_page: str | None = None,
) -> Article:
    """The parts put together, author and origin read from declarations, the lines near the title and the text.

    A text beyond ``MAX_TEXT`` is cut, and ``truncated`` says so.
    """
    if len(text) > MAX_TEXT:
        text, truncated = text[:MAX_TEXT], True
    return Article(
        title=title,
        text=text,
        author=read_author(declared, near_title, text, outlet),
        outlet=outlet,
        origin=read_origin(declared.origins, near_title, text, outlet),
        published=published,
        updated=updated,
        language=language,
        truncated=truncated,
        next_page=next_page,
    )


def zone_of(name: str | None, language: str | None) -> tzinfo:
    """The named zone, else the usual one of the language, else UTC."""
    return zone_named(name) or zone_named(_HOME_ZONES.get(language or "")) or UTC
