"""The configuration as a user writes it: where it is found, what it means, and what is said when it is wrong."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.config import Config, find_config, load_config, template, user_folder
from crawler.errors import ConfigError


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder and a home without any configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DRAGONWATCH_CONFIG", raising=False)
    return tmp_path


def written(text: str, path: Path | None = None) -> Path:
    path = path or Path("dragonwatch.toml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def refusal(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(written(text))
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_without_a_file_the_defaults_of_the_interface_stand() -> None:
    config = load_config()
    assert config.path is None
    assert config.fetch.per_host_delay == timedelta(seconds=2)
    assert config.fetch.max_size == 15 * 1024 * 1024
    assert config.schedule.baseline == timedelta(days=7)
    assert config.desk.port == 8420
    assert config.storage.url == "sqlite:///dragonwatch.db"


def test_the_template_says_the_defaults_and_names_every_key(tmp_path: Path) -> None:
    config = load_config(written(template()))
    defaults = Config()
    anchored = {"storage": True, "upkeep": {"backups"}}
    assert config.model_dump(exclude=anchored) == defaults.model_dump(exclude=anchored)
    for name in Config.model_fields:
        section = getattr(defaults, name)
        for key in () if isinstance(section, tuple) else type(section).model_fields:
            assert f"\n{key} = " in template() or key == "password", f"{name}.{key}"


def test_every_commented_key_of_the_template_is_right_too() -> None:
    lines = [
        line[2:] if line.startswith(("# [[", "# ")) and ("[[" in line or " = " in line) else line
        for line in template().splitlines()
    ]
    uncommented = "\n".join(line for line in lines if not line.startswith(("url_file", "# "))).replace(
        'url_file = "alert.url"', ""
    )
    config = load_config(written(uncommented))
    assert [source.name for source in config.source] == ["example"]
    assert config.recipient[0].days == "mon-fri"
    assert config.alert[0].kinds == ("raised", "laid_off")


def test_workers_want_a_database_that_processes_share() -> None:
    with pytest.raises(ConfigError, match=r"workers\.enabled wants .*storage\.url names none.*postgresql\+psycopg://"):
        load_config(written("[workers]\nenabled = true\n"))
    shared = '[storage]\nurl = "postgresql+psycopg://db/dragonwatch"\n[workers]\nenabled = true\n'
    assert load_config(written(shared)).workers.jobs == 8


def test_search_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = written("", user_folder() / "dragonwatch.toml")
    assert find_config(None) == own
    here = written("")
    assert find_config(None) == here
    named = written("", tmp_path / "named.toml")
    monkeypatch.setenv("DRAGONWATCH_CONFIG", str(named))
    assert find_config(None) == named
    given = written("", tmp_path / "given.toml")
    assert find_config(given) == given


@pytest.mark.parametrize("by", ["option", "environment"])
def test_a_named_file_that_is_missing_is_an_error_not_the_defaults(by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if by == "environment":
        monkeypatch.setenv("DRAGONWATCH_CONFIG", "gone.toml")
    with pytest.raises(ConfigError, match=r"gone\.toml.*dragonwatch init"):
        load_config(Path("gone.toml") if by == "option" else None)


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    path = written('[fetch]\ntimeout = "9s"\nconcurrency = 3\n')
    monkeypatch.setenv("DRAGONWATCH_FETCH__TIMEOUT", "20s")
    monkeypatch.setenv("DRAGONWATCH_FETCH__ALLOW_NETWORKS", '["127.0.0.0/8"]')
    monkeypatch.setenv("DRAGONWATCH_SOURCE", json.dumps([{"name": "a", "kind": "feed", "url": "https://a.example/f"}]))
    config = load_config(path)
    assert config.fetch.timeout == timedelta(seconds=20)
    assert config.fetch.concurrency == 3
    assert config.fetch.allow_networks == ("127.0.0.0/8",)
    assert config.source[0].url == "https://a.example/f"


def test_relative_paths_of_a_file_start_from_its_folder(tmp_path: Path) -> None:
    config = load_config(
        written('[mail]\npassword_file = "secret"\n[[alert]]\nurl_file = "hook"\n', tmp_path / "etc/dragonwatch.toml")
    )
    assert config.storage.url == f"sqlite:///{tmp_path}/etc/dragonwatch.db"
    assert config.storage.archive == str(tmp_path / "etc/archive")
    assert config.mail.password_file == str(tmp_path / "etc/secret")
    assert config.alert[0].url_file == str(tmp_path / "etc/hook")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[fetch]\ntimout = '3s'", ["fetch.timout", "dragonwatch.toml", "line 2", "fetch.timeout"]),
        ("[fetc]\ntimeout = '3s'", ["fetc", "did you mean fetch?"]),
        ("timezone = 'UTC'", ["timezone", "schedule.timezone"]),
        ("[fetch]\ntimeout = 3", ["fetch.timeout", "line 2", "no duration", 'timeout = "30s"']),
        ("[fetch]\ntimeout = '0s'", ["fetch.timeout", "longer than nothing"]),
        ("[fetch]\nmax_size = 'big'", ["fetch.max_size", "no size", '"15 MiB"']),
        ("[fetch]\nconcurrency = 'many'", ["fetch.concurrency", "integer", "concurrency = 16"]),
        ("[fetch]\nallow_networks = ['10.0.0.300/8']", ["fetch.allow_networks", "10.0.0.300/8"]),
        ("[schedule]\ntimezone = 'Mars/Olympus'", ["schedule.timezone", "Mars/Olympus", "Asia/Shanghai"]),
        ("[schedule]\npoll_min = '2d'", ["schedule", "poll_min is longer than poll_max"]),
        (
            "[[recipient]]\naddress = 'a@x.example'\nkind = []",
            ["recipient (number 1).kind", "did you mean recipient (number 1).kinds?"],
        ),
        ("[[recipient]]\naddress = 'a@x.example'\nflag_only = true", ["did you mean recipient (number 1).flags_only?"]),
        (
            "[[recipient]]\naddress = 'a@x.example'\nkinds = ['raise']",
            ["recipient (number 1).kinds", "line 3", 'did you mean "raised"?'],
        ),
        (
            "[[source]]\nname = 'a'\n[[source]]\nname = 'b'\nkind = 'fed'",
            ["source (number 2).kind", "line 5", "'feed'"],
        ),
        ("[[source]]\nname = 'a'\nevery = '61 * * * *'", ["every", "'61' is no minute"]),
        ("[[source]]\nname = 'a'\n[[source]]\nname = 'a'", ["source 'a' stands twice", "a name of its own"]),
        ("[source]\nname = 'a'", ["source in", "[[source]], in double brackets"]),
        ("[fetch]\nallow_networks = '10.0.0.0/8'", ["fetch.allow_networks", "line 2", "it is no list"]),
        ("[fetch]\nproxy = 'squid'", ["fetch.proxy", "line 2", "http://host:port"]),
        ("[[source]]\nname = 'a'\nproxy = 'squid'", ["source (number 1).proxy", "line 3", "http://host:port"]),
        ("[mail]\nhost = ''", ["mail.host", "line 2", 'host = "localhost"']),
        ("[[source]]\nname = 'a'\nevery = 'often'", ["every", "adaptive"]),
        ("[[source]]\nurl = 'https://a.example/'", ["source (number 1).name is missing"]),
        ("[[recipient]]\naddress = 'me@example.org'\nat = '25:00'", ["recipient (number 1).at", "line 3", '"08:00"']),
        ("[[recipient]]\naddress = 'me@example.org'\ndays = 'workdays'", ["days", "mon-fri"]),
        ("[[recipient]]\naddress = 'me'", ["address", "no mail address"]),
        ("[mail]\npassword = 'hunter2'", ["mail.password", "password_file"]),
        ("[[alert]]\nkinds = ['raised']", ["alert (number 1)", "url_file"]),
        ("[fetch\n", ["dragonwatch.toml", "not TOML", "line 1"]),
        ("_env_file = '/etc/passwd'", ["_env_file", "no known key"]),
    ],
)
def test_one_sentence_names_key_place_cause_and_mend(text: str, words: list[str]) -> None:
    message = refusal(text)
    assert [word for word in words if word not in message] == [], message


def test_a_secret_is_in_no_error() -> None:
    assert "hunter2" not in refusal("[mail]\npassword = 'hunter2'")
    assert "hunter2" not in refusal("[fetch]\nproxy = 'me:hunter2@squid'")
    assert "token" not in refusal("[[alert]]\nurl = 'https://hook.example/token'\nkinds = ['everything']")


def test_not_utf8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "gb.toml"
    path.write_bytes('# 商汤\n[fetch]\nregion = "中国"'.encode("gb18030"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_config(path)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("DRAGONWATCH_FETCH__TIMOUT", "3s", ["DRAGONWATCH_FETCH__TIMOUT", "fetch.timeout"]),
        ("DRAGONWATCH_FECH__TIMEOUT", "3s", ["DRAGONWATCH_FECH__TIMEOUT", "DRAGONWATCH_FETCH__"]),
        ("DRAGONWATCH_FETCH__TIMEOUT", "soon", ["DRAGONWATCH_FETCH__TIMEOUT", "soon"]),
        ("DRAGONWATCH_FETCH__ALLOW_NETWORKS", "127.0.0.0/8", ["DRAGONWATCH_FETCH__ALLOW_NETWORKS", "JSON"]),
        ("DRAGONWATCH_SOURCE", "a,b", ["DRAGONWATCH_SOURCE", "JSON"]),
    ],
)
def test_a_wrong_variable_is_named(
    variable: str, value: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError) as caught:
        load_config()
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)


def test_the_mail_password_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAGONWATCH_MAIL__PASSWORD", "hunter2")
    config = load_config()
    assert config.mail.password.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(config)
