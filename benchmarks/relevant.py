"""The second labelled set of real articles that name the four companies: texts in the corpus, labels here.

The labels (``data/relevant_labels.jsonl``) were made by reading, before any figure was read by the program. Most of
these articles name a company in passing and state no figure: they measure what is wrongly read. Half of them, by a
digest of the id, is kept aside and never looked at while rules are written.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

LABELS = Path(__file__).parent / "data" / "relevant_labels.jsonl"


def is_aside(article_id: str) -> bool:
    """Whether an article belongs to the half kept aside."""
    return hashlib.sha1(article_id.encode(), usedforsecurity=False).digest()[0] % 2 == 1


def load_relevant(corpus: Path) -> list[dict[str, Any]]:
    """The labelled articles, in the shape of the development set but without its ``companies``."""
    labels = {label["id"]: label["gold"] for label in _lines(LABELS)}
    return [
        {key: article[key] for key in ("id", "language", "title", "published", "text")}
        | {"gold": [_quoted(gold, article) for gold in labels[article["id"]]]}
        for article in _lines(corpus / "articles" / "relevant.jsonl")
        if article["id"] in labels
    ]


def _quoted(gold: dict[str, Any], article: dict[str, Any]) -> dict[str, Any]:
    start, end = gold["sentence"]
    return gold | {"quote": article[gold["where"]][start:end]}


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
