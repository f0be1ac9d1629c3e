"""Markdown and plain text to an Article: front matter, HTML remains inside Markdown, lines that are no text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from crawler.items import Article
from crawler.reading.article import Place, assembled, zone_of
from crawler.reading.body import Body, read_body
from crawler.reading.dates import dateline
from crawler.reading.declared import Declared
from crawler.reading.language import language_of
from crawler.reading.markup import clean, parse
from crawler.reading.moments import Moment, parse_moment

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(?P<fields>.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S)
_FIELD = re.compile(r"^(?P<name>[A-Za-z_][\w-]*)[ \t]*:[ \t]*(?P<value>.*)$")
_HEADING = re.compile(r"^#{1,6}[ \t]+(?P<text>[^\n]{1,300})$", re.M)
_PUBLISHED = ("date", "published", "publish_date", "pubdate", "created", "time")
_UPDATED = ("lastmod", "updated", "modified", "last_modified")


def read_markdown(text: str, place: Place) -> Article:
    """A Markdown document: title and dates from its front matter, else the first heading; the body without images and link rows."""
    from markdown_it import MarkdownIt

    fields, rest = front_matter(clean(text))
    title = fields.get("title")
    if title is None and (heading := _HEADING.search(rest)):
        title = _bare(heading["text"])
        # A heading that opens the document is the title, not its first sentence.
        rest = rest[: heading.start()] + rest[heading.end() :]
    parsed = parse(MarkdownIt("commonmark", {"html": True}).enable("table").render(rest))
    body = read_body(parsed.root, Declared(), title) if parsed else Body("")
    truncated = parsed is not None and parsed.truncated
    return _with_fields(fields, title, clean(body.text), place, margin=body.margin, truncated=truncated)


def read_plain(text: str, place: Place) -> Article:
    """Plain text as it stands: its first line is the title where it is short and stands alone."""
    body = clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    first, _, rest = body.partition("\n")
    title = None
    if rest.startswith("\n") and 4 <= len(first) <= 120 and first.rstrip()[-1:] not in "。.!?！？;；:：,，":
        title, body = first.strip(), rest.strip()
    return _with_fields({}, title, body, place, margin=(), truncated=False)


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """The simple ``name: value`` fields that open a document, names in lower case, and the rest. Nested YAML is passed over."""
    match = _FRONT.match(text)
    if not match:
        return {}, text
    fields: dict[str, str] = {}
    for line in match["fields"].splitlines():
        if (field := _FIELD.match(line)) and (value := field["value"].strip().strip("\"'")):
            fields.setdefault(field["name"].lower(), value)
    return fields, text[match.end() :]


def _with_fields(
    fields: dict[str, str], title: str | None, body: str, place: Place, *, margin: Sequence[str], truncated: bool
) -> Article:
    language = language_of(f"{title or ''}\n{body}", fields.get("lang") or fields.get("language"))
    declared = Declared(
        authors=_given(fields, "author", "authors"),
        origins=_given(fields, "source", "origin"),
    )
    return assembled(
        title=title,
        text=body,
        declared=declared,
        near_title="\n".join(margin),
        outlet=place.outlet or fields.get("outlet"),
        published=_when(fields, _PUBLISHED, place, language) or dateline(body),
        updated=_when(fields, _UPDATED, place, language),
        language=language,
        truncated=truncated,
    )


def _given(fields: dict[str, str], *names: str) -> tuple[str, ...]:
    return tuple(fields[name] for name in names if name in fields)


def _when(fields: dict[str, str], names: tuple[str, ...], place: Place, language: str | None) -> Moment | None:
    zone = zone_of(place.timezone, language)
    now = place.fetched or datetime.max.replace(year=9000, tzinfo=UTC)
    found = (parse_moment(fields[name], zone=zone, now=now) for name in names if name in fields)
    return next((moment for moment in found if moment is not None), None)


def _bare(text: str) -> str:
    """A heading without its own Markdown."""
    return re.sub(r"!?\[([^\]]*)\]\([^)]*\)|[*_`]{1,3}", lambda m: m[1] or "", text.rstrip("# \t")).strip()
