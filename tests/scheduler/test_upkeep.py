"""Upkeep: once a day, each step by itself, rates over the shipped ones, copies that are few and good."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crawler.config import Config
from crawler.config.model import UpkeepConfig
from crawler.errors import DragonwatchError, ReadError, Unreachable
from crawler.fetch.answer import Answer
from crawler.rates import DayRates, ecb_rates, read_ecb
from scheduler.dayrates import rates_of, take_in
from scheduler.upkeep import due, keep_house
from storage.backup import verified
from storage.consistency import check_ledger
from storage.store import SqlStore
from storage.tables import known_figures
from tests.fakes import HandClock

ECB = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject>
<Cube><Cube time="2099-03-03"><Cube currency="USD" rate="1.25"/><Cube currency="CNY" rate="8.0"/><Cube currency="JPY" rate="N/A"/></Cube>
<Cube time="2099-03-02"><Cube currency="USD" rate="1.20"/></Cube></Cube></gesmes:Envelope>"""


class Web:
    """Answers with the rates, or is down."""

    def __init__(self, body: bytes | None) -> None:
        self.body = body

    def branch(self) -> Web:
        return self

    async def ask(self, url: str, terms: Any) -> Answer:
        if self.body is None:
            raise Unreachable(f"{url} cannot be reached")
        return Answer(url, url, 200, {}, self.body)


def config(tmp_path: Path, **changes: Any) -> Config:
    return Config(upkeep=UpkeepConfig(backups=str(tmp_path / "backups"), backups_kept=3, **changes))


def test_the_days_are_read_and_what_is_no_rate_is_left_out() -> None:
    days = read_ecb(ECB)
    assert days[date(2099, 3, 3)] == {"USD": Decimal("1.25"), "CNY": Decimal("8.0")}
    for broken in (
        b"",
        b"<html>",
        b"<a><Cube time='2099-03-03'/></a>",
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
    ):
        with pytest.raises(ReadError):
            read_ecb(broken)


def test_the_newer_day_counts(store: SqlStore) -> None:
    assert rates_of(store) is not None and take_in(read_ecb(ECB), store.settings) == 2
    rates = rates_of(store)
    assert isinstance(rates, DayRates)
    assert rates.convert(Decimal(100), "USD", "CNY", date(2099, 3, 5)) == (Decimal(640), date(2099, 3, 3))
    assert rates.convert(Decimal(100), "EUR", "USD", date(2099, 3, 2)) == (Decimal(120), date(2099, 3, 2))
    shipped = ecb_rates().convert(Decimal(100), "USD", "CNY", date(2020, 6, 1))
    assert rates.convert(Decimal(100), "USD", "CNY", date(2020, 6, 1)) == shipped
    assert rates.convert(Decimal(1), "USD", "XXX", date(2099, 3, 5)) is None
    assert take_in(read_ecb(ECB), store.settings) == 0


def test_once_a_day_and_not_on_the_first(store: SqlStore, clock: HandClock, tmp_path: Path) -> None:
    settings = config(tmp_path)
    assert not due(store, settings, clock)
    clock.at = datetime(2026, 11, 24, 19, 29, tzinfo=UTC)  # 03:29 in Shanghai
    assert not due(store, settings, clock)
    clock.at += timedelta(minutes=1)
    assert due(store, settings, clock)
    store.runs.finish(store.runs.start("upkeep"))
    clock.at += timedelta(hours=23, minutes=59)
    assert not due(store, settings, clock)
    clock.at += timedelta(days=3)
    assert due(store, settings, clock)


async def test_every_step_is_done_and_few_copies_are_kept(store: SqlStore, clock: HandClock, tmp_path: Path) -> None:
    settings = config(tmp_path)
    for _ in range(5):
        done = await keep_house(store, settings, clock, None, Web(ECB))  # type: ignore[arg-type]
        clock.at += timedelta(days=1)
    assert set(done) == {"rates", "history", "checks", "backup"} and done["rates"] == {"new": 0, "error": None}
    kept = sorted((tmp_path / "backups").glob("*.db"))
    assert [path.name for path in kept] == [f"dragonwatch-2026-11-{day}.db" for day in (26, 27, 28)]
    assert verified(kept[-1])["known_figures"] > 0


async def test_a_step_that_fails_keeps_no_other_from_being_done(
    store: SqlStore, clock: HandClock, tmp_path: Path
) -> None:
    (tmp_path / "backups").write_text("in the way")
    with pytest.raises(DragonwatchError, match="backup: "):
        await keep_house(store, config(tmp_path), clock, None, Web(None))  # type: ignore[arg-type]
    quiet = config(tmp_path).model_copy(update={"upkeep": UpkeepConfig(backups="")})
    done = await keep_house(store, quiet, clock, None, Web(None))  # type: ignore[arg-type]
    assert "cannot be reached" in done["rates"]["error"]  # the shipped rates stand in: no failure


def test_old_letters_go_and_the_last_one_stays(store: SqlStore, clock: HandClock) -> None:
    from storage.upkeep import keep_up

    for day in range(5):
        id = store.outbox.add("a@x.example", f"e{day}", f"<{day}>", b"letter", covers_until=clock.at)
        assert id is not None
        store.outbox.mark(id, "sent")
        clock.at += timedelta(days=30)
    assert keep_up(store, history=timedelta(days=40)).letters == 4
    last = store.outbox.last_edition("a@x.example")
    assert last is not None and last.edition == "e4"


def test_a_ledger_that_contradicts_itself_is_found(store: SqlStore) -> None:
    assert [finding.level for finding in check_ledger(store)] == ["ok"]
    first = store.ledger.find(limit=1)[0]
    store.database.write(
        lambda connection: connection.execute(
            known_figures.update().where(known_figures.c.id == int(first.id)).values(merged_into=int(first.id), low=Decimal(10), high=Decimal(9))
        )
    )  # fmt: skip
    told = " ".join(finding.told for finding in check_ledger(store))
    assert "merged into themselves" in told and "lower end is above" in told
