"""Turns what a database driver says into one sentence that names the thing, the cause and the mend."""

from __future__ import annotations

import sqlite3

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from crawler.errors import StoreError, StoreUnavailable

_SQLITE: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_BUSY: (StoreUnavailable, "is being written by another process; wait for it, or stop it, and try again"),
    sqlite3.SQLITE_LOCKED: (StoreUnavailable, "is being written by another process; wait for it, or stop it, and try again"),
    sqlite3.SQLITE_FULL: (StoreUnavailable, "has no room left on its disk; free some space and the work goes on"),
    sqlite3.SQLITE_IOERR: (StoreUnavailable, "could not be read or written by its disk; check the disk and the space left on it"),
    sqlite3.SQLITE_READONLY: (StoreError, "is read-only for this user; make the file and its folder writable, or name another in storage.url"),
    sqlite3.SQLITE_CANTOPEN: (StoreError, "cannot be opened; make sure that its folder exists and is writable, or name another in storage.url"),
    sqlite3.SQLITE_PERM: (StoreError, "may not be opened by this user; change the rights of the file"),
    sqlite3.SQLITE_NOTADB: (StoreError, "is not a SQLite database; name another file in storage.url, or restore a backup"),
    sqlite3.SQLITE_CORRUPT: (StoreError, "is damaged; run `dragonwatch doctor`, then `dragonwatch restore` with your last backup"),
}  # fmt: skip

_CONFLICTS = {"40001", "40P01", "55P03"}
"""PostgreSQL: serialisation failure, deadlock, lock not available."""
_FULL = {"53100"}
_READ_ONLY = {"25006"}
_REFUSED = {"28000", "28P01"}
_NO_DATABASE = {"3D000"}


def explain(error: DBAPIError, url: URL) -> StoreError:
    """The error for a user; ``conflict`` is True on it where the same transaction may simply be begun again."""
    name = url.render_as_string(hide_password=True)
    if isinstance(error.orig, sqlite3.Error):
        return _explain_sqlite(error.orig, name)
    return _explain_postgresql(error, name)


def _explain_sqlite(error: sqlite3.Error, name: str) -> StoreError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    kind, mend = _SQLITE.get(code, (StoreError, f"refused a statement ({error}); please report this"))
    told = kind(f"The database {name} {mend}.")
    told.conflict = code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)  # type: ignore[attr-defined]
    return told


def _explain_postgresql(error: DBAPIError, name: str) -> StoreError:
    state = getattr(error.orig, "sqlstate", None)
    if state in _CONFLICTS:
        told: StoreError = StoreUnavailable(f"The database {name} is busy with other writers; try again.")
        told.conflict = True  # type: ignore[attr-defined]
        return told
    if state in _FULL:
        return StoreUnavailable(
            f"The database {name} has no room left on its disk; free some space and the work goes on."
        )
    if state in _READ_ONLY:
        return StoreError(f"The database {name} is read-only now; name the writable server in storage.url.")
    if state in _REFUSED:
        return StoreError(f"The database {name} refuses this user; check the name and the password in storage.url.")
    if state in _NO_DATABASE:
        return StoreError(f"The database {name} does not exist on that server; create it with `createdb`.")
    if state is None or state.startswith(("08", "57P")):
        return StoreUnavailable(f"The database {name} does not answer; check that the server runs and can be reached.")
    return StoreError(f"The database {name} refused a statement ({str(error.orig).strip()}); please report this.")
