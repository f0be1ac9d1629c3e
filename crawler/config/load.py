"""Finds, reads and checks the configuration.

Search order: the path given, ``$DRAGONWATCH_CONFIG``, ``./dragonwatch.toml``, the user's configuration folder, the
built-in defaults. Relative paths in a file start from that file's folder; those of the environment from the current one.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_settings import SettingsError

from crawler.config.mend import closest, explain
from crawler.config.model import Config, StorageConfig, UpkeepConfig
from crawler.errors import ConfigError

FILE_NAME = "dragonwatch.toml"
PREFIX = "DRAGONWATCH_"
_SQLITE = "sqlite:///"
_PATHS = (
    ("storage", "archive"),
    ("fetch", "ca_file"),
    ("spiders", "folder"),
    ("mail", "password_file"),
    ("upkeep", "backups"),
)


def user_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's own configuration folder of Dragonwatch, whether or not it exists."""
    home = environ.get("XDG_CONFIG_HOME", "")
    return (Path(home) if home else Path.home() / ".config") / "dragonwatch"


def find_config(path: Path | None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The file to read, or None for the built-in defaults; raises ConfigError where a file that was named is missing."""
    named = environ.get(PREFIX + "CONFIG", "")
    if path is not None or named:
        chosen = path if path is not None else Path(named)
        by = "--config" if path is not None else "DRAGONWATCH_CONFIG"
        if not chosen.is_file():
            raise ConfigError(f"{by} names {chosen}, which is no file; `dragonwatch init` writes one")
        return chosen
    for candidate in (Path(FILE_NAME), user_folder(environ) / FILE_NAME):
        if candidate.is_file():
            return candidate
    return None


def load_config(path: Path | None = None) -> Config:
    """The configuration in force; raises ConfigError with the key, the file, the cause and the mend."""
    chosen = find_config(path)
    values, text = _read(chosen) if chosen else ({}, "")
    _check_environment(os.environ)
    if isinstance(values.get("mail"), dict) and "password" in values["mail"]:
        raise ConfigError(
            f"mail.password in {chosen} is a secret and does not belong in the file: "
            "put it into a file that mail.password_file names, or into DRAGONWATCH_MAIL__PASSWORD"
        )
    if _names_code(values) and _found_by_chance(path, chosen):
        raise ConfigError(
            f"spiders.folder in {chosen} names code to run, which a file that lies in the current folder may not; "
            f"name that file by --config, or move the key to {user_folder() / FILE_NAME}"
        )
    for key in values:
        if key.startswith("_"):
            raise ConfigError(f"{key} in {chosen} is no known key; take it out")
    if chosen:
        _anchor(values, chosen.resolve().parent)
    try:
        config = Config(**values)
    except ValidationError as error:
        raise ConfigError(explain(error, Config, chosen, text)) from None
    except SettingsError:
        raise ConfigError(
            f"the environment variable {_not_json(os.environ)} is not written as JSON; "
            """for a list write for example '["a", "b"]'"""
        ) from None
    names = [source.name for source in config.source]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ConfigError(f"source {twice!r} stands twice in the configuration; give the other one a name of its own")
    if config.workers.enabled and not config.storage.url.startswith("postgresql"):
        raise ConfigError(
            "workers.enabled wants a database that several processes share, and storage.url names none such; "
            'write for example url = "postgresql+psycopg://…" under [storage], or enabled = false under [workers]'
        )
    config._path = chosen.resolve() if chosen else None
    return config


def _names_code(values: Mapping[str, Any]) -> bool:
    spiders = values.get("spiders")
    return isinstance(spiders, dict) and bool(spiders.get("folder"))


def _found_by_chance(named: Path | None, chosen: Path | None) -> bool:
    """Whether nobody named the file: it lay in the current folder."""
    return named is None and not os.environ.get(PREFIX + "CONFIG") and chosen == Path(FILE_NAME)


def _read(path: Path) -> tuple[dict[str, Any], str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        twice = "overwrite" in str(error) or "twice" in str(error)
        mend = "each key stands once in its section" if twice else "text values stand in double quotes"
        raise ConfigError(f"{path} is not TOML: {error}; {mend}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}; check its permissions") from None


def _anchor(values: dict[str, Any], folder: Path) -> None:
    """Makes the file's relative paths absolute, in place, the default ones too."""
    storage = values.setdefault("storage", {})
    if isinstance(storage, dict):
        storage.setdefault("archive", StorageConfig().archive)
        url = storage.setdefault("url", StorageConfig().url)
        if isinstance(url, str) and url.startswith(_SQLITE) and len(url) > len(_SQLITE) and ":memory:" not in url:
            storage["url"] = _SQLITE + str(folder / url.removeprefix(_SQLITE))
    upkeep = values.setdefault("upkeep", {})
    if isinstance(upkeep, dict):
        upkeep.setdefault("backups", UpkeepConfig().backups)
    places = [(values.get(section), key) for section, key in _PATHS]
    alerts = values.get("alert")
    listed = alerts if isinstance(alerts, list) else []
    places += [(alert, key) for alert in listed for key in ("url_file", "secret_file")]
    for section, key in places:
        if isinstance(section, dict) and isinstance(section.get(key), str) and section[key]:
            section[key] = str(folder / section[key])


def _check_environment(environ: Mapping[str, str]) -> None:
    """Raises ConfigError for a variable that carries our prefix and names no section: it would be ignored in silence."""
    sections = list(Config.model_fields)
    for variable in environ:
        name = variable.upper()
        if not name.startswith(PREFIX) or name == PREFIX + "CONFIG":
            continue
        section = name.removeprefix(PREFIX).partition("__")[0].lower()
        if section not in sections:
            near = closest(section, sections)
            mend = f"did you mean {PREFIX}{near.upper()}__…?" if near else f"sections are {', '.join(sections)}"
            raise ConfigError(f"the environment variable {variable} names no section of the configuration; {mend}")


def _not_json(environ: Mapping[str, str]) -> str:
    """The variables that should hold a list and do not; pydantic-settings names only their section."""
    defaults = Config.model_construct()
    wrong = []
    for variable, value in environ.items():
        section, _, key = variable.upper().removeprefix(PREFIX).lower().partition("__")
        expected = getattr(defaults, section, None)
        expected = getattr(expected, key, None) if key else expected
        if variable.upper().startswith(PREFIX) and isinstance(expected, tuple | BaseModel) and not _is_json(value):
            wrong.append(variable)
    return " or ".join(wrong) or PREFIX + "…"


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except ValueError:
        return False
    return True
