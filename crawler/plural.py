"""How many of what, in English."""

from __future__ import annotations


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 figure``, ``2 figures``, ``1,000 stories``; ``many`` is for words that take no plain s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
