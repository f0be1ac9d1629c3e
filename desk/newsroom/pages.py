"""Renders the newsroom's pages as bytes in each outlet's charset, and says how they are declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from desk.newsroom.load import Piece
from desk.newsroom.outlets import Outlet

_TEMPLATES = Environment(
    loader=PackageLoader("desk.newsroom"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

_DECLARED_AS = {"gb18030": "gb2312"}
"""Old pages name the oldest standard of their family and use the newest one's characters."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A body and the Content-Type that it is served with."""

    body: bytes
    content_type: str


def render_article(piece: Piece, others: Sequence[Piece], base: str, part: int = 1) -> Rendered:
    """One article on its outlet's page, or one of its pages, with navigation, sidebar and injected lines around it."""
    return _render(
        piece.outlet,
        piece.outlet.template,
        piece=piece,
        paragraphs=piece.parts[part - 1],
        pages=[(number, piece.path_of(number)) for number in range(1, len(piece.parts) + 1)],
        part=part,
        published=_local(piece.published, piece.outlet),
        updated=_local(piece.updated or piece.published, piece.outlet),
        url=base + piece.path,
        linked_data=_linked_data(piece, base),
        others=[other for other in others if other.key != piece.key][:6],
    )


def render_front(outlet: Outlet, pieces: Sequence[Piece]) -> Rendered:
    """The outlet's front page: its articles, and link tags to its feed."""
    return _render(outlet, "front.html", pieces=pieces, feed_type=FEED_TYPES[outlet.feed])


FEED_TYPES = {
    "rss": "application/rss+xml",
    "full": "application/rss+xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


def declared_charset(outlet: Outlet) -> str:
    """The name that the outlet's pages give their charset."""
    return _DECLARED_AS.get(outlet.charset, outlet.charset)


def _render(outlet: Outlet, template: str, **values: Any) -> Rendered:
    html = _TEMPLATES.get_template(template).render(outlet=outlet, charset=declared_charset(outlet), **values)
    content_type = "text/html"
    if outlet.declared == "header":
        content_type += f"; charset={declared_charset(outlet)}"
    return Rendered(html.encode(outlet.charset, errors="xmlcharrefreplace"), content_type)


def _local(moment: datetime, outlet: Outlet) -> datetime:
    return moment.astimezone(ZoneInfo(outlet.timezone))


def _linked_data(piece: Piece, base: str) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": piece.title,
        "url": base + piece.path,
        "datePublished": _local(piece.published, piece.outlet).isoformat(),
        "dateModified": _local(piece.updated or piece.published, piece.outlet).isoformat(),
        "author": {"@type": "Person", "name": piece.author},
        "publisher": {"@type": "Organization", "name": piece.outlet.name},
    }
