"""Asking only for what has changed; pure."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from crawler.items import PollState

LOOK_AGAIN = timedelta(days=7)
"""How often a source that always says "not modified" is asked outright, as some servers lie."""


def conditions(state: PollState, now: datetime) -> dict[str, str]:
    """The request headers that let a server answer 304; none after a failure or when an outright look is due."""
    if state.failures or not state.body_hash:
        return {}
    if state.unconditional_at is None or now - state.unconditional_at >= LOOK_AGAIN:
        return {}
    headers = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in headers.items() if value}


def body_hash(body: bytes) -> str:
    """What tells one body from another."""
    return hashlib.sha256(body).hexdigest()
