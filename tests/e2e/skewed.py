"""A command on a machine whose clock is wrong: ``python -m tests.e2e.skewed SECONDS ARGUMENTS``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from crawler.clock import SystemClock
from desk.cli.main import main

if __name__ == "__main__":
    wrong_by = timedelta(seconds=float(sys.argv.pop(1)))
    SystemClock.now = lambda self: datetime.now(UTC) + wrong_by  # type: ignore[method-assign]
    main()
