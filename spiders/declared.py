"""Endpoints declared by a template and paths: what is asked for which company, and how rows become leads; pure.

A source's ``options`` are the declaration; ``docs/sources.md`` lists them with examples. Nothing is guessed: a row
without its address, or a body without the declared rows, is said to be so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from string import Template
from typing import Any
from urllib.parse import quote

from crawler.errors import ReadError
from crawler.items import Lead, Source
from crawler.reading.charset import decode
from crawler.reading.script import simplified
from crawler.urls import absolute
from crawler.watchlist import Company, Watchlist
from spiders.base import Answered, Ask, Read
from spiders.dates import read_date, zone_named
from spiders.markup import plain

OPTIONS = frozenset(
    {
        "names", "stocks", "min_length", "method", "body", "pages", "page_start", "page_size", "days", "date_format",
        "format", "inside", "rows", "link", "title", "published", "summary", "outlet", "guid", "author", "only", "first",
        "max_size", "timeout",
    }
)  # fmt: skip
"""What a declaration may say; anything else is a mistake that the catalogue's check tells."""

_JSONP = re.compile(r"\s*(?:/\*.*?\*/\s*)?(?:(?:var|let|const)\s+)?[\w$.]*\s*(?:\(|=)\s*(?=[\[{])", re.DOTALL)
_CJK = re.compile("[\u4e00-\u9fff]")
_MOST_ROWS = 2_000


def asks(source: Source, watchlist: Watchlist, now: datetime) -> Sequence[Ask]:
    """The first page for each company, or the steps that have to come before it (a cookie, an internal id)."""
    options = source.options
    queries = [
        {"company": company.key, "query": name, "code": str(options.get("stocks", {}).get(company.key, ""))}
        for company in watchlist.companies
        for name in _names(company, options)
    ]
    return tuple(_step(source, {**query, "step": "0"}, now) for query in queries)


def _names(company: Company, options: Mapping[str, Any]) -> list[str]:
    """What one company is asked by: its code at an exchange, or its first name in each of the scripts asked for."""
    stocks = options.get("stocks")
    if stocks is not None:
        return [str(stocks[company.key])] if company.key in stocks else []
    shortest = int(options.get("min_length", 2))
    chosen = []
    for script in options.get("names", ("hans",)):
        fitting = [name for name in company.names if len(name) >= shortest and _script(name) == script]
        chosen.extend(fitting[:1])
    return chosen


def _script(name: str) -> str:
    if not _CJK.search(name):
        return "latin"
    return "hans" if simplified(name) == name else "hant"


def _step(source: Source, context: Mapping[str, str], now: datetime) -> Ask:
    """The request of one step: those of ``first`` in their order, then the search itself."""
    steps: Sequence[Mapping[str, Any]] = source.options.get("first", ())
    number = int(context["step"])
    if number < len(steps):
        return Ask(_filled(str(steps[number]["url"]), source, context, now, quote_plainly), context=dict(context))
    return _page(source, {**context, "page": str(source.options.get("page_start", 1))}, now)


def _page(source: Source, context: Mapping[str, str], now: datetime) -> Ask:
    options = source.options
    body = str(options.get("body", ""))
    method = str(options.get("method", "POST" if body else "GET"))
    headers = {}
    if body.lstrip().startswith("{"):
        body = _filled(body, source, context, now, _in_json)
        headers = {"Content-Type": "application/json"}
    elif body:
        body = _filled(body, source, context, now, quote_plainly)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return Ask(
        _filled(source.url, source, context, now, quote_plainly),
        method=method,
        body=body.encode(),
        headers=headers,
        context=dict(context),
    )


def quote_plainly(text: str) -> str:
    """Percent-encodes everything that is not a letter, digit or one of ``-._~``."""
    return quote(text, safe="")


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _filled(template: str, source: Source, context: Mapping[str, str], now: datetime, spell: Any) -> str:
    """``$query $code $id $page $since $until $now_ms`` put in; any other dollar stays."""
    options = source.options
    zone = zone_named(source.timezone, chinese=True)
    layout = str(options.get("date_format", "%Y-%m-%d"))
    days = timedelta(days=float(options.get("days", 30)))
    page = int(context.get("page", 1))
    size = int(options.get("page_size", 0))
    values = {
        "query": context["query"],
        "code": context["code"],
        "id": context.get("id", ""),
        "page": str(page),
        "offset": str((page - int(options.get("page_start", 1))) * size),
        "since": (now - days).astimezone(zone).strftime(layout),
        "until": now.astimezone(zone).strftime(layout),
        "since_s": str(int((now - days).timestamp())),
        "now_ms": str(int(now.timestamp() * 1000)),
    }
    return Template(template).safe_substitute({key: spell(value) for key, value in values.items()})


def read(source: Source, answered: Answered) -> Read:
    """Reads one answer: an earlier step leads on to the next, the search itself to leads and perhaps another page."""
    context = answered.ask.context
    steps: Sequence[Mapping[str, Any]] = source.options.get("first", ())
    number = int(context["step"])
    if number < len(steps):
        onward = {**context, "step": str(number + 1)}
        if "find" in steps[number]:
            onward["id"] = _found(source, answered, steps[number], context)
        return Read((), more=(_step(source, onward, answered.now),))
    if source.options.get("format") == "feed":
        from spiders.feed import read_feed
        from spiders.unwrap import unwrapped

        told = read_feed(answered.body, source, content_type=answered.content_type, url=answered.url, now=answered.now)
        return replace(told, leads=tuple(unwrapped(lead) for lead in told.leads))
    return _rows_read(source, answered)


