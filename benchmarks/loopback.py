"""A web server for benchmarks: whole answers from memory, in a process of its own, cheap enough not to be what is measured."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection

Pages = Mapping[str, tuple[str, bytes]]
"""Path to content type and body."""


class _Serving(asyncio.Protocol):
    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while b"\r\n\r\n" in self._waiting:
            head, _, self._waiting = self._waiting.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
            self._transport.write(self._answers.get(path, missing))  # type: ignore[attr-defined]


def _answer(kind: str, body: bytes) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _serve(line: Connection, ports: int) -> None:
    answers: dict[bytes, bytes] = {}

    async def main() -> None:
        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(lambda: _Serving(answers), "127.0.0.1", 0) for _ in range(ports)]
        line.send([server.sockets[0].getsockname()[1] for server in servers])
        while True:
            pages = await loop.run_in_executor(None, line.recv)
            if pages is None:
                return
            answers.update({path.encode(): _answer(*page) for path, page in pages.items()})
            line.send("ready")

    asyncio.run(main())


class Site:
    """The running server; what it serves can be changed while it runs."""

    def __init__(self, line: Connection, ports: Sequence[int]) -> None:
        self._line = line
        self.bases = [f"http://127.0.0.1:{port}" for port in ports]

    def serve(self, pages: Pages) -> None:
        """Serves these pages from now on, on every port."""
        self._line.send(dict(pages))
        self._line.recv()


@contextmanager
def site(ports: int = 1) -> Iterator[Site]:
    """Starts the server and ends it again."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, ports), daemon=True)
    process.start()
    try:
        yield Site(ours, ours.recv())
    finally:
        ours.send(None)
        process.join(5)
        process.kill()
