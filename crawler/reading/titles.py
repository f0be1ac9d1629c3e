"""The headline of an article, without what sites hang onto it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.reading.declared import Declared
from crawler.reading.markup import Element, clean

_OUTLET = re.compile(
    r"(?:网|網|新闻|新聞|日报|日報|晚报|晚報|时报|時報|财经|財經|资讯|資訊|频道|頻道|在线|在線|网站|網站|客户端|[nN]ews|\.com|\.cn)$"
)
_MAX_LENGTH = 1000
_CUT = re.compile(r"\s+[|\-–—_·•:»]+\s+|\s*[|_｜]\s*|(?<=[\u3000-\u9fff])\s*(?:--?|——?)\s*(?=[\u3000-\u9fff])")
_ELLIPSIS = re.compile(r"(?:\.\.\.|…)$")


def headline(root: Element, declared: Declared, outlet: str | None = None) -> str | None:
    """The title without the outlet's name; None where the page has none.

    A declared title that a heading repeats is sure; else the declared one, the first heading, the ``title`` tag.
    """
    tag = root.find(".//title")
    written = _squeezed(tag.text_content()) if tag is not None else ""
    headings = [text for h in root.iter("h1") if (text := _squeezed(h.text_content())) and len(text) < 300]
    given = [_squeezed(title) for title in declared.titles]
    names = [name for name in (outlet, *declared.outlets) if name]
    candidates = [without_suffix(title, names) for title in given]
    for candidate in candidates:
        if candidate in headings:
            return candidate
    for heading in headings:
        # The heading is part of every fuller title: "heading - section - outlet".
        if len(heading) >= 6 and any(heading in title for title in (*given, written)):
            return heading
    for candidate in candidates:
        if candidate and not _ELLIPSIS.search(candidate):
            return candidate
    if written:
        return without_suffix(written, names) or written
    return next(iter([*headings, *candidates]), None)


def outlet_in_title(root: Element) -> str | None:
    """The outlet's name as the last part of the ``title`` tag ("…_新浪财经_新浪网" gives 新浪网), or None."""
    tag = root.find(".//title")
    written = _squeezed(tag.text_content()) if tag is not None else ""
    bare = without_suffix(written)
    if bare == written or not bare:
        return None
    return _CUT.split(written)[-1].strip() or None


def without_suffix(title: str, names: Sequence[str] = ()) -> str:
    """The title less trailing parts such as "_新浪财经_新浪网" or " - Reuters"; a part in mid-sentence stays."""
    title = _squeezed(title)
    parts = [(m.start(), m.end()) for m in _CUT.finditer(title)]
    end = len(title)
    for start, stop in reversed(parts):
        tail = title[stop:end].strip()
        if start < 4 or not _is_site(tail, title[:start], names, title[start:stop]):
            break
        end = start
    return title[:end].strip()


def _is_site(tail: str, head: str, names: Sequence[str], separator: str) -> bool:
    folded = tail.casefold()
    if any(folded in name.casefold() or name.casefold() in folded for name in names if len(name) > 1) and folded:
        return True
    if separator.strip() in ("|", "_", "｜", "--", "——"):
        return len(tail) <= 24 and len(tail) <= len(head)
    if _OUTLET.search(tail) and len(tail) <= 16:
        return True
    # A spaced dash also joins clauses: only what is short beside the rest and names no verb can be an outlet.
    words = tail.split()
    return (
        len(head) >= 16
        and len(tail) <= 20
        and len(words) <= 3
        and all(word[:1].isupper() or word[:1] > "\x7f" for word in words)
    )


def _squeezed(text: str) -> str:
    return " ".join(clean(text[:_MAX_LENGTH]).split())
