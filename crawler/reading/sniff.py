"""What kind of thing a body is: a page, Markdown, plain text, a document, or nothing an article can be read from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["html", "markdown", "text", "pdf", "none"]

_HEAD = 8192
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
_TAGS = re.compile(rb"<(?:p|div|br|span|article|section|table|h[1-6])\b[^>]*>", re.I)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex|opml)\b", re.I)
_MARKDOWN = re.compile(
    rb"^(?:---\r?\n(?:[^\n]*\n)*?---\s*$|#{1,6} \S|!\[[^\]\n]*\]\(|\[[^\]\n]+\]\([^)\s]+\)|\*\*\S)", re.M
)
_MAGIC = (
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a media file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
)


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The kind, and for ``none`` what the body is instead."""

    kind: Kind
    found: str = ""


def sniff(body: bytes, content_type: str | None = None) -> Sniffed:
    """Looks at the first bytes and only then at the declared type, which is often a guess of the server's."""
    if not body.strip(b"\x00 \t\r\n"):
        return Sniffed("none", "empty")
    if body.lstrip()[:5] == b"%PDF-":
        return Sniffed("pdf")
    for magic, what in _MAGIC:
        if body.startswith(magic):
            return Sniffed("none", what)
    # Zeros out, so that UTF-16 shows its tags.
    head = body[:_HEAD].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    declared = (content_type or "").lower()
    if _PAGE.search(head):
        return Sniffed("html")
    if _FEED.search(head[:1000]):
        return Sniffed("none", "a feed or sitemap, which names articles but is none")
    if head[:1] in b"{[" and ("json" in declared or head[:2] in (b'{"', b"[{")):
        return Sniffed("none", "JSON data")
    if "markdown" in declared or (_MARKDOWN.search(head) and "html" not in declared):
        return Sniffed("markdown")
    if "html" in declared or _TAGS.search(head):
        return Sniffed("html")
    return Sniffed("text")
