"""Deciding flags at the desk without JavaScript, and what its pages show."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from tests.desk.web.conftest import Visit
from tests.storage.building import figure, judged, page, reading, stored

PAGES = (
    "/", "/queue", "/flags/1", "/companies", "/companies/sensetime?currency=CNY", "/figures", "/stories", "/stories/1",
    "/articles", "/articles?q=融资", "/articles/1", "/sources", "/digests", "/runs", "/add", "/login", "/nope",
)  # fmt: skip


def test_a_card_shows_all_that_is_needed_to_decide(visit: Visit) -> None:
    page = unescape(visit.get("/").text)
    for shown in (
        "US$600 million",
        "SenseTime",
        "raised",
        "<mark>6亿美元</mark>",
        "开头一句。",
        "Example Daily",
        "Archived page",
        "Known so far",
    ):
        assert shown in page
    assert "Accept all of this event" in page
    assert "layoffs: under way" in page


def test_a_form_accepts_and_says_so_with_undo(visit: Visit) -> None:
    id = visit.flag("raised")
    answer = visit.post(f"/flags/{id}/decide", {"action": "accept", "note": "filing seen"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/?done={id}")
    assert "accepted by lin" in unescape(visit.get(f"/?done={id}").text)
    flag = visit.desk.store.flags.get(id)
    assert (flag.state, flag.decided_by, flag.note) == ("accepted", "lin", "filing seen")
    visit.post(f"/flags/{id}/undo")
    assert visit.desk.store.flags.get(id).state == "waiting"
    history = visit.get(f"/flags/{id}").text.partition('class="history"')[2]
    assert history.index("Accept") < history.index("Undo")


def test_a_rejection_keeps_its_reason(visit: Visit) -> None:
    id = visit.flag("raised")
    visit.post(f"/flags/{id}/decide", {"action": "reject", "reason": "other-company"})
    assert visit.desk.store.flags.get(id).cause == "other-company"
    assert "another company&#39;s" in visit.get(f"/flags/{id}").text


def test_an_amendment_sends_only_what_was_changed(visit: Visit) -> None:
    id = visit.flag("raised")
    page = visit.get("/").text
    card = page[page.index(f'id="flag-{id}"') :].partition("</article>")[0]
    form = {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', card)}
    form |= dict(re.findall(r'<select name="(\w+)">.*?<option value="(\w+)" selected', card))
    form |= {"action": "amend", "low": "620m", "high": "620m"}
    assert visit.post(f"/flags/{id}/decide", form).status_code == 303
    figure = visit.desk.store.flags.get(id).figure
    assert figure is not None
    assert (figure.low, figure.round, figure.kind) == (620_000_000, "C", "raised")


def test_a_wrong_amendment_is_shown_with_the_mend_and_changes_nothing(visit: Visit) -> None:
    id = visit.flag("raised")
    answer = visit.post(f"/flags/{id}/decide", {"action": "amend", "low": "7e9", "was_low": "600000000"})
    assert answer.status_code == 422
    assert "above high" in answer.text
    assert visit.desk.store.flags.get(id).state == "waiting"
    assert visit.post(f"/flags/{id}/decide", {"action": "explode"}).status_code == 422


def test_a_card_offers_the_known_figures_that_it_may_say_again(visit: Visit) -> None:
    store = visit.desk.store
    known = store.ledger.add(figure("640000000", round="C"), source="Example Daily", published=date(2026, 11, 1))
    read = reading("商汤完成6.5亿美元融资。", figure("650000000", written="6.5亿美元", round="C"), title="商汤再传融资")
    store.take_in(page("again"), read, stored(read, judged(read.figures[0], "contradicts", against=(known,))))
    flag = next(flag for flag in store.flags.find(state="waiting") if flag.figure and flag.figure.low == 650_000_000)
    card = unescape(visit.get(f"/flags/{flag.id}").text)
    assert re.search(rf'<option value="figure:{known}">raised US\$640 million', card)
    assert visit.post(f"/flags/{flag.id}/decide", {"action": "merge", "same_as": "", "into": ""}).status_code == 422
    merged = visit.post(f"/flags/{flag.id}/decide", {"action": "merge", "same_as": f"figure:{known}", "into": ""})
    assert merged.status_code == 303
    assert store.flags.get(flag.id).state == "superseded"
    entry = store.ledger.get(known)
    assert entry is not None and len(entry.reports) == 2


def test_the_second_of_two_people_is_told(visit: Visit) -> None:
    id = visit.flag("raised")
    visit.post(f"/flags/{id}/decide", {"action": "accept"})
    visit.client.cookies.set("dw_name", "wu")
    answer = visit.post(f"/flags/{id}/decide", {"action": "reject", "reason": "old"})
    assert answer.status_code == 409
    assert "lin" in answer.text
    assert visit.desk.store.flags.get(id).state == "accepted"


def test_an_event_is_decided_together(visit: Visit) -> None:
    id = visit.flag("raised")
    answer = visit.post(f"/flags/{id}/decide", {"action": "accept", "whole_event": "1"}, headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert {flag.state for flag in visit.desk.store.flags.together(id)} == {"accepted"}


def test_htmx_gets_the_card_alone(visit: Visit) -> None:
    id = visit.flag("started")
    answer = visit.post(f"/flags/{id}/decide", {"action": "accept"}, headers={"hx-request": "true"})
    assert answer.text.lstrip().startswith("<article")
    assert 'data-state="accepted"' in answer.text
    assert (
        visit.get(f"/queue?shown={id},{visit.flag('raised')}", headers={"hx-request": "true"}).text.count("<article")
        == 0
    )


def test_filters(visit: Visit) -> None:
    assert visit.get("/?company=megvii").text.count("<article") == 1
    assert visit.get("/?kind=valuation").text.count("<article") == 2  # with the amount of the same event
    assert visit.get("/?kind=headcount").text.count("<article") == 0
    assert "Nothing waits" in visit.get("/?company=yitu").text


def test_a_pasted_page_is_judged(visit: Visit) -> None:
    text = "旷视科技今日宣布裁员300人，约占员工总数的10%。旷视科技表示补偿方案依法执行。"
    answer = visit.post("/add", {"text": text, "published": "2026-11-20", "outlet": "Chat"}, page="/add")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Chat" in visit.get("/?company=megvii").text
    assert visit.post("/add", {"text": text, "published": "soon"}, page="/add").status_code == 422


def test_sources_are_switched_and_added(visit: Visit) -> None:
    visit.post("/sources/theirs/enable", {"on": "0"})
    row = visit.desk.store.sources.get("theirs")
    assert row is not None and not row.source.enabled
    new = {"name": "new", "url": "http://127.0.0.1:9/feed.xml", "kind": "feed"}
    tried = unescape(visit.post("/sources", new).text)
    assert "new: it does not work" in tried and "cannot be reached" in tried and "Add all the same" in tried
    assert visit.desk.store.sources.get("new") is None
    assert visit.post("/sources", new | {"keep": "1"}).status_code == 303
    assert visit.desk.store.sources.get("new") is not None
    assert "there is a source 'new' already" in unescape(visit.post("/sources", new).text)
    assert visit.post("/sources", {"name": "bad", "url": "javascript:alert(1)", "kind": "feed"}).status_code == 422
    assert visit.desk.store.sources.get("bad") is None


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_no_page_names_an_address_outside_but_the_articles_own(visit: Visit, path: str, language: str) -> None:
    answer = visit.get(path, headers={"accept-language": language})
    assert answer.status_code in (200, 404)
    assert f'lang="{language}"' in answer.text or path == "/queue"
    for loaded in re.findall(r'(?:src|srcset|action|hx-[a-z]+)="([^"]*)"|<link[^>]*href="([^"]*)"', answer.text):
        address = "".join(loaded)
        assert not re.match(r"(?:https?:)?//", address), address
    assert " style=" not in answer.text
    assert not re.search(r"<script(?![^>]*\bsrc=)", answer.text)
    assert not re.search(r"\son[a-z]+=", answer.text)


def test_the_archived_page_is_sealed(visit: Visit) -> None:
    answer = visit.get("/articles/1/page")
    assert "商汤获6亿美元融资" in answer.text
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_the_language_and_the_name_are_remembered(visit: Visit) -> None:
    visit.post("/preferences", {"language": "zh-Hant", "name": "吳", "back": "/articles"})
    assert 'lang="zh-Hant"' in visit.get("/", headers={"accept-language": "en"}).text
    id = visit.flag("raised")
    visit.post(f"/flags/{id}/decide", {"action": "accept"})
    assert visit.desk.store.flags.get(id).decided_by == "吳"
    for back in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
        assert visit.post("/preferences", {"back": back}).headers["location"] == "/"


def test_a_letter_is_previewed_sealed(visit: Visit) -> None:
    answer = visit.get("/digests/preview")
    assert "SenseTime" in answer.text
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_unsubscribing_asks_a_person_and_obeys_a_mail_program(visit: Visit) -> None:
    subscriptions = visit.desk.wiring.post_office.subscriptions
    path = f"/unsubscribe/{subscriptions.token('desk@example.org')}"
    assert "Get no more letters?" in visit.get(path).text
    assert subscriptions.unsubscribed() == frozenset()
    assert visit.client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert subscriptions.unsubscribed() == {"desk@example.org"}
    assert visit.client.post("/unsubscribe/forged").status_code == 404


def test_what_was_rejected_before_stands_beside_its_look_alike(visit: Visit) -> None:
    first = visit.flag("raised")
    visit.post(f"/flags/{first}/decide", {"action": "reject", "reason": "other-company"})
    again = figure(event="e9", quote="商汤获6亿美元。", start=3, end=7)
    read = reading("商汤获6亿美元。", again, title="又一条")
    visit.desk.store.take_in(page("again"), read, stored(read, judged(again)))
    shown = visit.get("/?company=sensetime").text
    assert "Rejected before" in shown
    assert "another company&#39;s" in shown
