"""Subscription lists in OPML 2.0: what other readers understand, and beside it what only we know; pure."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from lxml import etree

from crawler.errors import ReadError
from crawler.items import Source

_OURS = "https://dragonwatch.invalid/opml"
_TEXT = ("kind", "outlet", "timezone", "tier", "every", "fetch", "proxy", "note", "example")
_DEFAULTS = {field.name: field.default for field in fields(Source)}
MOST = 20_000


def write_opml(sources: Iterable[Source], title: str = "Dragonwatch sources") -> bytes:
    """The sources as OPML, in the folders that ``options.folder`` names; headers are left out, as they may hold keys."""
    root = etree.Element("opml", version="2.0", nsmap={"dw": _OURS})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    folders: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        folders[str(source.options.get("folder", ""))].append(source)
    for folder in sorted(folders):
        parent = etree.SubElement(body, "outline", text=folder, title=folder) if folder else body
        for source in folders[folder]:
            parent.append(_outline(source))
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _outline(source: Source) -> etree._Element:
    # Readers that know feeds alone leave out what is none.
    address = {"xmlUrl": source.url} if source.kind == "feed" else {"url": source.url}
    outline = etree.Element(
        "outline",
        {"type": "rss" if source.kind == "feed" else "link", "text": source.name, "title": source.name, **address},
    )
    if source.language:
        outline.set("language", source.language)
    for name in _TEXT:
        value = getattr(source, name)
        if value is not None and value != _DEFAULTS[name]:
            outline.set(f"{{{_OURS}}}{name}", str(value))
    ours: dict[str, Any] = {"region": list(source.region), "enabled": source.enabled, "cookies": source.cookies}
    ours |= {"delay": source.delay, "verified": source.verified and source.verified.isoformat()}
    ours["options"] = {key: value for key, value in source.options.items() if key != "folder"}
    changed = {key: value for key, value in ours.items() if value not in (_DEFAULTS.get(key), [], {}, None)}
    if changed:
        outline.set(f"{{{_OURS}}}more", json.dumps(changed, ensure_ascii=False, sort_keys=True))
    return outline


def read_opml(body: bytes, file: str = "the list") -> list[Source]:
    """The sources of an OPML file with the innermost folder of each; raises ReadError, which names the ``file``, where it is none.

    Names are made unique by a number. Entities and files that the document names are not read.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(
            f"{file} is no OPML file: {error}; export the subscriptions anew from where they come"
        ) from None
    if root is None or root.tag != "opml":
        raise ReadError(
            f"{file} is no OPML file: it does not start with <opml>; export the subscriptions anew from where they come"
        )
    found: dict[str, Source] = {}
    for outline in root.iter("outline"):
        url = (
            outline.get("xmlUrl")
            or outline.get("xmlurl")
            or (outline.get("url") if outline.get(f"{{{_OURS}}}kind") else None)
        )
        if url and len(found) < MOST:
            source = _source(outline, url.strip(), found, file)
            found[source.name] = source
    if not found:
        raise ReadError(f"{file} is an OPML file without feeds; each is an <outline> with an xmlUrl")
    return list(found.values())


def _source(outline: etree._Element, url: str, taken: Mapping[str, Source], file: str) -> Source:
    written = " ".join((outline.get("text") or outline.get("title") or url).split())[:200]
    name, number = written, 1
    while name in taken:
        number += 1
        name = f"{written} ({number})"
    values: dict[str, Any] = {"name": name, "kind": "feed", "url": url, "language": outline.get("language")}
    for field in _TEXT:
        if (value := outline.get(f"{{{_OURS}}}{field}")) is not None:
            values[field] = value
    try:
        more = json.loads(outline.get(f"{{{_OURS}}}more", "{}"))
        if "verified" in more:
            more["verified"] = date.fromisoformat(more["verified"])
        if "region" in more:
            more["region"] = tuple(more["region"])
    except (ValueError, TypeError) as error:
        raise ReadError(
            f"{file} has settings of {name!r} that cannot be read: {error}; take its dw:more out, or export it anew"
        ) from None
    values |= {key: value for key, value in more.items() if key in _DEFAULTS}
    parent = outline.getparent()
    folder = parent.get("text") or parent.get("title") if parent is not None and parent.tag == "outline" else None
    if folder:
        values["options"] = {**values.get("options", {}), "folder": folder}
    return Source(**values)
