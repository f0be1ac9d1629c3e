"""Disks that a test can afford: a small one, and one that cannot be written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of that size; the test is skipped where nobody may mount one."""
    folder.mkdir()
    with _mounted(folder, ["-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder]):
        yield folder


@contextmanager
def read_only(folder: Path, view: Path) -> Iterator[Path]:
    """The folder as one who may not write sees it: for root through a read-only mount at ``view``, else without the right to."""
    if os.geteuid() != 0:
        folder.chmod(0o500)
        try:
            yield folder
        finally:
            folder.chmod(0o700)
        return
    view.mkdir()
    with _mounted(view, ["--bind", folder, view]), _mounted(view, ["-o", "remount,bind,ro", view]):
        yield view


@contextmanager
def _mounted(folder: Path, words: list[str | Path]) -> Iterator[None]:
    if os.geteuid() != 0:
        pytest.skip("mounting a disk needs root")
    if subprocess.run(["mount", *words], check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=False, capture_output=True)
