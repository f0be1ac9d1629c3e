"""Erases pages from the archive by their address, whether an article refers to them or not.

A kill, a failure or an edit that was none leaves pages in the archive that no row knows of; so its files are read through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from storage.archive import WarcArchive
from storage.records import addresses_in
from storage.warc import members


@dataclass(frozen=True, slots=True)
class ErasedPages:
    """Where pages were overwritten, and where they could not be."""

    done: tuple[str, ...]
    left: tuple[str, ...]


def erase_pages(archive: WarcArchive, wanted: Callable[[str], bool]) -> ErasedPages:
    """Overwrites every record one of whose addresses is wanted, the torn one that a file may end with too."""
    done: list[str] = []
    left: list[str] = []
    for path in archive.files():
        for member in members(path):
            if any(map(wanted, addresses_in(member.head))):
                where = f"{path.name}#{member.start}"
                (done if archive.erase(where) else left).append(where)
    return ErasedPages(tuple(done), tuple(left))
