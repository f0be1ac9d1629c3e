"""Article text that a page keeps as JSON for its own scripts and shows only when they run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from crawler.reading.markup import Element

_MAX_SCRIPT = 4_000_000
_WHOLE = re.compile(
    r'"(?:articleBody|article_body|body|content|bodyHtml|contentHtml|html|article_content|text|fulltext)"\s*:\s*"((?:[^"\\]|\\.){120,})"',
    re.I,
)
_PARTS = re.compile(r'"(?:content|text|html|value)"\s*:\s*"((?:[^"\\]|\\.){20,})"', re.I)
_ESCAPED = re.compile(r'\\"(?:body|content|articleBody|html|text)\\"\s*:\s*\\"')


def embedded_texts(root: Element) -> Iterator[str]:
    """Candidates, as text or as markup: single long strings, and the paragraphs of one script put together."""
    for script in root.iter("script"):
        source = script.text or ""
        if len(source) < 200 or len(source) > _MAX_SCRIPT or "ld+json" in (script.get("type") or ""):
            continue
        if _ESCAPED.search(source):
            source = source.replace('\\"', '"').replace("\\\\", "\\")
        for match in _WHOLE.finditer(source):
            if (text := _unescaped(match[1])) and "function(" not in text:
                yield text
        parts = [text for match in _PARTS.finditer(source) if (text := _unescaped(match[1]))]
        if len(parts) > 2:
            yield "\n".join(dict.fromkeys(parts))


def _unescaped(written: str) -> str:
    try:
        return str(json.loads(f'"{written}"', strict=False))
    except ValueError:
        return ""
