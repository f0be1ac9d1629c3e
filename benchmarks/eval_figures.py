"""How well companies and figures are read, on the labelled articles of the corpus and on those of our own.

    python -m benchmarks.eval_figures ../shared/corpus [--errors] [--aside]

A figure is right where company, kind, unit, low and high are (low and high to within 0.5 %). The part kept aside is
chosen by outlet and year, never looked at while rules are written: what the rules learned shows in the difference.
"""

from __future__ import annotations

import argparse
import json
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import relevant
from crawler.reading.companies import companies_of, find_mentions
from crawler.reading.figures.read_figures import FiguresRead, read_figures
from crawler.watchlist import Watchlist, load_watchlist

ASIDE_OUTLETS = frozenset({"ourhimalayas/txt", "raileo98/test2", "P7-33/Titan-Segurity.io"})
ASIDE_YEAR = "2021"
FOUR = frozenset({"sensetime", "megvii", "cloudwalk", "yitu"})
OWN = Path(__file__).parent / "data" / "figures.jsonl"
"""Dated articles of our own about the four companies, labelled by hand."""
WIRE = Path(__file__).parent / "data" / "figures_wire.jsonl"
"""Passages of our own in the manner of wires, features, filings and newsflashes, in three languages, labelled before they were read.

``drawn`` is 1 for those whose errors were mended thoroughly, 2 for those written afterwards, of whose errors only some were.
"""

SENTENCES = Path(__file__).parent / "data" / "figures_sentences.jsonl"
"""Single sentences of our own on layoffs, staff and financing, each turned another way, with what is expected of them written first."""

WITHOUT_COMPANIES = frozenset({"wire", "sentences", "relevant", "relevant-aside"})
"""Parts whose labels do not list the companies named."""

Gold = Mapping[str, Any]


def is_aside(article: Mapping[str, Any]) -> bool:
    """Whether an article belongs to the part kept aside."""
    outlet = article.get("from", "").split(":")[0].split("@")[0]
    return outlet in ASIDE_OUTLETS or (article.get("published") or "")[:4] == ASIDE_YEAR


