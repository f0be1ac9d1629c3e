"""What the daemon logs: lines for people, or one JSON object a line; either names the run it belongs to."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

run_id: ContextVar[str | None] = ContextVar("run_id", default=None)
"""The run that is under way, as ``status`` numbers it."""


class Readable(logging.Formatter):
    """``2026-11-24 08:00:00 INFO daemon[12]: …``, with the run in brackets."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the traceback below it where there is one."""
        run = run_id.get()
        record.run = f"[{run}]" if run else ""
        return super().format(record)


class Json(logging.Formatter):
    """``{"at": …, "level": …, "logger": …, "run": …, "message": …, "error": …}``; unknown is null."""

    def format(self, record: logging.LogRecord) -> str:
        """One object on one line."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "run": run_id.get(),
            "message": record.getMessage(),
            "error": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return json.dumps(told, ensure_ascii=False)


def log_to_stderr(how: Literal["text", "json"], level: int) -> None:
    """Sends everything that is logged to standard error in this form, in place of what was set up before."""
    handler = logging.StreamHandler(sys.stderr)
    text = Readable("%(asctime)s %(levelname)s %(name)s%(run)s: %(message)s", "%Y-%m-%d %H:%M:%S")
    handler.setFormatter(Json() if how == "json" else text)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # APScheduler tells of each of its looks at the clock, httpx and asyncio of each request.
    for chatty in ("apscheduler", "asyncio", "scrapy", "twisted"):
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))
