"""What is to outlive a power loss is on the disk before anybody is told of it."""

from __future__ import annotations

import os
from pathlib import Path

from crawler.errors import StoreUnavailable


def sync(path: Path) -> None:
    """Waits until a file's content, or the names in a folder, are on the disk; a new file needs both. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(target: Path, content: bytes) -> None:
    """Writes a file that appears only once it is whole; until then what was there stays. Raises StoreUnavailable.

    A device or a pipe, and a file in a folder that takes no other, is written in place.
    """
    file = target.resolve()
    in_place = target.exists() and not (target.is_file() and os.access(file.parent, os.W_OK))
    fresh = target if in_place else file.with_name(f".{file.name}.{os.getpid()}")
    try:
        fresh.write_bytes(content)
        if not in_place:
            fresh.replace(file)
    except OSError as error:
        if not in_place:
            fresh.unlink(missing_ok=True)
        raise StoreUnavailable(
            f"{target} was not written ({error.strerror}); make room, or name another file"
        ) from error
