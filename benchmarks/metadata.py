"""Dates of pages labelled by hand, and charsets found again after pages were transcoded.

python -m benchmarks.metadata [CORPUS]
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from benchmarks.pages import GoldPage, load_pages
from benchmarks.where import corpus_folder
from crawler.reading.article import Place, read_article
from crawler.reading.charset import decode
from crawler.reading.script import traditional

FETCHED = datetime(2026, 11, 24, tzinfo=UTC)
SHANGHAI = "Asia/Shanghai"
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?[\w-]+", re.I)

CODECS = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs"} | {
    name: name for name in ("utf-16", "utf-16-le", "utf-16-be")
}
"""What a page is transcoded to, and what browsers read that label as."""


@dataclass(frozen=True)
class Right:
    """How many of how many were right, and what was not."""

    right: int
    total: int
    wrong: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        return self.right / max(1, self.total)

    def __str__(self) -> str:
        return f"{self.right}/{self.total} ({self.share:.1%})"


def dates_right(pages: Iterable[GoldPage]) -> Right:
    """The labelled pages whose day of publication is read rightly."""
    labelled = [page for page in pages if page.published]
    wrong = [
        f"{page.file}: {found}, not {page.published}" for page in labelled if (found := _day(page)) != page.published
    ]
    return Right(len(labelled) - len(wrong), len(labelled), tuple(wrong))


def _day(page: GoldPage) -> str | None:
    zone = SHANGHAI if page.group == "zh" else None
    article = read_article(page.html, Place(url=page.url, fetched=FETCHED, timezone=zone))
    published = article.published if article else None
    if isinstance(published, datetime):
        return published.astimezone(ZoneInfo(zone or "UTC")).date().isoformat()
    return published.isoformat() if published else None


def charsets_right(pages: Iterable[GoldPage]) -> Right:
    """Chinese pages in every Chinese charset and UTF-16, with true, missing, lying and nonsensical declarations."""
    total = 0
    wrong: list[str] = []
    for page in pages:
        if page.group != "zh":
            continue
        for name, read_as in CODECS.items():
            text = traditional(page.html) if name == "big5" else page.html
            body = text.lstrip("\ufeff").encode(name, "ignore")
            for content_type, written in _declarations(body, name):
                total += 1
                if decode(written, content_type).text.lstrip("\ufeff") != written.decode(read_as).lstrip("\ufeff"):
                    wrong.append(f"{page.file}: {name} declared as {content_type}")
    return Right(total - len(wrong), total, tuple(wrong))


def _declarations(body: bytes, true: str) -> Iterator[tuple[str | None, bytes]]:
    lie = "big5" if true.startswith("gb") else "gb2312"
    bare = body if true.startswith("utf-16") else _DECLARED.sub(b"", body)
    yield None, bare
    yield "text/html", body
    for label in (true, "utf-8", "iso-8859-1", lie, "nonsense"):
        yield f"text/html; charset={label}", body


def main(arguments: list[str]) -> int:
    corpus = corpus_folder(arguments)
    if corpus is None:
        return 1
    pages = load_pages(corpus)
    for name, result in (("dates", dates_right(pages)), ("charsets", charsets_right(pages))):
        print(f"{name} right: {result}")
        for line in result.wrong:
            print(f"    {line}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