@dataclass
class Score:
    """Right, wrong and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    def to_json(self) -> dict[str, float | int]:
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
        }


@dataclass
class Tally:
    """Everything counted over a set of articles."""

    figures: Score = field(default_factory=Score)
    companies: Score = field(default_factory=Score)
    four: Score = field(default_factory=Score)
    by_kind: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    by_language: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    fields: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    errors: list[str] = field(default_factory=list)

    def note(self, name: str, right: bool) -> None:
        self.fields[name][0] += right
        self.fields[name][1] += 1

    def to_json(self) -> dict[str, Any]:
        return {
            "figures": self.figures.to_json(),
            "companies": self.companies.to_json(),
            "four": self.four.to_json(),
            "by_kind": {kind: score.to_json() for kind, score in sorted(self.by_kind.items())},
            "by_language": {language: score.to_json() for language, score in sorted(self.by_language.items())},
            "fields": {name: round(right / max(1, of), 4) for name, (right, of) in sorted(self.fields.items())},
        }


def same_value(one: float | None, other: float | None) -> bool:
    """Equal to within half a per cent, or both without a bound."""
    if one is None or other is None:
        return one is other
    return abs(float(one) - float(other)) <= 0.005 * max(abs(float(one)), abs(float(other)))


def _matches(figure: Any, gold: Gold, *, owner: bool = True) -> bool:
    return (
        (not owner or figure.company == gold["company"])
        and figure.kind == gold["kind"]
        and figure.unit == gold["unit"]
        and same_value(figure.low, gold["low"])
        and same_value(figure.high, gold["high"])
    )


def score_article(article: Mapping[str, Any], read: FiguresRead, companies: set[str], tally: Tally) -> None:
    """Counts one article into the tally."""
    language = article.get("language") or "?"
    _score_companies(article, companies, tally)
    left = list(read.figures)
    missed: list[Gold] = []
    for gold in article["gold"]:
        found = next((figure for figure in left if _matches(figure, gold)), None)
        if found is None:
            missed.append(gold)
            continue
        left.remove(found)
        _count(tally, gold["kind"], language, gold["company"], "right")
        tally.note("owner", True)
        _score_fields(article, found, gold, tally)
    for gold in missed:
        _count(tally, gold["kind"], language, gold["company"], "missed")
        elsewhere = next((figure for figure in left if _matches(figure, gold, owner=False)), None)
        if elsewhere is not None:
            tally.note("owner", False)
        tally.errors.append(_missed_line(article, gold, read, elsewhere))
    for figure in left:
        _count(tally, figure.kind, language, figure.company, "wrong")
        tally.errors.append(_wrong_line(article, figure))


def _count(tally: Tally, kind: str, language: str, company: str, what: str) -> None:
    scores = [tally.figures, tally.by_kind[kind], tally.by_language[language]]
    if company in FOUR:
        scores.append(tally.four)
    for score in scores:
        setattr(score, what, getattr(score, what) + 1)


def _score_companies(article: Mapping[str, Any], companies: set[str], tally: Tally) -> None:
    if "companies" not in article:
        return
    gold = {entry["company"] for entry in article["companies"]}
    tally.companies.right += len(gold & companies)
    tally.companies.wrong += len(companies - gold)
    tally.companies.missed += len(gold - companies)


def _score_fields(article: Mapping[str, Any], figure: Any, gold: Gold, tally: Tally) -> None:
    if gold.get("status"):
        tally.note("status", figure.status == gold["status"])
    if gold.get("as_of"):
        told = figure.as_of or ""
        tally.note("as_of", bool(told) and (told.startswith(gold["as_of"]) or gold["as_of"].startswith(told)))
    if gold.get("round"):
        tally.note("round", figure.round == gold["round"])
    tally.note("approximate", figure.approximate == bool(gold.get("approximate")))
    tally.note("span", _span_is_right(article, figure, gold))
    tally.note("quote", _in_quote(article, figure, gold))


def _whole(article: Mapping[str, Any], where: str) -> str:
    return str(article.get(where) or "")


def _in_quote(article: Mapping[str, Any], figure: Any, gold: Gold) -> bool:
    text = _whole(article, figure.where)
    quote = gold["quote"]
    at = text.find(quote)
    while at >= 0:
        if at <= figure.start and figure.end <= at + len(quote):
            return True
        at = text.find(quote, at + 1)
    return False


def _span_is_right(article: Mapping[str, Any], figure: Any, gold: Gold) -> bool:
    """The number as written reads back to its value, and it stands in a sentence that the figure quotes."""
    from crawler.reading.figures.quantities import find_quantities

    written = _whole(article, figure.where)[figure.start : figure.end]
    noun = " people" if figure.unit == "people" else ""  # a count may have none of its own: headcount fell to 486
    return written == figure.written and any(
        same_value(q.low, figure.low) and same_value(q.high, figure.high)
        for q in (*find_quantities(written), *find_quantities(written + noun))
    )


def _told(figure: Any) -> str:
    return f"{figure.company} {figure.kind} {figure.low}..{figure.high} {figure.unit}"


def _missed_line(article: Mapping[str, Any], gold: Gold, read: FiguresRead, elsewhere: Any) -> str:
    wanted = f"{gold['company']} {gold['kind']} {gold['low']}..{gold['high']} {gold['unit']}"
    cause = f"taken for {elsewhere.company}: {elsewhere.why}" if elsewhere else _passed_because(article, gold, read)
    return f"MISSED {article['id']} {wanted} | {cause} | {gold['quote']}"


def _passed_because(article: Mapping[str, Any], gold: Gold, read: FiguresRead) -> str:
    inside = []
    for where in ("title", "text"):
        text, quote = _whole(article, where), gold["quote"]
        at = text.find(quote)
        if at < 0:
            continue
        inside += [
            f"{text[passed.start : passed.end]}: {passed.reason}"
            for passed in read.passed
            if passed.where == where and at <= passed.start and passed.end <= at + len(quote)
        ]
        inside += [
            f"read as {_told(f)}"
            for f in read.figures
            if f.where == where and at <= f.start and f.end <= at + len(quote)
        ]
    return "; ".join(inside) or "no number found"


def _wrong_line(article: Mapping[str, Any], figure: Any) -> str:
    text = _whole(article, figure.where)
    around = text[max(0, figure.start - 45) : figure.end + 30].replace("\n", "⏎")
    return f"WRONG  {article['id']} {_told(figure)} | {'; '.join(figure.why)} | {around}"


def read_article(article: Mapping[str, Any], watchlist: Watchlist) -> tuple[FiguresRead, set[str]]:
    """Companies and figures of one labelled article."""
    title, text = article.get("title"), article.get("text") or ""
    mentions = find_mentions(title, text, watchlist)
    found = {company.company for company in companies_of(title, text, mentions)}
    published = date.fromisoformat(article["published"][:10]) if article.get("published") else None
    read = read_figures(
        title, text, mentions, published=published, language=article.get("language"), watchlist=watchlist
    )
    return read, found


def evaluate(articles: Iterable[Mapping[str, Any]], watchlist: Watchlist) -> Tally:
    """The tally over all the articles given."""
    tally = Tally()
    for article in articles:
        read, found = read_article(article, watchlist)
        score_article(article, read, found, tally)
    return tally


def load(path: Path) -> list[dict[str, Any]]:
    """The labelled articles of one file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def main(corpus: Path) -> dict[str, Any]:
    """All measures, as ``make eval`` prints them; the corpus is the folder that holds ``figures/``."""
    watchlist = corpus_watchlist(corpus)
    articles = load(corpus / "figures" / "dev.jsonl")
    start = time.process_time()
    whole = evaluate(articles, watchlist)
    seconds = time.process_time() - start
    characters = sum(len(article["text"]) for article in articles)
    return {
        "all": whole.to_json(),
        "aside": evaluate([a for a in articles if is_aside(a)], watchlist).to_json(),
        "tuned": evaluate([a for a in articles if not is_aside(a)], watchlist).to_json(),
        "own": evaluate(load(OWN), load_watchlist()).to_json(),
        "wire": evaluate(load(WIRE), load_watchlist()).to_json(),
        "sentences": evaluate(load(SENTENCES), load_watchlist()).to_json(),
        **{part: evaluate(chosen, load_watchlist()).to_json() for part, chosen in relevant_parts(corpus).items()},
        "articles_per_second": round(len(articles) / seconds, 1),
        "articles_of_1500_characters_per_second": round(characters / 1500 / seconds, 1),
    }


