"""Reads the shipped catalogue, and says exactly what is wrong with a declaration."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from functools import cache
from importlib import import_module, resources
from types import MappingProxyType
from typing import Any, get_args

from crawler.errors import ConfigError, ReadError
from crawler.items import Source, SourceKind, Tier
from crawler.urls import host_of
from spiders.base import KINDS

REGIONS = ("mainland", "hongkong", "overseas")
"""Where we may ask from; a source lists those it answers, none listed: all."""

_FETCHING = ("max_size", "timeout")
_NAMES = frozenset(field.name for field in fields(Source))


def load_catalogue(region: str = "") -> list[Source]:
    """The shipped sources that can be reached from ``region`` (empty: all), by name; disabled ones are among them."""
    if region and region not in REGIONS:
        raise ConfigError(f"fetch.region is {region!r}, which is none of {', '.join(REGIONS)}")
    return [source for source in shipped() if not region or not source.region or region in source.region]


@cache
def shipped() -> tuple[Source, ...]:
    """Every source of the catalogue, by name."""
    folder = resources.files("spiders.catalogue")
    found: dict[str, Source] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            for entry in tomllib.loads(file.read_text("utf-8"))["source"]:
                source = declared(entry, where=file.name)
                if source.name in found:
                    raise ConfigError(f"{file.name} declares {source.name!r} a second time")
                found[source.name] = source
    return tuple(found[name] for name in sorted(found))


def declared(entry: Mapping[str, Any], *, where: str) -> Source:
    """One declaration as a Source; raises ConfigError that names the source, the key and the mend."""
    name = entry.get("name")
    if not isinstance(name, str) or not name:
        raise ConfigError(f"{where} declares a source without a name")
    if unknown := sorted(set(entry) - _NAMES):
        raise ConfigError(
            f"{name} in {where} has the unknown key {unknown[0]!r}; known are {', '.join(sorted(_NAMES))}"
        )
    values = dict(entry)
    values["region"] = tuple(values.get("region", ()))
    for key in ("headers", "options"):
        values[key] = MappingProxyType(dict(values.get(key, {})))
    source = Source(**values)
    _check(source, where)
    return source


def _check(source: Source, where: str) -> None:
    _among(source, where, "kind", source.kind, get_args(SourceKind))
    _among(source, where, "tier", source.tier, get_args(Tier))
    for region in source.region:
        _among(source, where, "region", region, REGIONS)
    try:
        host_of(source.url)
    except ReadError as error:
        raise ConfigError(f"{source.name} in {where}: {error}") from None
    if source.verified is not None and not isinstance(source.verified, date):
        raise ConfigError(f"{source.name} in {where}: verified is no day, such as 2026-10-03")
    allowed: Iterable[str] = getattr(import_module(f"spiders.{KINDS[source.kind]}"), "OPTIONS", _FETCHING)
    for option in source.options:
        _among(source, where, "options", option, allowed)
    if not source.enabled and not source.note:
        raise ConfigError(f"{source.name} in {where} ships disabled and does not say why; give it a note")


def _among(source: Source, where: str, key: str, value: str, known: Iterable[str]) -> None:
    if value not in known:
        raise ConfigError(f"{source.name} in {where}: {key} {value!r} is not known; one of {', '.join(sorted(known))}")
