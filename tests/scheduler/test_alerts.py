"""Alerts: which flags are told at once, once for each target, signed, within the guard, and folded in a storm."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from crawler.config import Config, FetchConfig
from crawler.config.model import AlertConfig, MailConfig
from crawler.errors import ConfigError, TemporaryRefusal
from crawler.items import PollResult, Source
from crawler.rates import ecb_rates
from scheduler.alerts.message import Message, News, compose
from scheduler.alerts.room import FOLDED_FOR, AlertRoom, check_alerts
from scheduler.alerts.rules import quiet, wanted
from scheduler.alerts.targets import target_of
from storage.store import SqlStore
from tests.fakes import HandClock
from tests.scheduler.builders import NOW, figure, flag
from tests.storage.building import figure as money
from tests.storage.building import judged, page, reading, stored

TOKEN = "canary-token-4711"


@dataclass
class Receiver:
    """A loopback web server that keeps what is posted and answers what it is told; ``cut`` ends without an answer."""

    status: int = 200
    cut: bool = False
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _ in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@contextmanager
def receiving() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            made.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            if made.cut:
                self.close_connection = True
                return
            self.send_response(made.status)
            if 300 <= made.status < 400:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/{TOKEN}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def config(url: str, policy: str = "hold", allowed: tuple[str, ...] = ("127.0.0.0/8",), **rules: Any) -> Config:
    return Config(
        alert=(AlertConfig(url=SecretStr(url), **rules),),
        fetch=FetchConfig(allow_networks=allowed, timeout="5s"),  # type: ignore[arg-type]
        mail=MailConfig(in_doubt=policy),  # type: ignore[arg-type]
    )


def raise_flag(store: SqlStore, name: str, amount: str = "600000000") -> None:
    """One article with one new figure."""
    text = f"{name}：商汤获6亿美元融资。"
    told = money(amount, quote=text, start=len(name) + 4, end=len(name) + 8, event=name)
    read = reading(text, told, title=name)
    store.take_in(page(name), read, stored(read, judged(told)))


def told_once(room: AlertRoom) -> int:
    room.write_due()
    return room.hand_over().sent


ANY = AlertConfig(url=SecretStr("https://x.example/hook"))


@pytest.mark.parametrize(
    ("rules", "through"),
    [
        ({}, True),
        ({"kinds": ("headcount",)}, True),
        ({"kinds": ("raised",)}, False),
        ({"companies": ("megvii",)}, False),
        ({"reasons": ("contradicts", "denied")}, False),
        ({"reasons": ("new",)}, True),
        ({"tiers": ("filing",)}, False),
        ({"tiers": ("press",)}, True),
        ({"threshold": {"headcount": Decimal(5016)}}, True),
        ({"threshold": {"headcount": Decimal(5017)}}, False),
        ({"threshold": {"raised": Decimal(10**9)}}, True),
    ],
)
def test_rules(rules: dict[str, Any], through: bool) -> None:
    assert wanted(flag(), ANY.model_copy(update=rules), ecb_rates(), NOW.date()) is through


def test_a_threshold_is_in_dollars_and_a_sum_that_cannot_be_compared_is_told() -> None:
    alert = ANY.model_copy(update={"threshold": {"raised": Decimal(100_000_000)}})

    def passes(high: int | None, unit: str) -> bool:
        told = figure(kind="raised", low=Decimal(1), high=None if high is None else Decimal(high), unit=unit)
        return wanted(flag(figure=told), alert, ecb_rates(), NOW.date())

    assert passes(800_000_000, "CNY") and not passes(500_000_000, "CNY")
    assert passes(None, "USD") and passes(1, "XXX")


def test_a_signal_belongs_to_the_kinds_of_its_topic() -> None:
    signal = flag(figure=None, signal="started", topic="layoffs", reason="signal")
    assert wanted(signal, ANY.model_copy(update={"kinds": ("laid_off",)}), ecb_rates(), NOW.date())
    assert not wanted(signal, ANY.model_copy(update={"kinds": ("raised",)}), ecb_rates(), NOW.date())


@pytest.mark.parametrize(("hours", "utc", "still"), [("22:00-07:00", 15, True), ("22:00-07:00", 22, True), ("22:00-07:00", 23, False), ("12:00-13:00", 4, True), ("12:00-13:00", 5, False), ("", 15, False)])  # fmt: skip
def test_quiet_hours_reach_over_midnight(hours: str, utc: int, still: bool) -> None:
    alert = ANY.model_copy(update={"quiet": hours})
    assert quiet(alert, "Asia/Shanghai", datetime(2026, 11, 24, utc, tzinfo=UTC)) is still


def test_each_flag_is_told_once_and_the_past_is_not(store: SqlStore, clock: HandClock, receiver: Receiver) -> None:
    raise_flag(store, "old")
    room = AlertRoom(store, config(receiver.url), clock)
    assert told_once(room) == 0
    raise_flag(store, "new")
    assert told_once(room) == 1 and told_once(room) == 0
    body = json.loads(receiver.got[0][2])
    assert [told["article"]["title"] for told in body["data"]["flags"]] == ["new"]
    assert "SenseTime: raised US$600 million" in body["text"] and "1 new figure" in body["title"]


def test_a_flag_that_is_seen_after_one_of_a_higher_number_is_told_too(
    store: SqlStore, clock: HandClock, receiver: Receiver
) -> None:
    room = AlertRoom(store, config(receiver.url), clock)
    assert told_once(room) == 0
    raise_flag(store, "quick")
    numbered(store, "id + 1", "id")
    assert told_once(room) == 1
    raise_flag(store, "slow", "700000000")
    numbered(store, "(SELECT min(id) FROM flags) - 1", "(SELECT max(id) FROM flags)")
    clock.at += FOLDED_FOR
    assert told_once(room) == 1
    clock.at += FOLDED_FOR
    assert told_once(room) == 0
    assert [len(json.loads(body)["data"]["flags"]) for _, _, body in receiver.got] == [1, 1]


def numbered(store: SqlStore, number: str, which: str) -> None:
    with store.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE flags SET id = {number} WHERE id = {which}")


def test_a_storm_is_one_message(store: SqlStore, clock: HandClock, receiver: Receiver) -> None:
    room = AlertRoom(store, config(receiver.url), clock)
    told_once(room)
    for number in range(30):
        raise_flag(store, f"storm {number}", str(600_000_000 + number))
        told_once(room)
        clock.at += timedelta(seconds=15)
    clock.at += timedelta(minutes=10)
    told_once(room)
    assert len(receiver.got) == 2
    assert [len(json.loads(body)["data"]["flags"]) for _, _, body in receiver.got] == [1, 29]
    assert "and 19 more" in json.loads(receiver.got[1][2])["text"]


def test_quiet_hours_gather(store: SqlStore, clock: HandClock, receiver: Receiver) -> None:
    room = AlertRoom(store, config(receiver.url, quiet="08:00-10:00"), clock)
    told_once(room)
    raise_flag(store, "one")
    raise_flag(store, "two", "700000000")
    assert told_once(room) == 0
    clock.at += timedelta(hours=1)
    assert told_once(room) == 1 and len(json.loads(receiver.got[0][2])["data"]["flags"]) == 2


def test_what_is_posted_is_signed_and_cannot_be_replayed(
    store: SqlStore, clock: HandClock, receiver: Receiver, tmp_path: Path
) -> None:
    secret = base64.b64encode(b"a shared secret of ours").decode()
    (tmp_path / "secret").write_text(f"whsec_{secret}\n")
    room = AlertRoom(store, config(receiver.url, secret_file=str(tmp_path / "secret")), clock)
    assert room.try_all()[0][1] is None
    _, headers, body = receiver.got[0]
    told = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(b"a shared secret of ours", told, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert int(headers["webhook-timestamp"]) == int(clock.at.timestamp())


@pytest.mark.parametrize(("status", "end"), [(503, "waiting"), (429, "waiting"), (404, "failed"), (302, "failed")])
def test_refusals(store: SqlStore, clock: HandClock, receiver: Receiver, status: int, end: str) -> None:
    receiver.status = status
    room = AlertRoom(store, config(receiver.url), clock)
    told_once(room)
    raise_flag(store, "new")
    assert told_once(room) == 0
    row = store.outbox.list(kind="alert")[0]
    assert row.state == end and str(status) in (row.error or "") and TOKEN not in (row.error or "")
    assert len(receiver.got) == 1  # no redirect was followed
    receiver.status = 200
    clock.at += timedelta(minutes=11)
    assert room.hand_over().sent == (end == "waiting")
    assert len(set(receiver.ids())) == 1


@pytest.mark.parametrize(("policy", "times"), [("hold", 1), ("resend", 2)])
def test_a_connection_that_breaks_leaves_it_in_doubt(
    store: SqlStore, clock: HandClock, receiver: Receiver, policy: str, times: int
) -> None:
    receiver.cut = True
    room = AlertRoom(store, config(receiver.url, policy), clock)
    told_once(room)
    raise_flag(store, "new")
    assert room.write_due() == 1 and room.hand_over().in_doubt == 1
    receiver.cut = False
    clock.at += timedelta(minutes=20)
    room.hand_over()
    assert len(receiver.got) == times and len(set(receiver.ids())) == 1


def test_a_private_address_is_not_asked(store: SqlStore, clock: HandClock, receiver: Receiver) -> None:
    for url in (receiver.url, receiver.url.replace("http:", "json:")):
        name, error = AlertRoom(store, config(url, allowed=()), clock).try_all()[0]
        assert error is not None and "loopback" in error and TOKEN not in error + name
    assert receiver.got == []


def test_nobody_there_is_for_now(store: SqlStore, clock: HandClock) -> None:
    room = AlertRoom(store, config(f"http://127.0.0.1:9/{TOKEN}"), clock)
    target = target_of(room.config.alert[0], 1)
    with pytest.raises(TemporaryRefusal, match=r"webhook:\w{12} cannot be reached"):
        room.send(target, Message("t", "x", {}), "msg_1")
    assert TOKEN not in repr(target)


def test_apprise_tells_and_loads_one_kind_alone(store: SqlStore, clock: HandClock, receiver: Receiver) -> None:
    room = AlertRoom(store, config(receiver.url.replace("http:", "json:")), clock)
    assert room.try_all() == [(room.targets()[0][1].name, None)]
    path, _, body = receiver.got[0]
    assert path == f"/{TOKEN}" and "can send alerts" in json.loads(body)["message"]
    receiver.status = 500
    assert "could not be told" in str(room.try_all()[0][1])


def test_of_apprise_only_what_is_named_is_loaded() -> None:
    import subprocess
    import sys

    look = "import sys; from scheduler.alerts.notify import plugin_of; print(plugin_of('feishu').__name__, sum(m.startswith('apprise.plugins.') for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    name, loaded = done.stdout.split()
    assert name == "NotifyFeishu" and int(loaded) < 10


def test_of_apprise_also_the_larger_kinds_are_found() -> None:
    # Some kinds are packages, e-mail among them.
    mail = AlertConfig(url=SecretStr("mailtos://someone:canary@example.org?smtp=mail.example.org"))
    check_alerts(Config(alert=(mail,)), set())


@pytest.mark.parametrize("url", ["nonsense://x", "slack://x"])
def test_an_address_that_apprise_does_not_take_is_explained(store: SqlStore, clock: HandClock, url: str) -> None:
    error = AlertRoom(store, config(url), clock).try_all()[0][1]
    assert error is not None and "Apprise" in error


def test_a_source_that_is_down_for_long_is_told_once(store: SqlStore, clock: HandClock, receiver: Receiver) -> None:
    store.sources.add(Source("morning", "feed", "https://news.example/feed"))
    room = AlertRoom(store, config(receiver.url, sources_down="2d"), clock)
    told_once(room)
    for _ in range(6):
        store.sources.polled("morning", PollResult("failed", error="no answer"))
        told_once(room)
        clock.at += timedelta(hours=12)
    assert len(receiver.got) == 1 and "morning" in json.loads(receiver.got[0][2])["text"]
    store.sources.polled("morning", PollResult("unchanged"))
    told_once(room)
    for _ in range(6):
        store.sources.polled("morning", PollResult("failed", error="no answer"))
        told_once(room)
        clock.at += timedelta(hours=12)
    assert len(receiver.got) == 2


def test_a_silence_is_told_where_that_is_wished(store: SqlStore, clock: HandClock, receiver: Receiver) -> None:
    room = AlertRoom(store, config(receiver.url, silence=True), clock)
    told_once(room)
    store.runs.missed("daemon", clock.at - timedelta(hours=5), "no daemon ran from 20:00 to 01:00 UTC")
    assert told_once(room) == 1 and told_once(room) == 0
    assert "no daemon ran from" in json.loads(receiver.got[0][2])["text"]


def test_a_wrong_alert_is_told_without_its_secret(tmp_path: Path) -> None:
    wrong: list[tuple[AlertConfig, str]] = [
        (AlertConfig(url=SecretStr(f"no address {TOKEN}")), "is none"),
        (AlertConfig(url_file=str(tmp_path / "gone")), "cannot be read"),
        (ANY.model_copy(update={"companies": ("sensetim",)}), "did you mean sensetime"),
        (AlertConfig(url=SecretStr(f"feishuu://{TOKEN}")), "number 1. can reach nobody.*did you mean feishu://"),
        (AlertConfig(url=SecretStr("slack://x")), "does not take this for a slack:// address"),
    ]
    for alert, why in wrong:
        with pytest.raises(ConfigError, match=why) as told:
            check_alerts(Config(alert=(alert,)), {"sensetime"})
        assert TOKEN not in str(told.value)


def test_the_words_of_every_language() -> None:
    for language, said in (("en", "1 new figure"), ("zh-Hans", "1个新数字"), ("zh-Hant", "1個新數字")):
        message = compose(News((flag(),)), language, "Asia/Shanghai", "https://desk.example/")  # type: ignore[arg-type]
        assert said in message.title and "https://desk.example/flags/1" in message.text
        assert Message.of_bytes(message.to_bytes()) == message


class Killed(BaseException):
    """A process that ends between the answer and our commit."""


def test_a_crash_between_answer_and_commit_tells_nobody_twice(
    store: SqlStore, clock: HandClock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = AlertRoom(store, config(receiver.url), clock)
    told_once(room)
    raise_flag(store, "new")
    room.write_due()
    real: Callable[..., None] = type(store.outbox).mark
    with monkeypatch.context() as patched:
        patched.setattr(type(store.outbox), "mark", lambda *_, **__: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            room.hand_over()
    assert type(store.outbox).mark is real
    clock.at += timedelta(hours=1)
    assert told_once(room) == 0 and len(receiver.got) == 1
    assert [row.state for row in store.outbox.list(kind="alert")] == ["in_doubt"]
