"""The client's manners and limits, against a server that answers as told."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web as server

from crawler.errors import (
    BadStatus,
    Blocked,
    ConfigError,
    FetchError,
    Refused,
    Stopped,
    TooLarge,
    TooSlow,
    Unreachable,
    Waiting,
)
from crawler.fetch.answer import Terms
from crawler.fetch.client import Web
from crawler.fetch.politeness import Pace, retry_after
from crawler.fetch.settings import rules_of
from crawler.urls import origin_of
from tests.scheduler.walking import NOW, FixedClock, Loopback, config, loopback


class Time:
    """A clock for the pace that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
async def site() -> AsyncIterator[Loopback]:
    async with loopback() as made:
        yield made


@pytest.fixture
def clock() -> Time:
    return Time()


def open_client(clock: Time, delay: float = 0.0, **fetch: Any) -> Web:
    rules = rules_of(config(**fetch).fetch)
    return Web(rules, FixedClock(), pace=Pace(delay, rules.concurrency, monotonic=clock, sleep=clock.sleep))


async def test_a_host_is_asked_no_faster_than_its_pace(site: Loopback, clock: Time) -> None:
    site.pages |= {f"/{n}": "<p>x</p>" for n in range(5)}
    times: list[float] = []
    async with open_client(clock, delay=2.0, obey_robots=False) as client:
        for n in range(5):
            await client.ask(site.url(f"/{n}"))
            times.append(clock.now)
    assert [b - a for a, b in pairwise(times)] == [2.0] * 4


