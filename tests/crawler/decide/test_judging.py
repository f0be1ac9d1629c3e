"""The floors that judging must keep on our own articles, which unfold some thirty events in order of publication."""

from __future__ import annotations

from benchmarks.judging import FLAGGED, own_articles, rows


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


def test_judging_alone_keeps_its_floors() -> None:
    result = own_articles(read=False)
    assert result.precision >= 0.97, result.errors
    assert result.recall >= 0.99, result.errors
    assert result.relations / result.labelled >= 0.97, result.errors