def relevant_parts(corpus: Path) -> dict[str, list[dict[str, Any]]]:
    """The second labelled set of real articles: the half that rules are learned from and the half kept aside."""
    articles = relevant.load_relevant(corpus)
    return {
        "relevant": [article for article in articles if not relevant.is_aside(article["id"])],
        "relevant-aside": [article for article in articles if relevant.is_aside(article["id"])],
    }


def corpus_watchlist(corpus: Path) -> Watchlist:
    """The shipped companies and those that the corpus is labelled for beside them."""
    return load_watchlist(tomllib.loads((corpus / "figures" / "companies.toml").read_text("utf-8"))["company"])


def _print(name: str, measured: Mapping[str, Any]) -> None:
    def row(label: str, score: Mapping[str, float]) -> None:
        print(
            f"  {label:<22} P {score['precision']:.3f}  R {score['recall']:.3f}  F1 {score['f1']:.3f}"
            f"   ({score['right']} right, {score['wrong']} wrong, {score['missed']} missed)"
        )

    print(name)
    row("figures", measured["figures"])
    row("  of the four", measured["four"])
    for kind, score in measured["by_kind"].items():
        row(f"  {kind}", score)
    for language, score in measured["by_language"].items():
        row(f"  {language}", score)
    if name not in WITHOUT_COMPANIES:
        row("companies", measured["companies"])
    print("  " + "  ".join(f"{name} {value:.3f}" for name, value in measured["fields"].items()))


def _report(measured: Mapping[str, Any]) -> None:
    for name in ("all", "tuned", "aside", "own", "wire", "relevant", "relevant-aside"):
        _print(name, measured[name])
    print(f"articles per second: {measured['articles_per_second']}")
    print(f"articles of 1,500 characters per second: {measured['articles_of_1500_characters_per_second']}")


def _errors(articles: Sequence[Mapping[str, Any]], watchlist: Watchlist) -> None:
    tally = evaluate(articles, watchlist)
    for line in sorted(tally.errors):
        print(line)
    print(Counter(line.split()[0] for line in tally.errors))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--errors", action="store_true", help="list every error instead of the measures")
    parser.add_argument("--aside", action="store_true", help="with --errors: those of the part kept aside as well")
    parser.add_argument("--own", action="store_true", help="with --errors: those of our own articles only")
    parser.add_argument("--wire", action="store_true", help="with --errors: those of our own wire passages only")
    parser.add_argument("--relevant", action="store_true", help="with --errors: those of the second set's first half")
    options = parser.parse_args()
    if options.errors and options.own:
        _errors(load(OWN), load_watchlist())
    elif options.errors and options.wire:
        _errors(load(WIRE), load_watchlist())
    elif options.errors and options.relevant:
        _errors(relevant_parts(options.corpus)["relevant"], load_watchlist())
    elif options.errors:
        labelled = load(options.corpus / "figures" / "dev.jsonl")
        chosen = [article for article in labelled if options.aside or not is_aside(article)]
        _errors(chosen, corpus_watchlist(options.corpus))
    else:
        _report(main(options.corpus))
