"""Tables tell times in the configured zone, whatever the machine's is; JSON tells moments with their offset."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from tests.desk.conftest import Installation

TEXT = "旷视科技今日宣布裁员300人，约占员工总数的10%。旷视科技表示补偿方案依法执行。"


@pytest.fixture(autouse=True)
def machine_elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose own zone is neither the configured one nor UTC."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("zone", "told"), [("Asia/Shanghai", "2026-11-21 01:30"), ("Europe/Berlin", "2026-11-20 18:30")]
)
def test_times_are_told_in_the_configured_zone(installation: Installation, zone: str, told: str) -> None:
    text = installation.config.read_text(encoding="utf-8").replace("[schedule]", f'[schedule]\ntimezone = "{zone}"')
    installation.config.write_text(text, encoding="utf-8")
    taken = installation.run("add", "-", "--published", "2026-11-20T17:30+00:00", input=TEXT)
    assert taken.exit_code == 0, taken.stderr
    for words in (["articles"], ["flags"], ["stories"], ["article", "3"]):
        assert told in installation.run(*words).stdout, words
    rows = json.loads(installation.run("articles", "--json").stdout)
    assert "2026-11-20T17:30:00+00:00" in [row["published"] for row in rows]
