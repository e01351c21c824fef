"""What the supervisor does around plans: starting, interrupting, sharing, forking, cleaning up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from small_plans import BLOCK, call, plan, writable

import abidance
from abidance.execute.launch import zygote_environment
from abidance.execute.pool import SupervisorPool
from abidance.execute.spec import WorkerSpec
from abidance.execute.supervisor import Supervisor
from abidance.execute.symbols import with_symbols
from abidance.watch.arena import Memory
from tiers import first

ROOT = Path(abidance.__file__).parent.parent
SOUND = plan(call("add", "i32,i32>i32", 2, 3))
PROCESS = plan(call("process", ">i32"))
ONLY_PROCESS = "#include <unistd.h>\nint process(void) { return getpid(); }"


def worker_of(supervisor):
    return int.from_bytes(supervisor.run(PROCESS).calls[0].result, "little")


def ends_soon(pid):
    for _ in range(300):
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


def descriptors():
    return len([*Path("/proc/self/fd").iterdir()])


def test_the_worker_imports_nothing_but_the_standard_library_and_what_it_runs():
    code = textwrap.dedent(f"""\
        import sys
        sys.path.insert(0, {str(ROOT)!r})
        import abidance.execute.zygote
        standard = sys.stdlib_module_names
        print(*sorted(name for name in sys.modules if name.partition(".")[0] not in standard))
    """)
    ran = subprocess.run(
        [sys.executable, "-S", "-s", "-P", "-c", code], capture_output=True, text=True, check=True
    )
    allowed = {"", "core", "execute", "plan", "binding", "watch"}
    assert {
        name.partition(".")[2].partition(".")[0] for name in ran.stdout.split() if name != "__main__"
    } == allowed
    assert {name.partition(".")[0] for name in ran.stdout.split()} <= {"abidance", "__main__"}


@pytest.mark.slow
def test_a_running_worker_has_loaded_only_python_the_arena_and_the_library(release):
    maps = Path(f"/proc/{worker_of(release)}/maps").read_text(encoding="utf-8")
    files = {
        Path(line.split(maxsplit=5)[5]).name for line in maps.splitlines() if "/" in line and ".so" in line
    }
    assert "abidance_watch.so" in files
    assert not {name for name in files if "yaml" in name or "hypothesis" in name}


def test_the_environment_of_this_python_stays_here(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PYTHONFAULTHANDLER", "1")
    monkeypatch.setenv("KEPT", "1")
    spec = WorkerSpec(tmp_path / "lib.so", environment=(("LD_PRELOAD", "b.so"),))
    environment = zygote_environment(spec, "a.so")
    assert not {"PYTHONPATH", "PYTHONFAULTHANDLER"} & set(environment)
    assert (environment["KEPT"], environment["LD_PRELOAD"]) == ("1", "a.so:b.so")


@pytest.mark.slow
def test_a_specification_follows_the_sanitizers(compile_library):
    plain, asan, tsan = (
        WorkerSpec.of(compile_library("int f(void) { return 0; }", name)) for name in ("", "asan", "tsan")
    )
    assert (plain.memory, plain.catch_faults) == (Memory.GUARDED, True)
    assert (asan.memory, asan.catch_faults) == (Memory.REDZONED, False)
    assert (tsan.memory, tsan.catch_faults) == (Memory.GUARDED, False)
    assert "asan" in asan.preload[0].name


@pytest.mark.slow
def test_a_library_is_not_run_under_the_sanitizer_of_the_worker(asan, compile_library):
    artifact = compile_library(
        '#include <stdlib.h>\nint f(void) { return getenv("LD_PRELOAD") == NULL; }', "asan"
    )
    with Supervisor(WorkerSpec.of(artifact)) as supervisor:
        assert supervisor.run(plan(call("f", ">i32"))).calls[0].result == b"\1\0\0\0"


@pytest.mark.slow
def test_closing_ends_everything_and_can_be_repeated(compile_library):
    supervisor = Supervisor(WorkerSpec.of(compile_library(ONLY_PROCESS)))
    worker = worker_of(supervisor)
    zygote = supervisor._zygote._process.pid
    before = descriptors()
    supervisor.close()
    supervisor.close()
    assert ends_soon(worker)
    assert ends_soon(zygote)
    assert worker_of(supervisor) != worker
    assert descriptors() == before
    supervisor.close()


def mailboxes():
    return Path("/proc/self/maps").read_text(encoding="utf-8").count("memfd:abidance-mailbox")


def test_a_supervisor_that_nobody_holds_leaves_no_process(compile_library):
    supervisor = Supervisor(WorkerSpec.of(compile_library(ONLY_PROCESS)))
    worker = worker_of(supervisor)
    del supervisor
    assert ends_soon(worker)


def test_descriptors_and_mappings_do_not_pile_up(release):
    release.run(SOUND)
    before, mapped = descriptors(), mailboxes()
    for _ in range(20):
        assert release.run(plan(call("do_abort", ">v"))).death is not None
    assert descriptors() == before
    assert mailboxes() == mapped


@pytest.fixture
def interruptible():
    """As in a terminal, also where whoever started the tests has the signal ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupted_run_leaves_a_fresh_worker(release, interruptible):
    worker = worker_of(release)
    main = threading.main_thread().ident
    timer = threading.Timer(0.1, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        release.run(plan(call("hang", ">v")), 10)
    timer.join()
    assert release.run(SOUND).calls[0].result == b"\5\0\0\0"
    assert ends_soon(worker)


def test_a_fork_of_this_process_starts_its_own_worker(release):
    worker = worker_of(release)
    child = os.fork()
    if child == 0:
        # Whatever happens here, the child must not run the rest of the tests.
        status = 1
        try:
            status = int(not (worker_of(release) != worker and release.run(SOUND).death is None))
            release.close()
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert worker_of(release) == worker


def test_workers_start_from_a_thread_and_outlive_it(compile_library):
    supervisor = Supervisor(WorkerSpec.of(compile_library("int add(int a, int b) { return a + b; }")))
    thread = threading.Thread(target=supervisor.start)
    thread.start()
    thread.join()
    time.sleep(0.05)
    zygote = supervisor._zygote._process.pid
    assert supervisor.run(SOUND).calls[0].result == b"\5\0\0\0"
    assert supervisor._zygote._process.pid == zygote
    supervisor.close()


ORPHAN = """\
import os, sys
sys.path[:0] = [{root!r}, {here!r}]
from pathlib import Path
from small_plans import call, plan
from abidance.execute.spec import WorkerSpec
from abidance.execute.supervisor import Supervisor
supervisor = Supervisor(WorkerSpec(Path({library!r})))
worker = int.from_bytes(supervisor.run(plan(call("process", ">i32"))).calls[0].result, "little")
print(worker, supervisor._zygote._process.pid, flush=True)
{end}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "end",
    first(
        [
            "",
            "os.kill(os.getpid(), 9)",
            (
                "import threading; threading.Timer(0.2, os.kill, (os.getpid(), 9)).start(); "
                'supervisor.run(plan(call("hang", ">v")), 30)'
            ),
        ]
    ),
)
def test_no_process_outlives_the_parent_however_it_ends(release, end):
    code = ORPHAN.format(
        root=str(ROOT), here=str(Path(__file__).parent), library=str(release.spec.library), end=end
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    assert all(ends_soon(int(pid)) for pid in ran.stdout.split())


@pytest.mark.slow
def test_a_pool_shares_one_worker_for_each_library_and_build(compile_library):
    specs = [WorkerSpec.of(compile_library(ONLY_PROCESS)) for _ in range(2)]
    with SupervisorPool() as pool:
        workers = [worker_of(pool.supervisor(spec)) for spec in (*specs, *specs)]
        assert workers[:2] == workers[2:]
        assert len({*workers}) == 2
    assert all(ends_soon(worker) for worker in workers)


@pytest.mark.slow
def test_symbols_are_added_afterwards(release, asan):
    crashed = release.run(plan(call("peek", "p,i64>u8", BLOCK, 12), blocks=(writable(12),)))
    assert [frame.function for frame in crashed.death.frames] == [""]
    frame = with_symbols(crashed).death.frames[0]
    assert (frame.function, Path(frame.file).name) == ("peek", "subject.c")
    assert (
        "volatile uint8_t *)p)[at]"
        in Path(frame.file).read_text(encoding="utf-8").splitlines()[frame.line - 1]
    )

    reported = with_symbols(asan.run(plan(call("use_after_free", ">i32"))))
    assert reported.death.frames[0].function == "use_after_free"
    assert [each[0].function for each in (reported.death.report.freed, reported.death.report.allocated)] == [
        "use_after_free"
    ] * 2
    alive = release.run(SOUND)
    assert with_symbols(alive) is alive
