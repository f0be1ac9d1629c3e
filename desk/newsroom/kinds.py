"""The newsroom by other ways than feeds: news sitemaps, a search by keyword, and an exchange with filings as PDF."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from xml.sax.saxutils import escape

from crawler.items import Source
from desk.newsroom.load import Piece
from desk.newsroom.outlets import OUTLETS

FILING = (
    "SenseTime Group Inc.",
    "(Stock code: 0020)",
    "PROPOSED ISSUE OF CONVERTIBLE BONDS",
    "On 11 March 2026, the Company announced that it plans to issue",
    "convertible bonds due 2031 in a principal amount of US$480 million.",
    "The net proceeds are to be used for computing centres.",
    "This announcement is part of a made-up newsroom and is no offer.",
)
"""One announcement, a line each; its figure is ``raised`` 480 million dollars, planned."""


def render_sitemap(pieces: Iterable[Piece], base: str) -> str:
    """A news sitemap of one outlet."""
    entries = "".join(
        f"<url><loc>{escape(base + piece.path)}</loc><news:news><news:publication><news:name>{escape(piece.outlet.name)}"
        f"</news:name><news:language>{piece.outlet.language}</news:language></news:publication><news:publication_date>"
        f"{piece.published.isoformat()}</news:publication_date><news:title>{escape(piece.title)}</news:title></news:news></url>"
        for piece in pieces
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{entries}</urlset>'
    )


def render_index(base: str) -> str:
    """The index over all outlets' sitemaps."""
    parts = "".join(f"<sitemap><loc>{base}/{outlet.key}/news-sitemap.xml</loc></sitemap>" for outlet in OUTLETS)
    return f'<?xml version="1.0" encoding="UTF-8"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{parts}</sitemapindex>'


def render_search(query: str, pieces: Sequence[Piece], base: str) -> str:
    """What the search answers: JSON, the word marked in titles, as such services do."""
    rows = [
        {
            "headline": escape(piece.title).replace(query, f"<em>{query}</em>"),
            "link": base + piece.path,
            "ts": int(piece.published.timestamp() * 1000),
            "media": piece.outlet.name,
        }
        for piece in pieces
        if query and query in piece.title + piece.text
    ]
    return json.dumps({"code": 0, "data": {"list": rows or None}}, ensure_ascii=False)


def render_filings(code: str) -> str:
    """The exchange's list for one share: JSONP with rows in a list of lists."""
    rows = [[{"TITLE": FILING[2].title(), "URL": "/exchange/480.pdf", "DATE": "2026-03-11", "CODE": code}]]
    return f"callback({json.dumps({'page': {'data': rows if code == '0020' else []}})})"


def render_pdf(lines: Sequence[str] = FILING) -> bytes:
    """A PDF of one page of plain text (PDF 1.4, section 3.4); ASCII only."""
    shown = "".join(f"({_escaped(line)}) Tj T*\n" for line in lines)
    content = f"BT /F1 11 Tf 15 TL 56 780 Td\n{shown}ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Title ({_escaped(lines[2])}) >>".encode("ascii"),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, thing in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, thing)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%b" % (count, table)
        + b"trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(body))
    )


def other_sources(base: str) -> list[Source]:
    """The same newsroom by a listing, a sitemap, a search and the exchange; feeds are its usual way."""
    return [
        Source("tanwang-list", "listing", f"{base}/tanwang/", "探网科技", "zh-Hans", "Asia/Shanghai"),
        Source(
            "newsroom-map",
            "sitemap",
            f"{base}/sitemap.xml",
            options=MappingProxyType({"days": 30, "parts": len(OUTLETS)}),
        ),
        Source(
            "newsroom-search",
            "search",
            f"{base}/search?q=$query",
            timezone="Asia/Shanghai",
            tier="aggregator",
            options=MappingProxyType(
                {
                    "names": ["hans"],
                    "rows": "data.list",
                    "title": "headline",
                    "link": "link",
                    "published": "ts",
                    "outlet": "media",
                }
            ),
        ),
        Source(
            "newsroom-exchange",
            "filings",
            f"{base}/exchange/list?code=$code",
            "The Exchange",
            "en",
            "Asia/Hong_Kong",
            tier="filing",
            fetch="all",
            options=MappingProxyType(
                {
                    "stocks": {"sensetime": "0020"},
                    "rows": "page.data.*",
                    "title": "TITLE",
                    "link": "URL",
                    "published": "DATE",
                }
            ),
        ),
    ]


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
