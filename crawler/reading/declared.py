"""What a page declares of itself for machines: JSON-LD, meta tags, microdata."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from crawler.reading.markup import Element

_ARTICLES = re.compile(r"(?:Article|Posting|Report|Story|Review)$")
_PAGES = frozenset({"WebPage", "VideoObject", "CreativeWork", "MediaObject", "DiscussionForumPosting"})
_BYLINE = re.compile(r"(?:^|[\s_-])(?:author(?:[_-]?name)?|byline(?:[_-]?name)?|vcard)(?:$|\s)", re.I)
_MAX_NODES = 2000
_MAX_SCRIPT = 2_000_000
_SCRIPT_TIME = re.compile(
    r"""(?<![\w.])["']?(?:ct|publish_?(?:time|date|ed)|pub_?(?:time|date)|create_?time|date_?published|first_?published)["']?\s*[:=]\s*"""
    r"""["']?(\d{13}|\d{10}|(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?(?:[.]\d+)?(?:Z|[+-]\d\d:?\d\d)?)["',;\s}]""",
    re.I,
)

_TITLE = (
    "og:title",
    "twitter:title",
    "dc.title",
    "title",
    "headline",
    "sailthru.title",
    "parsely-title",
    "citation_title",
)
_AUTHOR = (
    "author",
    "article:author",
    "dc.creator",
    "byl",
    "sailthru.author",
    "parsely-author",
    "citation_author",
    "mediaid_author",
)
_OUTLET = (
    "og:site_name",
    "publisher",
    "application-name",
    "dc.publisher",
    "article:publisher",
    "twitter:app:name:iphone",
)
_ORIGIN = ("source", "contentsource", "article:source", "mediaid", "original-source", "syndication-source")
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "bytedance:published_time", "datepublished",
    "article:published", "publishdate", "publish_date", "publish-date", "pubdate", "pub_date", "publication_date",
    "og:published_time", "og:release_date", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.date", "dc.date",
    "sailthru.date", "parsely-pub-date", "article.published", "date_published", "originalpublicationdate",
    "article:create_at", "weibo: article:create_at", "citation_publication_date", "cxenseparse:recs:publishtime",
    "apub:time", "firstpublishedtime", "article_date_original", "publishtime", "createdate", "date", "timestamp", "dateupdate",
)  # fmt: skip
_UPDATED = (
    "article:modified_time", "og:updated_time", "bytedance:updated_time", "datemodified", "lastmod", "last-modified",
    "dcterms.modified", "dc.date.modified", "article:update_at", "weibo: article:update_at", "revised", "updatetime",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Declared:
    """The declarations of one page; each list best first, as written."""

    titles: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    """What stands in elements marked as the byline."""
    outlets: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    language: str | None = None


def read_declared(root: Element) -> Declared:
    """Everything the page declares, JSON-LD before meta tags before microdata; empty where it declares nothing."""
    ld = [node for node in _linked_data(root) if _is_article(node)]
    meta = _meta(root)
    return Declared(
        titles=_unique([*_texts(ld, "headline"), *_named(meta, _TITLE)]),
        authors=_unique([*_people(ld), *_named(meta, _AUTHOR)]),
        bylines=_bylines(root),
        outlets=_unique([name for name in (*_publishers(ld), *_named(meta, _OUTLET)) if "://" not in name]),
        origins=_unique(_named(meta, _ORIGIN)),
        published=_unique(
            [*_texts(ld, "datePublished"), *_named(meta, _PUBLISHED)] or _itemprop(root, "datePublished")
        ),
        updated=_unique([*_texts(ld, "dateModified"), *_named(meta, _UPDATED)] or _itemprop(root, "dateModified")),
        bodies=_unique(_texts(ld, "articleBody")),
        language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or meta.get("og:locale"),
    )


def _linked_data(root: Element) -> Iterator[dict[str, Any]]:
    nodes: list[Any] = []
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and (loaded := _json(script.text or "")) is not None:
            nodes.append(loaded)
    for count, node in enumerate(_walk(nodes)):
        if count > _MAX_NODES:
            return
        yield node


def _json(text: str) -> Any:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    text = text.removeprefix("//<![CDATA[").removesuffix("//]]>").strip().rstrip(";")
    for attempt in (text, re.sub(r",\s*([}\]])", r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _walk(nodes: list[Any]) -> Iterator[dict[str, Any]]:
    """Every object of the data, the outer ones first."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting[:0] = node
        elif isinstance(node, dict):
            yield node
            waiting += [
                value
                for key, value in node.items()
                if key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item")
            ]


def _is_article(node: dict[str, Any]) -> bool:
    types = node.get("@type", "")
    names = [str(name) for name in (types if isinstance(types, list) else [types])]
    return any(_ARTICLES.search(name) or name in _PAGES for name in names)


def _texts(nodes: list[dict[str, Any]], key: str) -> list[str]:
    ordered = sorted(nodes, key=lambda node: not _ARTICLES.search(str(node.get("@type", ""))))
    values = [node.get(key) for node in ordered]
    flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return [str(value).strip() for value in flat if isinstance(value, str | int | float) and str(value).strip()]


def _people(nodes: list[dict[str, Any]]) -> list[str]:
    names = []
    for node in nodes:
        author = node.get("author") or node.get("creator")
        people = author if isinstance(author, list) else [author]
        found = [str(p.get("name") or "") if isinstance(p, dict) else str(p or "") for p in people]
        if joined := ", ".join(dict.fromkeys(name.strip() for name in found if name.strip())):
            names.append(joined)
    return names


def _publishers(nodes: list[dict[str, Any]]) -> list[str]:
    publishers = [node.get("publisher") for node in nodes]
    flat = [item for value in publishers for item in (value if isinstance(value, list) else [value])]
    return [str(p["name"]).strip() for p in flat if isinstance(p, dict) and p.get("name")]


def _meta(root: Element) -> dict[str, str]:
    """Meta tags by lower-case name; the first of a name counts."""
    found: dict[str, str] = {}
    for tag in root.iter("meta"):
        content = (tag.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = tag.get(attribute)
            if name and content:
                found.setdefault(name.strip().lower(), content)
    return found


def _named(meta: dict[str, str], names: tuple[str, ...]) -> list[str]:
    return [meta[name] for name in names if name in meta]


def _itemprop(root: Element, name: str) -> list[str]:
    found = []
    for tag in root.xpath("//*[@itemprop=$name and not(self::meta)]", name=name):
        value = tag.get("datetime") or tag.get("content") or "".join(tag.itertext())
        if value.strip():
            found.append(value.strip())
    return found


def _bylines(root: Element) -> tuple[str, ...]:
    found: list[str] = []
    for tag in root.iter("a", "span", "div", "p", "address", "li", "strong"):
        marks = f"{tag.get('rel') or ''} {tag.get('itemprop') or ''} {tag.get('class') or ''}"
        if len(marks) > 2 and _BYLINE.search(marks) and "comment" not in marks:
            text = " ".join(tag.text_content()[:200].split())
            if 1 < len(text) <= 60:
                found.append(text)
            if len(found) == 3:
                break
    return _unique(found)


def scripted_times(root: Element) -> tuple[str, ...]:
    """Times that a page hands to its own scripts (``var ct = "1581517074"``), as written."""
    sources = (script.text for script in root.iter("script") if script.text and len(script.text) < _MAX_SCRIPT)
    return _unique([match[1] for source in sources for match in _SCRIPT_TIME.finditer(source)][:5])


def _unique(values: list[str]) -> tuple[str, ...]:
    # Entities are often escaped twice (&amp;#8217;).
    return tuple(dict.fromkeys(unescape(value) for value in values if value))
