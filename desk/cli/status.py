"""``status`` and ``doctor``: how it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import click

from desk.cli.common import harmless, json_option, put_json, put_table, told, with_desk, wrong
from desk.cli.options import limit_option

if TYPE_CHECKING:
    from desk.wiring import Wiring
    from storage.rows import RunRow, RunState, SourceRow

STATES = ("running", "done", "failed", "missed")


@click.command("status")
@click.option("--state", type=click.Choice(STATES), help="Runs of this state alone.")
@click.option("--queues", "part", flag_value="queues", help="What waits for the workers, alone.")
@click.option("--workers", "part", flag_value="workers", help="The workers, alone.")
@limit_option(20)
@json_option
@with_desk
def status_command(
    wiring: Wiring, state: RunState | None, part: Literal["queues", "workers"] | None, limit: int, as_json: bool
) -> None:
    """Show what ran, when, and what is unhealthy.

    \b
    Example:
      dragonwatch status --state missed --limit 100
    """
    if part is not None:
        _fleet(wiring, [part], as_json)
        return
    from scheduler.alerts.room import check_alerts

    runs = wiring.store.runs.recent(limit=limit, state=state)
    if as_json:
        put_json([row.to_json() for row in runs])
    else:
        sources = wiring.store.sources.all()
        _sums(wiring, sources)
        if wiring.config.workers.enabled:
            _fleet(wiring, ["queues", "workers"], as_json)
        _runs(runs)
        if state is None:
            _missed(wiring.store.runs.recent(limit=None, state="missed"), limit)
        _unwell(sources)
    # What the configuration has wrong keeps nothing of the above from being seen.
    check_alerts(wiring.config, {company.key for company in wiring.watchlist.companies})


def _sums(wiring: Wiring, sources: list[SourceRow]) -> None:
    from scheduler.pulse import OVERDUE, Pulse

    store = wiring.store
    beat = Pulse(wiring.clock).kept_last(store.settings)
    runs = beat is not None and wiring.clock.now() - beat < OVERDUE
    click.echo("daemon: " + (f"{'runs' if runs else 'silent'}, last beat {told(beat)}" if beat else "has never run"))
    counts = store.flags.counts()
    click.echo(f"flags: {counts.get('waiting', 0)} waiting, {sum(counts.values())} in all")
    health = Counter(row.health for row in sources if row.source.enabled)
    click.echo("sources: " + (", ".join(f"{count} {state}" for state, count in health.most_common()) or "none enabled"))
    sent = store.outbox.counts()
    for name, kind in (("letters", "digest"), ("alerts", "alert")):
        states = [f"{count} {state.replace('_', ' ')}" for (of, state), count in sorted(sent.items()) if of == kind]
        click.echo(f"{name}: " + (", ".join(states) or "none yet"))


def _fleet(wiring: Wiring, parts: Sequence[Literal["queues", "workers"]], as_json: bool) -> None:
    """What waits for the workers, and who works."""
    if not wiring.config.workers.enabled:
        wrong("workers.enabled is false: there is no queue and no worker; the daemon does everything itself")
    from scheduler.fleet.state import queues, workers

    database = wiring.store.database
    for part in parts:
        found = queues(database) if part == "queues" else workers(database)
        rows = [row.to_json() for row in found]
        if as_json:
            put_json(rows)
        else:
            columns = list(rows[0]) if rows else []
            cells = ([row[column] for column in columns] for row in rows)
            put_table(part.capitalize(), columns, cells, empty="no worker is alive; `dragonwatch worker` starts one")


def _runs(runs: list[RunRow]) -> None:
    put_table(
        "Runs",
        ("started", "kind", "state", "finished", "error"),
        ([row.started, row.kind, row.state, row.finished, row.error] for row in runs),
        empty="nothing has run on a schedule yet; `dragonwatch daemon` runs it",
    )


def _missed(missed: list[RunRow], limit: int) -> None:
    if not missed:
        return
    columns = ("due", "kind", "why")
    put_table("Missed", columns, ([row.due, row.kind, row.error] for row in missed[:limit]), empty="")
    if len(missed) > limit:
        more = f"`dragonwatch status --state missed --limit {len(missed)}` lists them"
        click.echo(f"and {len(missed) - limit} more that were missed; {more}")


def _unwell(sources: list[SourceRow]) -> None:
    unwell = [row for row in sources if row.source.enabled and row.health in ("failing", "blocked", "stale")]
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
