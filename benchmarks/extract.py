"""Text of real pages and how fast it is had, beside the peers, in one run.

    python -m benchmarks.extract [CORPUS]

Ours reads title, author, origin and dates as well; the peers read the text alone. Seconds are of one process' CPU time.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from benchmarks.pages import GoldPage, load_pages, text_f1
from benchmarks.where import corpus_folder
from crawler.reading.article import Place, read_article

Extract = Callable[[GoldPage], str]
GROUPS = ("zh", "en", "other")


@dataclass(frozen=True)
class Measured:
    """Mean F1 and pages per second, by group of languages."""

    f1: Mapping[str, float]
    speed: Mapping[str, float]
    failed: int

    def line(self) -> str:
        parts = [f"{group} F1 {self.f1[group]:.4f} {self.speed[group]:6.1f}/s" for group in GROUPS if group in self.f1]
        return "   ".join(parts) + (f"   failed on {self.failed}" if self.failed else "")


def ours(page: GoldPage) -> str:
    article = read_article(page.html, Place(url=page.url))
    return article.text if article else ""


def measure(extract: Extract, pages: Iterable[GoldPage]) -> Measured:
    """Runs an extractor over the pages; a page it fails on counts as empty."""
    scores: dict[str, list[float]] = {group: [] for group in GROUPS}
    seconds = dict.fromkeys(GROUPS, 0.0)
    failed = 0
    for page in pages:
        start = time.process_time()
        try:
            text = extract(page)
        except Exception:
            text, failed = "", failed + 1
        seconds[page.group] += time.process_time() - start
        scores[page.group].append(text_f1(text, page.text, page.language))
    filled = [group for group in GROUPS if scores[group]]
    return Measured(
        {group: sum(scores[group]) / len(scores[group]) for group in filled},
        {group: len(scores[group]) / max(seconds[group], 1e-9) for group in filled},
        failed,
    )


def peers() -> dict[str, Extract]:
    """Those of the peers that are installed (``make .venv-bench/.ready`` installs them)."""
    found: dict[str, Extract] = {}
    for add in (_trafilatura, _readability, _resiliparse, _newspaper, _gne):
        try:
            found |= add()
        except ImportError as missing:
            print(f"  (left out: {missing})", file=sys.stderr)
    return found


def _trafilatura() -> dict[str, Extract]:
    from trafilatura import extract

    return {
        "trafilatura fast": lambda page: extract(page.html, fast=True, include_comments=False) or "",
        "trafilatura": lambda page: extract(page.html, include_comments=False) or "",
        "trafilatura precision": lambda page: extract(page.html, favor_precision=True, include_comments=False) or "",
        "trafilatura recall": lambda page: extract(page.html, favor_recall=True, include_comments=False) or "",
    }


def _readability() -> dict[str, Extract]:
    from lxml import html
    from readability import Document

    return {"readability-lxml": lambda page: html.fromstring(Document(page.html).summary()).text_content()}


def _resiliparse() -> dict[str, Extract]:
    from resiliparse.extract.html2text import extract_plain_text

    return {"resiliparse": lambda page: extract_plain_text(page.html, main_content=True)}


def _newspaper() -> dict[str, Extract]:
    import newspaper

    def extract(page: GoldPage) -> str:
        language = page.group if page.group != "other" else "en"
        article = newspaper.Article("http://page.example/", language=language, fetch_images=False)
        article.html = page.html
        article.download_state = 2
        article.parse()
        return str(article.text)

    return {"newspaper4k": extract}


def _gne() -> dict[str, Extract]:
    from gne import GeneralNewsExtractor

    # A new one for each page: a failure leaves a reused one broken for the rest.
    return {"gne": lambda page: GeneralNewsExtractor().extract(page.html)["content"]}


def main(arguments: list[str]) -> int:
    warnings.filterwarnings("ignore")
    corpus = corpus_folder(arguments)
    if corpus is None:
        return 1
    pages = load_pages(corpus)
    print(f"text of {len(pages)} pages (mean F1 of 4-grams, pages per CPU second)")
    measure(ours, pages[:20])
    for name, extract in {"dragonwatch, with metadata": ours, **peers()}.items():
        print(f"  {name:28s} {measure(extract, pages).line()}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
