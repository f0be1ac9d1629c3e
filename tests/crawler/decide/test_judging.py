"""The floors that judging must keep on our own articles, which unfold some thirty events in order of publication."""

from __future__ import annotations

import pytest

from benchmarks.judging import FLAGGED, first_ledger, labelled_reading, own_articles, replay, rows
from crawler.rates import ecb_rates


def test_there_are_enough_articles_and_each_label_can_be_found_in_its_text() -> None:
    data = rows()
    assert len(data) >= 60
    assert len({row["story"] for row in data}) >= 20
    for row in data:
        for one in row["gold"]:
            body = row[one["where"]]
            assert body[one["start"] : one["end"]]
            assert body[one["start"] : one["end"]] in one["quote"]
            assert one["relation"] in FLAGGED | {"repeats"}


@pytest.mark.parametrize(
    ("half", "precision", "recall", "relations"), [("tune", 0.98, 0.98, 0.97), ("aside", 0.93, 0.97, 0.90)]
)
def test_judging_alone_keeps_its_floors(half: str, precision: float, recall: float, relations: float) -> None:
    result = own_articles(half, read=False)
    assert result.precision >= precision, result.errors
    assert result.recall >= recall, result.errors
    assert result.relations / result.labelled >= relations, result.errors


@pytest.mark.parametrize(("half", "precision", "recall"), [("tune", 0.97, 0.97), ("aside", 0.93, 0.97)])
def test_the_whole_chain_keeps_its_floors(half: str, precision: float, recall: float) -> None:
    result = own_articles(half, read=True)
    assert result.precision >= precision, result.errors
    assert result.recall >= recall, result.errors


@pytest.mark.parametrize("half", ["tune", "aside"])
def test_signals_are_flagged_once_per_event_and_never_beside_their_number(half: str) -> None:
    data = [row for row in rows() if row["half"] == half]
    wanted = [(row["id"], one["signal"]) for row in data for one in row["signals"] if one["flag"]]
    readings = [(row, labelled_reading(row)) for row in data]
    got = [
        (row["id"], signal.signal)
        for row, outcome in replay(readings, first_ledger(), ecb_rates())
        for signal in outcome.signals
    ]
    assert wanted
    assert got == wanted
