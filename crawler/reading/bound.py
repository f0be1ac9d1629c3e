"""An article that a site serves in several pages, as one: the pages bound into one body, and their texts joined. Pure.

The bound page is archived, shown and read again like any other; each page in it is as it came.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler.items import Article, Page

MOST = 10
"""Pages that are fetched after the first one; what lies beyond makes the article ``truncated``."""
_SEAM = re.compile(rb"\n<!-- the article goes on at (\S+) -->\n")


def bind(first: Page, further: Sequence[Page]) -> Page:
    """One page out of an article's pages, which goes by the address of the first."""
    bodies = [
        b"\n<!-- the article goes on at %s -->\n" % page.final_url.encode("ascii", "replace") + page.body
        for page in further
    ]
    addresses = [address for page in further for address in (page.url, page.final_url)]
    return replace(first, body=first.body + b"".join(bodies), further=tuple(dict.fromkeys(addresses)))


def unbind(body: bytes, url: str) -> list[tuple[str, bytes]]:
    """The address and the body of each page that is bound in one."""
    first, *rest = _SEAM.split(body)
    return [
        (url, first),
        *((address.decode("ascii"), part) for address, part in zip(rest[::2], rest[1::2], strict=True)),
    ]


def join(articles: Sequence[Article], longest: int) -> Article:
    """The texts one after the other, what each page repeats at its head and its tail left out; all else is told by the first.

    ``truncated`` where a page lost text, or where the last one says that the article goes on.
    """
    lines: list[str] = []
    for article in articles:
        lines += _new_lines(article.text.split("\n"), set(lines))
    text = "\n".join(lines)
    first, last = articles[0], articles[-1]
    return replace(
        first,
        text=text[:longest],
        author=next((one.author for one in articles if one.author), None),
        origin=next((one.origin for one in articles if one.origin), None),
        truncated=any(one.truncated for one in articles) or last.next_page is not None or len(text) > longest,
        next_page=last.next_page,
    )


def _new_lines(lines: list[str], known: set[str]) -> list[str]:
    start, end = 0, len(lines)
    while start < end and lines[start] in known:
        start += 1
    while end > start and lines[end - 1] in known:
        end -= 1
    return lines[start:end]
