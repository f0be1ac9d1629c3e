"""What an installation is wired together from."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.config import Config, load_config
from crawler.errors import ConfigError
from crawler.items import Source
from desk.wiring import merge_sources, secret_in, wire

SHIPPED = (Source("daily", "feed", "https://daily.example/feed.xml", language="en", tier="press"),)


def entries(*rows: dict[str, object]) -> tuple[object, ...]:
    return Config(source=rows).source  # type: ignore[arg-type]


def test_a_shipped_source_is_changed_by_name_alone() -> None:
    [source] = merge_sources(SHIPPED, entries({"name": "daily", "every": "15m", "enabled": False}))  # type: ignore[arg-type]
    assert (source.url, source.language, source.every, source.enabled) == (SHIPPED[0].url, "en", "15m", False)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"name": "daly", "every": "15m"}, "did you mean daily"),
        ({"name": "other", "kind": "feed"}, "give it a url"),
        ({"name": "other", "url": "https://other.example/"}, "give it a kind"),
    ],
)
def test_a_new_source_needs_kind_and_address(row: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        merge_sources(SHIPPED, entries(row))  # type: ignore[arg-type]


def test_a_recipient_of_a_company_that_nobody_watches_is_told(tmp_path: Path) -> None:
    path = tmp_path / "dragonwatch.toml"
    path.write_text('[[recipient]]\naddress = "a@example.org"\ncompanies = ["sensetme"]\n', encoding="utf-8")
    with wire(load_config(path)) as wiring, pytest.raises(ConfigError, match="did you mean sensetime"):
        _ = wiring.watchlist


def test_declared_sources_follow_the_file(tmp_path: Path) -> None:
    path = tmp_path / "dragonwatch.toml"
    for url in ("https://one.example/", "https://two.example/"):
        path.write_text(f'[[source]]\nname = "mine"\nkind = "feed"\nurl = "{url}"\n', encoding="utf-8")
        with wire(load_config(path)) as wiring:
            row = wiring.store.sources.get("mine")
            assert row is not None and row.source.url == url
    path.write_text("", encoding="utf-8")
    with wire(load_config(path)) as wiring:
        assert wiring.store.sources.get("mine") is None


def test_a_secret_is_the_first_line_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("hunter2 \nnot this\n", encoding="utf-8")
    assert secret_in(str(file), "mail.password_file") == "hunter2"
    assert secret_in("", "mail.password_file") == ""
    with pytest.raises(ConfigError, match=r"mail\.password_file.*cannot be read"):
        secret_in(str(tmp_path / "gone"), "mail.password_file")
