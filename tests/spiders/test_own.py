"""A user's own spider is a source like any other; the example of the documentation works as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawler.config import load_config
from crawler.errors import ConfigError, ReadError
from crawler.items import Source
from scheduler.run import open_web
from spiders.own import load_own, poll_own, source_of
from tests.scheduler.walking import FixedClock, config, loopback

EXAMPLE = re.search(
    r"```python\n(.*?)```", (Path(__file__).parents[2] / "docs" / "sources.md").read_text("utf-8"), re.DOTALL
)
PAGE = "<html><body><ul>{}</ul></body></html>".format(
    "".join(f"<li><a href='/n/{n}.html'>商汤第{n}条</a><time>2026-05-0{n} 08:00</time></li>" for n in (1, 2))
)


def written(folder: Path, code: str, name: str = "mine.py") -> Path:
    (folder / name).write_text(code, encoding="utf-8")
    return folder


async def test_the_documented_example_of_thirty_lines_works(tmp_path: Path) -> None:
    assert EXAMPLE is not None and len(EXAMPLE[1].splitlines()) <= 30
    async with loopback() as site, open_web(config(), FixedClock()) as web:
        site.pages["/news/"] = PAGE
        code = EXAMPLE[1].replace("https://company.example", site.base)
        own = load_own(written(tmp_path, code))
        (name,) = own
        polled = await poll_own(source_of(own[name]), own, web)
    assert [lead.title for lead in polled.leads] == ["商汤第1条", "商汤第2条"]
    assert polled.leads[0].published is not None and polled.leads[0].url == site.url("/n/1.html")


async def test_its_requests_are_guarded_too(tmp_path: Path) -> None:
    code = "import scrapy\nclass Evil(scrapy.Spider):\n    name = 'evil'\n    start_urls = ['http://127.0.0.1:9/']\n    def parse(self, response):\n        yield {'url': '/x', 'title': 'x'}\n"
    own = load_own(written(tmp_path, code))
    async with loopback() as site, open_web(config(allow_networks=[]), FixedClock()) as web:
        own["evil"].start_urls = [site.url("/")]
        polled = await poll_own(source_of(own["evil"]), own, web)
    assert polled.leads == () and not site.asked


async def test_a_spider_that_fails_is_told(tmp_path: Path) -> None:
    code = "import scrapy\nclass Bad(scrapy.Spider):\n    name = 'bad'\n    start_urls = ['http://127.0.0.1:9/']\n    def parse(self, response):\n        raise KeyError('title')\n"
    own = load_own(written(tmp_path, code))
    async with loopback() as site, open_web(config(), FixedClock()) as web:
        site.pages["/"] = PAGE
        own["bad"].start_urls = [site.url("/")]
        with pytest.raises(ReadError, match=r"the spider failed: KeyError"):
            await poll_own(source_of(own["bad"]), own, web)
        with pytest.raises(ReadError, match=r"no spider of that name"):
            await poll_own(Source("gone", "spider", site.url("/")), own, web)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import nothing_of_this_name", "cannot be loaded: ModuleNotFoundError"),
        ("def broken(:", "cannot be loaded: SyntaxError"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_named(tmp_path: Path, code: str, told: str) -> None:
    with pytest.raises(ConfigError, match=rf"mine\.py {told}"):
        load_own(written(tmp_path, code))


def test_two_spiders_of_one_name_and_a_missing_folder(tmp_path: Path) -> None:
    code = "import scrapy\nclass A(scrapy.Spider):\n    name = 'a'\n"
    written(tmp_path, code)
    written(tmp_path, code, "zwei.py")
    with pytest.raises(ConfigError, match="second spider 'a'"):
        load_own(tmp_path)
    with pytest.raises(ConfigError, match="no folder"):
        load_own(tmp_path / "none")


def test_a_file_found_by_chance_may_not_name_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "dragonwatch.toml"
    file.write_text("[spiders]\nfolder = 'mine'\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DRAGONWATCH_CONFIG", raising=False)
    with pytest.raises(ConfigError, match=r"spiders\.folder .*code to run"):
        load_config()
    assert load_config(file).spiders.folder == str(tmp_path / "mine")
