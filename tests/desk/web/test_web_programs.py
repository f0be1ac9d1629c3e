"""What programs get: the API's shapes, cursors and ETags, and the outgoing feeds."""

from __future__ import annotations

import csv
import io
import json
import warnings
from typing import Any

import pytest

from tests.desk.cli.test_cli_commands import keys
from tests.desk.web.conftest import Visit


def items(visit: Visit, path: str) -> list[dict[str, Any]]:
    answer = visit.get(path)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@pytest.mark.parametrize(
    ("path", "shape"),
    [("flags", "flag"), ("figures", "known"), ("articles", "article"), ("stories", "story"), ("sources", "source")],
)
def test_listings_have_the_command_lines_shapes(visit: Visit, path: str, shape: str) -> None:
    rows = items(visit, f"/api/{path}")
    assert rows
    assert all(keys(shape) <= set(row) for row in rows)


@pytest.mark.parametrize("path", ["flags", "figures", "articles", "stories"])
def test_cursors_walk_through_all_and_each_once(visit: Visit, path: str) -> None:
    whole = [row["id"] for row in items(visit, f"/api/{path}?limit=1000")]
    walked: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = visit.get(f"/api/{path}?limit=2&after={cursor}").json()
        walked += [row["id"] for row in answer["items"]]
        cursor = answer["next"]
    assert walked == whole


def test_filters_and_one_of_each(visit: Visit) -> None:
    assert [row["company"] for row in items(visit, "/api/flags?company=megvii")] == ["megvii"]
    assert items(visit, "/api/flags?state=accepted") == []
    assert {row["kind"] for row in items(visit, "/api/figures?kind=valuation")} == {"valuation"}
    assert [row["title"] for row in items(visit, "/api/articles?search=裁员")] == ["旷视启动裁员"]
    article = visit.get("/api/articles/1").json()
    assert keys("article") | keys("one article") <= set(article)
    assert visit.get("/api/flags/1").json()["id"] == "1"


@pytest.mark.parametrize("path", ["/api/articles/99", "/api/flags/99", "/api/flags/x", "/api/nothing"])
def test_what_is_not_there_is_said_in_json(visit: Visit, path: str) -> None:
    answer = visit.get(path)
    assert answer.status_code == 404
    assert answer.json()["error"]


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "after=abc", "state=gone", "kind=revenue"])
def test_a_wrong_filter_is_refused(visit: Visit, query: str) -> None:
    assert visit.get(f"/api/flags?{query}").status_code == 422


def test_an_answer_that_is_known_already_is_not_sent_again(visit: Visit) -> None:
    for path in ("/api/flags", "/feeds/flags.atom"):
        etag = visit.get(path).headers["etag"]
        assert visit.get(path, headers={"if-none-match": etag}).status_code == 304


def test_verdicts_by_the_api(visit: Visit) -> None:
    id = visit.flag("raised")
    path = f"/api/flags/{id}"
    wrong = visit.client.post(f"{path}/decide", json={"action": "amend", "low": "7e9"})
    assert (wrong.status_code, "above high" in wrong.json()["error"]) == (422, True)
    assert visit.client.post(f"{path}/decide", json={"action": "accept", "colour": "red"}).status_code == 422
    done = visit.client.post(f"{path}/decide", json={"action": "amend", "low": "620m", "high": "620m"})
    assert (done.json()["state"], done.json()["figure"]["low"]) == ("amended", 620_000_000)
    assert visit.client.post(f"{path}/decide", json={"action": "accept"}).status_code == 409
    assert visit.client.post(f"{path}/undo", json={}).json()["state"] == "waiting"


def test_the_openapi_document_names_every_route_of_the_api(visit: Visit) -> None:
    paths = visit.get("/api/openapi.json").json()["paths"]
    assert set(paths) == {
        "/api/flags", "/api/flags/{id}", "/api/flags/{id}/decide", "/api/flags/{id}/undo", "/api/figures", "/api/articles",
        "/api/articles/{id}", "/api/stories", "/api/sources", "/api/runs",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["flags", "figures", "stories"])
def test_feeds_are_readable_and_their_ids_stable(visit: Visit, name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import feedparser

        first = feedparser.parse(visit.get(f"/feeds/{name}.atom").content)
        again = feedparser.parse(visit.get(f"/feeds/{name}.atom").content)
    assert not first.bozo
    assert first.version == "atom10"
    ids = [entry.id for entry in first.entries]
    assert ids
    assert len(set(ids)) == len(ids)
    assert ids == [entry.id for entry in again.entries]
    told = json.loads(visit.get(f"/feeds/{name}.json").content)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in told["items"]] == ids


def test_the_ledger_as_csv(visit: Visit) -> None:
    rows = list(csv.DictReader(io.StringIO(visit.get("/figures.csv?company=megvii").text)))
    assert {row["company"] for row in rows} == {"megvii"}
