"""``flags``: what waits for a person, and the decisions about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

import click

from crawler.errors import NotThere
from desk.cli.common import config_option, json_option, open_desk, put_json, put_table, with_desk
from desk.cli.ends import for_each
from desk.cli.options import by_option, company_option, kind_option, login_name

if TYPE_CHECKING:
    from crawler.items import FlagState, Verdict
    from desk.wiring import Wiring
    from storage.rows import FlagRow

STATES = ("waiting", "accepted", "rejected", "amended", "superseded")


@click.group("flags", invoke_without_command=True)
@click.option(
    "--state", type=click.Choice([*STATES, "all"]), default="waiting", show_default=True, help="Only in this state."
)
@company_option
@kind_option
@json_option
@config_option
@click.pass_context
def flags_command(
    ctx: click.Context, state: FlagState | Literal["all"], company: str | None, kind: str | None, as_json: bool
) -> None:
    """List new figures that wait for a person, or decide them.

    \b
    Examples:
      dragonwatch flags --company sensetime
      dragonwatch flags accept 12 13 --note "filing seen"
    """
    if ctx.invoked_subcommand:
        return
    with open_desk() as wiring:
        found = wiring.store.flags.find(
            state=None if state == "all" else state, company=wiring.company(company), kind=kind
        )
    if as_json:
        put_json([row.to_json() for row in found])
        return
    from desk.cli.show import flag_cells

    columns = ("id", "reason", "company", "figure", "outlet", "published", "reports", "state")
    put_table(
        "Flags", columns, (flag_cells(row) for row in found), empty="no flag is there; nothing waits for a decision"
    )


def _decision(function: Callable[..., int]) -> Callable[..., int]:
    for option in (
        with_desk,
        click.option(
            "--event",
            "whole_event",
            is_flag=True,
            help="Also the other waiting flags of the same round, offering or cut.",
        ),
        click.option("--note", help="A remark that is kept with the decision."),
        by_option,
        click.argument("ids", metavar="ID...", nargs=-1, required=True),
    ):
        function = option(function)
    return function


@flags_command.command("accept")
@_decision
def accept(wiring: Wiring, ids: tuple[str, ...], whole_event: bool, note: str | None, by: str | None) -> int:
    """Accept figures: they enter the ledger.

    \b
    Example:
      dragonwatch flags accept 12 --event --note "filing seen" --by lin
    """
    from desk.review import verdict

    return _decide(
        wiring, ids, lambda flag: verdict("accept", by=by or login_name(), figure=flag.figure, note=note), whole_event
    )


@flags_command.command("reject")
@click.option(
    "--reason", help="Why: other-company, not-a-figure, misread, old, unreliable, duplicate, or your own words."
)
@_decision
def reject(
    wiring: Wiring, ids: tuple[str, ...], whole_event: bool, note: str | None, by: str | None, reason: str | None
) -> int:
    """Reject figures: they are not asked about again.

    \b
    Example:
      dragonwatch flags reject 12 --reason other-company
    """
    from desk.review import verdict

    who = by or login_name()
    return _decide(
        wiring, ids, lambda flag: verdict("reject", by=who, figure=flag.figure, note=note, reason=reason), whole_event
    )


@flags_command.command("amend")
@click.option("--low", help="Lower bound: 620000000, 6.2e8, 620m or 6.2亿; none for an open end.")
@click.option("--high", help="Upper bound, as --low.")
@click.option("--unit", help="ISO currency code, people or percent.")
@click.option("--kind", help="raised, raised_total, valuation, laid_off, laid_off_share or headcount.")
@click.option("--company", metavar="KEY", help="Whose figure it is.")
@click.option("--round", help="A, B+, pre-IPO, IPO …; none for no round.")
@click.option("--as-of", help="What the number holds for: 2023, 2023-06 or 2023-06-30.")
@_decision
def amend(
    wiring: Wiring, ids: tuple[str, ...], whole_event: bool, note: str | None, by: str | None, **given: str | None
) -> int:
    """Correct figures and accept them as corrected.

    \b
    Example:
      dragonwatch flags amend 12 --low 620m --high 620m --round C+ --as-of 2018-05
    """
    from desk.review import verdict

    typed = {field: text for field, text in given.items() if text is not None}
    keys = [company.key for company in wiring.watchlist.companies]

    def corrected(flag: FlagRow) -> Verdict:
        return verdict("amend", by=by or login_name(), figure=flag.figure, note=note, given=typed, companies=keys)

    return _decide(wiring, ids, corrected, whole_event)


@flags_command.command("merge")
@click.option(
    "--into", required=True, metavar="ID|figure:ID", help="The flag, or the known figure, that says the same."
)
@_decision
def merge(wiring: Wiring, ids: tuple[str, ...], whole_event: bool, note: str | None, by: str | None, into: str) -> int:
    """Say that figures are the same as another flag's, or as a known one: they become reports of that one.

    \b
    Examples:
      dragonwatch flags merge 13 14 --into 12
      dragonwatch flags merge 15 --into figure:220
    """
    from desk.review import verdict

    who = by or login_name()
    return _decide(
        wiring, ids, lambda flag: verdict("merge", by=who, figure=flag.figure, note=note, into=into), whole_event
    )


@flags_command.command("undo")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@by_option
@with_desk
def undo(wiring: Wiring, ids: tuple[str, ...], by: str | None) -> int:
    """Take decisions back: the flags wait again.

    \b
    Example:
      dragonwatch flags undo 12
    """
    return for_each(ids, lambda id: _state_of(wiring.store.flags.undo(id, by=by or login_name())))


def _decide(wiring: Wiring, ids: Iterable[str], verdict_on: Callable[[FlagRow], Verdict], whole_event: bool) -> int:
    """Checks every verdict before the first is carried out, so that a wrong option changes nothing."""
    flags = wiring.store.flags
    wanted, found = list(dict.fromkeys(ids)), []
    for id in wanted:
        with suppress(NotThere):
            found.append(flags.get(id))
    if whole_event:
        chosen = {flag.id for flag in found}
        others = {other.id: other for flag in found for other in flags.together(flag.id)}
        found += [flag for flag in others.values() if flag.state == "waiting" and flag.id not in chosen]
    verdicts = {flag.id: verdict_on(flag) for flag in found}

    def act(id: str) -> str:
        return _state_of(flags.decide(id, verdicts[id] if id in verdicts else verdict_on(flags.get(id))))

    return for_each([*wanted, *verdicts], act)


def _state_of(flag: FlagRow) -> str:
    return f"{flag.id} is {flag.state}" + (f" by {flag.decided_by}" if flag.decided_by else "")
