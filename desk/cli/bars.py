"""A bar on a terminal for what takes long."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from desk.cli.common import harmless

Step = Callable[[str, int, int, str], None]


@contextmanager
def bar(title: str) -> Iterator[Step]:
    """A bar with the rate and the time left, on standard error where that is a terminal; nothing otherwise."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[told]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(title, total=None, told="")

        def step(doing: str, done: int, total: int, told: str) -> None:
            seconds = bars.tasks[0].elapsed or 0.0
            records = int(told.split(" ", 1)[0].replace(",", "") or 0) if told else done
            rate = f"{records / seconds:,.0f}/s" if seconds else ""
            bars.update(task, description=harmless(doing), completed=done, total=total, told=f"{told} {rate}".strip())

        yield step
