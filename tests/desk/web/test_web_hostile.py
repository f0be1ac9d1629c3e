"""Hundreds of hostile words in every field run nothing and load nothing: in the desk, the feeds and the letters."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.request import urlopen
from xml.etree import ElementTree as Xml

import pytest
from playwright.sync_api import Browser, Page

from crawler.config import load_config
from desk.wiring import Wiring, wire
from tests.desk.conftest import Installation
from tests.desk.web.hostile import PAYLOADS, fill
from tests.desk.web.looking import looking, opened

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
ARTICLES = 16
OUR_SCRIPTS = {"/static/vendor/htmx.min.js", "/static/desk.js", "/static/vendor/uPlot.iife.min.js", "/static/charts.js"}
ATOM = "{http://www.w3.org/2005/Atom}"
ATOM_ELEMENTS = {"feed", "id", "title", "updated", "link", "author", "name", "entry", "content"}
JSON_KEYS = {"id", "url", "title", "content_text", "date_modified", "external_url"}
"""Text alone: a feed of ours holds no markup (``content_html``, or Atom's types "html" and "xhtml")."""
FOUND = """() => {
  const found = [];
  if (window.hit !== undefined) found.push("a script ran");
  for (const element of document.querySelectorAll("*")) {
    const name = element.localName.toLowerCase();
    if (["iframe", "object", "embed", "base", "style"].includes(name) && !element.closest("head > style")) found.push(name);
    if (name === "script") found.push(element.getAttribute("src") ?? "a script of its own");
    if (name === "meta" && element.httpEquiv) found.push("meta " + element.httpEquiv);
    for (const attribute of element.attributes) {
      if (/^on/i.test(attribute.name)) found.push(attribute.name);
      if (/^(href|src|action|formaction|hx-get|hx-post)$/i.test(attribute.name) && !/^(https?:|\\/|#|cid:|\\/static)/i.test(attribute.value))
        found.push(attribute.name + "=" + attribute.value);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened() as launched:
        yield launched


@pytest.fixture(scope="module")
def filled(template_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation in which every field from outside is wiring."""
    folder = tmp_path_factory.mktemp("hostile") / "watch"
    shutil.copytree(template_folder, folder)
    with wire(load_config(folder / "dragonwatch.toml")) as wiring:
        assert fill(wiring, ARTICLES) >= 300
    return folder


@pytest.fixture
def installation(filled: Path, tmp_path: Path) -> Installation:
    return Installation(shutil.copytree(filled, tmp_path / "watch"))


def harm(shown: Page) -> set[str]:
    """What on this page is not ours."""
    return set(shown.evaluate(FOUND)) - OUR_SCRIPTS


def test_the_desk_shows_them_as_words(browser: Browser, served: str, wiring: Wiring) -> None:
    store = wiring.store
    articles = [row.id for row in store.articles.find(source="example", limit=100) if int(row.id) > 2]
    flags = [row.id for row in store.flags.find(state="rejected")]
    paths = [
        "/",
        "/?start=10",
        "/stories",
        "/articles",
        "/figures",
        "/companies/sensetime",
        "/sources",
        "/runs",
        "/digests",
    ]
    paths += [f"/articles/{id}" for id in articles] + [f"/flags/{id}" for id in flags]
    with looking(browser, served) as desk:
        for path in paths:
            desk.goto(path, wait_until="load")
            assert harm(desk) == set(), path
            assert any(words in desk.content() for words in ("hit=1", "evil.example")), path


def test_what_is_asked_for_comes_back_as_words(browser: Browser, served: str) -> None:
    with looking(browser, served) as desk:
        for lot in range(0, len(PAYLOADS), 12):
            words = quote("".join(PAYLOADS[lot : lot + 12]).replace("\0", "")[:190])
            desk.goto(f"/articles?q={words}&source={words}&company={words}")
            assert harm(desk) == set()
        for path in ("/?company={}", "/stories?company={}", "/figures?company={}"):
            desk.goto(path.format(quote("".join(PAYLOADS[:20]).replace("\0", ""))))
            assert harm(desk) == set(), path
        # The name that one decides under, which each page shows.
        desk.goto("/")
        desk.fill("input[name=name]", '"><img src=x onerror=window.hit=1>')
        desk.click(".prefs button")
        assert harm(desk) == set()
        assert "onerror" in desk.input_value("input[name=name]")


def test_archived_pages_are_sealed(browser: Browser, served: str, wiring: Wiring) -> None:
    with looking(browser, served) as desk:
        for row in wiring.store.articles.find(company="sensetime", limit=100):
            if row.archived:
                answer = desk.request.get(f"/articles/{row.id}/page")
                assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_letters_show_them_as_words(browser: Browser, served: str, wiring: Wiring) -> None:
    letter = wiring.post_office.preview()
    part = letter.get_body(("html",))
    assert isinstance(part, EmailMessage)
    text = part.get_content()
    assert text.count("window.hit=1") > 20
    with looking(browser, served) as reader:
        # No policy guards it here, as in a careless mail program.
        reader.set_content(text.replace('src="cid:', 'alt="'), wait_until="load")
        assert harm(reader) == set()


@pytest.mark.parametrize("name", ["flags", "figures", "stories"])
def test_feeds_hold_them_as_words(served: str, name: str) -> None:
    with urlopen(f"{served}/feeds/{name}.atom") as atom, urlopen(f"{served}/feeds/{name}.json") as told:
        feed, items = Xml.fromstring(atom.read()), json.load(told)["items"]
    texts = [element.text or "" for element in feed.iter()]
    assert any("hit=1" in text for text in texts)
    assert {element.tag.removeprefix(ATOM) for element in feed.iter()} <= ATOM_ELEMENTS
    links = [link.get("href", "") for link in feed.iter(f"{ATOM}link")]
    links += [item[key] for item in items for key in ("url", "external_url") if key in item]
    assert {urlsplit(link).scheme for link in links} <= {"http", "https"}
    assert {key for item in items for key in item} <= JSON_KEYS
