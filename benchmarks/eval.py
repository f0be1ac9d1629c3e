"""How good the reading is, on the corpus of real articles: what ``make eval`` prints.

python -m benchmarks.eval CORPUS
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path

from benchmarks import copies, eval_figures, extract, judging, metadata, signals
from benchmarks.finders import Ours
from benchmarks.pages import load_pages
from benchmarks.where import corpus_folder
from crawler.items import Page
from crawler.reading.read import read, read_text
from crawler.watchlist import load_watchlist


def figures(corpus: Path) -> None:
    measured = eval_figures.main(corpus)
    print("figures and companies of labelled articles")
    for part in ("all", "tuned", "aside", "own", "wire", "relevant", "relevant-aside"):
        rows = {"figures": measured[part]["figures"], "  of the four": measured[part]["four"]}
        rows |= {"companies": measured[part]["companies"]} if part not in eval_figures.WITHOUT_COMPANIES else {}
        rows |= {f"  {kind}": score for kind, score in measured[part]["by_kind"].items()} if part == "all" else {}
        for name, score in rows.items():
            told = f"P {score['precision']:.3f}  R {score['recall']:.3f}  F1 {score['f1']:.3f}"
            print(f"  {part:14s} {name:18s} {told}")
        fields = "  ".join(f"{name} {value:.3f}" for name, value in measured[part]["fields"].items())
        print(f"  {part:14s} {'right of those':18s} {fields}")


def judged() -> None:
    print("known or new (our own dated articles through a ledger)")
    for read_too in (False, True):
        for half in ("tune", "aside"):
            score = judging.own_articles(half, read=read_too)
            print(f"  {'figures as read' if read_too else 'figures as labelled'}, {half}: {score.line()}")
    for half in ("tune", "aside"):
        told = signals.measure(half)
        print(f"  signals, {half}: P {told.precision:.3f}  R {told.recall:.3f}")


def text(corpus: Path) -> None:
    pages = load_pages(corpus)
    print(f"text of {len(pages)} pages (mean F1 of 4-grams, pages per CPU second)")
    for name, reader in {"dragonwatch, with metadata": extract.ours, **extract.peers()}.items():
        print(f"  {name:28s} {extract.measure(reader, pages).line()}", flush=True)
    print(f"dates right: {metadata.dates_right(pages)}")
    print(f"charsets right, transcoded: {metadata.charsets_right(pages)}")


def copied(corpus: Path) -> None:
    finder = Ours()
    score = copies.labelled_pairs(corpus, finder)
    print(f"copies, labelled pairs: precision {score.precision:.4f}  recall {score.recall:.4f}")
    for kind, (count, share) in sorted(score.kinds.items()):
        print(f"  {kind:24s} {share:6.1%} of {count} taken for copies")
    for kind, texts in copies.samples(corpus).items():
        found = "  ".join(f"{share:.0%}: {hit:.3f}" for share, hit in copies.edited_recall(texts, finder).items())
        print(f"  found after edits of texts {kind}: {found}")
    long = copies.samples(corpus)["of 600 characters and more"]
    print(
        "  found in the other script "
        + "  ".join(f"{name}: {hit:.3f}" for name, hit in copies.script_recall(long, finder).items())
    )


def speed(corpus: Path) -> None:
    """Whole readings per second in one process: pages from bytes, and texts."""
    watchlist = load_watchlist()
    pages = [page for page in load_pages(corpus) if page.group in ("zh", "en")]
    bodies = [
        Page(
            url=page.url,
            final_url=page.url,
            body=page.html.encode(),
            fetched=metadata.FETCHED,
            content_type="text/html",
        )
        for page in pages
    ]
    start = time.process_time()
    for body in bodies:
        read(body, watchlist)
    print(f"pages read whole: {len(bodies) / (time.process_time() - start):.1f} per second and process")
    lines = (corpus / "articles" / "relevant.jsonl").read_text(encoding="utf-8").splitlines()
    articles = [json.loads(line) for line in lines]
    start = time.process_time()
    for article in articles:
        read_text(article["text"], watchlist, title=article.get("title"))
    rate = len(articles) / (time.process_time() - start)
    print(f"articles that name a watched company read whole: {rate:.1f} per second and process")


def main(arguments: list[str]) -> int:
    warnings.filterwarnings("ignore")
    corpus = corpus_folder(arguments)
    if corpus is None:
        return 1
    figures(corpus)
    judged()
    text(corpus)
    copied(corpus)
    speed(corpus)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
