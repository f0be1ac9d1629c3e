"""Writes each outlet's feed in its own kind: RSS 2.0, RSS with full content, RSS 1.0 (RDF), Atom, JSON Feed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from desk.newsroom.load import Piece
from desk.newsroom.outlets import Outlet
from desk.newsroom.pages import FEED_TYPES, Rendered, declared_charset

_LEAD_LENGTH = 90
"""Characters of the first paragraph that a feed carries as summary."""

_TEMPLATES = Environment(
    loader=PackageLoader("desk.newsroom"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render_feed(outlet: Outlet, pieces: Sequence[Piece], base: str) -> Rendered:
    """The feed of ``outlet`` over ``pieces``, newest first."""
    if outlet.feed == "json":
        body = json.dumps(_json_feed(outlet, pieces, base), ensure_ascii=False).encode()
        return Rendered(body, f"{FEED_TYPES['json']}; charset=utf-8")
    charset = "utf-8" if outlet.feed == "atom" else outlet.charset
    xml = _TEMPLATES.get_template(f"{outlet.feed}.xml").render(
        outlet=outlet,
        base=base,
        charset="utf-8" if charset == "utf-8" else declared_charset(outlet),
        entries=[_entry(piece, base) for piece in pieces],
    )
    return Rendered(xml.encode(charset, errors="xmlcharrefreplace"), FEED_TYPES[outlet.feed])


def summary(piece: Piece) -> str:
    """The beginning of the first paragraph, as feeds carry it."""
    first = piece.paragraphs[0]
    return first if len(first) <= _LEAD_LENGTH else first[:_LEAD_LENGTH] + "……"


def _entry(piece: Piece, base: str) -> dict[str, Any]:
    published = piece.published.astimezone(ZoneInfo(piece.outlet.timezone))
    updated = (piece.updated or piece.published).astimezone(ZoneInfo(piece.outlet.timezone))
    return {
        "piece": piece,
        "url": base + piece.path,
        "summary": summary(piece),
        "html": "".join(f"<p>{paragraph}</p>" for paragraph in piece.paragraphs),
        "rfc822": format_datetime(published),
        "plain": published.strftime("%Y-%m-%d %H:%M:%S"),
        "published": published.isoformat(),
        "updated": updated.isoformat(),
    }


def _json_feed(outlet: Outlet, pieces: Sequence[Piece], base: str) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"{base}/{outlet.key}/",
        "feed_url": base + outlet.feed_path,
        "language": outlet.language,
        "items": [_json_item(_entry(piece, base)) for piece in pieces],
    }


def _json_item(entry: dict[str, Any]) -> dict[str, Any]:
    piece: Piece = entry["piece"]
    return {
        "id": entry["url"],
        "url": entry["url"],
        "title": piece.title,
        "summary": entry["summary"],
        "date_published": entry["published"],
        "date_modified": entry["updated"],
        "authors": [{"name": piece.author}] if piece.author else [],
    }
