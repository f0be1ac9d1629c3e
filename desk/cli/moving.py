"""``migrate-store``: everything from one database to another."""

from __future__ import annotations

import click

from desk.cli.common import config_option, json_option, put_json, put_table, warn


@click.command("migrate-store")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@json_option
@config_option
def migrate_store_command(source: str, target: str, as_json: bool) -> int:
    """Move everything from one database to another, SQLite to PostgreSQL or back, and prove that both are equal.

    Stop the daemon first. A move that was broken off goes on where it ended when it is called again. Nothing is taken
    away from FROM; put TO into storage.url afterwards.

    \b
    Example:
      dragonwatch migrate-store sqlite:///dragonwatch.db postgresql+psycopg://watch@db.example/dragonwatch
    """
    from rich.console import Console

    from storage.moving import move_store

    console = Console(stderr=True)
    with console.status("moving", spinner="dots") as status:
        moved = move_store(source, target, progress=lambda table, rows: status.update(f"{table}: {rows}"))
    if as_json:
        put_json(
            [{"table": name, "rows": rows, "equal": name not in moved.differ} for name, rows in moved.rows.items()]
        )
    else:
        rows = ([name, count, "no" if name in moved.differ else "yes"] for name, count in moved.rows.items())
        put_table("moved", ("table", "rows", "equal"), rows, empty="nothing was there to move")
    for name in moved.differ:
        warn(f"{name} differs: something was written meanwhile; stop what writes, and call this again")
    return 1 if moved.differ else 0
