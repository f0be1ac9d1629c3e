"""``status`` and ``doctor``: how it is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from desk.cli.common import harmless, json_option, put_json, put_table, with_desk
from desk.cli.options import limit_option

if TYPE_CHECKING:
    from desk.wiring import Wiring


@click.command("status")
@limit_option(20)
@json_option
@with_desk
def status_command(wiring: Wiring, limit: int, as_json: bool) -> None:
    """Show what ran, when, and what is unhealthy.

    \b
    Example:
      dragonwatch status
    """
    store = wiring.store
    runs = store.runs.recent(limit=limit)
    if as_json:
        put_json([row.to_json() for row in runs])
        return
    counts = store.flags.counts()
    rows = store.sources.all()
    health = Counter(row.health for row in rows if row.source.enabled)
    letters = Counter(row.state for row in store.outbox.list(limit=None))
    click.echo(f"flags: {counts.get('waiting', 0)} waiting, {sum(counts.values())} in all")
    click.echo("sources: " + (", ".join(f"{count} {state}" for state, count in health.most_common()) or "none enabled"))
    click.echo("letters: " + (", ".join(f"{count} {state}" for state, count in letters.most_common()) or "none yet"))
    put_table(
        "Runs",
        ("started", "kind", "state", "finished", "error"),
        ([row.started, row.kind, row.state, row.finished, row.error] for row in runs),
        empty="nothing has run on a schedule yet; `dragonwatch daemon` runs it",
    )
    missed = store.runs.recent(limit=limit, state="missed")
    if missed:
        put_table("Missed", ("due", "kind", "why"), ([row.due, row.kind, row.error] for row in missed), empty="")
    unwell = [row for row in rows if row.source.enabled and row.health in ("failing", "blocked", "stale")]
    if unwell:
        columns = ("source", "health", "since", "error")
        put_table(
            "Unhealthy", columns, ([row.source.name, row.health, row.since, row.error] for row in unwell), empty=""
        )


@click.command("doctor")
@click.option("--thorough", is_flag=True, help="Read every page of the database and every record of the archive again.")
@json_option
@with_desk
def doctor_command(wiring: Wiring, thorough: bool, as_json: bool) -> int:
    """Check the installation and say the mend of what is wrong.

    Warnings alone leave the exit status at 0.

    \b
    Example:
      dragonwatch doctor
    """
    from desk.doctor import examine

    findings = list(examine(wiring, thorough=thorough))
    if as_json:
        put_json([finding.to_json() for finding in findings])
    else:
        for finding in findings:
            mend = f"\n          mend: {finding.mend}" if finding.mend else ""
            click.echo(harmless(f"{finding.level:8}  {finding.subject}: {finding.told}{mend}"))
    return 1 if any(finding.level == "error" for finding in findings) else 0
