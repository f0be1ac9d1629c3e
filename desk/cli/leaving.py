"""What a command leaves to the workers of a fleet instead of doing it where it is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from crawler.plural import counted
from desk.cli.common import put_json

if TYPE_CHECKING:
    from desk.wiring import Wiring
    from scheduler.fleet.queue import Work

Function = TypeVar("Function", bound=Callable[..., Any])


def here_option(function: Function) -> Function:
    """``--here``: nothing is left to the workers."""
    return click.option("--here", is_flag=True, help="Do it in this process although workers are configured.")(function)


def leave(wiring: Wiring, works: Sequence[Work], thing: str, *, as_json: bool, then: str = "") -> int:
    """Puts work into the queue, says how much of what, and gives the exit status; what waits there already is not put there again."""
    from scheduler.fleet.queue import Queue

    deferred = Queue(wiring.store.database).defer(works)
    waiting = len(works) - deferred
    if as_json:
        put_json({"deferred": deferred, "waiting": waiting})
        return 0
    told = [
        f"{counted(deferred, thing)} left to the workers",
        *([f"{waiting} waited there already"] if waiting else []),
    ]
    click.echo(f"{', '.join(told)}{then}; `dragonwatch status --queues` shows how many wait")
    return 0
