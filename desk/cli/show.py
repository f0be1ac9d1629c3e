"""How a reading, an article and a flag look on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from crawler.items import Article, Known, PassedOver, Reading
from crawler.plural import counted
from desk.cards import card_of, measure_of
from desk.cli.common import console, harmless, told
from scheduler.digest.wording import figure_text
from scheduler.digest.words import word
from storage.rows import ArticleDetail, FlagRow

TAKEN, PASSED = "bold black on yellow", "dim underline"


def show_reading(reading: Reading, *, explain: bool) -> None:
    """Prints an article, its companies and figures; with ``explain`` the text with its numbers marked and the reasons."""
    out = console()
    article = reading.article
    out.print(marked("title", article.title or "(no title)", reading, "bold"))
    where = [article.outlet, article.author, told(article.published), article.language]
    out.print(Text(" · ".join(harmless(part) for part in where if part), style="dim"))
    if explain:
        out.print()
        out.print(marked("text", article.text, reading))
    out.print()
    for company in reading.companies:
        out.print(
            Text(
                f"{company.company}: {counted(company.mentions, 'mention')}, {'in focus' if company.focus else 'named only'}"
            )
        )
    if not reading.figures:
        out.print(Text("no figures"))
    for figure in reading.figures:
        out.print(Text(f"{figure.company}: {figure_text(figure, 'en')}", style="bold"))
        out.print(Text("    " + harmless(figure.quote)))
        for reason in figure.why if explain else ():
            out.print(Text(f"    because {harmless(reason)}", style="dim"))
    for signal in reading.signals:
        out.print(Text(f"{signal.company}: {signal.topic} {signal.signal}", style="bold"))
        out.print(Text(f"    {harmless(signal.quote)}"))
    if explain:
        for passed in reading.passed:
            out.print(Text(f"passed over {_piece(reading, passed)!r}: {harmless(passed.reason)}", style="dim"))


def marked(where: str, text: str, reading: Reading, style: str = "") -> Text:
    """The title or the text with the numbers taken and passed over marked."""
    shown = Text(style=style)
    spans = [(figure.start, figure.end, TAKEN) for figure in reading.figures if figure.where == where]
    spans += [(passed.start, passed.end, PASSED) for passed in reading.passed if passed.where == where]
    at = 0
    for start, end, mark in sorted(spans):
        if start >= at:
            shown.append(harmless(text[at:start]))
            shown.append(harmless(text[start:end]), style=mark)
            at = end
    shown.append(harmless(text[at:]))
    return shown


def show_article(detail: ArticleDetail) -> None:
    """Prints one stored article: text with its numbers marked, figures, copies and revisions."""
    row, out = detail.row, console()
    out.print(Text(harmless(row.title or "(no title)"), style="bold"))
    where = [row.outlet, row.origin and f"from {row.origin}", told(row.published), row.language, row.url]
    out.print(Text(" · ".join(harmless(part) for part in where if part), style="dim"))
    shown = Reading(Article(row.title, detail.text), figures=detail.figures)
    out.print()
    out.print(marked("text", detail.text, shown))
    out.print()
    for figure in detail.figures:
        out.print(Text(f"{figure.company}: {figure_text(figure, 'en')}", style="bold"))
    if detail.copies:
        out.print(Text(f"copies: {', '.join(detail.copies)}"))
    for revision in detail.revisions:
        out.print(
            Text(
                f"revision {revision.number}, fetched {told(revision.fetched)}, {counted(len(revision.text), 'character')}"
            )
        )
    out.print(Text(f"archived at {row.archived or 'nowhere'}", style="dim"))


def flag_cells(flag: FlagRow) -> list[object]:
    """One flag as a line of a table."""
    article = flag.article
    return [
        flag.id,
        word(flag.reason, "en"),
        flag.company,
        measure_of(flag, "en"),
        article and article.outlet,
        article and article.published,
        flag.reports,
        flag.state,
    ]


def show_card(flag: FlagRow, zone: str) -> None:
    """Prints all that a person needs to decide one flag, its times in the zone."""
    card, out = card_of(flag, "en", zone), console()
    out.print(Text(harmless(f"{card.company}: {card.measure}"), style="bold"), Text(f"  {card.reason}", style="yellow"))
    out.print(Text(harmless(card.details), style="dim"))
    for line in card.known:
        out.print(Text(harmless(f"  known: {line}")))
    if card.changed:
        out.print(Text(harmless(f"  {card.changed}")))
    before, number, after = card.sentence
    out.print(Text.assemble("  ", harmless(before), (harmless(number), TAKEN), harmless(after)))
    out.print(Text(harmless(f"  {card.place}"), style="dim"))
    if card.note:
        out.print(Text(harmless(f"  {card.note}"), style="dim"))


def outlets(known: Known) -> Sequence[str]:
    """Who reported a known figure, each once, in order."""
    return list(
        dict.fromkeys(
            harmless(report.outlet or report.url or "") for report in known.reports if report.outlet or report.url
        )
    )


def _piece(reading: Reading, passed: PassedOver) -> str:
    text = reading.article.title if passed.where == "title" else reading.article.text
    return harmless((text or "")[passed.start : passed.end])
