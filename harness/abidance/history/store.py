"""The file that runs are kept in: one sqlite database for a project, beside its failing calls.

A run is written as it goes on, an item in one transaction, so that one that is killed has what was judged until then.
Several processes may write at a time: each waits for the other's transaction, which is short (sqlite's write-ahead
log).
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from abidance.core.catalogue import HISTORY_UNREADABLE
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.files import keep_out_of_git
from abidance.core.outcome import worst

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from abidance.history.origin import Origin

FILE = "runs.sqlite3"
_VERSION = 2
_WAIT = 10.0
"""Seconds that a writer waits for another one's transaction."""
_TABLES = """
CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    began REAL NOT NULL,
    ended REAL,
    command TEXT NOT NULL,
    revision TEXT NOT NULL,
    changed INTEGER,
    machine TEXT NOT NULL,
    abidance TEXT NOT NULL,
    exit_code INTEGER,
    shared TEXT NOT NULL,
    changes TEXT NOT NULL DEFAULT ''
);
CREATE TABLE event (
    run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (run, number)
);
CREATE INDEX run_by_revision ON run(revision);
"""
_SINCE_VERSION_1 = "ALTER TABLE run ADD COLUMN changes TEXT NOT NULL DEFAULT ''"


@dataclass(frozen=True, slots=True)
class StoredRun:
    """What is known of a run beside its events. Times are in seconds since 1970; `ended` is None where it was killed.

    `subjects` are the contracts that it was about. `changes` names what was changed in the files of the revision.
    """

    id: int
    began: float
    ended: float | None
    command: str
    revision: str
    changed: bool | None
    machine: str
    abidance: str
    exit_code: int | None
    subjects: tuple[str, ...] = ()
    changes: str = ""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event of a run, as JSON: `kind` is the name of its class, `subject` the contract that it is about."""

    subject: str
    kind: str
    value: object


class RunStore:
    """The kept runs of one project; used as a context. Raises UsageError where the file is none of ours."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._ours: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; a later question opens it anew."""
        if self._ours is not None:
            self._ours.close()
            self._ours = None

    def begin(
        self, began: float, command: str, origin: Origin, abidance: str, keep: int, shared: str = ""
    ) -> int:
        """Note that a run begins, drop the oldest beyond the last `keep`, and return the number of the new one.

        Where another process has begun a run that is `shared` by the same word, it is that one.
        """
        with self._writing() as database:
            if shared and (
                found := database.execute("SELECT id FROM run WHERE shared = ?", (shared,)).fetchone()
            ):
                return int(found[0])
            row = database.execute(
                "INSERT INTO run (began, command, revision, changed, machine, abidance, shared, changes) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    began,
                    command,
                    origin.revision,
                    origin.changed,
                    origin.machine,
                    abidance,
                    shared,
                    origin.changes,
                ),
            )
            database.execute(
                "DELETE FROM run WHERE id NOT IN (SELECT id FROM run ORDER BY id DESC LIMIT ?)", (keep,)
            )
        with self._reading() as database:  # gives back to the system what the oldest runs took
            database.execute("PRAGMA incremental_vacuum")
        assert row.lastrowid is not None
        return row.lastrowid

    def add(self, run: int, events: list[StoredEvent], *, instead_of: str = "") -> None:
        """Add events to a run, in the place of those about the subject `instead_of`, if that is given."""
        with self._writing() as database:
            if instead_of:
                database.execute("DELETE FROM event WHERE run = ? AND subject = ?", (run, instead_of))
            (last,) = database.execute(
                "SELECT coalesce(max(number), 0) FROM event WHERE run = ?", (run,)
            ).fetchone()
            database.executemany(
                "INSERT INTO event VALUES (?, ?, ?, ?, ?)",
                [
                    (run, last + number, each.subject, each.kind, _packed(each.value))
                    for number, each in enumerate(events, 1)
                ],
            )

    def end(self, run: int, ended: float, exit_code: int) -> None:
        """Note how a run has ended; of several processes that wrote it, the worst."""
        with self._writing() as database:
            row = database.execute("SELECT exit_code FROM run WHERE id = ?", (run,)).fetchone()
            if row is not None:
                code = worst((exit_code, row[0] or 0))
                database.execute("UPDATE run SET ended = ?, exit_code = ? WHERE id = ?", (ended, code, run))

    def runs(self) -> list[StoredRun]:
        """Return all kept runs, the last first."""
        with self._reading() as database:
            subjects: dict[int, list[str]] = {}
            for run, subject in database.execute(
                "SELECT run, subject FROM event WHERE subject != '' GROUP BY run, subject ORDER BY run, min(number)"
            ):
                subjects.setdefault(run, []).append(subject)
            columns = "id, began, ended, command, revision, changed, machine, abidance, exit_code, changes"
            return [
                _stored(row, subjects.get(row[0], []))
                for row in database.execute(f"SELECT {columns} FROM run ORDER BY id DESC")  # noqa: S608
            ]

    def events(self, run: int, subject: str = "") -> list[StoredEvent]:
        """Return the events of a run, of one subject if that is given, in their order."""
        with self._reading() as database:
            rows = database.execute(
                "SELECT subject, kind, value FROM event WHERE run = ? AND (? = '' OR subject = ?) ORDER BY number",
                (run, subject, subject),
            )
            return [StoredEvent(row[0], row[1], _unpacked(row[2])) for row in rows]

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            if self._ours is None:
                self._ours = _opened(self._file)
            yield self._ours
        except (sqlite3.Error, zlib.error, ValueError) as error:
            raise _unreadable(self._file, str(error)) from None


