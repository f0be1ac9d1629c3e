"""An installation in a folder: two articles, three flags, a source of the file and one of the desk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.config import load_config
from crawler.items import Signal, Source
from desk.cli.main import cli
from desk.wiring import wire
from tests.storage.building import figure, judged, page, reading, stored

CONFIG = """
[fetch]
contact = "mailto:desk@example.org"
allow_networks = ["127.0.0.0/8"]
per_host_delay = "0s"

[schedule]
catalogue = false

[[source]]
name = "ours"
kind = "feed"
url = "http://127.0.0.1:9/feed.xml"

[mail]
host = "127.0.0.1"
port = 9

[[recipient]]
address = "desk@example.org"
"""
TEXT = "开头一句。商汤获6亿美元融资，估值超过45亿美元。结尾一句。"
RAISED = figure(quote="商汤获6亿美元融资，估值超过45亿美元。", start=8, end=12, round="C")
VALUED = figure(
    "4500000000", None, kind="valuation", quote=RAISED.quote, start=17, end=24, written="超过45亿美元", round="C"
)


@dataclass(frozen=True)
class Installation:
    """A folder with everything in it, and the command line on it."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "dragonwatch.toml"

    def run(self, *words: str, **given: Any) -> Result:
        """Calls ``dragonwatch`` with this installation's configuration."""
        return CliRunner().invoke(cli, ["--config", str(self.config), *words], **given)


@pytest.fixture(scope="session")
def template_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "dragonwatch.toml").write_text(CONFIG, encoding="utf-8")
    with wire(load_config(folder / "dragonwatch.toml")) as wiring:
        store = wiring.store
        store.sources.add(Source("theirs", "feed", "https://theirs.example/feed.xml"))
        first = page("round", body=f"<html><p>{TEXT}</p></html>".encode(), content_type="text/html; charset=utf-8")
        first = replace(first, archived=wiring.archive.keep(first))
        read = reading(TEXT, RAISED, VALUED, title="商汤完成C轮融资")
        store.take_in(first, read, stored(read, judged(RAISED), judged(VALUED)))
        signal = Signal("megvii", "layoffs", "started", "旷视启动裁员。", "text", 0, 7)
        other = reading("旷视启动裁员。", title="旷视启动裁员", outlet="Other Times")
        store.take_in(page("cut"), other, stored(other, signals=(signal,)))
    return folder


@pytest.fixture
def installation(template_folder: Path, tmp_path: Path) -> Iterator[Installation]:
    folder = tmp_path / "watch"
    shutil.copytree(template_folder, folder)
    yield Installation(folder)
