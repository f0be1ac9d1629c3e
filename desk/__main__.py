"""Where the console script begins: it listens to SIGTERM before it loads the commands, which takes a while.

Until a command listens by itself nothing has been begun that could be lost, and no child started: leaving is all there is to do.
"""

import os
import signal
import sys
from typing import NoReturn

UNTIL_SIGTERM = frozenset({"daemon", "desk", "worker"})
"""The commands that a SIGTERM ends well rather than breaks off."""


def main() -> NoReturn:
    """What the console script calls."""
    if not UNTIL_SIGTERM.isdisjoint(sys.argv[1:]):
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    from desk.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
