"""``/health``, ``/ready`` and ``/metrics`` of a daemon that runs without its desk, and of a worker."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import web

from crawler.errors import ConfigError
from scheduler.metrics import CONTENT_TYPE, Metrics


async def open_monitor(
    metrics: Metrics, alive: Callable[[], bool], host: str, port: int, *, key: str = "daemon.metrics"
) -> Callable[[], Coroutine[Any, Any, None]]:
    """Listens at once, and gives what answers until it is cancelled; raises ConfigError where it cannot listen."""

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"schedule": alive()}, status=200 if alive() else 503)

    async def numbers(_: web.Request) -> web.Response:
        body = await asyncio.to_thread(metrics.text)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    application = web.Application()
    application.add_routes([web.get("/health", health), web.get("/ready", health), web.get("/metrics", numbers)])
    runner = web.AppRunner(application, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise ConfigError(
            f"{key} names {host}:{port}, where nothing can listen: {error.strerror}; stop what listens there, or name another"
        ) from None

    async def serve() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await runner.cleanup()

    return serve
