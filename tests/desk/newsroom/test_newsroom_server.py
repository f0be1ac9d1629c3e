"""The newsroom serves what its articles say, in each outlet's charset, and counts what is asked."""

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from desk.newsroom.outlets import BY_KEY, OUTLETS
from desk.newsroom.server import Newsroom


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    room = Newsroom()
    await room.start()
    yield room
    await room.stop()


async def get(url: str, **headers: str) -> tuple[int, bytes, str, str]:
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return (
            answer.status,
            await answer.read(),
            answer.headers.get("Content-Type", ""),
            answer.headers.get("ETag", ""),
        )


async def test_every_page_carries_its_article_in_its_charset(newsroom: Newsroom) -> None:
    for piece in newsroom.pieces:
        for number, part in enumerate(piece.parts, start=1):
            status, body, content_type, _ = await get(newsroom.base_url + piece.path_of(number))
            html = body.decode(piece.outlet.charset)
            assert status == 200
            assert all(paragraph.replace("'", "&#39;").replace('"', "&#34;") in html for paragraph in part), piece.key
            assert ("charset" in content_type) == (piece.outlet.declared == "header")


async def test_one_outlet_declares_its_charset_nowhere(newsroom: Newsroom) -> None:
    silent = [outlet for outlet in OUTLETS if outlet.declared == "nowhere"]
    assert silent
    for piece in newsroom.pieces:
        if piece.outlet in silent:
            _, body, content_type, _ = await get(newsroom.base_url + piece.path)
            assert b"charset" not in body
            assert "charset" not in content_type


async def test_every_feed_announces_its_articles(newsroom: Newsroom) -> None:
    for source in newsroom.sources():
        _, body, content_type, _ = await get(source.url)
        outlet = BY_KEY[source.name]
        text = body.decode("utf-8" if outlet.feed == "atom" else outlet.charset)
        assert "rss" in content_type or "xml" in content_type or "json" in content_type
        for piece in newsroom.pieces:
            if piece.outlet.key == source.name:
                assert f"{piece.slug}.html" in text


async def test_an_unchanged_page_answers_304_and_hits_are_counted(newsroom: Newsroom) -> None:
    url = newsroom.sources()[0].url
    _, _, _, etag = await get(url)
    status, body, _, _ = await get(url, **{"If-None-Match": etag})
    assert (status, body) == (304, b"")
    assert newsroom.hits["/tanwang/feed.xml"] == 2
    newsroom.publish_second_edition()
    assert (await get(url, **{"If-None-Match": etag}))[0] == 200


async def test_the_second_edition_edits_and_publishes(newsroom: Newsroom) -> None:
    edited = newsroom.base_url + "/tanwang/kuangshi-layoff.html"
    late = newsroom.base_url + "/chenbao/yuncong-denial.html"
    assert "比例约30%".encode() in (await get(edited))[1]
    assert (await get(late))[0] == 404
    newsroom.publish_second_edition()
    assert "比例约15%".encode() in (await get(edited))[1]
    assert (await get(late))[0] == 200


async def test_other_paths_are_not_found(newsroom: Newsroom) -> None:
    for path in ("/nobody/", "/tanwang/feed.json", "/tanwang/none.html", "/nobody/feed.xml"):
        assert (await get(newsroom.base_url + path))[0] == 404
    assert b"Disallow" in (await get(newsroom.base_url + "/robots.txt"))[1]


async def test_a_front_page_links_its_feed_and_articles(newsroom: Newsroom) -> None:
    _, body, _, _ = await get(newsroom.base_url + "/tanwang/")
    assert b'rel="alternate"' in body
    assert b"/tanwang/yitu-d-round.html" in body


async def test_it_publishes_more_and_edits_what_stands(newsroom: Newsroom) -> None:
    piece = next(piece for piece in newsroom.pieces if piece.outlet.key == "tanwang")
    feed_url = newsroom.base_url + piece.outlet.feed_path
    before = (await get(feed_url))[1].decode()
    more = replace(piece, slug="later", title="旷视今天没有消息")
    newsroom.publish(more)
    newsroom.publish(replace(piece, paragraphs=("这篇报道已经更正。",)))
    feed = (await get(feed_url))[1].decode()
    assert "旷视今天没有消息" in feed and feed.count(piece.path) == before.count(piece.path)
    assert "已经更正" in (await get(newsroom.base_url + piece.path))[1].decode()
    newsroom.publish_second_edition()
    assert "已经更正" in (await get(newsroom.base_url + piece.path))[1].decode()
