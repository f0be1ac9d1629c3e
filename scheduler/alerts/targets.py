"""Where alerts go: a web address that takes signed messages, or any address that Apprise knows.

An address holds a token, so it is read when it is used and never shown: a target has a name that tells nothing.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from crawler.config.model import AlertConfig
from crawler.errors import ConfigError

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://\S+")


@dataclass(frozen=True, slots=True)
class Target:
    """One place that is told."""

    name: str
    """``webhook:3f2a9c01d2e4``, ``feishu:…``: what status, logs and the outbox show."""
    scheme: str
    url: str = field(repr=False)
    secret: bytes = field(default=b"", repr=False)

    @property
    def webhook(self) -> bool:
        """Whether we speak to it ourselves, by a signed POST."""
        return self.scheme in ("http", "https")


def target_of(alert: AlertConfig, number: int) -> Target:
    """The target of the alert that stands at ``number`` (from 1); raises ConfigError, which shows no part of a secret."""
    where = f"alert (number {number})"
    url = alert.url.get_secret_value() or _line_of(alert.url_file, f"{where}.url_file")
    scheme = _SCHEME.fullmatch(url)
    if scheme is None:
        raise ConfigError(
            f"{where} has an address that is none: write https://…, or one that Apprise knows (feishu://…)"
        )
    kind = scheme[1].lower()
    name = "webhook" if kind in ("http", "https") else kind
    secret = _line_of(alert.secret_file, f"{where}.secret_file").encode()
    return Target(f"{name}:{hashlib.sha256(url.encode()).hexdigest()[:12]}", kind, url, secret)


def _line_of(path: str, key: str) -> str:
    if not path:
        return ""
    try:
        line = Path(path).read_text(encoding="utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or "it is not UTF-8"
        raise ConfigError(
            f"{key} names {path}, which cannot be read: {cause}; check the path and its permissions"
        ) from None
    if not line:
        raise ConfigError(f"{key} names {path}, whose first line is empty; write it there")
    return line
