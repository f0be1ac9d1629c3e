"""``init``: the first minute of an installation."""

from __future__ import annotations

import os
from pathlib import Path

import click

from crawler.plural import counted
from desk.cli.common import config_option, wrong


@click.command("init")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@config_option
def init_command(folder: Path) -> None:
    """Write a commented dragonwatch.toml and create the database.

    DIR is made where it is missing [default: the current folder]. An existing file is kept: nothing is overwritten.

    \b
    Example:
      dragonwatch init watch && cd watch && dragonwatch crawl
    """
    from crawler.config import load_config, template
    from crawler.config.load import FILE_NAME
    from desk.wiring import wire
    from storage.durable import write_whole

    if folder.exists() and not folder.is_dir():
        wrong(f"{folder} is a file; init needs a folder to write {FILE_NAME} into")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        wrong(f"the folder {folder} cannot be made: {error.strerror}; name one where you may write")
    if not os.access(folder, os.W_OK):
        wrong(f"the folder {folder.resolve()} may not be written to; name one where you may write")
    path = folder / FILE_NAME
    if path.exists():
        click.echo(f"{path} is there already and stays as it is", err=True)
    else:
        write_whole(path, template().encode())
        click.echo(f"wrote {path}")
    with wire(load_config(path)) as wiring:
        known = len(wiring.store.ledger.find())
        click.echo(f"the database {wiring.store.database.url.render_as_string()} knows {counted(known, 'figure')}")