async def test_a_source_may_ask_for_a_longer_pace_and_robots_too(site: Loopback, clock: Time) -> None:
    site.pages |= {"/robots.txt": "User-agent: *\nCrawl-delay: 7\n", "/a": "a", "/b": "b"}
    async with open_client(clock) as client:
        await client.ask(site.url("/a"), Terms(delay=3.0))
        await client.ask(site.url("/b"), Terms(delay=3.0))
    assert max(clock.slept) == 7.0


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), timedelta(minutes=5)),
        ("1000000000", timedelta(days=1)),
        ("99999999999999999999", timedelta(days=1)),
        ("-1", None),
        ("0", None),
        ("junk", None),
        ("", None),
        (None, None),
        ("١٢", None),
        (format_datetime(NOW - timedelta(minutes=5), usegmt=True), None),
        ("Fri, 99 Foo 9999 99:99:99 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str | None, wait: timedelta | None) -> None:
    assert retry_after(value, NOW) == wait


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("value", ["3600", format_datetime(datetime(2026, 5, 2, 5, tzinfo=UTC), usegmt=True)])
async def test_a_host_that_asks_to_wait_is_left_alone(site: Loopback, clock: Time, status: int, value: str) -> None:
    site.pages |= {"/busy": (status, {"Retry-After": value}, b""), "/other": "x"}
    async with open_client(clock, obey_robots=False) as client:
        with pytest.raises(Waiting) as told:
            await client.ask(site.url("/busy"))
        assert told.value.seconds == 3600
        with pytest.raises(Waiting, match="asked to be left alone"):
            await client.ask(site.url("/other"))
        clock.now += 3601
        assert (await client.ask(site.url("/other"))).body == b"x"
    assert site.asked == {"/busy": 1, "/other": 1}


async def test_refusals_without_a_time_slow_the_host_more_and_more(site: Loopback, clock: Time) -> None:
    site.pages["/busy"] = (429, {}, b"")
    async with open_client(clock, obey_robots=False) as client:
        for _ in range(4):
            with pytest.raises(BadStatus):
                await client.ask(site.url("/busy"))
    waits = [wait for wait in clock.slept if wait]
    assert waits == sorted(waits)
    assert waits[-1] >= 2 * waits[0]


async def test_passing_troubles_are_tried_again_and_final_ones_not(site: Loopback, clock: Time) -> None:
    tries = {"/flaky": 0}

    async def flaky(_: server.Request) -> server.Response:
        tries["/flaky"] += 1
        return server.Response(status=502 if tries["/flaky"] < 3 else 200, text="at last")

    site.pages |= {"/flaky": flaky, "/broken": (500, {}, b""), "/gone": (404, {}, b"")}
    async with open_client(clock, obey_robots=False) as client:
        assert (await client.ask(site.url("/flaky"))).body == b"at last"
        for path, asked in (("/broken", 3), ("/gone", 1)):
            with pytest.raises(BadStatus):
                await client.ask(site.url(path))
            assert site.asked[path] == asked


async def test_a_dead_host_is_tried_once_and_remembered(clock: Time) -> None:
    async with open_client(clock) as client:
        for _ in range(3):
            began = time.monotonic()
            with pytest.raises(Unreachable, match="cannot be reached"):
                await client.ask("http://127.0.0.1:1/feed")
            assert time.monotonic() - began < 2
    assert not clock.slept


@pytest.mark.parametrize("status", [401, 403, 451])
async def test_closed_pages_are_told_as_such(site: Loopback, clock: Time, status: int) -> None:
    site.pages["/x"] = (status, {}, b"")
    async with open_client(clock) as client:
        with pytest.raises(Blocked) as told:
            await client.ask(site.url("/x"))
    assert told.value.why == ("region" if status == 451 else "closed")


async def test_a_slow_drip_ends_at_the_deadline_and_delays_nobody(site: Loopback, clock: Time) -> None:
    async def drip(request: server.Request) -> server.StreamResponse:
        response = server.StreamResponse()
        await response.prepare(request)
        try:
            for _ in range(600):
                await response.write(b"x")
                await asyncio.sleep(0.1)
        except (ConnectionError, asyncio.CancelledError):
            pass
        return response

    site.pages |= {f"/drip{n}": drip for n in range(100)} | {"/quick": "quick"}
    async with open_client(clock, timeout="3s", obey_robots=False, concurrency=120) as client:
        began = time.monotonic()
        drips = [asyncio.ensure_future(client.ask(site.url(f"/drip{n}"))) for n in range(100)]
        assert (await client.ask(site.url("/quick"))).body == b"quick"
        quick = time.monotonic() - began
        ended = await asyncio.gather(*drips, return_exceptions=True)
        assert all(isinstance(end, TooSlow) for end in ended)
        assert time.monotonic() - began < 12
        assert quick < 3


async def test_what_is_too_large_ends_early(site: Loopback, clock: Time) -> None:
    sent = 0

    async def endless(request: server.Request) -> server.StreamResponse:
        nonlocal sent
        response = server.StreamResponse()
        await response.prepare(request)
        try:
            while sent < 200 << 20:
                await response.write(bytes(1 << 16))
                sent += 1 << 16
        except (ConnectionError, asyncio.CancelledError):
            pass
        return response

    site.pages |= {
        "/endless": endless,
        "/announced": (200, {}, bytes(3 << 20)),
        "/bomb": (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(64 << 20))),
    }
    async with open_client(clock, max_size="1 MiB", obey_robots=False) as client:
        for path in ("/endless", "/announced", "/bomb"):
            with pytest.raises(TooLarge, match="larger than 1048576 bytes"):
                await client.ask(site.url(path))
    assert sent < 100 << 20


async def test_a_bomb_on_a_redirect_or_an_error_is_not_unpacked(site: Loopback, clock: Time) -> None:
    bomb = gzip.compress(bytes(64 << 20))
    packed = {"Content-Encoding": "gzip"}
    site.pages |= {"/away": (301, packed | {"Location": "/here"}, bomb), "/here": "here", "/no": (404, packed, bomb)}
    async with open_client(clock, obey_robots=False) as client:
        assert (await client.ask(site.url("/away"))).body == b"here"
        with pytest.raises(BadStatus):
            await client.ask(site.url("/no"))


