"""Each hostile path shows the fault it is named for."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from desk.newsroom import hostile
from desk.newsroom.hostile import FAULTS, HostileCorner


@pytest.fixture
async def corner() -> AsyncIterator[HostileCorner]:
    served = HostileCorner()
    await served.start()
    yield served
    await served.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(auto_decompress=False) as opened:
        yield opened


def test_every_fault_is_a_source(corner: HostileCorner) -> None:
    assert [source.name for source in corner.sources()] == [fault.name for fault in FAULTS]


async def test_the_bomb_is_small_on_the_wire(corner: HostileCorner, session: aiohttp.ClientSession) -> None:
    async with session.get(corner.base_url + "/bomb/feed") as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(await answer.read()) < hostile.BOMB_SIZE / 500


async def test_the_huge_feed_can_be_left(corner: HostileCorner, session: aiohttp.ClientSession) -> None:
    async with session.get(corner.base_url + "/huge/feed") as answer:
        assert len(await answer.content.readexactly(2_000_000)) == 2_000_000
    assert corner.hits["/huge/feed"] == 1


async def test_the_redirects_have_no_end(corner: HostileCorner, session: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.TooManyRedirects):
        await session.get(corner.base_url + "/redirects/0", max_redirects=25)


async def test_the_drip_has_no_end(corner: HostileCorner, session: aiohttp.ClientSession) -> None:
    async with session.get(corner.base_url + "/drip/feed") as answer:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(answer.read(), timeout=0.2)


async def test_nothing_listens_at_the_dead_host(corner: HostileCorner, session: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.ClientConnectorError):
        await session.get(corner.dead_url)


@pytest.mark.parametrize("name", ["not-xml", "html-as-feed", "empty-body", "soft-404", "challenge", "nonsense-date"])
async def test_the_rest_answers_200(corner: HostileCorner, session: aiohttp.ClientSession, name: str) -> None:
    async with session.get(f"{corner.base_url}/{name}/feed") as answer:
        assert answer.status == 200


async def test_the_unknown_charset_is_declared(corner: HostileCorner, session: aiohttp.ClientSession) -> None:
    async with session.get(corner.base_url + "/unknown-charset/feed") as answer:
        assert "x-sinology-9" in answer.headers["Content-Type"]
        assert b"x-sinology-9" in await answer.read()
