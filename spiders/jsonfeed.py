"""JSON Feed 1.0 and 1.1, as the fields that other feeds give; pure."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

from crawler.errors import ReadError
from crawler.items import Source


def items_of(text: str, source: Source, url: str) -> list[dict[str, Any]]:
    """The items of a JSON Feed; raises ReadError where the text is JSON of another kind or none at all."""
    try:
        feed = json.loads(text, strict=False)
    except (ValueError, RecursionError) as broken:
        raise ReadError(f"{source.name}: {url} starts like a JSON Feed and is not JSON: {broken}") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ReadError(f"{source.name}: {url} is JSON, but not a JSON Feed: it has no list of items")
    return [_fields(item) for item in feed["items"] if isinstance(item, dict)]


def _fields(item: Mapping[str, Any]) -> dict[str, Any]:
    content = _text(item, "content_html")
    if not content and (plain_content := _text(item, "content_text")):
        content = html.escape(plain_content).replace("\n", "<br>")
    authors = item.get("authors") or [item.get("author")]
    return {
        "url": _text(item, "url") or _text(item, "external_url"),
        "title": _text(item, "title"),
        "published": _text(item, "date_published") or _text(item, "date_modified"),
        "updated": _text(item, "date_modified"),
        "summary": _text(item, "summary") or content,
        "content": content,
        "guid": _text(item, "id"),
        "author": ", ".join(name for author in authors if isinstance(author, dict) and (name := _text(author, "name"))),
        "outlet": None,
        "language": _text(item, "language"),
    }


def _text(item: Mapping[str, Any], key: str) -> str | None:
    value = item.get(key)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
