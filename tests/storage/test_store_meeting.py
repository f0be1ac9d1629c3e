"""Several writers meet the same stories and the same claims at once: one story, one entry, one flag for each."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from storage.store import SqlStore
from tests.storage.reporter import COMPANIES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("writers", "rounds"), [(4, 4), *(pytest.param(writers, 32, marks=pytest.mark.gauntlet) for writers in (2, 4))]
)
def test_one_story_and_one_entry_whoever_comes_first(
    store: SqlStore, store_url: str, writers: int, rounds: int
) -> None:
    command = [sys.executable, "-m", "tests.storage.reporter", store_url, str(writers), str(rounds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    agency = [row for row in store.articles.find(limit=None) if row.url.endswith("-0")]
    own = [row for row in store.articles.find(limit=None) if row.url.endswith("-1")]
    assert len(agency) == len(own) == writers * rounds
    for number in range(rounds):
        told = [row for row in agency if row.url.endswith(f"/{number}-0")]
        assert len({row.story for row in told}) == 1
        [original] = [row for row in told if row.copy_of is None]
        assert {row.copy_of for row in told if row is not original} == {original.id}
    assert [row.copy_of for row in own] == [None] * len(own)

    raised = [known for known in store.ledger.find(kind="raised") if known.state == "unreviewed"]
    assert Counter(known.company for known in raised) == Counter(_key(number) for number in range(rounds))
    assert all(len(known.reports) == 2 * writers for known in raised)
    flags = store.flags.find()
    new = [flag for flag in flags if flag.reason == "new"]
    assert sorted(str(flag.known_id) for flag in new) == sorted(known.id for known in raised)
    assert {flag.reason for flag in flags} <= {"new", "confirms"}


def _key(number: int) -> str:
    return {"商汤科技": "sensetime", "旷视科技": "megvii", "云从科技": "cloudwalk", "依图科技": "yitu"}[
        COMPANIES[number % 4]
    ]
