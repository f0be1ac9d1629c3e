"""The demo's folder: a configuration that crawls the newsroom, and nothing left of an earlier demo."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from crawler.config.load import FILE_NAME
from crawler.errors import ConfigError
from crawler.items import Source

MARK = "# Written by `dragonwatch demo`, which replaces it."
LETTER_MESSAGE, LETTER_PAGE = "digest.eml", "digest.html"

_DATABASE, _ARCHIVE = "dragonwatch.db", "archive"
_OURS = (FILE_NAME, _DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm", LETTER_MESSAGE, LETTER_PAGE)

_CONFIG = f"""{MARK}

[storage]
url = "sqlite:///{_DATABASE}"
archive = "{_ARCHIVE}"

[fetch]
per_host_delay = "0s"
allow_networks = ["127.0.0.0/8"]

[schedule]
catalogue = false                     # the newsroom alone: nothing is asked of the internet

[upkeep]
rates = ""

[[recipient]]
address = "desk@example.org"
"""


def prepare(folder: Path, sources: Sequence[Source]) -> Path:
    """Writes the configuration for ``sources`` into ``folder`` and returns its path; what an earlier demo left goes.

    Raises ConfigError where the folder holds a configuration that is not the demo's: it may be a real installation.
    """
    path = folder / FILE_NAME
    if path.exists() and not path.read_text(encoding="utf-8", errors="replace").startswith(MARK):
        raise ConfigError(f"{path} was not written by the demo; give --dir another folder")
    if not path.exists() and any((folder / name).exists() for name in (*_OURS, _ARCHIVE)):
        raise ConfigError(f"{folder} holds a database or letters that no demo wrote; give --dir another folder")
    for name in _OURS:
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / _ARCHIVE, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(_CONFIG + "".join(_entry(source) for source in sources), encoding="utf-8")
    return path


def _entry(source: Source) -> str:
    """One [[source]]; JSON's way of writing text is TOML's too."""
    told = {
        "name": source.name,
        "kind": source.kind,
        "url": source.url,
        "outlet": source.outlet,
        "language": source.language,
        "timezone": source.timezone,
        "tier": source.tier,
        "fetch": source.fetch,
    }
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in told.items() if value is not None)
    return "\n[[source]]\n" + "\n".join(lines) + "\n"