async def test_a_bomb_as_robots_txt_closes_its_host(site: Loopback, clock: Time) -> None:
    site.pages |= {"/robots.txt": (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(64 << 20))), "/x": "x"}
    async with open_client(clock) as client:
        with pytest.raises(TooLarge, match=r"robots\.txt"):
            await client.ask(site.url("/x"))
    assert site.asked["/x"] == 0


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: dragonwatch\nAllow: /", True),
        ("User-agent: *\nDisallow: /private", True),
        ("User-agent: Dragonwatch\nDisallow: /x", False),
        (None, True),
        ((403, {}, b""), True),
        ((500, {}, b""), False),
        ((429, {}, b""), False),
        (b"\xff\xfe\x00junk", True),
    ],
)
async def test_robots_txt_is_obeyed(site: Loopback, clock: Time, robots: Any, allowed: bool) -> None:
    site.pages |= {"/robots.txt": robots, "/x": "x", "/y": "y"}
    async with open_client(clock) as client:
        for path in ("/x", "/y", "/x"):
            if allowed:
                await client.ask(site.url(path))
            elif robots != "User-agent: Dragonwatch\nDisallow: /x" or path == "/x":
                with pytest.raises(Refused, match=r"robots\.txt"):
                    await client.ask(site.url(path))
    assert site.asked["/robots.txt"] == 1
    assert site.asked["/x"] == (2 if allowed else 0)


async def test_secrets_stay_with_their_origin(site: Loopback, clock: Time) -> None:
    async with loopback() as elsewhere:
        site.pages |= {
            "/seed": (200, {"Set-Cookie": "session=canary; Path=/"}, b"ok"),
            "/home": "home",
            "/away": (302, {"Location": elsewhere.url("/got")}, b""),
            "/form": (307, {"Location": elsewhere.url("/got")}, b""),
        }
        elsewhere.pages |= {"/got": "got", "/back": (302, {"Location": site.url("/home")}, b"")}
        terms = Terms(origin_of(site.base), headers={"X-Key": "canary", "Authorization": "canary"}, cookies="jar")
        async with open_client(clock) as client:
            for path in ("/seed", "/home", "/away"):
                await client.ask(site.url(path), terms)
            await client.ask(elsewhere.url("/got"), terms)
            with pytest.raises(Refused, match="stays with its host"):
                await client.ask(site.url("/form"), terms, method="POST", body=b"canary")
            await client.ask(site.url("/home"))
        sent = [headers for path, headers in site.headers if path == "/home"]
        assert (sent[0]["x-key"], sent[0]["cookie"]) == ("canary", "session=canary")
        assert "canary" not in str(elsewhere.headers)
        assert "canary" not in str(sent[1])


async def test_cookies_are_off_without_a_jar(site: Loopback, clock: Time) -> None:
    site.pages |= {"/seed": (200, {"Set-Cookie": "a=b; Path=/"}, b"ok"), "/x": "x"}
    async with open_client(clock) as client:
        await client.ask(site.url("/seed"))
        await client.ask(site.url("/x"))
    assert not any("cookie" in headers for _, headers in site.headers)


async def test_the_agent_names_itself_and_who_to_write_to(site: Loopback, clock: Time) -> None:
    site.pages["/x"] = "x"
    async with open_client(clock, user_agent="Watcher/2", contact="mailto:desk@example.org") as client:
        await client.ask(site.url("/x"))
    assert {headers["user-agent"] for _, headers in site.headers} == {"Watcher/2 (+mailto:desk@example.org)"}


