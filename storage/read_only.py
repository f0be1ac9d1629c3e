"""How a SQLite file is opened where nothing can be written beside it: on a read-only disk, or by another's user.

A database with a write-ahead log wants to make two files beside itself even to be read. Where it may not, it is read as it
stands if nobody has it open, and through the files of whoever has.
"""

from __future__ import annotations

import os
from pathlib import Path

from crawler.errors import StoreError


def address(path: Path) -> str | None:
    """The address under which SQLite can read the file; None where it may be opened as usual.

    Raises StoreError where its last changes stand in a log that cannot be read from here.
    """
    path = path.absolute()
    if not path.exists() or os.access(path.parent, os.W_OK):
        return None
    log, index = (path.with_name(path.name + rest) for rest in ("-wal", "-shm"))
    if log.exists() and index.exists():
        return f"{path.as_uri()}?mode=ro"
    if not log.exists() or not log.stat().st_size:
        return f"{path.as_uri()}?mode=ro&immutable=1"
    raise StoreError(
        f"The database {path} was not closed, and its folder is read-only, so its log cannot be read; "
        f"make the folder writable once, or copy {path.name} and {log.name} to one that is"
    )
