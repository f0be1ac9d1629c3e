"""Opening a database: what is there, what is not, and who may use it."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, bindparam, text

from crawler.errors import ConfigError, DragonwatchError, StoreError, StoreUnavailable
from crawler.items import Source
from crawler.reading.fingerprint import fingerprint
from storage import schema
from storage.engine import Database
from storage.fingerprints import alike
from storage.store import SqlStore, open_store
from storage.tables import metadata
from storage.types import Moment
from tests.storage.building import page, reading, stored
from tests.storage.conftest import NOW, HandClock


def url(path: Path) -> str:
    return f"sqlite:///{path}"


OTHERWISE = {"ix_articles_published", "ix_stories_first_published", "ix_figures_value"}
"""PostgreSQL's begin with the newest, where SQLite walks its own backwards, or end in the number, as SQLite's do unsaid."""


def test_the_steps_lead_to_what_the_tables_declare(store: SqlStore) -> None:
    own = set() if store.database.sqlite else OTHERWISE
    with store.database.read() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": lambda _, name, *__: not str(name).startswith("search_index") and name not in own},
        )
        assert compare_metadata(context, metadata) == []
        if own:
            spelled = text(
                "SELECT indexname FROM pg_indexes WHERE indexdef ~ '(NULLS LAST, id DESC|high, [(][(]id [+] 0[)][)])[)]$'"
            )
            assert set(connection.execute(spelled).scalars()) == own


def test_the_last_step_is_the_one_this_version_speaks() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).with_name("migrations")))
    steps = ScriptDirectory.from_config(config)
    assert steps.get_current_head() == schema.HEAD
    assert [step.revision for step in reversed(list(steps.walk_revisions()))] == list(schema.VERSIONS)


def as_the_first_version_left_it(connection: Connection) -> None:
    for name in ("hosts", "workers"):
        connection.execute(text(f"DROP TABLE {name}"))
    connection.execute(text("CREATE INDEX ix_fingerprints_exact ON fingerprints (exact)"))
    connection.execute(text("DROP INDEX ix_reports_first"))
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP STATISTICS figures_values"))
    connection.execute(text("DELETE FROM source_states"))
    connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))


def test_a_database_of_an_earlier_schema_comes_over_with_what_it_holds(store: SqlStore, clock: HandClock) -> None:
    store.take_in(page(), reading(), stored(reading()))
    store.sources.add(Source("never polled", "feed", "https://feed.example"))
    before = [store.articles.get(row.id) for row in store.articles.find()]

    store.database.write(as_the_first_version_left_it)
    opened = open_store(store.database.url.render_as_string(hide_password=False), clock=clock)
    with opened.database.read() as connection:
        assert schema.version(connection) == schema.HEAD
        assert connection.execute(text("SELECT count(*) FROM hosts")).scalar() == 0
    assert [source.name for source in opened.sources.due(NOW, 10)] == ["never polled"]
    assert [opened.articles.get(row.id) for row in opened.articles.find()] == before != []
    opened.close()


def test_what_was_taken_down_has_no_next_look_any_more(store: SqlStore, clock: HandClock) -> None:
    store.take_in(page(), reading(), stored(reading()))

    def as_it_was(connection: Connection) -> None:
        as_the_first_version_left_it(connection)
        gone = text("UPDATE articles SET gone_at = :at, look_again = :at").bindparams(bindparam("at", type_=Moment()))
        connection.execute(gone, {"at": NOW})

    store.database.write(as_it_was)
    with closing(open_store(store.database.url.render_as_string(hide_password=False), clock=clock)) as opened:
        assert opened.articles.look_again(NOW, 10) == []
        assert [row.gone_at for row in opened.articles.find()] == [NOW]


def test_fingerprints_of_an_older_make_are_made_anew(store: SqlStore, clock: HandClock) -> None:
    for name in ("first", "second"):
        taken = reading(f"{name}：商汤科技宣布完成六亿美元融资，投后估值四十五亿美元")
        store.take_in(page(name), taken, stored(taken))

    store.database.write(as_the_first_version_left_it)
    opened = open_store(store.database.url.render_as_string(hide_password=False), clock=clock)
    with opened.database.read() as connection:
        for row in opened.articles.find():
            detail = opened.articles.get(row.id)
            assert detail is not None
            assert alike(connection, fingerprint(detail.text))[0] == int(row.id)
    opened.close()


def test_a_database_is_only_made_where_that_is_wanted(tmp_path: Path, clock: HandClock) -> None:
    with pytest.raises(StoreError, match=r"no database at .*new\.db; make one with `dragonwatch init`"):
        open_store(url(tmp_path / "new.db"), clock=clock, create=False)
    assert not (tmp_path / "new.db").exists()
    open_store(url(tmp_path / "new.db"), clock=clock).close()
    open_store(url(tmp_path / "new.db"), clock=clock, create=False).close()


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "newer.db"
    open_store(url(path), clock=clock).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match=r"written by a newer Dragonwatch \(schema 9999.*update Dragonwatch"):
        open_store(url(path), clock=clock)


@pytest.mark.parametrize(
    ("address", "kind", "told"),
    [
        ("postgresql//u:secret@host", ConfigError, "no database address"),
        ("mysql://host/db", ConfigError, "mysql, which is not supported"),
        ("sqlite:////nowhere/at/all/x.db", ConfigError, "there is no folder /nowhere/at/all; make it"),
        ("sqlite:////tmp", ConfigError, "which is a folder; name a file in it"),
    ],
)
def test_a_wrong_address_is_told_with_its_mend(
    address: str, kind: type[DragonwatchError], told: str, clock: HandClock
) -> None:
    with pytest.raises(kind, match=told) as caught:
        open_store(address, clock=clock)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_told(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear Sir or Madam, " * 200)
    with pytest.raises(StoreError, match="is not a SQLite database"):
        open_store(url(path), clock=clock)


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "contacts.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE contacts (name TEXT)")
    with pytest.raises(StoreError, match=r"another program's tables \(contacts\); name another in storage.url"):
        open_store(url(path), clock=clock)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("contacts",)]


def test_a_password_reaches_no_message(clock: HandClock) -> None:
    with pytest.raises(StoreUnavailable, match="does not answer") as error:
        open_store("postgresql+psycopg://user:secret@127.0.0.1:9/db?connect_timeout=2", clock=clock)
    assert "secret" not in str(error.value)


def test_a_locked_database_is_waited_for_and_then_told(sqlite_store: SqlStore, clock: HandClock) -> None:
    other = sqlite3.connect(sqlite_store.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    impatient = open_store(url(sqlite_store.database.path), clock=clock, busy_seconds=0.01)
    read = reading()
    with pytest.raises(StoreUnavailable, match="is being written by another process; wait for it"):
        impatient.take_in(page(), read, stored(read))
    assert impatient.articles.find() == []
    other.execute("ROLLBACK")
    other.close()
    impatient.take_in(page(), read, stored(read))
    impatient.close()


def test_a_read_only_database_can_be_looked_at_and_says_why_not_more(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "kept.db"
    open_store(url(path), clock=clock).close()
    store = open_store(f"sqlite:///file:{path}?mode=ro&uri=true", clock=clock)
    assert len(store.ledger.find()) > 50
    with pytest.raises(StoreError, match="is read-only for this user; make the file and its folder writable"):
        store.settings.set("a", 1)
    store.close()


def test_two_processes_may_make_one_database_at_once(tmp_path: Path, clock: HandClock) -> None:
    stores: list[SqlStore] = []
    errors: list[Exception] = []

    def make() -> None:
        try:
            stores.append(open_store(url(tmp_path / "new.db"), clock=clock))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len({len(store.ledger.find()) for store in stores}) == 1
    for store in stores:
        store.close()


def test_a_broken_step_leaves_nothing_behind(tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(connection: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(schema, "create_views", fail)
        open_store(url(tmp_path / "new.db"), clock=clock)
    database = Database(url(tmp_path / "new.db"))
    with database.read() as connection:
        assert schema.version(connection) is None
    database.close()
    store = open_store(url(tmp_path / "new.db"), clock=clock)
    assert len(store.ledger.find()) > 50
    store.close()


def test_the_ledger_is_filled_later_where_its_maker_was_killed_before(
    tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr("storage.store.shipped_seed", _cut)
        open_store(url(tmp_path / "new.db"), clock=clock)
    store = open_store(url(tmp_path / "new.db"), clock=clock)
    assert len(store.ledger.find()) > 50
    store.close()


def _cut() -> None:
    raise RuntimeError("power cut")


def test_a_store_in_memory_serves_all_threads(clock: HandClock) -> None:
    store = open_store("sqlite://", clock=clock)
    read = reading()
    threads = [threading.Thread(target=store.take_in, args=(page(f"p{n}"), read, stored(read))) for n in range(4)] + [
        threading.Thread(target=store.articles.find) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.articles.find()) == 4
    store.close()


def test_the_views_answer_a_plain_sqlite_connection(sqlite_store: SqlStore) -> None:
    read = reading()
    sqlite_store.take_in(page(), read, stored(read))
    connection = sqlite3.connect(sqlite_store.database.path)
    rows = connection.execute("SELECT outlet, companies, text, independent_outlets FROM v_articles").fetchall()
    assert rows == [("Example Daily", "sensetime", read.article.text, 1)]
    money = "SELECT sum(low) FROM v_figures WHERE company = 'megvii' AND kind = 'raised' AND unit = 'USD'"
    assert connection.execute(money).fetchone()[0] > 1e8
    assert connection.execute("SELECT count(*) FROM v_flags").fetchone() == (0,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
