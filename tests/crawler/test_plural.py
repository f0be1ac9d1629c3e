"""How many of what."""

from __future__ import annotations

import pytest

from crawler.plural import counted


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 stories"), (1, "1 story"), (2, "2 stories"), (12_000, "12,000 stories")]
)
def test_how_many_stories(number: int, told: str) -> None:
    assert counted(number, "story", "stories") == told


def test_most_words_take_an_s() -> None:
    assert (counted(1, "new flag"), counted(2, "new flag")) == ("1 new flag", "2 new flags")
