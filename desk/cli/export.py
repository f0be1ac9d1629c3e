"""``export``: hands data on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.common import never_over_own, with_desk
from desk.cli.options import WholeFile

if TYPE_CHECKING:
    from desk.wiring import Wiring
    from storage.export import Format, What


@click.command("export")
@click.argument("what", type=click.Choice(["articles", "figures", "flags"]))
@click.option("--format", "form", type=click.Choice(["csv", "jsonl", "parquet"]), default="jsonl", show_default=True)
@click.option("--out", type=WholeFile(), required=True, help="The file to write.")
@with_desk
def export_command(wiring: Wiring, what: What, form: Format, out: Path) -> None:
    """Write all articles, figures or flags to a file.

    Of articles an excerpt leaves the installation, never the whole text.

    \b
    Example:
      dragonwatch export figures --format csv --out figures.csv
    """
    from storage.export import export

    never_over_own(wiring, out)
    number = export(wiring.store, what, form, out)
    click.echo(f"wrote {number} {what} to {out}", err=True)
