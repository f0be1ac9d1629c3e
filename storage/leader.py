"""One daemon at a time: a lock that ends with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from sqlalchemy import Connection, text

from crawler.errors import StoreError
from storage.engine import Database

_KEY = 0x64726167  # any number that all daemons of one database share


class Leader:
    """Held by the one daemon of a database; raises StoreError that names the holder where there is one already.

    Beside a SQLite file it is a ``flock`` on ``FILE.daemon``, on PostgreSQL an advisory lock of one session: both are
    given back by the kernel or the server when the process dies.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._file: IO[str] | None = None
        self._session: Connection | None = None

    def __enter__(self) -> Self:
        if self._database.path is not None:
            self._file = _locked(self._database.path.with_name(self._database.path.name + ".daemon"))
        elif not self._database.sqlite:
            self._session = _session(self._database)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The file stays: removing it would let a third daemon lock a new file while a second waits on the old one.
        if self._file is not None:
            self._file.close()
        if self._session is not None:
            self._session.close()


def _locked(path: Path) -> IO[str]:
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "another process"
        file.close()
        raise StoreError(
            f"a daemon already runs on this database ({holder}); stop it first, or leave it running"
        ) from None
    file.truncate(0)
    file.write(f"process {os.getpid()} on {socket.gethostname()}")
    file.flush()
    return file


def _session(database: Database) -> Connection:
    session = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    if not session.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY}).scalar():
        holder = session.execute(
            text(
                "SELECT 'process ' || pid || ' from ' || coalesce(host(client_addr), 'this machine') FROM pg_locks "
                "JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND objid = :key AND granted"
            ),
            {"key": _KEY},
        ).scalar()
        session.close()
        raise StoreError(f"a daemon already runs on this database ({holder}); stop it first, or leave it running")
    return session
