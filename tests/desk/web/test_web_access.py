"""Who may call what, and what must be there for a request to count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.routing import APIRoute

from crawler.config import load_config
from crawler.errors import ConfigError
from desk.web.accounts import Accounts
from desk.web.state import open_desk
from desk.wiring import Wiring, wire
from tests.desk.conftest import Installation
from tests.desk.web.conftest import Client, Visit

ROLES = {
    "anyone": (
        "GET /login, POST /login, POST /logout, POST /preferences, GET /health, GET /ready, GET /unsubscribe/{token}, "
        "POST /unsubscribe/{token}"
    ),
    "reader": (
        "GET /, GET /queue, GET /flags/{id}, GET /companies, GET /companies/{key}, GET /figures, GET /figures.csv, "
        "GET /stories, GET /stories/{id}, GET /articles, GET /articles/{id}, GET /articles/{id}/page, GET /sources, "
        "GET /metrics, GET /digests, GET /digests/preview, GET /runs, GET /add, GET /feeds/flags.{format}, GET /feeds/figures.{format}, "
        "GET /feeds/stories.{format}, GET /api/flags, GET /api/flags/{id}, GET /api/figures, GET /api/articles, "
        "GET /api/articles/{id}, GET /api/stories, GET /api/sources, GET /api/runs, GET /api/openapi.json"
    ),
    "reviewer": (
        "POST /flags/{id}/decide, POST /flags/{id}/undo, POST /add, POST /api/flags/{id}/decide, POST /api/flags/{id}/undo"
    ),
    "admin": "POST /sources, POST /sources/{name}/enable, POST /sources/{name}/check, POST /digests/{id}/resolve",
}


def routes(visit: Visit) -> Iterator[tuple[str, str, str]]:
    """Method, path and role of every route."""

    def of(route: APIRoute) -> str:
        roles = [getattr(part.call, "role", None) for part in route.dependant.dependencies]
        found = [role for role in roles if role]
        assert len(found) == 1, f"{route.path} has the roles {found}"
        return str(found[0])

    for route in _all(visit.client.app.routes):
        for method in route.methods or ():
            yield method, route.path, of(route)


def _all(listed: Any) -> Iterator[APIRoute]:
    for route in listed:
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from _all(getattr(getattr(route, "original_router", route), "routes", None) or ())


def test_every_route_has_the_role_that_is_written_down(visit: Visit) -> None:
    written = {route: role for role, listed in ROLES.items() for route in listed.split(", ")}
    assert {f"{method} {path}": role for method, path, role in routes(visit)} == written


def test_a_get_changes_nothing(visit: Visit) -> None:
    before = visit.desk.store.flags.counts()
    for method, path, _ in routes(visit):
        if method == "GET":
            assert (
                visit.get(
                    path.replace("{id}", "1").replace("{key}", "sensetime").replace("{format}", "atom")
                ).status_code
                < 500
            )
    assert visit.desk.store.flags.counts() == before


@pytest.mark.parametrize("how", ["no token", "forged token", "other origin", "other site"])
def test_what_changes_something_must_come_from_our_own_page(visit: Visit, how: str) -> None:
    id = visit.flag("raised")
    for method, path, _ in list(routes(visit)):
        if method == "GET" or path.startswith(("/api/", "/unsubscribe/")):
            continue
        address = path.replace("{id}", id).replace("{name}", "theirs")
        if how == "no token":
            answer = visit.client.post(address, data={"action": "accept"})
        elif how == "forged token":
            answer = visit.post(address, {"csrf": "0" * 64, "action": "accept"})
        else:
            headers = {"origin": "https://evil.example"} if how == "other origin" else {"sec-fetch-site": "cross-site"}
            answer = visit.post(address, {"action": "accept"}, headers=headers)
        assert answer.status_code == 403, path
    assert visit.desk.store.flags.get(id).state == "waiting"


def test_the_api_takes_json_alone_from_a_browser_without_token(visit: Visit) -> None:
    id = visit.flag("raised")
    path = f"/api/flags/{id}/decide"
    assert (
        visit.client.post(path, content='{"action":"accept"}', headers={"content-type": "text/plain"}).status_code
        == 403
    )
    assert (
        visit.client.post(path, json={"action": "accept"}, headers={"origin": "https://evil.example"}).status_code
        == 403
    )
    assert visit.client.post(path, json={"action": "accept"}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "127.0.0.1.evil.example:8420", "[:::"])
def test_a_name_that_is_not_the_desks_is_not_answered(visit: Visit, host: str) -> None:
    answer = visit.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "public_url" in answer.text


@pytest.mark.parametrize("host", ["localhost:8420", "127.0.0.1", "[::1]:8420"])
def test_its_own_names_are_answered(visit: Visit, host: str) -> None:
    assert visit.get("/", headers={"host": host}).status_code == 200


def test_every_answer_has_a_strict_policy_with_a_nonce_of_its_own(visit: Visit) -> None:
    policies = [
        visit.get(path).headers["content-security-policy"] for path in ("/", "/", "/articles", "/nope", "/api/flags")
    ]
    assert len(set(policies)) == len(policies)
    for policy in policies:
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy


@pytest.fixture
def with_accounts(wiring: Wiring, visit: Visit) -> Visit:
    for name, role in (("rita", "reader"), ("vera", "reviewer"), ("ada", "admin")):
        visit.desk.accounts.add(name, f"{name} has a long password", role)  # type: ignore[arg-type]
    return visit


def log_in(visit: Visit, name: str, password: str | None = None) -> int:
    visit.client.cookies.clear()
    form = {"name": name, "password": password or f"{name} has a long password"}
    return visit.post("/login", form, page="/login").status_code


def test_with_accounts_nobody_gets_in_without_one(with_accounts: Visit) -> None:
    assert with_accounts.get("/", follow_redirects=False).headers["location"] == "/login"
    assert with_accounts.get("/api/flags").status_code == 401
    assert with_accounts.get("/health").status_code == 200
    assert log_in(with_accounts, "rita", "wrong password here") == 403
    assert log_in(with_accounts, "nobody", "wrong password here") == 403


@pytest.mark.parametrize(("name", "decides", "changes"), [("rita", 403, 403), ("vera", 303, 403), ("ada", 303, 303)])
def test_a_role_may_what_it_says(with_accounts: Visit, name: str, decides: int, changes: int) -> None:
    assert log_in(with_accounts, name) == 303
    assert with_accounts.get("/").status_code == 200
    id = with_accounts.flag("raised")
    assert with_accounts.post(f"/flags/{id}/decide", {"action": "accept"}).status_code == decides
    assert with_accounts.post("/sources/theirs/enable", {"on": "0"}).status_code == changes
    if decides == 303:
        assert with_accounts.desk.store.flags.get(id).decided_by == name


def test_logging_out_and_a_new_password_end_a_session(with_accounts: Visit) -> None:
    log_in(with_accounts, "vera")
    session = with_accounts.client.cookies["dw_session"]
    with_accounts.post("/logout")
    assert with_accounts.get("/", follow_redirects=False).status_code == 303
    with_accounts.client.cookies.set("dw_session", session)
    assert with_accounts.get("/", follow_redirects=False).status_code == 200
    with_accounts.desk.accounts.add("vera", "another long password", "reviewer")
    assert with_accounts.get("/", follow_redirects=False).status_code == 303


def test_guessing_is_slowed_down(with_accounts: Visit) -> None:
    assert [log_in(with_accounts, "ada", f"a wrong password {number}") for number in range(6)] == [403] * 5 + [429]
    assert log_in(with_accounts, "ada") == 429


class Settings(dict[str, Any]):
    def set(self, key: str, value: Any) -> None:
        self[key] = value


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


def test_a_session_ends_and_cannot_be_forged() -> None:
    clock = Clock()
    accounts = Accounts(Settings(), clock)
    accounts.add("vera", "a long password", "reviewer")
    session = accounts.log_in("vera", "a long password")
    assert session is not None
    assert accounts.of_session(session) is not None
    name, epoch, until, sign = session.split("|")
    for forged in (
        f"ada|{epoch}|{until}|{sign}",
        f"{name}|{epoch}|2099-01-01T00:00:00+00:00|{sign}",
        "",
        "a|b|c|d",
        session[:-1],
    ):
        assert accounts.of_session(forged) is None
    clock.time += timedelta(hours=13)
    assert accounts.of_session(session) is None


def test_a_token_opens_the_api_with_its_role(with_accounts: Visit) -> None:
    token = with_accounts.desk.accounts.add_token("dashboard", "reader")
    headers = {"authorization": f"Bearer {token}"}
    assert with_accounts.get("/api/flags", headers=headers).status_code == 200
    id = with_accounts.flag("raised")
    refused = with_accounts.client.post(f"/api/flags/{id}/decide", json={"action": "accept"}, headers=headers)
    assert refused.status_code == 403
    assert with_accounts.get("/api/flags", headers={"authorization": "Bearer dw_wrong"}).status_code == 401
    assert token not in repr(with_accounts.desk.store.settings.get("tokens"))


@pytest.mark.parametrize("change", ['[desk]\nhost = "0.0.0.0"', '[desk]\npublic_url = "https://desk.example.org"'])
def test_beyond_this_machine_it_does_not_start_without_accounts(installation: Installation, change: str) -> None:
    installation.config.write_text(installation.config.read_text(encoding="utf-8") + change + "\n", encoding="utf-8")
    with wire(load_config(installation.config)) as wiring:
        with pytest.raises(ConfigError, match="user add"):
            open_desk(wiring, "lin")
        Accounts(wiring.store.settings, wiring.clock).add("ada", "a long password", "admin")
        desk = open_desk(wiring, "lin")
        client = Client(desk)
        assert client.get("/", follow_redirects=False).status_code == 303
        client.close()


def test_what_watches_the_desk_is_told_without_secrets(with_accounts: Visit) -> None:
    assert with_accounts.get("/health").json() == {"database": True, "schedule": True}
    assert with_accounts.get("/ready").json() == {"database": True}
    assert with_accounts.get("/metrics", follow_redirects=False).headers["location"] == "/login"
    token = with_accounts.desk.accounts.add_token("prometheus", "reader")
    assert with_accounts.get("/metrics", headers={"authorization": f"Bearer {token}"}).status_code == 404
