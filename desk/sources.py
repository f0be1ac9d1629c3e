"""A source as a person declares it at the command line or the desk, checked like one of the file. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError

from crawler.config import SourceConfig
from crawler.errors import ConfigError
from crawler.items import Source


def declared(told: Mapping[str, Any], taken: Collection[str] = ()) -> Source:
    """The source; raises ConfigError naming the field where one is wrong, or where its name is ``taken``.

    Name, kind and url are needed.
    """
    for field in ("name", "kind", "url"):
        if not told.get(field):
            raise ConfigError(f"a source needs its {field}")
    try:
        checked = SourceConfig(**told)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        cause = str(first["msg"]).removeprefix("Value error, ")
        raise ConfigError(f"the source's {first['loc'][0]} is wrong: {cause}") from None
    if checked.name in taken:
        raise ConfigError(f"there is a source {checked.name!r} already; choose another name, or remove that one first")
    return Source(**checked.model_dump(exclude_none=True))
