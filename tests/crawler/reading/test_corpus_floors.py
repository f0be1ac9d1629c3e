"""What was reached on the corpus of real pages and pairs, held as floors; skipped where the corpus is absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import copies, extract, metadata
from benchmarks.finders import Ours
from benchmarks.pages import GoldPage, load_pages
from crawler.items import Page
from crawler.reading.read import read
from crawler.watchlist import load_watchlist

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(
        not (CORPUS / "html" / "index.jsonl").is_file(), reason="the corpus of real articles is not here"
    ),
]


@pytest.fixture(scope="module")
def pages() -> list[GoldPage]:
    return load_pages(CORPUS)


def test_text_keeps_its_floor_in_each_language(pages: list[GoldPage]) -> None:
    reached = extract.measure(extract.ours, pages).f1
    assert reached["zh"] >= 0.98
    assert reached["en"] >= 0.97
    assert reached["other"] >= 0.91


def test_dates_keep_their_floor(pages: list[GoldPage]) -> None:
    result = metadata.dates_right(pages)
    assert result.total == 60
    assert result.share >= 0.97, result.wrong


def test_charsets_are_all_found_again(pages: list[GoldPage]) -> None:
    result = metadata.charsets_right(pages[:40])
    assert result.total > 150
    assert not result.wrong


def test_labelled_pairs_keep_their_floor() -> None:
    score = copies.labelled_pairs(CORPUS, Ours())
    assert score.precision >= 0.99
    assert score.recall >= 0.95


def test_edited_texts_are_found_again_long_and_short() -> None:
    for kind, texts in copies.samples(CORPUS).items():
        recall = copies.edited_recall(texts[:150], Ours())
        assert recall[0.1] >= 0.99, kind
        assert recall[0.2] >= 0.95, kind


def test_texts_are_found_again_in_the_other_script() -> None:
    texts = copies.samples(CORPUS)["of 600 characters and more"][:150]
    assert min(copies.script_recall(texts, Ours()).values()) >= 0.99


@pytest.mark.parametrize(("number", "lines"), [("000", 25), ("001", 17)])
def test_the_two_documents_that_the_project_began_with(number: str, lines: int) -> None:
    (file,) = (CORPUS / "seeds").glob(f"{number}_*")
    body = file.read_bytes()
    article = read(Page(url="", final_url="", body=body, fetched=metadata.FETCHED), load_watchlist()).article
    assert article.title
    assert article.title in body.decode()
    assert article.language == "zh-Hans"
    assert len(article.text.splitlines()) >= lines
    assert not any(mark in article.text for mark in ("![", "](", "<p>", "weserv", "翻墙", "FIN"))


SEEDS = {
    "000": {("raised", 1_000_000_000, 1_500_000_000, "USD"), ("valuation", 10_000_000_000, 10_000_000_000, "USD"),
            ("raised_total", 3_000_000_000, None, "USD"), ("raised", 1_000_000_000, 1_000_000_000, "USD"), ("raised", 2_000_000_000, None, "USD")},
    "001": {("headcount", 5016, 5016, "people"), ("headcount", 5943, 5943, "people"), ("laid_off", 927, 927, "people"),
            ("laid_off_share", 15, None, "percent")},
}  # fmt: skip


@pytest.mark.parametrize("number", SEEDS)
def test_their_figures_are_read_and_no_others(number: str) -> None:
    (file,) = (CORPUS / "seeds").glob(f"{number}_*")
    reading = read(Page(url="", final_url="", body=file.read_bytes(), fetched=metadata.FETCHED), load_watchlist())
    assert {figure.company for figure in reading.figures} == {"sensetime"}
    found = {(f.kind, f.low and int(f.low), f.high and int(f.high), f.unit) for f in reading.figures}
    assert found == SEEDS[number]
