"""WARC files, pages and sitemaps of our own making."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Record:
    """One response."""

    url: str
    body: bytes
    status: str = "200 OK"
    kind: str | None = "text/html; charset=utf-8"
    day: str = "2024-03-01"
    coding: str | None = None


record = Record


def html(title: str, *, language: str = "zh", published: str = "2024-02-29", filler: str = "", text: str = "") -> bytes:
    said = "".join(
        f"<p>{title}。第{n}段，记者从多个渠道了解到，公司管理层在会上谈到了接下来一年的计划，并回答了与会者的问题。</p>"
        for n in range(5)
    )
    return (
        f"<!DOCTYPE html><html lang='{language}'><head><meta charset='utf-8'><title>{title}</title>"
        f"<meta property='article:published_time' content='{published}T09:00:00+08:00'></head>"
        f"<body><!-- {filler} --><article><h1>{title}</h1>{text}{said}</article></body></html>"
    ).encode()


def sitemap(*entries: str, index: bool = False) -> str:
    """A sitemap of these entries, each the inside of its element."""
    kind, one = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    listed = "".join(f"<{one}>{entry}</{one}>" for entry in entries)
    return (
        f'<?xml version="1.0"?><{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{listed}</{kind}>'
    )


def write_warc(path: Path, records: Iterable[Record], *, zipped: bool = True) -> None:
    """Writes a WARC file, each record a gzip member of its own."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=zipped, warc_version="1.1")
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "tests"}))
        for one in records:
            told = [("Content-Type", one.kind)] if one.kind else []
            told += [("Content-Encoding", one.coding)] if one.coding else []
            writer.write_record(
                writer.create_warc_record(
                    one.url,
                    "response",
                    payload=io.BytesIO(one.body),
                    length=len(one.body),
                    http_headers=StatusAndHeaders(one.status, told, protocol="HTTP/1.1"),
                    warc_headers_dict={"WARC-Date": f"{one.day}T08:00:00Z"},
                )
            )
