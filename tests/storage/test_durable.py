"""A file that is written appears whole or not at all."""

from __future__ import annotations

import os
import resource
import signal
import threading
from pathlib import Path

import pytest

from crawler.errors import StoreUnavailable
from storage.durable import write_whole


def test_what_was_there_stays_until_the_new_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "letter.html"
    target.write_bytes(b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(StoreUnavailable, match=r"letter.html was not written \(File too large\); make room"):
            write_whole(target, bytes(5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert target.read_bytes() == b"old" and list(tmp_path.iterdir()) == [target]
    write_whole(target, b"new")
    assert target.read_bytes() == b"new" and list(tmp_path.iterdir()) == [target]


def test_behind_a_link_the_file_is_written_and_into_a_pipe_straight(tmp_path: Path) -> None:
    link, pipe, taken = tmp_path / "link", tmp_path / "pipe", []
    link.symlink_to(tmp_path / "file")
    write_whole(link, b"text")
    assert link.is_symlink() and (tmp_path / "file").read_bytes() == b"text"
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: taken.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, b"text")
    reader.join(10)
    assert taken == [b"text"] and pipe.is_fifo()
