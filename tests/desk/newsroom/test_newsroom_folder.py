"""The demo's folder is made anew each time, and nothing that is not the demo's is touched."""

from pathlib import Path

import pytest

from crawler.config import load_config
from crawler.errors import ConfigError
from crawler.items import Source
from desk.newsroom.folder import prepare
from desk.wiring import wire

SOURCE = Source(
    name="tanwang", kind="feed", url="http://127.0.0.1:1/feed.xml", outlet='探网 "科技"', language="zh-Hans"
)


def test_the_configuration_names_the_sources(tmp_path: Path) -> None:
    config = load_config(prepare(tmp_path / "new", [SOURCE]))
    assert [(entry.name, entry.url, entry.outlet) for entry in config.source] == [
        ("tanwang", SOURCE.url, SOURCE.outlet)
    ]
    assert config.storage.url == f"sqlite:///{tmp_path / 'new' / 'dragonwatch.db'}"


def test_what_is_tried_on_the_demo_asks_nothing_of_the_internet(tmp_path: Path) -> None:
    path = prepare(tmp_path, [SOURCE])
    with wire(load_config(path)) as wiring:
        assert [row.source.url for row in wiring.store.sources.all()] == [SOURCE.url]
        assert wiring.config.upkeep.rates == ""


def test_an_earlier_demo_is_replaced_and_other_files_stay(tmp_path: Path) -> None:
    prepare(tmp_path, [SOURCE])
    (tmp_path / "dragonwatch.db").write_text("old")
    (tmp_path / "archive").mkdir()
    (tmp_path / "notes.txt").write_text("mine")
    prepare(tmp_path, [])
    assert not (tmp_path / "dragonwatch.db").exists()
    assert not (tmp_path / "archive").exists()
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert load_config(tmp_path / "dragonwatch.toml").source == ()


def test_a_real_installation_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "dragonwatch.toml").write_text("[storage]\n")
    with pytest.raises(ConfigError, match="not written by the demo"):
        prepare(tmp_path, [])
    assert (tmp_path / "dragonwatch.toml").read_text() == "[storage]\n"


def test_a_database_without_the_demos_configuration_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "dragonwatch.db").write_text("mine")
    with pytest.raises(ConfigError, match="no demo wrote"):
        prepare(tmp_path, [])
    assert (tmp_path / "dragonwatch.db").read_text() == "mine"
