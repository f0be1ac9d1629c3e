"""What all commands share: the configuration option, what is open, tables, and JSON that is alone on standard output."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar, cast

import click

from crawler.errors import ConfigError

if TYPE_CHECKING:
    from rich.console import Console

    from crawler.config import Config
    from desk.wiring import Wiring

Function = TypeVar("Function", bound=Callable[..., Any])


class Listed(Protocol):
    """A row of a listing."""

    def to_json(self) -> dict[str, Any]:
        """Its shape."""


class WrongCall(ConfigError):
    """An argument of the call is wrong: exit status 2."""


def config_option(function: Function) -> Function:
    """``--config`` on the command itself; what stands before the command's name is the fallback."""

    def remember(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
        ctx.obj = value if value is not None else ctx.obj

    option = click.option(
        "--config",
        type=click.Path(path_type=Path),
        expose_value=False,
        callback=remember,
        help="Configuration file  [default: $DRAGONWATCH_CONFIG, ./dragonwatch.toml, the user's, built-in]",
    )
    return option(function)


def with_config(function: Callable[..., Any]) -> Callable[..., Any]:
    """Hands the loaded configuration to the command as its first argument."""

    @functools.wraps(function)
    def loaded(*args: Any, **kwargs: Any) -> Any:
        return function(configuration(), *args, **kwargs)

    return config_option(loaded)


def with_desk(function: Callable[..., Any]) -> Callable[..., Any]:
    """Hands everything wired together (``desk.wiring.Wiring``) to the command, and closes it afterwards."""

    @functools.wraps(function)
    def opened(*args: Any, **kwargs: Any) -> Any:
        with open_desk() as wiring:
            return function(wiring, *args, **kwargs)

    return config_option(opened)


def open_desk() -> Wiring:
    """Everything wired together, as the present call's configuration says; close it, or use it in a ``with``."""
    from desk.wiring import wire

    config = configuration()

    def made(database: str) -> None:
        unconfigured = (
            "" if config.path else " by the built-in configuration; `dragonwatch init` writes one of your own"
        )
        warn(f"there was no database {database}: a new one was made{unconfigured}")

    return wire(config, made=made)


def configuration() -> Config:
    """The configuration that the present call asks for; read once a call."""
    from crawler.config import load_config

    context = click.get_current_context()
    kept = f"{__name__}.configuration {context.obj}"
    if kept not in context.meta:
        context.meta[kept] = load_config(context.obj)
    return cast("Config", context.meta[kept])


def never_over_own(wiring: Wiring, target: Path) -> None:
    """Ends the call where the file to be written is this installation's own database or configuration."""
    own = {"database": wiring.store.database.path, "configuration": wiring.config.path}
    for what, path in own.items():
        if path is not None and path.exists() and target.exists() and target.samefile(path):
            wrong(f"{target} is the {what} in use; name another file to write")


def json_option(function: Function) -> Function:
    """``--json``: the result as JSON, alone on standard output."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output.")(
        function
    )


def put_json(value: Any, *, indent: int | None = 2) -> None:
    """Writes one JSON value to standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=indent))


def put_rows(title: str, columns: Mapping[str, str], rows: Sequence[Listed], *, as_json: bool, empty: str) -> None:
    """Writes a listing to standard output: as JSON each row's own shape, else a table.

    ``columns`` names each column's field of the row, such as ``source.name``.
    """
    if as_json:
        put_json([row.to_json() for row in rows])
        return
    cells = [attrgetter(field) for field in columns.values()]
    put_table(title, list(columns), ([cell(row) for cell in cells] for row in rows), empty=empty)


def put_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str) -> None:
    """Writes a table to standard output, or one sentence where there is nothing to list."""
    from rich.table import Table
    from rich.text import Text

    listed = [[Text(told(cell)) for cell in row] for row in rows]
    if not listed:
        click.echo(empty)
        return
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in listed:
        table.add_row(*row)
    console().print(table)


def console() -> Console:
    """Standard output as Rich sees it: no colours into a pipe or with NO_COLOR, and no line broken in a pipe."""
    from rich.console import Console

    # A pipe has no width; 80 columns would break addresses that another program is to read.
    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else 200, highlight=False, soft_wrap=False)


def told(value: Any) -> str:
    """A cell as a person reads it, times in the configured zone; nothing for what is unknown.

    Control characters of the web never reach a terminal.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):  # a datetime is one too
        from scheduler.digest.wording import moment_text

        return moment_text(value, configuration().schedule.timezone)
    if isinstance(value, list | tuple):
        return ", ".join(told(part) for part in value)
    return harmless(str(value))


def harmless(text: str) -> str:
    """The text without control characters, which could rewrite the screen or hide what is shown."""
    return "".join(
        character for character in text if character in "\n\t" or character.isprintable() or character == "\u3000"
    )


def at_terminal() -> bool:
    """Whether somebody is there who can be asked."""
    return sys.stdin.isatty()


def warn(sentence: str) -> None:
    """Says on standard error what failed, while the rest goes on."""
    click.echo(f"dragonwatch: {harmless(sentence)}", err=True)


def wrong(sentence: str) -> NoReturn:
    """Ends the command with exit status 2 and this sentence."""
    raise WrongCall(sentence)
