"""Who gets letters and alerts: a mail server that can be dead for a day, and a webhook; each takes its time to answer."""

from __future__ import annotations

import asyncio
import json
import random
import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

SLOWEST = 0.02
"""Seconds at most between taking something and saying so: a process that is killed then has left it in doubt."""


@dataclass(frozen=True)
class Arrived:
    """One letter as it arrived."""

    id: str
    recipient: str
    day: str
    """The edition's day, out of the subject."""
    text: str


@dataclass
class Receivers:
    """Both on loopback, in the loop of the test."""

    letters: list[Arrived] = field(default_factory=list)
    alerts: list[tuple[str, dict[str, list[dict[str, str]]]]] = field(default_factory=list)
    """Message ids with what they told of."""
    mail_port: int = 0
    hook: str = ""
    _mail: asyncio.Server | None = None
    _runner: web.AppRunner | None = None
    _moods: random.Random = field(default_factory=lambda: random.Random(1))

    async def start(self) -> None:
        """Both answer from now on."""
        await self.revive_mail()
        application = web.Application()
        application.router.add_post("/hook", self._told)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.hook = "http://{}:{}/hook".format(*self._runner.addresses[0][:2])

    async def revive_mail(self) -> None:
        """The mail server answers, on the port that it always had."""
        if self._mail is None:
            loop = asyncio.get_running_loop()
            self._mail = await loop.create_server(lambda: SMTP(self, loop=loop), "127.0.0.1", self.mail_port)
            self.mail_port = self._mail.sockets[0].getsockname()[1]

    async def kill_mail(self) -> None:
        """Nobody listens where the mail server was."""
        if self._mail is not None:
            self._mail.close()
            await self._mail.wait_closed()
            self._mail = None

    async def stop(self) -> None:
        """Neither answers any more."""
        await self.kill_mail()
        if self._runner is not None:
            await self._runner.cleanup()

    def ids(self) -> set[str]:
        """Everything that has arrived, letters and alerts."""
        return {letter.id for letter in self.letters} | {id for id, _ in self.alerts}

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """aiosmtpd's hook: one letter."""
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        text = letter.get_body(("plain",))  # type: ignore[attr-defined]
        day = re.search(r"\d{4}-\d\d-\d\d", letter["Subject"])
        assert day is not None
        self.letters.append(Arrived(letter["Message-ID"], envelope.rcpt_tos[0], day[0], text.get_content()))
        await asyncio.sleep(self._moods.uniform(0, SLOWEST))
        return "250 OK"

    async def _told(self, request: web.Request) -> web.Response:
        self.alerts.append((request.headers["webhook-id"], json.loads(await request.read())["data"]))
        await asyncio.sleep(self._moods.uniform(0, SLOWEST))
        return web.Response()
