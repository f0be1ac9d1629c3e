"""``backup``, ``restore`` and ``forget``: what is kept, and what is not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.config import Config
from crawler.plural import counted
from desk.cli.common import json_option, never_over_own, put_json, with_config, with_desk, wrong
from desk.cli.options import WholeFile, by_option, login_name

if TYPE_CHECKING:
    from desk.wiring import Wiring


@click.command("backup")
@click.argument("target", metavar="FILE", type=WholeFile())
@click.option("--force", is_flag=True, help="Replace the file where it is there already.")
@json_option
@with_desk
def backup_command(wiring: Wiring, target: Path, force: bool, as_json: bool) -> None:
    """Write a consistent, verified copy of the database, while everything runs.

    The archive is not in it: its files never change once written, so any file copier backs them up.

    \b
    Example:
      dragonwatch backup dragonwatch-backup.db
    """
    from storage.backup import back_up

    never_over_own(wiring, target)
    done = back_up(wiring.store, target, force=force)
    if as_json:
        put_json(done.to_json())
    else:
        click.echo(
            f"wrote {done.path}: {counted(sum(done.rows.values()), 'row')}, {counted(done.bytes, 'byte')}, verified"
        )


@click.command("restore")
@click.argument("backup", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--force", is_flag=True, help="Replace the database that is there; it is kept beside.")
@json_option
@with_config
def restore_command(config: Config, backup: Path, force: bool, as_json: bool) -> None:
    """Put a backup back as the database.

    \b
    Example:
      dragonwatch restore dragonwatch-backup.db --force
    """
    from storage.backup import restore

    done = restore(backup, config.storage.url, force=force)
    if as_json:
        put_json(done.to_json())
    else:
        click.echo(f"restored {done.path}: {counted(sum(done.rows.values()), 'row')}")
        if done.set_aside:
            click.echo(f"the database that was there is kept as {done.set_aside}", err=True)


@click.command("forget")
@click.argument("what", metavar="ARTICLE|HOST")
@by_option
@click.option("--yes", is_flag=True, help="Do not ask; it cannot be undone.")
@json_option
@with_desk
def forget_command(wiring: Wiring, what: str, by: str | None, yes: bool, as_json: bool) -> int:
    """Erase an article, or all of a host, from database, index, archive and letters, and note that it was done.

    What is left for you, such as backups, is told.

    \b
    Example:
      dragonwatch forget news.example.org --by lin --yes
    """
    from storage.forgetting import forget

    if not yes:
        _ask(what)
    done = forget(wiring.store, wiring.archive, what, by=by or login_name())
    if as_json:
        put_json(done.to_json())
    else:
        click.echo(
            f"erased {counted(done.articles, 'article')} and {counted(done.pages, 'archived page')} of {done.what}"
        )
        if done.letters:
            click.echo(f"{counted(done.letters, 'waiting letter')} will be written again without it")
        for left in done.left:
            click.echo(f"left for you: {left}", err=True)
    return 0


def _ask(what: str) -> None:
    """Ends the call where the answer is no, or where nobody can answer."""
    try:
        sure = click.confirm(f"Erase {what} for good?", err=True)
    except click.Abort as end:
        if isinstance(end.__context__, EOFError):
            wrong("nobody is there to say whether it is to be erased for good; say --yes")
        raise
    if not sure:
        raise click.Abort
