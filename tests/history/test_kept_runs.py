"""Runs are kept whole, whoever else writes and however they end, and old ones go."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import zlib
from dataclasses import replace

import pytest

from abidance.cli.codes import codes
from abidance.core.catalogue import NOT_MEASURED
from abidance.core.diagnostic import Diagnostic, Finding, Label
from abidance.core.errors import UsageError
from abidance.core.events import ItemFinished, ItemId, RunFinished, RunInterrupted, RunStarted, RunStopped
from abidance.core.excerpts import ExcerptLine, Excerpts
from abidance.core.outcome import Outcome
from abidance.core.profiles import FoldedStack, Profiled, ProfileFrame
from abidance.core.span import Span
from abidance.core.traces import Traced
from abidance.history import recorder_of, store_of
from abidance.history.origin import Origin
from abidance.history.past import Past
from abidance.history.recorder import RunRecorder
from abidance.history.store import FILE, RunStore, StoredEvent

pytestmark = pytest.mark.unit

HERE = Origin("a" * 40, changed=False, machine="m")
ITEM = ItemFinished(ItemId("b", "f", "properties", "c", "release"), Outcome.PASSED, cases=7)


@pytest.fixture(autouse=True)
def _a_project(tmp_path, monkeypatch):
    monkeypatch.setenv("ABIDANCE_HISTORY", "200")
    monkeypatch.setattr("abidance.history.recorder.origin", lambda _: HERE)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def store(tmp_path):
    with store_of(tmp_path) as found:
        yield found


def started(folder, boundary="b"):
    return RunStarted(boundary, str(folder / f"{boundary}.contract.yaml"), 1, ("c",), ("release",), 3)


def finished(folder, *items, boundary="b"):
    return RunFinished(boundary, str(folder / f"{boundary}.contract.yaml"), 3, items)


def past(folder):
    return Past(RunStore(folder / ".abidance" / FILE), folder, {code.id: code for code in codes()})


def keep(folder, *events, code=0, keeps=None):
    recorder = recorder_of(folder, "run", keeps)
    for event in events:
        recorder(event)
    recorder.close(code)


def test_a_run_comes_back_as_it_was(tmp_path):
    keep(tmp_path, started(tmp_path), ITEM, finished(tmp_path, ITEM), code=1)

    (run,) = past(tmp_path).runs
    shown = past(tmp_path).contract(run, "b.contract.yaml")
    assert (run.exit_code, run.revision, run.changed, run.machine) == (1, HERE.revision, False, "m")
    assert run.ended >= run.began
    assert (shown.started, shown.items, shown.finished) == (started(tmp_path), (ITEM,), finished(tmp_path))


def test_what_was_judged_before_the_end_counts_where_the_run_was_killed(tmp_path, store):
    recorder = RunRecorder(store, tmp_path, "run", 10, pytest.fail)
    recorder(started(tmp_path))
    recorder(ITEM)

    (run,) = past(tmp_path).runs
    assert (run.ended, run.exit_code) == (None, None)
    assert past(tmp_path).contract(run, "b.contract.yaml").items == (ITEM,)


def test_a_profile_is_kept(tmp_path):
    stacks = (ProfileFrame("f"),), (FoldedStack((0,), 9),)
    profile = Profiled(
        "b", str(tmp_path / "b.contract.yaml"), "f", "c", "release", "perf", "samples", *stacks
    )
    keep(tmp_path, profile)

    (run,) = past(tmp_path).runs
    assert past(tmp_path).contract(run, "b.contract.yaml").profiles == (profile,)
    assert profile.folded() == "f 9\n"


def test_a_trace_is_kept(tmp_path):
    trace = Traced("b", str(tmp_path / "b.contract.yaml"), "libb.so", ("./program",), 0.5, 0, 1, 41_000.0, ())
    keep(tmp_path, trace)

    (run,) = past(tmp_path).runs
    assert past(tmp_path).contract(run, "b.contract.yaml").traces == (trace,)


def test_items_are_kept_as_they_are_at_the_end(tmp_path):
    failed = ItemFinished(ITEM.item, Outcome.ERRORED)
    keep(tmp_path, started(tmp_path), ITEM, finished(tmp_path, failed))

    (run,) = past(tmp_path).runs
    assert past(tmp_path).contract(run, "b.contract.yaml").items == (failed,)


def test_a_contract_that_could_not_be_run_is_kept_with_its_reason(tmp_path):
    stop = RunStopped(str(tmp_path / "b.contract.yaml"), (), 2)
    keep(tmp_path, stop, RunInterrupted(), code=2)

    (run,) = past(tmp_path).runs
    assert past(tmp_path).contract(run, "b.contract.yaml").stopped == stop


def test_the_oldest_go_with_all_that_is_theirs(tmp_path):
    for _ in range(5):
        keep(tmp_path, started(tmp_path), ITEM, keeps=3)

    assert [each.id for each in past(tmp_path).runs] == [5, 4, 3]
    with sqlite3.connect(tmp_path / ".abidance" / FILE) as database:
        assert database.execute("SELECT min(run) FROM event").fetchone() == (3,)


def test_none_is_kept_where_none_is_to_be(tmp_path):
    keep(tmp_path, started(tmp_path), ITEM, keeps=0)

    assert not (tmp_path / ".abidance").exists()


def test_two_writers_do_not_hurt_each_other(tmp_path):
    def write(boundary):
        items = [ItemFinished(ItemId(boundary, f"f{n}", "properties"), Outcome.PASSED) for n in range(40)]
        keep(tmp_path, started(tmp_path, boundary), *items, finished(tmp_path, *items, boundary=boundary))

    writers = [threading.Thread(target=write, args=(name,)) for name in ("b", "c", "d")]
    for each in writers:
        each.start()
    for each in writers:
        each.join()

    runs = past(tmp_path).runs
    assert sorted(each.subjects for each in runs) == [(f"{name}.contract.yaml",) for name in ("b", "c", "d")]
    assert all(len(past(tmp_path).contract(each, each.subjects[0]).items) == 40 for each in runs)


def test_a_new_file_that_another_holds_is_waited_for(tmp_path, store):
    (tmp_path / ".abidance").mkdir()
    other = sqlite3.connect(tmp_path / ".abidance" / FILE, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE theirs (a)")
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.1, other.execute, ("COMMIT",)).start()

    assert store.begin(0.0, "run", HERE, "0", 10) == 1

    other.close()


def test_a_new_file_that_is_never_let_go_is_said(tmp_path, store, monkeypatch):
    monkeypatch.setattr("abidance.history.store._WAIT", 0.05)
    (tmp_path / ".abidance").mkdir()
    with contextlib.closing(sqlite3.connect(tmp_path / ".abidance" / FILE, isolation_level=None)) as other:
        other.execute("CREATE TABLE theirs (a)")
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(UsageError, match="database is locked"):
            store.begin(0.0, "run", HERE, "0", 10)


def test_processes_that_share_a_run_write_one(tmp_path):
    for code, name in ((0, "f"), (3, "g"), (0, "h")):
        recorder = recorder_of(tmp_path, "pytest", None, shared="a session")
        recorder.item(str(tmp_path / "b.contract.yaml"), ItemFinished(ItemId("b", name, "p"), Outcome.PASSED))
        recorder.close(code)

    (run,) = past(tmp_path).runs
    assert run.exit_code == 3
    shown = past(tmp_path).contract(run, "b.contract.yaml")
    assert [each.item.function for each in shown.items] == ["f", "g", "h"]


def test_only_its_owner_reads_it(tmp_path):
    keep(tmp_path, started(tmp_path), ITEM)

    assert stat.S_IMODE((tmp_path / ".abidance" / FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0 and no more"])
def test_a_damaged_file_costs_no_run_and_is_said_once(damage, tmp_path, capsys):
    keep(tmp_path, started(tmp_path), ITEM)
    for each in (tmp_path / ".abidance").glob(f"{FILE}*"):
        each.unlink()
    (tmp_path / ".abidance" / FILE).write_bytes(damage)
    keep(tmp_path, started(tmp_path), ITEM, finished(tmp_path, ITEM))

    said = capsys.readouterr().err
    assert said.count("this run is not kept") == bool(damage)
    if damage:
        with pytest.raises(UsageError, match="ABD029"):
            past(tmp_path)


def test_that_of_a_later_version_is_left_alone(tmp_path):
    keep(tmp_path, started(tmp_path), ITEM)
    with sqlite3.connect(tmp_path / ".abidance" / FILE) as database:
        database.execute("PRAGMA user_version = 99")

    with pytest.raises(UsageError, match="format 99"):
        past(tmp_path)


@pytest.mark.parametrize(
    "value", [{"is": "Path", "value": 3}, {"is": "os"}, {"is": "Outcome", "value": "x"}, [1, 2], {}]
)
def test_an_event_that_is_none_is_refused(value, tmp_path, store):
    run = store.begin(0.0, "run", HERE, "0", 10)
    store.add(run, [StoredEvent("b", "ItemFinished", value)])

    found = past(tmp_path)
    if isinstance(value, list):
        assert found.contract(found.runs[0], "b").items == ()
    else:
        with pytest.raises(UsageError, match="ABD029"):
            found.contract(found.runs[0], "b")


def test_what_is_no_packed_event_is_refused(tmp_path, store):
    run = store.begin(0.0, "run", HERE, "0", 10)
    store.add(run, [StoredEvent("b", "ItemFinished", {})])
    with sqlite3.connect(tmp_path / ".abidance" / FILE) as database:
        database.execute("UPDATE event SET value = ?", (zlib.compress(b"{"),))

    with pytest.raises(UsageError, match="ABD029"):
        store.events(run)


def test_what_is_kept_is_no_change_of_the_project(tmp_path):
    keep(tmp_path, started(tmp_path), finished(tmp_path))

    assert (tmp_path / ".abidance" / ".gitignore").read_text() == "*\n"


class TestProcesses:
    """Processes that write and end as they please: started, so of the tier `native`."""

    pytestmark = pytest.mark.native

    WRITER = """
