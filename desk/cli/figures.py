"""``figures``: the ledger of known figures, and the manual door into it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from crawler.errors import NotThere, StoreError
from crawler.plural import counted
from desk.cli.common import config_option, json_option, open_desk, put_json, put_table, with_desk, wrong
from desk.cli.ends import for_each
from desk.cli.options import KINDS, When, by_option, company_option, kind_option, login_name, since_option

if TYPE_CHECKING:
    from crawler.items import Known, KnownState
    from desk.wiring import Wiring


@click.group("figures", invoke_without_command=True)
@company_option
@kind_option
@since_option
@click.option(
    "--state", type=click.Choice(["accepted", "unreviewed", "unconfirmed", "denied"]), help="Only in this state."
)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV on standard output, a report a line.")
@json_option
@config_option
@click.pass_context
def figures_command(
    ctx: click.Context,
    company: str | None,
    kind: str | None,
    since: datetime | None,
    state: KnownState | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """List every known figure with who reported it, or record one.

    What was learnt from a source's first poll is unreviewed: accept and reject decide it in bulk.

    \b
    Examples:
      dragonwatch figures --company sensetime --kind valuation
      dragonwatch figures --csv > ledger.csv
    """
    if ctx.invoked_subcommand:
        return
    with open_desk() as wiring:
        found = wiring.store.ledger.find(company=wiring.company(company), kind=kind, since=since, state=state)
        shapes = shapes_of(wiring, found) if as_json or as_csv else []
    if as_json:
        put_json(shapes)
    elif as_csv:
        from storage.export import write_csv

        write_csv(sys.stdout, (row for shape in shapes for row in _reports(shape)))
    else:
        _table(found)


def shapes_of(wiring: Wiring, found: Sequence[Known]) -> list[dict[str, Any]]:
    """The Known figure shapes of these entries, with the sentence that gave each."""
    from storage.rows import known_json

    quotes = wiring.store.ledger.quotes([known.id for known in found])
    return [known_json(known, quote=quotes.get(known.id)) for known in found]


def _reports(shape: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A figure once for each report of it, and once where nobody is named."""
    reports = shape.pop("reports") or [{}]
    for report in reports:
        yield shape | {f"report_{key}": report.get(key) for key in ("article", "url", "outlet", "published", "tier")}


def _table(found: Sequence[Known]) -> None:
    from desk.cli.show import outlets
    from scheduler.digest.amounts import value_text

    rows = [
        [
            known.id,
            known.company,
            known.kind,
            value_text(known.low, known.high, known.unit, known.approximate, "en"),
            known.round or known.scope,
            known.as_of,
            known.state,
            outlets(known),
        ]
        for known in found
    ]
    columns = ("id", "company", "kind", "value", "round or unit", "as of", "state", "reported by")
    put_table("Known figures", columns, rows, empty="no known figure fits; `dragonwatch figures add` records one")


@figures_command.command("add")
@click.option("--company", required=True, metavar="KEY", help="Whose figure it is.")
@click.option("--kind", required=True, type=click.Choice(KINDS), help="What it measures.")
@click.option("--low", help="Lower bound: 620000000, 6.2e8, 620m or 6.2亿.")
@click.option("--high", help="Upper bound  [default: the same as --low].")
@click.option("--unit", help="ISO currency code; people and percent follow from the kind.")
@click.option("--round", "round_", help="A, B+, pre-IPO, IPO …")
@click.option("--as-of", help="What the number holds for: 2023, 2023-06 or 2023-06-30.")
@click.option("--url", help="Where it can be read.")
@click.option("--outlet", help="Who says it.")
@click.option("--quote", help="The sentence that says it.")
@click.option("--published", type=When(), help="When that was said: 2024-05-01.")
@by_option
@with_desk
def add_figure(
    wiring: Wiring,
    company: str,
    kind: str,
    low: str | None,
    high: str | None,
    unit: str | None,
    round_: str | None,
    as_of: str | None,
    url: str | None,
    outlet: str | None,
    quote: str | None,
    published: datetime | date | None,
    by: str | None,
) -> None:
    """Record one figure with its source, as accepted.

    \b
    Example:
      dragonwatch figures add --company megvii --kind raised --low 750m --unit USD --round D \\
        --outlet "Example Daily" --url https://example.org/a --published 2019-05-08
    """
    from desk.review import new_figure

    if not (url or outlet):
        wrong("a figure needs its source; give --url, --outlet or both")
    given = {"low": low, "high": high, "unit": unit, "round": round_, "as_of": as_of, "quote": quote}
    figure = new_figure(wiring.company(company) or company, kind, given)
    who = by or login_name()
    id = wiring.store.ledger.add(
        figure, source=outlet or url or "", url=url, published=published, note=f"recorded by {who}" if who else None
    )
    click.echo(f"recorded as {id}")


@figures_command.command("accept")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All unreviewed ones that --company and --kind leave.")
@company_option
@kind_option
@by_option
@with_desk
def accept_figures(
    wiring: Wiring, ids: tuple[str, ...], every: bool, company: str | None, kind: str | None, by: str | None
) -> int:
    """Accept figures that were learnt unreviewed, in bulk.

    \b
    Example:
      dragonwatch figures accept --all --company sensetime --by lin
    """
    return _decide(wiring, ids, every, company, kind, by, state="accepted")


@figures_command.command("reject")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All unreviewed ones that --company and --kind leave.")
@company_option
@kind_option
@by_option
@with_desk
def reject_figures(
    wiring: Wiring, ids: tuple[str, ...], every: bool, company: str | None, kind: str | None, by: str | None
) -> int:
    """Reject figures that were learnt unreviewed, in bulk: they are no longer listed, nor flagged when told again.

    \b
    Example:
      dragonwatch figures reject 12 13 --by lin
    """
    return _decide(wiring, ids, every, company, kind, by, state="rejected")


def _decide(
    wiring: Wiring,
    ids: Sequence[str],
    every: bool,
    company: str | None,
    kind: str | None,
    by: str | None,
    *,
    state: KnownState,
) -> int:
    if bool(ids) == every:
        wrong("name the figures by their ids, or give --all for every unreviewed one; not both")
    ledger, who = wiring.store.ledger, by or login_name()

    def decide(id: str) -> str:
        known = ledger.get(id)
        if known is None:
            raise NotThere(f"there is no known figure {id}; `dragonwatch figures` lists them with their ids")
        if not ledger.decide_bulk([id], state=state, by=who):
            raise StoreError(
                f"figure {id} is {known.state} already; only unreviewed and unconfirmed ones are decided here"
            )
        return f"{id} is {state}"

    if ids:
        return for_each(ids, decide)
    found = ledger.find(company=wiring.company(company), kind=kind, state="unreviewed")
    decided = ledger.decide_bulk([known.id for known in found], state=state, by=who)
    click.echo(f"{counted(decided, 'figure')} {state}")
    return 0
