"""The post office against a real mail server and a real clock's moods: cut off, killed, asleep, in five zones."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from crawler.config import Config, RecipientConfig
from crawler.config.model import MailConfig
from scheduler.digest.office import PostOffice
from scheduler.digest.smtp import SmtpMailer
from storage.store import SqlStore, open_store
from tests.fakes import HandClock
from tests.scheduler.test_smtp import _free_port

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia")

SENDER = """
import sys, time
from datetime import UTC, datetime
from crawler.config import Config, RecipientConfig
from crawler.config.model import MailConfig
from crawler.clock import SystemClock
from scheduler.digest.office import PostOffice
from scheduler.digest.smtp import SmtpMailer
from storage.store import open_store

url, port, policy = sys.argv[1], int(sys.argv[2]), sys.argv[3]
class Later(SystemClock):
    def now(self):
        from datetime import timedelta
        return super().now() + timedelta(hours=float(sys.argv[4]))
store = open_store(url, clock=Later())
office = PostOffice(store, Config(mail=MailConfig(in_doubt=policy)), Later(), SmtpMailer("127.0.0.1", port))
print("sends", flush=True)
office.hand_over()
print("done", flush=True)
"""


class Slow:
    """Takes letters, and waits a little before it says so: that is when processes are killed."""

    def __init__(self, wait: float = 0.0) -> None:
        self.ids: list[str] = []
        self.wait = wait

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        import asyncio

        assert isinstance(envelope.content, bytes)
        self.ids.append(str(message_from_bytes(envelope.content)["Message-ID"]))
        await asyncio.sleep(self.wait)
        return "250 OK"


@pytest.fixture
def inbox() -> Iterator[tuple[Slow, int]]:
    taking = Slow(0.003)
    controller = Controller(taking, hostname="127.0.0.1", port=_free_port())
    controller.start()
    yield taking, controller.port
    controller.stop()


def put_in(store: SqlStore, count: int) -> set[str]:
    """Letters to be sent; their Message-IDs."""
    ids = {f"<{number}@x.example>" for number in range(count)}
    for number, id in enumerate(sorted(ids)):
        store.outbox.add(f"r{number}@x.example", "e", id, f"Message-ID: {id}\r\n\r\nhi\r\n".encode())
    return ids


@pytest.mark.parametrize("policy", ["hold", "resend"])
@pytest.mark.parametrize("kills", [3, pytest.param(200, marks=pytest.mark.gauntlet)])
def test_killed_at_any_moment(tmp_path: Path, inbox: tuple[Slow, int], policy: str, kills: int) -> None:
    """Hold: nothing twice, every loss listed. Resend: nothing lost, what is doubled has one Message-ID."""
    taking, port = inbox
    url = f"sqlite:///{tmp_path}/d.db"
    store = open_store(url, clock=HandClock(datetime.now(UTC)))
    ids = put_in(store, kills * 12)
    moments = random.Random(kills)
    hours = 0.0
    for _ in range(kills):
        hours += 1
        call = [sys.executable, "-c", SENDER, url, str(port), policy, str(hours)]
        with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None and process.stdout.readline() == "sends\n"
            time.sleep(moments.uniform(0, 0.12))
            process.kill()
    done = subprocess.run([*call[:-1], str(hours + 1)], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("done\n"), done.stderr
    arrived = Counter(taking.ids)
    states = Counter(row.state for row in store.outbox.list(limit=None))
    doubtful = {row.message_id for row in store.outbox.list(state="in_doubt", limit=None)}
    store.close()
    if policy == "hold":
        assert max(arrived.values()) == 1
        assert ids - set(arrived) <= doubtful
        assert states["waiting"] == states["failed"] == 0
    else:
        assert set(arrived) == ids
        assert states == {"sent": len(ids)}


def test_one_connection_takes_many_letters_and_is_made_anew_when_it_breaks(
    tmp_path: Path, inbox: tuple[Slow, int]
) -> None:
    taking, port = inbox
    clock = HandClock(datetime(2026, 11, 24, 1, tzinfo=UTC))
    store = open_store(f"sqlite:///{tmp_path}/d.db", clock=clock)
    ids = put_in(store, 5)
    mailer = SmtpMailer("127.0.0.1", port)
    office = PostOffice(store, Config(mail=MailConfig()), clock, mailer)
    with mailer:
        assert office.hand_over().sent == 5
    assert set(taking.ids) == ids
    with mailer:
        mailer(b"Message-ID: <a>\r\n\r\n", "d@localhost", "a@x.example")
        assert mailer.kept is not None
        mailer.kept.sock.close()
        mailer(b"Message-ID: <b>\r\n\r\n", "d@localhost", "a@x.example")
    assert taking.ids[-2:] == ["<a>", "<b>"] and mailer.kept is None
    store.close()


@pytest.mark.parametrize(
    ("start", "days"),
    [
        (datetime(2026, 3, 6, tzinfo=UTC), 5),  # New York springs forward on the 8th
        (datetime(2026, 10, 24, tzinfo=UTC), 5),  # Berlin falls back on the 25th
        pytest.param(datetime(2024, 1, 1, tzinfo=UTC), 1096, marks=pytest.mark.gauntlet),
    ],
)
def test_one_letter_a_local_day_whatever_the_clock_does(tmp_path: Path, start: datetime, days: int) -> None:
    """Hourly looks in five zones, with a clock that jumps an hour or a day back now and then: nothing is sent again."""
    clock = HandClock(start)
    store = open_store(f"sqlite:///{tmp_path}/d.db", clock=clock)
    boxes = {f"{zone.replace('/', '+').lower()}@x.example": zone for zone in ZONES}
    letters: dict[str, list[datetime]] = {zone: [] for zone in ZONES}

    def take(message: bytes, sender: str, recipient: str) -> None:
        letters[boxes[recipient]].append(clock.at)

    recipients = tuple(
        RecipientConfig(address=box, at="02:30", days="mon-sun", timezone=zone) for box, zone in boxes.items()
    )
    office = PostOffice(store, Config(recipient=recipients), clock, take)
    moods = random.Random(days)
    for hour in range(days * 24):
        clock.at = start + timedelta(hours=hour)
        jump = moods.choice((0, 0, 0, 0, -1, -24))
        for moment in (clock.at, clock.at + timedelta(hours=jump)):
            clock.at = moment
            office.write_due()
            office.hand_over()
    for zone in ZONES:
        # The first look catches up the day before; since then every day has its letter, and one alone.
        local = [moment.astimezone(ZoneInfo(zone)).date() for moment in letters[zone][1:]]
        assert len(local) == len(set(local)), zone
        assert len(local) >= days - 1, zone
    assert store.runs.recent("digest", state="missed") == []
    store.close()


def test_five_years_ahead_is_one_letter_and_quick(tmp_path: Path) -> None:
    clock = HandClock(datetime(2026, 11, 24, 1, tzinfo=UTC))
    store = open_store(f"sqlite:///{tmp_path}/d.db", clock=clock)
    taken: list[str] = []
    office = PostOffice(
        store, Config(recipient=(RecipientConfig(address="a@x.example"),)), clock, lambda m, s, r: taken.append(r)
    )
    office.write_due()
    clock.at += timedelta(days=5 * 365)
    began = time.process_time()
    assert office.write_due() == 1 and office.write_due() == 0
    assert time.process_time() - began < 10
    assert office.hand_over().sent == 2
    store.close()
