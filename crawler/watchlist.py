"""The watched companies, what they are called, and what only looks like their names; the data is ``companies.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any

from crawler.errors import ConfigError


@dataclass(frozen=True)
class FalseFriend:
    """One rule: a spelling that is no mention where it stands like this."""

    why: str
    example: str
    of: tuple[str, ...] = ()
    """The spellings it is about; empty: every short name of its company, or every name for a rule of all companies."""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    both: bool = False
    """``before`` and ``after`` must both hold; else one is enough."""
    near: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    alone: bool = False
    """The spelling is all that its line holds."""
    names: tuple[str, ...] = ()
    """Names of a company for the example alone, in a rule of all companies."""


@dataclass(frozen=True)
class Company:
    """One watched company; a key and names are enough for its figures to be read."""

    key: str
    names: tuple[str, ...]
    """Name the company wherever they stand."""
    short: tuple[str, ...] = ()
    """Name it only where the text has a sure sign that it speaks of companies."""
    tickers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    subsidiaries: tuple[str, ...] = ()
    unwatched: tuple[str, ...] = ()
    """Businesses apart whose figures are not the company's."""
    false_friends: tuple[FalseFriend, ...] = ()


@dataclass(frozen=True)
class Watchlist:
    """All watched companies, and the rules that hold for each of them."""

    companies: tuple[Company, ...]
    everywhere: tuple[FalseFriend, ...] = ()
    evidence: tuple[str, ...] = ()
    """Signs that a text which uses a short name speaks of companies."""
    keys: frozenset[str] = field(init=False, repr=False, compare=False, default=frozenset())

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", frozenset(company.key for company in self.companies))

    def __hash__(self) -> int:
        # It keys caches of what is compiled from it, on every text: hashing all names each time would cost more than reading.
        return hash(self.keys)

    def names_any(self, text: str) -> bool:
        """Whether a title or summary names a watched company; false friends are left out."""
        from crawler.reading.companies import COUNTED, find_mentions

        # A headline is too short to carry the signs that a short name asks for: leave that to the page itself.
        return any(mention.kind in COUNTED for mention in find_mentions(None, text, self, lenient=True))


def load_watchlist(extra: Iterable[Mapping[str, Any]] = ()) -> Watchlist:
    """The shipped companies and the ``[[company]]`` entries of a configuration.

    An entry with the key of a shipped company adds to what that one is called. Raises ConfigError for an entry
    without a key or names, or with a key of its own invention.
    """
    shipped = _shipped()
    companies = {company.key: company for company in shipped.companies}
    for entry in extra:
        company = _company(entry, where="a [[company]] entry of the configuration", known=companies)
        known = companies.get(company.key)
        companies[company.key] = _together(known, company) if known else company
    return replace(shipped, companies=tuple(companies.values()))


@cache
def _shipped() -> Watchlist:
    data = tomllib.loads(resources.files("crawler").joinpath("companies.toml").read_text("utf-8"))
    return Watchlist(
        companies=tuple(_company(entry, where="companies.toml", known={}) for entry in data["company"]),
        everywhere=tuple(_false_friend(rule, where="companies.toml") for rule in data["everywhere"]),
        evidence=tuple(data["evidence"]),
    )


_LISTS = ("names", "short", "tickers", "people", "products", "subsidiaries", "unwatched")
_RULE_LISTS = ("of", "before", "after", "near", "unless", "names")
_RULE_KEYS = {*_RULE_LISTS, "why", "example", "both", "alone"}


def _company(entry: Mapping[str, Any], *, where: str, known: Mapping[str, Company]) -> Company:
    key = entry.get("key")
    if not isinstance(key, str) or not key:
        raise ConfigError(f'{where} has no key; give it one, such as key = "bytedance"')
    for name in entry:
        if name not in {*_LISTS, "key", "false_friend"}:
            raise ConfigError(
                f"{where} ({key}) has the unknown key {name!r}; known are {', '.join(_LISTS)}, false_friend"
            )
    lists = {name: _strings(entry.get(name, ()), f"{name} of {where} ({key})") for name in _LISTS}
    if not lists["names"] and key not in known:
        raise ConfigError(f"{where} ({key}) has no names; list what it is called, in each script that you read")
    rules = tuple(_false_friend(rule, where=f"{where} ({key})") for rule in entry.get("false_friend", ()))
    return Company(key=key, false_friends=rules, **lists)


def _false_friend(rule: Mapping[str, Any], *, where: str) -> FalseFriend:
    unknown = set(rule) - _RULE_KEYS
    if unknown or "why" not in rule or "example" not in rule:
        cause = f"the unknown key {sorted(unknown)[0]!r}" if unknown else "no why or no example"
        raise ConfigError(f"A false_friend of {where} has {cause}; see CONTRIBUTING.md for its keys")
    lists = {name: _strings(rule.get(name, ()), f"{name} of a false_friend of {where}") for name in _RULE_LISTS}
    both, alone = bool(rule.get("both", False)), bool(rule.get("alone", False))
    return FalseFriend(why=rule["why"], example=rule["example"], both=both, alone=alone, **lists)


def _strings(value: object, where: str) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) and item for item in value):
        return tuple(value)
    raise ConfigError(f'{where} must be a list of words, such as ["商汤", "SenseTime"]; it is {value!r}')


def _together(known: Company, more: Company) -> Company:
    lists: dict[str, Any] = {name: tuple(dict.fromkeys(getattr(known, name) + getattr(more, name))) for name in _LISTS}
    return replace(known, false_friends=known.false_friends + more.false_friends, **lists)
