"""How a command ends of which some may have failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click

from crawler.errors import NotThere, StoreError
from desk.cli.common import warn, wrong

CUT_SHORT = "broken off; call it again and it goes on"
"""What the row of a command's run tells that was ended from without."""


def for_each(ids: Iterable[str], act: Callable[[str], str]) -> int:
    """Carries an act out on each, tells what came of it or why not, and gives the exit status.

    Ends the call as a wrong one where nothing has any of the ids.
    """
    done, failed, missing = 0, [], []
    for id in dict.fromkeys(ids):
        try:
            click.echo(act(id))
            done += 1
        except NotThere as error:
            missing.append(str(error))
        except StoreError as error:
            failed.append(str(error))
    if missing and not done and not failed:
        wrong("; ".join(dict.fromkeys(missing)))
    return failures([*failed, *missing])


def failures(errors: list[str]) -> int:
    """Tells each, and gives the exit status."""
    for error in errors:
        warn(error)
    return 1 if errors else 0
