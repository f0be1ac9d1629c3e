"""Pages with links to articles: by CSS selectors, or by what repeats on the page itself; pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from lxml import html
from lxml.html import HtmlElement

from crawler.errors import ReadError
from crawler.items import Lead, Source
from crawler.reading.charset import decode
from crawler.urls import absolute
from crawler.watchlist import Watchlist
from spiders.base import Answered, Ask, Read
from spiders.dates import read_date, zone_named
from spiders.markup import plain

OPTIONS = frozenset({"item", "link", "title", "published", "summary", "next", "pages", "max_size", "timeout"})
MOST_LINKS = 5_000
"""Links looked at on one page."""
FEWEST = 4
"""Links of one shape that make a list; fewer are a menu or chance."""
_DATE = re.compile(
    r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?|\d{1,2}月\d{1,2}日(?:\s*\d{1,2}:\d{2})?"
    r"|\d{1,3}\s*(?:分钟|分鐘|小时|小時|天)前"
)
_CJK = re.compile("[\u4e00-\u9fff]")


def asks(source: Source, watchlist: Watchlist, now: datetime) -> Sequence[Ask]:
    """A list is asked once; paging leads to more."""
    return (Ask(source.url, context={"page": "1"}),)


def read(source: Source, answered: Answered) -> Read:
    """The page's articles in its order, and the next page where ``next`` selects one and ``pages`` allows it.

    Raises ReadError where the page holds no list that looks like articles.
    """
    root = _tree(answered, source)
    options = source.options
    items = root.cssselect(str(options["item"])) if "item" in options else _blocks(root, answered.url)
    leads: dict[str, Lead] = {}
    for item in items[:MOST_LINKS]:
        lead = _lead(item, source, answered)
        if lead is not None:
            leads.setdefault(lead.url, lead)
    if not leads:
        wanted = (
            f"its selector {options['item']!r} finds none"
            if "item" in options
            else "no links repeat as a list of articles would"
        )
        raise ReadError(f"{source.name}: {answered.url} lists no articles: {wanted}; name the items by options.item")
    return Read(tuple(leads.values()), more=_next(root, source, answered))


def _tree(answered: Answered, source: Source) -> HtmlElement:
    text = decode(answered.body, answered.content_type).text
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (ValueError, html.etree.ParserError) as error:
        raise ReadError(f"{source.name}: {answered.url} is no HTML page: {error}") from None


def _lead(item: HtmlElement, source: Source, answered: Answered) -> Lead | None:
    options = source.options
    link = _chosen(item, str(options["link"])) if "link" in options else _headline(item)
    url = absolute(str(link.get("href", "")), answered.url) if link is not None and link.get("href") else None
    if link is None or url is None:
        return None
    titled = _chosen(item, str(options["title"])) if "title" in options else link
    title = plain(_said(titled)) or plain(link.get("title"))
    dated = _chosen(item, str(options["published"])) if "published" in options else None
    raw = (dated.get("datetime") or _said(dated)) if dated is not None else _first_date(_said(item))
    zone = zone_named(source.timezone, chinese=True)
    return Lead(
        source=source.name,
        url=url,
        title=title,
        published=read_date(raw, zone=zone, chinese=True, now=answered.now),
        summary=plain(_said(_chosen(item, str(options["summary"])))) if "summary" in options else None,
        outlet=source.outlet,
        language=source.language,
    )


def _headline(item: HtmlElement) -> HtmlElement | None:
    """The link with the most to say: beside it stand pictures, tags and authors."""
    return max((link for link in item.iter("a") if link.get("href")), key=lambda link: len(_said(link)), default=None)


def _chosen(item: HtmlElement, selector: str) -> HtmlElement | None:
    found = item.cssselect(selector)
    return found[0] if found else None


def _said(element: HtmlElement | None) -> str:
    return "" if element is None else " ".join(str(part) for part in element.itertext())[:5_000]


def _first_date(text: str) -> str | None:
    found = _DATE.search(text[:2_000])
    return found[0] if found else None


def _blocks(root: HtmlElement, base: str) -> list[HtmlElement]:
    """The elements that hold one article each: links of one shape, at one kind of place, whose texts read like titles."""
    groups: dict[tuple[str, str], list[HtmlElement]] = defaultdict(list)
    host = urlsplit(base).hostname
    for link in root.iter("a"):
        url = absolute(str(link.get("href") or ""), base)
        if url is None or not _same_site(urlsplit(url).hostname, host) or not _reads_like_title(_said(link)):
            continue
        groups[(_place(link), _shape(url))].append(link)
        if sum(map(len, groups.values())) >= MOST_LINKS:
            break
    lists = [links for links in groups.values() if len(links) >= FEWEST]
    lists.sort(key=lambda links: -sum(min(len(_said(link)), 60) for link in links))
    chosen = {id(link) for links in lists[:3] for link in links}
    return [_block(link, chosen) for links in lists[:3] for link in links]


def _block(link: HtmlElement, links: set[int]) -> HtmlElement:
    """The largest element around a link that holds no other link of the list: its date stands there as well."""
    block = link
    while (parent := block.getparent()) is not None and parent.tag not in ("body", "html"):
        if any(id(other) in links and other.get("href") != link.get("href") for other in parent.iter("a")):
            break
        block = parent
    return block


def _place(link: HtmlElement) -> str:
    """Tags and classes of the link and three elements around it, numbers left out."""
    path: list[str] = []
    element: HtmlElement | None = link
    for _ in range(4):
        if element is None or not isinstance(element.tag, str):
            break
        path.append(f"{element.tag}.{re.sub(r'[0-9]+', '', str(element.get('class') or ''))}")
        element = element.getparent()
    return ">".join(path)


def _shape(url: str) -> str:
    """The address with its variable parts made alike: ``/a/2026/11/x-1.html`` and ``/a/2026/12/y-2.html`` have one shape."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    kinds = ["#" if re.search(r"\d", part) or part.count("-") >= 2 else part for part in parts[:-1]]
    return "/".join([*kinds, "#"]) + ("?" if urlsplit(url).query else "")


def _same_site(host: str | None, own: str | None) -> bool:
    def site(name: str | None) -> str:
        return ".".join((name or "").split(".")[-2:])

    return site(host) == site(own)


def _reads_like_title(text: str) -> bool:
    said = " ".join(text.split())
    return len(_CJK.findall(said)) >= 8 or len(said.split()) >= 5


def _next(root: HtmlElement, source: Source, answered: Answered) -> tuple[Ask, ...]:
    page = int(answered.ask.context.get("page", 1))
    if "next" not in source.options or page >= int(source.options.get("pages", 3)):
        return ()
    found = root.cssselect(str(source.options["next"]))
    url = absolute(str(found[0].get("href") or ""), answered.url) if found else None
    return (Ask(url, context={"page": str(page + 1)}),) if url else ()
