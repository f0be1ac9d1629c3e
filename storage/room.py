"""Whether what a crawl brings could be kept, to be asked before it asks anybody for anything."""

from __future__ import annotations

import shutil

from crawler.errors import StoreUnavailable
from crawler.ports import Archive
from storage.archive import WarcArchive
from storage.store import SqlStore

LEAST = 32 << 20
"""Bytes that must be left: the write-ahead log alone grows to half of that before it is folded in."""


def check_room(store: SqlStore, archive: Archive | None) -> None:
    """Raises StoreError where the database cannot be written, or its disk or the archive's is all but full."""
    path = store.database.path
    folders = [] if path is None else [path.absolute().parent]
    if isinstance(archive, WarcArchive):
        folders.append(archive.folder)
    for folder in folders:
        left = shutil.disk_usage(folder).free
        if left < LEAST:
            raise StoreUnavailable(
                f"The disk of {folder} has {left >> 20} MiB left, and {LEAST >> 20} are wanted; free some space and the work goes on"
            )
    store.database.check_writable()