def _rows_read(source: Source, answered: Answered) -> Read:
    rows = list(_rows(source, answered))[:_MOST_ROWS]
    leads = [lead for row in rows if (lead := _lead(row, source, answered)) is not None]
    return Read(tuple(leads), more=_next(source, answered, len(rows)), unusable=len(rows) - len(leads))


def _next(source: Source, answered: Answered, count: int) -> tuple[Ask, ...]:
    options, context = source.options, answered.ask.context
    page, start = int(context["page"]), int(options.get("page_start", 1))
    full = count >= int(options.get("page_size", 1)) > 0
    if not full or page - start + 1 >= int(options.get("pages", 1)):
        return ()
    return (_page(source, {**context, "page": str(page + 1)}, answered.now),)


def parsed(source: Source, answered: Answered) -> Any:
    """The answer as JSON, out of JSONP or an assignment, and out of a string in it; raises ReadError where it is none."""
    text = decode(answered.body, answered.content_type).text.strip().lstrip("\ufeff")
    bare = _JSONP.match(text)
    if bare and not text.startswith(("{", "[")):
        text = text[bare.end() :]
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text)
        inside = source.options.get("inside")
        if inside:
            value = json.loads(str(dig(value, str(inside)) or "null"), strict=False)
    except (ValueError, RecursionError):
        start = " ".join(text[:60].split())
        raise ReadError(f"{source.name}: {answered.url} answered with no JSON but {start!r}") from None
    return value


def dig(value: Any, path: str) -> Any:
    """What stands at a dotted path: names, list numbers, ``*`` for every element of a list of lists; None where nothing does."""
    if not path:
        return value
    for number, part in enumerate(path.split(".")):
        if part == "*" and isinstance(value, list):
            rest = ".".join(path.split(".")[number + 1 :])
            found = [dig(item, rest) if rest else item for item in value]
            return [item for one in found for item in (one if isinstance(one, list) else [one])]
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _rows(source: Source, answered: Answered) -> Iterator[Mapping[str, Any]]:
    value = parsed(source, answered)
    path = str(source.options.get("rows", ""))
    rows = dig(value, path) if path else value
    if rows is None and not _holds(value, path):
        raise ReadError(
            f"{source.name}: {answered.url} answered without {path!r}; its shape has changed, or it refused the question"
        )
    wanted: Mapping[str, Any] = source.options.get("only", {})
    for row in rows or ():
        if isinstance(row, Mapping) and all(str(dig(row, key)) == str(value) for key, value in wanted.items()):
            yield row


def _holds(value: Any, path: str) -> bool:
    """Whether the place of the rows is there, if only as null, or the whole answer is an empty object: that means none."""
    parent, _, name = path.rpartition(".")
    owner = dig(value, parent) if parent else value
    return (isinstance(owner, Mapping) and name in owner) or value in ({}, [], None)


def _found(source: Source, answered: Answered, step: Mapping[str, Any], context: Mapping[str, str]) -> str:
    """The internal id that a step looks up by the company's code."""
    rows = dig(parsed(replace(source, options={}), answered), str(step.get("rows", "*")))
    for row in rows or ():
        if isinstance(row, Mapping) and str(dig(row, str(step["match"]))) == context["code"]:
            return str(dig(row, str(step["find"])))
    raise ReadError(f"{source.name}: {answered.url} knows no {context['code']!r}")


def _lead(row: Mapping[str, Any], source: Source, answered: Answered) -> Lead | None:
    options = source.options
    link = _text(row, str(options.get("link", "url")))
    url = absolute(link, answered.url) if link else None
    if url is None:
        return None
    zone = zone_named(source.timezone, chinese=True)
    raw = _text(row, str(options.get("published", "")))
    return Lead(
        source=source.name,
        url=url,
        title=plain(_text(row, str(options.get("title", "title"))), limit=500),
        published=read_date(raw, zone=zone, chinese=(source.language or "zh").startswith("zh"), now=answered.now),
        summary=plain(_text(row, str(options.get("summary", "")))),
        guid=_text(row, str(options.get("guid", ""))),
        author=plain(_text(row, str(options.get("author", ""))), limit=200),
        outlet=source.outlet or plain(_text(row, str(options.get("outlet", ""))), limit=100),
        language=source.language,
    )


def _text(row: Mapping[str, Any], path: str) -> str | None:
    """One field: a path, or a template with ``{path}`` in it; None where any part of it is missing."""
    if not path:
        return None
    if "{" not in path:
        value = dig(row, path)
        return (
            str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != "" else None
        )
    parts = re.split(r"\{([\w.]+)\}", path)
    fields = [_text(row, part) for part in parts[1::2]]
    if None in fields:
        return None
    return "".join(text for pair in zip(parts[::2], [*map(str, fields), ""], strict=True) for text in pair)
