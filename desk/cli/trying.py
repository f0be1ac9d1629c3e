"""Sources asked once from the command line, side by side, with a bar on a terminal; nothing is stored."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.items import Source
    from desk.wiring import Wiring
    from scheduler.inspect import Tried


def try_now(wiring: Wiring, sources: Sequence[Source]) -> list[Tried]:
    """What asking each brought, in the order in which they were done; an error is part of the answer."""
    return asyncio.run(_try(wiring, sources))


async def _try(wiring: Wiring, sources: Sequence[Source]) -> list[Tried]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from crawler.workers import Workers
    from scheduler.inspect import try_all
    from scheduler.run import open_web

    found = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    async with AsyncExitStack() as stack:
        web = await stack.enter_async_context(open_web(wiring.config, wiring.clock))
        workers = await stack.enter_async_context(Workers(wiring.watchlist))
        bar = stack.enter_context(
            Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
        )
        task = bar.add_task("asking", total=len(sources))
        async for one in try_all(sources, web=web, workers=workers, watchlist=wiring.watchlist):
            found.append(one)
            bar.advance(task)
    return found


def tried_json(tried: Tried) -> dict[str, Any]:
    """What asking a source brought, as JSON tells it."""
    return {"source": tried.source.name, **yield_json(tried), "error": tried.error, "mend": tried.mend}


def yield_json(tried: Tried) -> dict[str, Any]:
    """How many leads a source brought, and when the newest was published."""
    return {"leads": len(tried.leads), "newest": tried.last.isoformat() if tried.last else None}
