"""What the reading has reached on labelled articles stays reached; the corpus of real ones is read where it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.eval_figures import OWN, SENTENCES, WIRE, corpus_watchlist, evaluate, is_aside, load
from crawler.watchlist import load_watchlist

CORPUS = Path(os.environ.get("CORPUS", "../shared/corpus"))
needs_corpus = pytest.mark.skipif(not (CORPUS / "figures" / "dev.jsonl").exists(), reason="the corpus is not here")


def test_our_own_articles_keep_their_floor() -> None:
    tally = evaluate(load(OWN), load_watchlist())
    assert tally.figures.precision >= 0.97
    assert tally.figures.recall >= 0.97
    assert tally.companies.f1 == 1.0


@pytest.mark.parametrize(("drawn", "precision", "recall"), [(1, 0.97, 0.94), (2, 0.96, 0.8)])
def test_our_own_passages_in_the_manner_of_wires_keep_their_floor(drawn: int, precision: float, recall: float) -> None:
    tally = evaluate([passage for passage in load(WIRE) if passage["drawn"] == drawn], load_watchlist())
    assert tally.figures.precision >= precision
    assert tally.figures.recall >= recall


def test_our_own_sentences_keep_their_floor() -> None:
    figures = evaluate(load(SENTENCES), load_watchlist()).figures
    assert figures.precision >= 0.99
    assert figures.recall >= 0.96


def test_what_is_told_beside_a_figure_keeps_its_floor_on_them() -> None:
    fields = evaluate(load(WIRE), load_watchlist()).to_json()["fields"]
    assert fields["as_of"] >= 0.92
    assert fields["round"] >= 0.9
    assert fields["status"] >= 0.83
    assert fields["span"] == 1.0


@pytest.mark.corpus
@needs_corpus
def test_the_real_articles_keep_their_floor() -> None:
    tally = evaluate(load(CORPUS / "figures" / "dev.jsonl"), corpus_watchlist(CORPUS))
    fields = tally.to_json()["fields"]
    assert tally.figures.precision >= 0.93
    assert tally.figures.recall >= 0.95
    assert tally.figures.f1 >= 0.945
    assert tally.companies.f1 >= 0.985
    assert fields["owner"] >= 0.97
    assert fields["as_of"] >= 0.82
    assert fields["round"] >= 0.88
    assert fields["status"] >= 0.78
    assert fields["span"] == 1.0


@pytest.mark.corpus
@needs_corpus
def test_the_part_kept_aside_keeps_its_floor() -> None:
    aside = [article for article in load(CORPUS / "figures" / "dev.jsonl") if is_aside(article)]
    assert evaluate(aside, corpus_watchlist(CORPUS)).figures.f1 >= 0.92


SEEDS = {
    "000": {
        "raised 1000000000 1500000000 USD planned",
        "valuation 10000000000 10000000000 USD",
        "raised_total 3000000000 None USD",
        "raised 1000000000 1000000000 USD",
        "raised 2000000000 None USD",
    },
    "001": {
        "headcount 5016 5016 people",
        "headcount 5943 5943 people",
        "laid_off 927 927 people",
        "laid_off_share 15 None percent",
    },
}
"""What the two documents say, and nothing else: by the note that came with them."""


@pytest.mark.corpus
@needs_corpus
@pytest.mark.parametrize("number", sorted(SEEDS))
def test_the_two_documents_that_the_project_began_with_read_exactly(number: str) -> None:
    from crawler.reading.read import read_text

    (file,) = (CORPUS / "seeds").glob(f"{number}_*")
    reading = read_text(file.read_text("utf-8"), load_watchlist())
    found = {f"{f.kind} {f.low} {f.high} {f.unit}" for f in reading.figures}
    assert {figure.company for figure in reading.figures} == {"sensetime"}
    assert found == {" ".join(line.split()[:4]) for line in SEEDS[number]}
    assert all(figure.why for figure in reading.figures)
    reasons = " ".join(passed.reason for passed in reading.passed)
    assert all(word in reasons for word in (("revenue", "spending") if number == "000" else ("revenue", "loss")))
