"""The desk of an installation, asked without a network, and, for the browser, on a port of its own."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from crawler.config import load_config
from desk.web.app import create_app
from desk.web.state import Desk, open_desk
from desk.wiring import Wiring, wire
from tests.desk.conftest import Installation


class Client:
    """Asks an application of this process, from code that is not asynchronous."""

    def __init__(self, desk: Desk) -> None:
        self.app = create_app(desk)
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://127.0.0.1:8420")
        self.cookies = self._client.cookies

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self._runner.run(self._client.get(path, **{"follow_redirects": True, **given}))

    def post(self, path: str, **given: Any) -> httpx.Response:
        return self._runner.run(self._client.post(path, **given))

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()


@dataclass
class Visit:
    """A browser without JavaScript: keeps cookies, and sends the token of the page it was shown."""

    client: Client
    desk: Desk

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.client.get(path, **given)

    def post(self, path: str, form: dict[str, str] | None = None, *, page: str = "/", **given: Any) -> httpx.Response:
        """Sends a form as the page would."""
        token = re.search(r'name="csrf" value="([0-9a-f]+)"', self.client.get(page).text)
        assert token is not None
        return self.client.post(path, data={"csrf": token[1], **(form or {})}, **given)

    def flag(self, kind: str) -> str:
        """The id of the waiting flag of that kind, or of that signal."""
        found = self.desk.store.flags.find(state="waiting")
        return next(flag.id for flag in found if (flag.figure.kind if flag.figure else flag.signal) == kind)


@pytest.fixture
def wiring(installation: Installation) -> Iterator[Wiring]:
    with wire(load_config(installation.config)) as opened:
        yield opened


@pytest.fixture
def visit(wiring: Wiring) -> Iterator[Visit]:
    desk = open_desk(wiring, "lin")
    client = Client(desk)
    yield Visit(client, desk)
    client.close()


@pytest.fixture
def served(wiring: Wiring, installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the desk, listening."""
    from desk.web.serve import address_of, listen, serve

    monkeypatch.setenv("DRAGONWATCH_DESK__PORT", "0")
    with wire(load_config(installation.config)) as other:
        desk = open_desk(other, "lin")
        bound = listen(desk)
        loop = asyncio.new_event_loop()
        task = loop.create_task(serve(desk, bound))
        thread = threading.Thread(target=_run, args=(loop, task))
        thread.start()
        _wait_for(bound)
        yield address_of(bound).rstrip("/")
        loop.call_soon_threadsafe(task.cancel)
        thread.join(20)


def _wait_for(bound: socket.socket) -> None:
    """Until the port answers: it is bound before anybody listens."""
    for _ in range(1000):
        try:
            socket.create_connection(bound.getsockname()[:2], 10).close()
        except ConnectionRefusedError:
            time.sleep(0.01)
        else:
            return
    pytest.fail("the desk does not listen within ten seconds")


def _run(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> None:
    try:
        loop.run_until_complete(asyncio.wait([task]))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
