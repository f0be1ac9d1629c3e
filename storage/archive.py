"""Pages as they came, in WARC 1.1 files: gzip by record, a new file for each start, a record never touched again.

A torn tail, such as a kill leaves, loses only the record being written: nothing is ever appended after one (measured by
cutting files: appending lost every later record), and each record is checked when it is read (decision 0062).
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import re
import threading
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import IO

from crawler.errors import ReadError, StoreError, StoreUnavailable
from crawler.items import Page
from crawler.ports import Clock
from storage.durable import sync
from storage.records import page_of, response_record, warcinfo_record
from storage.warc import Check, check_file, erase_member, raw_member, read_member

MAX_FILE = 1 << 28
"""Bytes after which a new file is begun; one is checked in two seconds."""
_FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.warc\.gz")
_log = logging.getLogger(__name__)


def open_archive(folder: Path, *, clock: Clock, max_file: int = MAX_FILE) -> WarcArchive:
    """The archive in a folder, which is made if it is not there; files that changed since they were last checked are checked.

    Raises StoreError where the folder cannot be used.
    """
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            sync(folder.parent)
    except OSError as error:
        raise StoreError(
            f"The archive folder {folder} cannot be made ({error.strerror}); name another in storage.archive"
        ) from error
    archive = WarcArchive(folder, clock=clock, max_file=max_file)
    for check in archive.check():
        if check.torn:
            _log.warning("%s: %s", check.path.name, check.told)
    return archive


class WarcArchive:
    """Writes and reads pages; may be used from any thread."""

    def __init__(self, folder: Path, *, clock: Clock, max_file: int = MAX_FILE) -> None:
        self.folder = folder
        self._clock = clock
        self._max_file = max_file
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None
        self._path = folder

    def keep(
        self, page: Page, *, request_headers: Sequence[tuple[str, str]] = (), headers: Sequence[tuple[str, str]] = ()
    ) -> str:
        """Writes one page and returns where: ``file.warc.gz#offset``; it is on the disk then.

        ``headers`` are the answer's; what told of a coding is left out, since the body is kept decoded. Raises
        StoreUnavailable where the disk does not take it, and then nothing of it stays; StoreError where it never will.
        """
        return self._add([response_record(page, request_headers, headers)])[0]

    def keep_many(self, pages: Sequence[Page]) -> list[str]:
        """Writes several pages and returns where; they are on the disk then, at the price of one wait for it.

        Raises StoreUnavailable where the disk does not take them, and then nobody is told of those that stay.
        """
        return self._add([response_record(page, (), ()) for page in pages])

    def move(self, where: str) -> str:
        """Copies the record at ``where``, as it is, to the file being written; gives its new place. Raises ReadError where none is whole."""
        path, offset = self._found(where)
        try:
            with path.open("rb") as file:
                return self._add([raw_member(file, offset)])[0]
        except (OSError, EOFError) as error:
            raise ReadError(f"The page at {where} cannot be read back: {error}") from error

    def size_of(self, where: str) -> int:
        """How many bytes the record at ``where`` takes."""
        path, offset = self._found(where)
        with path.open("rb") as file:
            return len(raw_member(file, offset))

    def writes(self, path: Path) -> bool:
        """Whether that file is being written by this process."""
        return self._file is not None and path == self._path

    def _found(self, where: str) -> tuple[Path, int]:
        name, _, offset = where.partition("#")
        if not _NAME.fullmatch(name) or not offset.isdigit():
            raise ReadError(f"{where!r} is no place in the archive; it looks like file.warc.gz#1234")
        return self.folder / name, int(offset)

    def _add(self, records: Sequence[bytes]) -> list[str]:
        with self._lock:
            try:
                return [place for lot in self._lots(records) for place in self._write(lot)]
            except OSError as error:
                refused = f"The archive {self.folder} does not take a page ({error.strerror})"
                if error.errno in _FORBIDDEN:
                    raise StoreError(f"{refused}; make it writable, or name another in storage.archive") from error
                raise StoreUnavailable(f"{refused}; free some space and the work goes on") from error

    def _lots(self, records: Sequence[bytes]) -> Iterator[list[bytes]]:
        """The records by file: one that is large enough is followed by none."""
        lot: list[bytes] = []
        for record in records:
            lot.append(record)
            if self._current().tell() + sum(map(len, lot)) >= self._max_file:
                yield lot
                lot = []
        if lot:
            yield lot

    def _write(self, records: Sequence[bytes]) -> list[str]:
        file = self._current()
        start = file.tell()
        starts = list(accumulate(map(len, records), initial=start))
        try:
            file.writelines(records)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            self._give_up(file, start)
            raise
        name = self._path.name
        if starts[-1] >= self._max_file:
            self._close()
        return [f"{name}#{place}" for place in starts[:-1]]

    def load(self, where: str) -> Page:
        """The page kept at ``where``; raises ReadError where the record is torn, erased or gone."""
        path, offset = self._found(where)
        try:
            with path.open("rb") as file:
                file.seek(offset)
                record = read_member(file)
        except FileNotFoundError as error:
            raise ReadError(f"The archive has no file {path.name}; was it moved, or removed by age?") from error
        except (OSError, EOFError, ValueError) as error:
            raise ReadError(f"The page at {where} cannot be read back: {error}") from error
        return page_of(record, where)

    def erase(self, where: str) -> bool:
        """Overwrites one page for good, the others keep their places; False where it is not there to be erased."""
        try:
            path, offset = self._found(where)
            with self._lock:
                if path == self._path:
                    self._close()
                return erase_member(path, offset)
        except (OSError, ValueError, ReadError):
            return False

    def check(self, *, again: bool = False) -> list[Check]:
        """Each file's state; a file that is as it was when last found whole is not read again unless ``again``."""
        known = {} if again else self._checked()
        found = [known.get(_state(path)) or check_file(path) for path in self.files()]
        whole = {_state(check.path): check.records for check in found if not check.torn}
        self._note_checked(whole)
        return found

    def files(self) -> list[Path]:
        """The archive's files, oldest first."""
        return sorted(path for path in self.folder.glob("*.warc.gz") if path.is_file())

    def close(self) -> None:
        """Closes the file being written; the next page begins another."""
        with self._lock:
            self._close()

    def _current(self) -> IO[bytes]:
        if self._file is None:
            stamp = self._clock.now().strftime("%Y%m%dT%H%M%S")
            for number in range(10_000):
                self._path = self.folder / f"dragonwatch-{stamp}-{os.getpid()}-{number:04}.warc.gz"
                try:
                    file = self._path.open("xb")
                    break
                except FileExistsError:
                    continue
            else:
                raise AssertionError("ten thousand files in one second")
            sync(self.folder)  # else a power loss could take the name, and every synced record with it
            file.write(warcinfo_record(self._path.name))
            self._file = file
        return self._file

    def _give_up(self, file: IO[bytes], start: int) -> None:
        """Takes half a record off again; where even that fails, the file ends there and the next page begins another."""
        self._file = None
        try:
            os.ftruncate(file.fileno(), start)
        except OSError:
            _log.warning("%s keeps a torn record at %d", self._path.name, start)
        try:
            file.close()
        except OSError:
            pass

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _checked(self) -> dict[tuple[str, int], Check]:
        try:
            kept = json.loads((self.folder / "checked.json").read_text(encoding="utf-8"))
            return {
                (name, size): Check(self.folder / name, records=records, whole=size, size=size)
                for name, size, records in kept
            }
        except (OSError, ValueError, TypeError):
            return {}

    def _note_checked(self, whole: dict[tuple[str, int], int]) -> None:
        kept = [[name, size, records] for (name, size), records in sorted(whole.items())]
        fresh = self.folder / f"checked.json.{os.getpid()}"
        try:
            fresh.write_text(json.dumps(kept), encoding="utf-8")
            fresh.replace(self.folder / "checked.json")
        except OSError:  # it only saves time
            with contextlib.suppress(OSError):
                fresh.unlink()


def _state(path: Path) -> tuple[str, int]:
    return path.name, path.stat().st_size