async def test_hostile_headers_do_nothing(clock: Time) -> None:
    values = [
        b"sys.exit",
        b"os.system",
        b"\xff" * 50,
        b"%n%s",
        b"${jndi:ldap://x}",
        b"a" * 3000,
        b"'; DROP TABLE",
        b"=?utf-8?q?=0ABcc:x?=",
    ]
    names = [
        b"Referrer-Policy",
        b"Content-Type",
        b"Content-Encoding",
        b"Content-Length",
        b"ETag",
        b"Last-Modified",
        b"Retry-After",
        b"Set-Cookie",
    ]
    answers = [name + b": " + value for name in names for value in values] * 8
    turn = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal turn
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n" + answers[turn % len(answers)] + b"\r\nConnection: close\r\n\r\n<p>x</p>")
        turn += 1
        await writer.drain()
        writer.close()
        writers.append(writer)

    writers: list[asyncio.StreamWriter] = []
    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    came = failed = 0
    async with open_client(clock, obey_robots=False) as client:
        for _ in range(500):
            try:
                came += (
                    await client.ask(
                        f"http://127.0.0.1:{port}/x", Terms(cookies="jar", origin=("http", f"127.0.0.1:{port}"))
                    )
                ).status == 200
            except FetchError:
                failed += 1
    listening.close()
    await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)
    assert came + failed == 500
    assert came > 200


async def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Any, clock: Time) -> None:
    import ssl
    import subprocess

    key, certificate = tmp_path / "k.pem", tmp_path / "c.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        key,
        "-out",
        certificate,
        "-days",
        "2",
    ]
    subprocess.run(  # noqa: ASYNC221 - before anything else runs on the loop
        [*command, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True,
        capture_output=True,
    )
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    app = server.Application()

    async def page(_: server.Request) -> server.Response:
        return server.Response(text="secret")

    app.router.add_get("/x", page)
    runner = server.AppRunner(app, access_log=None)
    await runner.setup()
    await server.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    url = f"https://127.0.0.1:{runner.addresses[0][1]}/x"
    try:
        async with open_client(clock, obey_robots=False) as client:
            with pytest.raises(Unreachable, match="certificate"):
                await client.ask(url)
        async with open_client(clock, obey_robots=False, ca_file=str(certificate)) as client:
            assert (await client.ask(url)).body == b"secret"
    finally:
        await runner.cleanup()


async def test_connections_are_used_again(site: Loopback, clock: Time) -> None:
    ports: set[int] = set()

    async def page(request: server.Request) -> server.Response:
        assert request.transport is not None
        ports.add(request.transport.get_extra_info("peername")[1])
        return server.Response(text="x")

    site.pages |= {f"/{n}": page for n in range(20)}
    async with open_client(clock, obey_robots=False) as client:
        for n in range(20):
            await client.ask(site.url(f"/{n}"))
    assert len(ports) == 1


async def test_stopping_ends_what_is_under_way_at_once(site: Loopback, clock: Time) -> None:
    async def never(_: server.Request) -> server.Response:
        await asyncio.sleep(30)
        return server.Response()

    site.pages["/never"] = never
    async with open_client(clock, obey_robots=False) as client:
        asking = [asyncio.ensure_future(client.ask(site.url("/never"))) for _ in range(30)]
        await asyncio.sleep(0.1)
        began = time.monotonic()
        await client.stop()
        ended = await asyncio.gather(*asking, return_exceptions=True)
        assert all(isinstance(end, Stopped) for end in ended)
        assert time.monotonic() - began < 2


async def test_moves_are_told_only_when_every_step_is_for_good(site: Loopback, clock: Time) -> None:
    site.pages |= {
        "/old": (301, {"Location": "/older"}, b""),
        "/older": (308, {"Location": "/new"}, b""),
        "/now": (301, {"Location": "/meanwhile"}, b""),
        "/meanwhile": (302, {"Location": "/new"}, b""),
        "/new": "new",
    }
    async with open_client(clock, obey_robots=False) as client:
        assert (await client.ask(site.url("/old"))).moved_to == site.url("/new")
        assert (await client.ask(site.url("/now"))).moved_to is None
        assert (await client.ask(site.url("/new"))).moved_to is None


def test_certificates_that_cannot_be_used_are_told_before_anybody_is_asked(tmp_path: Path) -> None:
    (tmp_path / "text.pem").write_text("no certificate")
    for name, why in (("gone.pem", "No such file"), ("text.pem", "it holds no certificate")):
        with pytest.raises(ConfigError, match=rf"fetch.ca_file names .*{name}, which cannot be used: {why}"):
            rules_of(config(ca_file=str(tmp_path / name)).fetch)
