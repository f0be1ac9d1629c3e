"""What is asked of the web and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms the pages of one source are asked for."""

    origin: tuple[str, str] = ("", "")
    """Scheme and authority that the headers and cookies are for; they go nowhere else."""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: str = ""
    """The name of the jar, kept for one source alone; empty: no cookies."""
    delay: float | None = None
    proxy: str = ""
    max_size: int | None = None
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of status 2xx or 304, unpacked."""

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    """Names in lower case; of a repeated header the last."""
    body: bytes
    moved_to: str | None = None
    """Where the address moved for good: every redirect on the way was a permanent one."""
