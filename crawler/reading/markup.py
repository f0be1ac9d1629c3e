"""A page's markup to one tree that every step shares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

Element = Any
"""An lxml element; lxml's own stubs do not cover ``lxml.html`` well enough to name it."""

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")
_OPENED = re.compile(r"<html\b", re.I)
_CLOSED = re.compile(r"</(?:html|body)\s*>", re.I)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tree of a page, and whether the parser or the network lost a part of it."""

    root: Element
    truncated: bool


def clean(text: str) -> str:
    """The text without characters that say nothing and that databases or parsers refuse: controls, lone surrogates."""
    return _UNWANTED.sub("", text)


def parse(markup: str) -> Parsed | None:
    """One tree of the whole page, or None where there is no markup at all.

    Nesting past 2,048 levels is lost (libxml2's own limit) and told by ``truncated``, as is a page that opens
    ``<html>`` and never ends it. Raises nothing for bad markup.
    """
    from lxml import etree, html

    text = clean(markup)
    if not text.strip():
        return None
    # A parser of our own per page: its log tells what was lost. The bytes are ours, so no declaration can lie.
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    lost = any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)
    cut = _OPENED.search(text, 0, 4000) is not None and _CLOSED.search(text, max(0, len(text) - 200_000)) is None
    return Parsed(root, lost or cut)
