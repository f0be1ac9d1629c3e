"""Options that several commands have, with what they accept."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from crawler.clock import SystemClock
from crawler.errors import ReadError
from crawler.items import FigureKind
from desk.cli.common import wrong

Function = TypeVar("Function", bound=Callable[..., Any])


class When(click.ParamType["datetime | date"]):
    """A day or a moment: ``2024-05-01`` or ``2024-05-01T08:00+08:00``; a moment without an offset is UTC."""

    name = "when"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime | date:
        """The date or the aware datetime; fails the call otherwise."""
        if isinstance(value, date):
            return value
        try:
            if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                return date.fromisoformat(value)
            return in_calendar(datetime.fromisoformat(value))
        except ValueError:
            self.fail(f"{value!r} is no date; write 2024-05-01 or 2024-05-01T08:00+08:00", param, ctx)


def in_calendar(moment: datetime) -> datetime:
    """The moment with its offset, or as UTC where it has none; raises ValueError where it is in no zone's calendar."""
    if moment.year in (MINYEAR, MAXYEAR):  # another zone may have no date for it
        raise ValueError(f"{moment} is at the calendar's end")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Since(When):
    """As ``When``, or an age such as ``7d`` or ``12h``."""

    name = "since"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The aware moment from which on things count."""
        if isinstance(value, str) and re.fullmatch(r"\d+[hdw]", value):
            hours = int(value[:-1]) * {"h": 1, "d": 24, "w": 168}[value[-1]]
            try:
                return SystemClock().now() - timedelta(hours=hours)
            except OverflowError:
                self.fail(f"{value!r} reaches back beyond the calendar; leave it out for all there is", param, ctx)
        moment = super().convert(value, param, ctx)
        return moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day, tzinfo=UTC)


class OutFile(click.Path):
    """A file that is to be written: its folder is there, and it may be written."""

    name = "file"

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False, writable=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; fails the call where nothing could be written there."""
        path = Path(str(super().convert(value, param, ctx)))
        folder = path.parent
        if not folder.is_dir():
            self.fail(
                f"there is no folder {str(folder)!r} to write {value!r} into; make it, or name another file", param, ctx
            )
        if not path.exists() and not os.access(folder, os.W_OK):
            self.fail(f"the folder {str(folder)!r} may not be written to; name another file", param, ctx)
        return path


class WholeFile(OutFile):
    """A file that appears in one piece, in place of what was there: nothing but an ordinary file is replaced."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, behind links; fails the call where a device or a pipe is there."""
        path = Path(super().convert(value, param, ctx))
        if path.exists() and not path.is_file():
            self.fail(f"{value!r} is no ordinary file, and would be replaced by one; name another", param, ctx)
        return path.resolve() if path.is_symlink() else path


class WebAddress(click.ParamType["str"]):
    """An http or https address."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The address as it was typed; fails the call where it is none."""
        return web_address(value)


def web_address(typed: str) -> str:
    """The address as it was typed; ends the call where it is none."""
    from crawler.urls import canonical

    try:
        canonical(typed)
    except ReadError as error:
        wrong(f"{error}; write it like https://example.org/")
    return typed


def published_option(function: Function) -> Function:
    """``--published``."""
    return click.option(
        "--published", type=When(), help="When it was published, where the page does not say: 2024-05-01."
    )(function)


def company_option(function: Function) -> Function:
    """``--company``."""
    return click.option("--company", metavar="KEY", help="Only this company, such as sensetime.")(function)


KINDS: tuple[str, ...] = get_args(FigureKind)


def kind_option(function: Function) -> Function:
    """``--kind``."""
    return click.option("--kind", type=click.Choice(KINDS), help="Only this kind of figure.")(function)


def since_option(function: Function) -> Function:
    """``--since``."""
    return click.option("--since", type=Since(), help="From this day on: 2024-05-01, or an age such as 7d.")(function)


def until_option(function: Function) -> Function:
    """``--until``."""
    return click.option("--until", type=Since(), help="Before this day or moment: 2024-06-01.")(function)


def limit_option(default: int) -> Callable[[Function], Function]:
    """``--limit``."""

    def add(function: Function) -> Function:
        return click.option(
            "--limit", type=click.IntRange(1, 100_000), default=default, show_default=True, help="At most so many."
        )(function)

    return add


def by_option(function: Function) -> Function:
    """``--by``: who decides; the login name where nothing is said."""
    return click.option("--by", metavar="NAME", help="Who decides  [default: your login name].")(function)


def login_name() -> str:
    """Who sits at this terminal, as far as the system knows."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
