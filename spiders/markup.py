"""Titles and summaries out of the markup that feeds wrap them in; pure and in linear time."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|<!--.{0,4000}?-->|<!\[CDATA\[|\]\]>", re.DOTALL)
_HIDDEN = re.compile(r"<(script|style)\b", re.IGNORECASE)
_HIDDEN_ENDS = {name: re.compile(rf"</{name}\b[^<>]*>?", re.IGNORECASE) for name in ("script", "style")}
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|u|wbr)\b[^<>]{0,2000}>", re.IGNORECASE
)
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")


def plain(markup: str | None, *, limit: int = 5_000) -> str | None:
    """The text of a piece of HTML, or of text escaped once too often, on one line; None where nothing is left.

    Inline tags vanish without a blank, so that a highlight does not split a Chinese name. Reads no more than the first
    200,000 characters and gives no more than ``limit``.
    """
    text = (markup or "")[:200_000]
    for _ in range(2):
        if "<" in text:
            text = _TAG.sub(" ", _INLINE.sub("", _shown(text)))
        if "&" not in text:
            break
        text = html.unescape(text)
    return _BLANKS.sub(" ", text).strip()[:limit] or None


def _shown(text: str) -> str:
    """Without the contents of scripts and styles; one that never ends hides nothing."""
    kept: list[str] = []
    at = 0
    while found := _HIDDEN.search(text, at):
        end = _HIDDEN_ENDS[found[1].lower()].search(text, found.end())
        if end is None:
            break
        kept.append(text[at : found.start()])
        at = end.end()
    return " ".join((*kept, text[at:]))
