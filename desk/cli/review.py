"""``review``: the queue, one keypress a flag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desk.cli.common import at_terminal, with_desk, wrong
from desk.cli.options import by_option, company_option, kind_option, login_name

if TYPE_CHECKING:
    from desk.wiring import Wiring


@click.command("review")
@company_option
@kind_option
@by_option
@with_desk
def review_command(wiring: Wiring, company: str | None, kind: str | None, by: str | None) -> None:
    """Walk through the flags that wait, one keypress each.

    \b
    Example:
      dragonwatch review --company sensetime --by lin
    """
    from desk.cli.show import show_card
    from desk.terminal import Session

    if not at_terminal():
        wrong("review needs a terminal to press keys at; in a script use `dragonwatch flags accept|reject ID`")
    found = wiring.store.flags.find(state="waiting", company=wiring.company(company), kind=kind)
    if not found:
        click.echo("nothing waits for a decision")
        return
    who = by or login_name()
    session = Session(
        flags=found,
        by=who,
        companies=[watched.key for watched in wiring.watchlist.companies],
        decide=wiring.store.flags.decide,
        undo=lambda id: wiring.store.flags.undo(id, by=who),
        show=lambda flag: show_card(flag, wiring.config.schedule.timezone),
        say=click.echo,
        key=click.getchar,
        ask=lambda question: click.prompt(question.rstrip(": "), default="", show_default=False),
    )
    click.echo(f"{session.walk()} of {len(found)} decided")