import sys
from pathlib import Path
from abidance.core.events import ItemFinished, ItemId, RunStarted
from abidance.core.outcome import Outcome
from abidance.history import recorder_of

folder, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
recorder = recorder_of(folder, "run", None)
recorder(RunStarted(name, str(folder / f"{name}.contract.yaml"), 1, ("c",), ("release",), 3))
for number in range(count):
    recorder(ItemFinished(ItemId(name, f"f{number}", "properties", "c", "release"), Outcome.PASSED, cases=number))
    print(number, flush=True)
recorder.close(0)
"""

    def start(self, folder, name, count):
        command = [sys.executable, "-c", self.WRITER, str(folder), name, str(count)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def test_what_was_written_before_a_kill_is_there_and_what_is_written_after_it_too(self, tmp_path):
        with self.start(tmp_path, "b", 1_000_000) as writer:
            told = [int(writer.stdout.readline()) for _ in range(20)]
            writer.send_signal(signal.SIGKILL)

        found = past(tmp_path)
        (run,) = found.runs
        items = found.contract(run, "b.contract.yaml").items

        assert (run.ended, writer.returncode) == (None, -signal.SIGKILL)
        assert [each.cases for each in items][: len(told)] == told
        keep(tmp_path, started(tmp_path), ITEM, finished(tmp_path, ITEM))
        assert [each.ended is not None for each in past(tmp_path).runs] == [True, False]

    def test_two_that_write_at_a_time_lose_nothing_though_one_is_killed(self, tmp_path):
        with self.start(tmp_path, "one", 60) as one, self.start(tmp_path, "other", 1_000_000) as other:
            for _ in range(5):
                other.stdout.readline()
            one.communicate()
            other.send_signal(signal.SIGKILL)

        found = past(tmp_path)
        by_name = {run.subjects[0]: run for run in found.runs}
        items = found.contract(by_name["one.contract.yaml"], "one.contract.yaml").items

        assert [each.cases for each in items] == [*range(60)]
        assert by_name["one.contract.yaml"].exit_code == 0
        assert len(found.contract(by_name["other.contract.yaml"], "other.contract.yaml").items) >= 5


def test_runs_of_the_first_format_are_read_and_gone_on_with(tmp_path):
    keep(tmp_path, started(tmp_path), ITEM, finished(tmp_path, ITEM))
    with sqlite3.connect(tmp_path / ".abidance" / FILE) as database:
        database.execute("ALTER TABLE run DROP COLUMN changes")
        database.execute("PRAGMA user_version = 1")

    keep(tmp_path, started(tmp_path), ITEM, finished(tmp_path, ITEM))

    assert [each.changes for each in past(tmp_path).runs] == ["", ""]


def test_lines_that_findings_point_at_are_kept_as_they_were(tmp_path):
    source = tmp_path / "f.c"
    source.write_text("one\ntwo\n")
    told = Diagnostic(NOT_MEASURED, "m", (Label(Span.at(source, 2)), Label(Span.at(tmp_path / "gone.c", 1))))
    failed = replace(ITEM, findings=(Finding(told, "f", "properties", "c", ("release",)),))

    keep(tmp_path, started(tmp_path), failed, finished(tmp_path, failed))
    source.write_text("changed\n")

    found = past(tmp_path)
    kept = [each for each in found.events(found.runs[0], "b.contract.yaml") if isinstance(each, Excerpts)]
    assert [each.lines for each in kept] == [(ExcerptLine(source, 2, "two"),)]
