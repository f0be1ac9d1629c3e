"""What is to outlive a power loss is on the disk before anybody is told of it, and a file is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.errors import StoreUnavailable


def sync(path: Path) -> None:
    """Waits until a file's content, or the names in a folder, are on the disk; a new file needs both. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Gives the path beside it at which a file is to be made; made without an error it takes the target's place.

    Until then what was there stays, and after an error nothing else is left. Raises OSError where there is no room for it.
    """
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        yield fresh
        sync(fresh)
        fresh.replace(target)
        sync(target.parent)
    finally:
        fresh.unlink(missing_ok=True)


def write_whole(target: Path, content: bytes) -> None:
    """Writes a file that appears only once it is whole; until then what was there stays. Raises StoreUnavailable.

    A device or a pipe, and a file in a folder that takes no other, is written in place.
    """
    file = target.resolve()
    try:
        if target.exists() and not (target.is_file() and os.access(file.parent, os.W_OK)):
            target.write_bytes(content)
            return
        with whole(file) as fresh:
            fresh.write_bytes(content)
    except OSError as error:
        raise StoreUnavailable(
            f"{target} was not written ({error.strerror}); make room, or name another file"
        ) from error
