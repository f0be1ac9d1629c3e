"""Tells on a terminal what a crawl of the newsroom brought: the same words as the letter's, with the number marked."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from scheduler.digest.view import FlagView, LetterView
from scheduler.run import CrawlSummary


def told_crawl(title: str, summary: CrawlSummary) -> RenderableType:
    """One row per source and where the leads ended."""
    table = Table(title=title, title_justify="left", header_style="bold", show_footer=True)
    table.add_column("source", footer="in all")
    table.add_column("outcome")
    table.add_column("leads", justify="right", footer=str(sum(summary.leads.values())))
    table.add_column("new", justify="right", footer=str(sum(result.new for result in summary.sources)))
    for result in summary.sources:
        table.add_row(result.source, result.outcome, str(result.leads), str(result.new))
    ends = ", ".join(f"{count} {end}" for end, count in summary.leads.items() if count)
    return Group(table, Text(f"leads: {ends or 'none'} · figures: {summary.figures} · flags: {summary.flags}"))


def told_flags(shown: LetterView) -> RenderableType:
    """Every flag of the letter, grouped by company."""
    parts: list[RenderableType] = []
    for company, flags in shown.flags:
        parts.append(Text(f"\n{company}", style="bold underline"))
        parts.extend(_flag(flag) for flag in flags)
    return Group(*parts)


def _flag(flag: FlagView) -> RenderableType:
    lines = [Text.assemble(("● ", "yellow"), (flag.headline, "bold"), f"   {flag.details}")]
    lines.extend(Text(line, style="dim") for line in _held_against(flag))
    before, number, after = flag.sentence
    lines.append(Text.assemble(before, (number, "black on yellow"), after))
    lines.append(Text(" · ".join(part for part in (flag.outlet, flag.heard) if part), style="cyan"))
    return Padding(Group(*lines), (0, 0, 1, 2))


def _held_against(flag: FlagView) -> Iterator[str]:
    if flag.changed:
        yield flag.changed
    for known in flag.known:
        yield f"known: {known}"
    if not flag.known and not flag.changed:
        yield "known: nothing"
    if flag.note:
        yield flag.note
