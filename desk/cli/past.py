"""``recheck`` and ``reread``: articles looked at again, and read again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from crawler.plural import counted
from desk.cli.bars import Step, bar
from desk.cli.common import harmless, json_option, put_json, with_desk, wrong
from desk.cli.ends import CUT_SHORT, failures
from desk.cli.leaving import here_option, leave
from desk.cli.options import limit_option, since_option

if TYPE_CHECKING:
    from desk.wiring import Wiring
    from scheduler.recheck import Rechecked
    from scheduler.reread import Change, Reread


@click.command("recheck")
@limit_option(200)
@json_option
@with_desk
def recheck_command(wiring: Wiring, limit: int, as_json: bool) -> int:
    """Look again at articles whose turn has come, and take in what was edited without a word.

    The daemon does this by itself. A page that is gone twice in a row is noted as taken down; its text stays.

    \b
    Example:
      dragonwatch recheck --limit 50
    """
    done = asyncio.run(_rechecked(wiring, limit))
    if as_json:
        put_json(done.to_json())
    else:
        click.echo(
            f"looked at {done.looked}: {done.unchanged} unchanged, {done.revised} revised, {done.gone} taken down, "
            f"{done.missing} missing for the first time, {done.unreachable} not to be had for now; {counted(done.flags, 'new flag')}"
        )
    return failures(done.errors)


async def _rechecked(wiring: Wiring, limit: int) -> Rechecked:
    from scheduler.recheck import recheck
    from scheduler.recording import Recorder

    async with Recorder(wiring.store.runs).run("recheck", cut_short=CUT_SHORT) as run:
        done = await recheck(
            store=wiring.store,
            config=wiring.config,
            clock=wiring.clock,
            watchlist=wiring.watchlist,
            archive=wiring.archive,
            limit=limit,
        )
        run.summary = done.to_json()
        run.fell_short(done.errors)
    return done


@click.command("reread")
@since_option
@click.option("--apply", is_flag=True, help="Put what is read today in the place of what was read before.")
@click.option("--flag", is_flag=True, help="With --apply: also flag the figures that old articles gain.")
@click.option("--again", is_flag=True, help="Begin anew, not where an earlier rereading was broken off.")
@here_option
@json_option
@with_desk
def reread_command(
    wiring: Wiring, since: datetime | None, apply: bool, flag: bool, again: bool, here: bool, as_json: bool
) -> int:
    """Read archived pages again with today's rules, and show what would change.

    What a person has decided is never changed: settled flags and the ledger's decided entries stay as they are. With
    --apply, figures that an article gains enter the ledger as unreviewed. Where workers are configured, --apply is left
    to them, a job for each thousand articles.

    \b
    Example:
      dragonwatch reread --since 2024-01-01
      dragonwatch reread --since 2024-01-01 --apply
    """
    if flag and not apply:
        wrong("--flag flags what is applied; give --apply with it")
    if wiring.config.workers.enabled and apply and not here:
        return _leave_reread(wiring, since, flag=flag, anew=again, as_json=as_json)
    changes: list[Change] = []
    asked = {"since": since, "apply": apply, "flag": flag, "anew": again}
    with bar("reading again") as step:
        done = asyncio.run(_reread(wiring, step, changes.append if as_json else _show_change, asked))
    if as_json:
        put_json([change.to_json() for change in changes])
    _tell_reread(done, apply=apply)
    return failures(done.errors)


def _leave_reread(wiring: Wiring, since: datetime | None, *, flag: bool, anew: bool, as_json: bool) -> int:
    from scheduler.fleet.past import ARTICLES, reread_works
    from storage.rereading import stretches

    works = reread_works(stretches(wiring.store, since, ARTICLES), since, flag=flag, anew=anew)
    return leave(wiring, works, "lot", as_json=as_json, then=f", each of {ARTICLES:,} articles at the most")


async def _reread(wiring: Wiring, step: Step, told: Callable[[Change], None], asked: Mapping[str, Any]) -> Reread:
    from scheduler.recording import Recorder
    from scheduler.reread import reread

    async with Recorder(wiring.store.runs).run("reread", cut_short=CUT_SHORT) as run:
        done = await reread(
            store=wiring.store,
            archive=wiring.archive,
            watchlist=wiring.watchlist,
            told=told,
            progress=lambda number, total: step("reading again", number, total, ""),
            **asked,
        )
        run.summary = done.to_json()
        run.fell_short(done.errors)
    return done


def _show_change(change: Change) -> None:
    """One article's change, as it is found."""
    from scheduler.digest.wording import figure_text

    if change.error is not None:
        return
    click.echo(f"{change.article}  {harmless(change.title or change.url)}")
    for edit in change.edits:
        sign = "+" if edit.before is None else "-" if edit.after is None else "~"
        shown = [
            f"{figure.company} {figure_text(figure, 'en')}"
            for figure in (edit.before, edit.after)
            if figure is not None
        ]
        click.echo(harmless(f"    {sign} {' -> '.join(shown)}"))
    if change.fields:
        click.echo(f"    other: {', '.join(change.fields)}")


def _tell_reread(done: Reread, *, apply: bool) -> None:
    if done.went_on_after:
        click.echo(f"went on after article {done.went_on_after}; --again begins anew", err=True)
    applied = f"{counted(done.applied, 'article')} changed" if apply else "nothing is changed; --apply does it"
    click.echo(
        f"read {counted(done.articles, 'article')} again: {done.unchanged} as before, {counted(done.gained, 'figure')} gained, {done.lost} lost, "
        f"{done.changed} changed; {applied}",
        err=True,
    )
