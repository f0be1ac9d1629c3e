"""Slows down who guesses passwords; kept in memory, so a restart forgives."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from crawler.ports import Clock

TRIES = 5
WITHIN = timedelta(minutes=1)
_MOST_KEYS = 10_000


class Throttle:
    """Allows a few failures per key and minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: dict[str, deque[datetime]] = {}

    def allows(self, *keys: str) -> bool:
        """Whether another try is allowed for all of these keys (a name, an address)."""
        return all(len(self._recent(key)) < TRIES for key in keys)

    def failed(self, *keys: str) -> None:
        """Notes a failure for each key."""
        if len(self._failures) > _MOST_KEYS:
            self._failures = {key: held for key in self._failures if (held := self._recent(key))}
        for key in keys:
            self._failures.setdefault(key, deque(maxlen=TRIES)).append(self._clock.now())

    def _recent(self, key: str) -> deque[datetime]:
        held = self._failures.get(key, deque())
        while held and held[0] <= self._clock.now() - WITHIN:
            held.popleft()
        return held
