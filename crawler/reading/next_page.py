"""Where an article goes on: the address of its next page, where the page links to one.

Cautious, for beside it stand links to the next article, to comments and to other sections: a link is believed only where both its words
(下一页, next page, 2) and its address (the article's own, with the next number in it) say so. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.reading.markup import Element
from crawler.urls import absolute

_WORDS = re.compile(
    r"(?:下一?[页頁]|[后後]一?[页頁]|余下全文|餘下全文|阅读全文|閱讀全文|next(?: page)?|第?\d{1,2}[页頁]?)?[\s>»›→]*",
    re.I,
)
_IN_QUERY = frozenset({"page", "p", "pn", "pg", "pageno", "paged", "page_no", "pageindex"})
_IN_NAME = re.compile(r"(?P<before>.*[^/_-])[_-](?P<number>\d{1,2})(?P<after>\.[A-Za-z]{3,5})?")
_AS_FOLDER = re.compile(r"(?P<before>.*?[^/])/(?:page/)?(?P<number>\d{1,2})(?P<after>\.[A-Za-z]{3,5})?/?")


def next_page(root: Element, url: str, *, first: bool = True) -> str | None:
    """The address of the page after this one; None where the article ends here, or where nothing sure says how it goes on.

    ``first`` is the article's own address, which may end in a number of another meaning; the pages after it are known to be numbered.
    """
    here = dict(_numbered(url))
    starts = {url.partition("#")[0].rstrip("/"): 1} if first else {}
    for link in root.iter("a", "link"):
        if not _says_next(link):
            continue
        target = absolute(link.get("href", ""), url)
        if target is None:
            continue
        for family, number in _numbered(target):
            if family in starts and number in (1, 2):  # some sites call the second page 1
                return target
            if family in here and number == here[family] + 1 and (not first or here[family] == 1):
                return target
    return None


def _says_next(link: Element) -> bool:
    if not link.get("href") or link.get("href", "").startswith(("#", "javascript:")):
        return False
    if "next" in (link.get("rel") or "").lower().split():
        return True
    words = " ".join("".join(link.itertext()).split())
    return link.tag == "a" and bool(words) and _WORDS.fullmatch(words) is not None


def _numbered(url: str) -> Iterator[tuple[str, int]]:
    """Each way in which an address is a page of something: what of, and which."""
    parts = urlsplit(url.partition("#")[0])
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    for place, (name, value) in enumerate(pairs):
        if name.lower() in _IN_QUERY and value.isdecimal() and len(value) <= 2:
            rest = urlencode(pairs[:place] + pairs[place + 1 :])
            yield urlunsplit(parts._replace(query=rest)).rstrip("/"), int(value)
    for pattern in (_IN_NAME, _AS_FOLDER):
        if found := pattern.fullmatch(parts.path):
            path = found["before"] + (found["after"] or "")
            yield urlunsplit(parts._replace(path=path)).rstrip("/"), int(found["number"])