def _opened(file: Path) -> sqlite3.Connection:
    """Open the database, which is made private to its owner where there is none; raises sqlite3.Error, UsageError."""
    if not file.exists():
        try:
            keep_out_of_git(file.parent)
            os.close(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise _unreadable(file, (error.strerror or str(error)).lower()) from None
    database = sqlite3.connect(file, timeout=_WAIT, isolation_level=None)
    try:
        database.execute("PRAGMA auto_vacuum = INCREMENTAL")
        _log_ahead(database)
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("BEGIN IMMEDIATE")
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version == 0:
            for statement in _TABLES.split(";"):
                database.execute(statement)
        elif version == 1:
            database.execute(_SINCE_VERSION_1)
            version = 0
        if version == 0:
            database.execute(f"PRAGMA user_version = {_VERSION}")
        database.execute("COMMIT")
    except BaseException:
        database.close()
        raise
    if version not in (0, _VERSION):
        database.close()
        raise _unreadable(file, f"another version of abidance has written it (format {version})")
    return database


def _log_ahead(database: sqlite3.Connection) -> None:
    """Have writes go to a log first; waits `_WAIT` seconds for others, as sqlite does itself for all but this step.

    A change of mode goes from a read lock to an exclusive one; where two do it, sqlite refuses one at once, without
    its busy handler, for neither would let go (https://sqlite.org/c3ref/busy_handler.html).
    """
    until = time.monotonic() + _WAIT
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.005)
        else:
            return


def _stored(row: Sequence[Any], subjects: list[str]) -> StoredRun:
    run, began, ended, command, revision, changed, machine, version, exit_code, changes = row
    changed = None if changed is None else bool(changed)
    return StoredRun(
        run, began, ended, command, revision, changed, machine, version, exit_code, tuple(subjects), changes
    )


def _unreadable(file: Path, why: str) -> UsageError:
    return UsageError(
        Diagnostic(
            HISTORY_UNREADABLE,
            f"the runs that `{file}` keeps cannot be used: {why}",
            help="it holds nothing but past runs: move it away, and the next run begins a new one",
        )
    )


def _packed(value: object) -> bytes:
    return zlib.compress(
        json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    )


def _unpacked(raw: bytes) -> object:
    value: object = json.loads(zlib.decompress(raw).decode("utf-8", "surrogatepass"))
    return value
