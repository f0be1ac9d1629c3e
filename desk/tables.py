"""Rows of JSON shapes as flat tables, and as CSV that a spreadsheet may open: nothing from the web becomes a formula there."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NESTED = ("figure", "before", "article")


def flat(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with one level and the same columns in each.

    What a field holds inside is named ``field_inner``, lists of words are joined, other lists are JSON.
    """
    listed = [_flat(row) for row in rows]
    columns = dict.fromkeys(column for row in listed for column in row)
    return [{column: row.get(column) for column in columns} for row in listed]


def write_csv(rows: Sequence[Mapping[str, Any]], out: TextIO) -> None:
    """Writes a header and the rows, which have the same columns; unknown is an empty cell. Writes nothing for no rows."""
    if not rows:
        return
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _cell(value) for key, value in row.items()})


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, dict):
            found |= {f"{key}_{inner}": held for inner, held in _flat(value).items()}
        elif isinstance(value, list):
            words = all(isinstance(part, str) for part in value)
            found[key] = "; ".join(value) if words else json.dumps(value, ensure_ascii=False)
        elif value is not None or key not in _NESTED:
            found[key] = value
    return found


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value
