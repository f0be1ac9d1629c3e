"""Turns the first thing wrong with a configuration into one sentence: key, place, cause and mend."""

from __future__ import annotations

import difflib
import inspect
import os
import re
import typing
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

_HEADER = re.compile(r"\s*\[{1,2}\s*([\w.-]+)\s*\]{1,2}")
_KEY = re.compile(r"\s*(?:#\s*)?([\w-]+)\s*=\s*(.+)")


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like this one, if any does."""
    found = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def explain(error: ValidationError, model: type[BaseModel], path: Path | None, text: str) -> str:
    """One sentence for the first error of a validation."""
    first = error.errors(include_url=False)[0]
    location = _known_part(first["loc"])
    key = _dotted(location)
    place = _place(location, path, text)
    if first["type"] == "extra_forbidden":
        return f"{key} in {place} is no known key; {_closest_key(location, model)}"
    if first["type"] == "missing":
        return f"{key} is missing in {place}; {_example(location)}"
    mend = _closest_value(first) or _example(location)
    return f"{key} in {place} is wrong: {_cause(first)}; {mend}"


def not_watched(where: str, key: str, watched: Iterable[str]) -> str:
    """What is wrong where a key names a company that nobody watches."""
    near = closest(key, watched)
    mend = f"did you mean {near}?" if near else f"watched are {', '.join(sorted(watched))}"
    return f"{where} names {key!r}, which is not watched; {mend}"


def _closest_value(error: Mapping[str, Any]) -> str | None:
    """Of the few values that a key can have, the one that was probably meant."""
    if error["type"] != "literal_error" or not isinstance(error["input"], str):
        return None
    near = closest(error["input"], re.findall(r"'([^']*)'", str(error["ctx"]["expected"])))
    return near and f'did you mean "{near}"?'


def _known_part(location: Sequence[int | str]) -> tuple[int | str, ...]:
    """The location without what pydantic adds for the branches of a union."""
    return tuple(part for part in location if isinstance(part, int) or re.fullmatch(r"[\w -]+", part))


def _dotted(location: Sequence[int | str]) -> str:
    words = ""
    for part in location:
        words += f" (number {part + 1})" if isinstance(part, int) else f".{part}"
    return words.lstrip(".") or "the configuration"


def _cause(error: Mapping[str, Any]) -> str:
    """What pydantic found, without repeating what may be a secret."""
    if error["type"] == "tuple_type":
        section = error["loc"][0]
        return f"it is a list: [[{section}]], in double brackets" if error["loc"] == (section,) else "it is no list"
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:] if message[:2].istitle() else message


def _place(location: Sequence[int | str], path: Path | None, text: str) -> str:
    variables = [part.upper() for part in location if isinstance(part, str)]
    for length in range(len(variables), 0, -1):
        variable = "DRAGONWATCH_" + "__".join(variables[:length])
        if variable in os.environ:
            return f"the environment ({variable})"
    if path is None:
        return "the configuration"
    line = _line_of(location, text)
    return f"{path} (line {line})" if line else str(path)


def _line_of(location: Sequence[int | str], text: str) -> int | None:
    """The line of the key, or of its section where the key has none of its own."""
    section = str(location[0]) if location else ""
    number = location[1] if len(location) > 1 and isinstance(location[1], int) else 0
    keys = [part for part in location[1:] if isinstance(part, str)]
    present, seen, header_line = "", -1, None
    for at, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            present = header[1]
            if present == section:
                seen += 1
                header_line = at if seen == number else header_line
        elif (found := _KEY.match(line)) and not line.lstrip().startswith("#"):
            wanted = keys[0] if keys else None
            if (present == section and seen == number and found[1] == wanted) or (not present and found[1] == section):
                return at
    return header_line


def _closest_key(location: Sequence[int | str], model: type[BaseModel]) -> str:
    known = _keys_at(location[:-1], model)
    word = str(location[-1])
    if near := closest(word, known):
        return f"did you mean {_dotted([*location[:-1], near])}?"
    elsewhere = [
        f"{section}.{key}" for section in model.model_fields for key in _keys_at([section], model) if key == word
    ]
    if elsewhere:
        return f"did you mean {elsewhere[0]}?"
    return f"known here are {', '.join(known)}" if known else "take it out"


def _keys_at(location: Sequence[int | str], model: type[BaseModel]) -> list[str]:
    for part in location:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            return []
        model = inner
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(argument) for argument in typing.get_args(annotation))
    return next((model for model in found if model), None)


def _example(location: Sequence[int | str]) -> str:
    """The template's own line for this key, which is right by construction."""
    section, key = str(location[0]), next((part for part in location[1:] if isinstance(part, str)), "")
    present = ""
    for line in template().splitlines():
        header = _HEADER.match(line.lstrip("# "))
        present = header[1] if header else present
        found = _KEY.match(line)
        if present == section and found and found[1] == key:
            return f"write for example {key} = {found[2].partition('  #')[0].strip()}"
    return "the file that `dragonwatch init` writes shows every key"


def template() -> str:
    """The commented configuration that ``dragonwatch init`` writes; its uncommented values are the defaults."""
    return files("crawler.config").joinpath("template.toml").read_text(encoding="utf-8")
