"""The figures the ledger starts from are whole, of our kinds, and hold nothing that was left out on purpose."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from importlib.resources import files
from typing import get_args

import pytest

from crawler.items import FigureKind, KnownState, Status, Tier

ROWS = list(
    csv.DictReader(files("storage").joinpath("seed/known_figures.csv").read_text(encoding="utf-8").splitlines())
)


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['event']}-{row['kind']}-{row['low'] or row['high']}")
def test_a_row_is_a_figure_of_one_of_our_kinds(row: dict[str, str]) -> None:
    assert row["company"] in {"sensetime", "megvii", "cloudwalk", "yitu"}
    assert row["kind"] in get_args(FigureKind)
    assert row["status"] in get_args(Status)
    assert row["state"] in get_args(KnownState)
    assert row["tier"] in get_args(Tier)
    assert row["approximate"] in {"true", "false"}
    assert re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", row["as_of"])
    assert row["event"].startswith(row["company"])
    assert row["source"]
    assert row["url"] == "" or row["url"].startswith("http")
    low, high = number(row["low"]), number(row["high"])
    assert low is not None or high is not None
    assert low is None or high is None or 0 < low <= high
    unit = {"laid_off": "people", "headcount": "people", "laid_off_share": "percent"}.get(row["kind"])
    assert row["unit"] == unit if unit else re.fullmatch(r"[A-Z]{3}", row["unit"])


def test_no_figure_is_there_twice() -> None:
    keys = [
        (row["company"], row["kind"], row["low"], row["high"], row["unit"], row["as_of"], row["scope"]) for row in ROWS
    ]
    assert len(keys) == len(set(keys)) == 102


@pytest.mark.parametrize(
    ("company", "value"),
    [
        ("sensetime", "235820000000"),
        ("yitu", "1130000"),
        ("sensetime", "3.85"),
    ],
    ids=["a revenue read ten times too large", "a unit slip", "a price per share"],
)
def test_what_is_known_to_be_wrong_is_left_out(company: str, value: str) -> None:
    assert not [row for row in ROWS if row["company"] == company and value in {row["low"], row["high"]}]


def test_what_is_unsure_suppresses_nothing() -> None:
    unsure = {(row["company"], row["kind"], row["low"]) for row in ROWS if row["state"] == "unconfirmed"}
    assert ("megvii", "laid_off_share", "30") in unsure
    assert ("yitu", "raised", "100000000") in unsure
    assert ("sensetime", "raised", "600000000") not in unsure
