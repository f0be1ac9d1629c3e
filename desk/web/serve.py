"""Runs the desk on uvicorn, alone or inside the daemon's event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import uvicorn

from crawler.errors import ConfigError
from desk.web.app import create_app
from desk.web.state import Desk


def listen(desk: Desk) -> socket.socket:
    """A bound socket for the desk; port 0 takes a free one. Raises ConfigError where the address cannot be had."""
    host, port = desk.config.desk.host, desk.config.desk.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host.strip("[]"), port))
    except OSError as error:
        bound.close()
        raise ConfigError(
            f"the desk cannot listen on {host}:{port}: {error.strerror}; stop what listens there, or set desk.host and desk.port"
        ) from None
    return bound


def address_of(bound: socket.socket) -> str:
    """The address to open in a browser."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


async def serve(desk: Desk, bound: socket.socket) -> None:
    """Answers until it is cancelled; then finishes what is being answered."""
    settings = uvicorn.Config(
        create_app(desk),
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="off",
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(settings)
    # The daemon, or the command, answers signals; uvicorn's own handlers would take them away from it.
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        server.should_exit = True
        await task
        raise
