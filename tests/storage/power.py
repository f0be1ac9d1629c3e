"""Power loss: from what strace saw of one run, the files as they may stand if the power had gone at any of its moments.

What was written since a file's last sync may have reached the disk or not, each write by itself, and torn at a sector; a
name that was made, moved or removed since its folder's last sync may still be the old one. That is the system's cache
forgotten in any order, which is worse than a file system's journal allows; the drive is taken to keep what it was told to sync.
"""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
_CALLS = "openat,write,pwrite64,fsync,fdatasync,ftruncate,unlink,rename"
_LINE = re.compile(r"\d+ +(\w+)\((.*)\) += (-?\d+)")
_HANDLE = re.compile(r"(\d+)<([^>]*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_NUMBER = re.compile(r", (\d+)$")
_FAILED = "-1"


@dataclass(frozen=True, slots=True)
class Call:
    """One system call that changed a file, synced one, or said something on standard output (``path`` is empty then)."""

    name: str
    path: str
    data: bytes = b""
    at: int = 0
    to: str = ""


def traced(command: Sequence[str], trace: Path) -> list[str]:
    """The command, to be run so that ``calls_of(trace)`` tells what it did to the disk."""
    see = ["--seccomp-bpf", "-f", "-qq", "-y", "-xx", "-s", str(1 << 24), "-e", "signal=none", "-e", f"trace={_CALLS}"]
    return ["strace", *see, "-o", str(trace), *command]


def calls_of(trace: Path, folder: Path) -> list[Call]:
    """What was done to the files below the folder, and said, in its order; raises ValueError for what no model is there for."""
    inside = str(folder.resolve()) + "/"
    calls = []
    with trace.open(encoding="ascii") as lines:
        for line in lines:
            told = _LINE.match(line)
            if told is None:
                raise ValueError(f"not one whole call a line: {line[:200]}")
            call = None if told[3] == _FAILED else _call(told[1], told[2])
            if call is not None and (not call.path or f"{call.path}/".startswith(inside)):
                calls.append(call)
    return calls


def _call(name: str, told: str) -> Call | None:
    texts = [_bytes(text) for text in _TEXT.findall(told)]
    if name == "openat":
        return Call("make", _path(texts[0])) if "O_CREAT" in told else None
    if name in ("unlink", "rename"):
        return Call(name, _path(texts[0]), to=_path(texts[-1]))
    handle = _HANDLE.match(told)
    assert handle is not None, told[:200]
    path = _path(_bytes(handle[2])) if handle[1] != "1" else ""
    number = _NUMBER.search(told)
    at = int(number[1]) if number is not None else 0
    if name == "write":
        return Call("append" if path else "say", path, texts[0])
    if name == "pwrite64":
        return Call("write", path, texts[0], at)
    return Call("cut", path, at=at) if name == "ftruncate" else Call("sync", path)


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


def _path(name: bytes) -> str:
    return name.decode().removesuffix(" (deleted)")


@dataclass(slots=True)
class _File:
    """What of a file is on the disk for sure, and what was done to it since."""

    synced: bytearray = field(default_factory=bytearray)
    since: list[Call] = field(default_factory=list)
    size: int = 0

    def change(self, call: Call) -> None:
        if call.name == "append":
            call = Call("write", call.path, call.data, self.size)
        self.since.append(call)
        self.size = call.at if call.name == "cut" else max(self.size, call.at + len(call.data))

    def sync(self) -> None:
        for call in self.since:
            _do(self.synced, call)
        self.since.clear()

    def as_found(self, keeps: Callable[[], bool], chance: random.Random) -> bytes:
        found = bytearray(self.synced)
        for call in self.since:
            if keeps():
                _do(found, call)
            elif call.data and chance.random() < 0.5:  # it was on its way
                _do(
                    found,
                    Call("write", call.path, call.data[: chance.randrange(0, len(call.data) + 1, SECTOR)], call.at),
                )
        return bytes(found)


def _do(content: bytearray, call: Call) -> None:
    if call.name == "cut":
        del content[call.at :]
        content.extend(bytes(call.at - len(content)))
        return
    content.extend(bytes(max(0, call.at - len(content))))
    content[call.at : call.at + len(call.data)] = call.data


@dataclass(slots=True)
class Disk:
    """Files by name: as the running system sees them, and as they are known to be on the disk."""

    seen: dict[str, _File] = field(default_factory=dict)
    synced: dict[str, _File] = field(default_factory=dict)
    said: bytes = b""

    def do(self, call: Call) -> None:
        """Takes one call in."""
        if call.name == "say":
            self.said += call.data
        elif call.name == "make":
            self.seen.setdefault(call.path, _File())
        elif call.name == "unlink":
            self.seen.pop(call.path, None)
        elif call.name == "rename":
            self.seen[call.to] = self.seen.pop(call.path)
        elif call.name == "sync" and call.path in self.seen:
            self.seen[call.path].sync()
        elif call.name == "sync":
            self._sync_folder(call.path)
        elif call.path in self.seen:
            self.seen[call.path].change(call)

    def _sync_folder(self, folder: str) -> None:
        for name in self.synced.keys() | self.seen.keys():
            if name.rpartition("/")[0] == folder:
                _name(self.synced, name, self.seen.get(name))

    def lose_power(self, chance: random.Random) -> dict[str, bytes]:
        """The files as a restart may find them."""
        share = chance.choice((0.0, 0.3, 0.6, 1.0))
        keeps = lambda: chance.random() < share  # noqa: E731
        found = dict(self.synced)
        for name in sorted(self.synced.keys() | self.seen.keys()):
            if self.synced.get(name) is not self.seen.get(name) and keeps():
                _name(found, name, self.seen.get(name))
        return {name: file.as_found(keeps, chance) for name, file in found.items()}


def _name(names: dict[str, _File], name: str, file: _File | None) -> None:
    if file is None:
        names.pop(name, None)
    else:
        names[name] = file


def snapshots(
    calls: Iterable[Call], moments: Sequence[int], chance: random.Random
) -> Iterator[tuple[str, dict[str, bytes]]]:
    """For each moment, which is a number of calls: what had been said by then, and the files that a restart may find."""
    disk, wanted = Disk(), sorted(moments)
    done = 0
    calls = iter(calls)
    for moment in wanted:
        while done < moment:
            disk.do(next(calls))
            done += 1
        yield disk.said.decode(), disk.lose_power(chance)


def run(command: Sequence[str], trace: Path, folder: Path, *, cwd: Path) -> list[Call]:
    """Runs the command to its end under strace; gives its calls."""
    subprocess.run(traced(command, trace), cwd=cwd, check=True, capture_output=True)
    return calls_of(trace, folder)
