"""How a worker's end is reported, and that the supervisor outlives every kind of it."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time

import pytest
from small_plans import BLOCK, call, plan, writable

from abidance.core.errors import CannotJudgeError
from abidance.execute.spec import WorkerSpec
from abidance.execute.supervisor import Supervisor
from abidance.plan.observation import WorkerEnding
from abidance.plan.plan import Address, Value
from tiers import first

SOUND = call("add", "i32,i32>i32", 2, 3)
NULL = Value(bytes(8))


def death_of(supervisor, *calls, limit=5.0, **rest):
    """Run a plan that must kill the worker; return the death, and see that the next plan is answered."""
    seen = supervisor.run(plan(*calls, **rest), limit)
    assert seen.death is not None
    after = supervisor.run(plan(SOUND))
    assert after.death is None
    assert after.calls[0].result == b"\5\0\0\0"
    return seen.death


def names(frames):
    return [frame.module.rpartition("/")[2] for frame in frames]


@pytest.mark.parametrize(
    ("doomed", "number"),
    first(
        [
            (call("load", "p>i32", NULL), signal.SIGSEGV),
            (call("do_abort", ">v"), signal.SIGABRT),
            (call("divide", "i32,i32>i32", 1, 0), signal.SIGFPE),
            (call("do_raise", "i32>v", signal.SIGILL), signal.SIGILL),
            (call("do_raise", "i32>v", signal.SIGTRAP), signal.SIGTRAP),
            (call("do_raise", "i32>v", signal.SIGBUS), signal.SIGBUS),
            (call("do_raise", "i32>v", signal.SIGSYS), signal.SIGSYS),
        ],
        2,
    ),
)
def test_a_signal_is_told_with_the_librarys_own_frames(release, doomed, number):
    death = death_of(release, SOUND, doomed)
    assert (death.ending, death.status, death.call) == (WorkerEnding.SIGNAL, number, 1)
    assert set(names(death.frames)) == {release.spec.library.name}
    assert not death.stack_exhausted


def test_signals_without_a_handler_are_told_too(release):
    assert death_of(release, call("do_raise", "i32>v", signal.SIGTERM)).status == signal.SIGTERM


def test_a_null_pointer_is_told_with_the_way_of_access(release):
    death = death_of(release, call("load", "p>i32", NULL))
    assert death.touch is not None
    assert (death.touch.address, death.touch.write, death.touch.block) == (0, False, None)
    death = death_of(release, call("poke", "p,i64,u8>v", NULL, 16, 1))
    assert death.touch is not None
    assert (death.touch.address, death.touch.write) == (16, True)


def test_an_address_that_the_processor_does_not_tell_is_not_made_up(release):
    assert death_of(release, call("load_wild", ">i32")).touch is None
    assert death_of(release, call("do_raise", "i32>v", signal.SIGSEGV)).touch is None


def test_a_call_through_a_bad_pointer_names_its_caller(release):
    death = death_of(release, call("call_null", ">v"))
    assert names(death.frames) == [release.spec.library.name]


@pytest.mark.parametrize("build", first(["release", "asan", "ubsan", "tsan"]))
def test_a_runaway_recursion_is_an_exhausted_stack(request, build):
    supervisor = request.getfixturevalue(build)
    assert supervisor.run(plan(call("deep", "i32>i32", 100))).death is None
    death = death_of(supervisor, call("deep", "i32>i32", 1 << 30))
    assert death.stack_exhausted
    assert death.call == 0


@pytest.mark.parametrize("size", first([9 << 20, 40 << 20]))
def test_a_stack_array_that_is_too_large_is_an_exhausted_stack(release, size):
    assert release.run(plan(call("alloca_bytes", "u64>i32", 4096))).death is None
    assert death_of(release, call("alloca_bytes", "u64>i32", size)).stack_exhausted


@pytest.mark.parametrize("build", first(["release", "asan", "tsan"]))
@pytest.mark.parametrize("status", first([0, 3]))
def test_a_library_that_exits_is_found_whatever_its_status(request, build, status):
    death = death_of(request.getfixturevalue(build), SOUND, call("do_exit", "i32>v", status))
    assert (death.ending, death.status, death.call) == (WorkerEnding.EXIT, status, 1)


@pytest.mark.parametrize("build", first(["release", "asan"]))
def test_a_call_that_hangs_is_timed_out_with_its_place(request, build):
    supervisor = request.getfixturevalue(build)
    started = time.monotonic()
    death = death_of(supervisor, call("hang", ">v"), limit=0.2)
    assert (death.ending, death.call) == (WorkerEnding.TIMEOUT, 0)
    assert names(death.frames) == [supervisor.spec.library.name]
    assert time.monotonic() - started < 2
    assert supervisor.run(plan(call("sleep_ms", "i32>v", 100)), 5).death is None


def test_a_stopped_worker_is_timed_out(release):
    death = death_of(release, call("kill_self", "i32>v", signal.SIGSTOP), limit=0.2)
    assert (death.ending, death.call) == (WorkerEnding.TIMEOUT, 0)


def test_finished_calls_are_kept(release):
    block = writable(4, b"abcd")
    seen = release.run(
        plan(
            SOUND,
            call("poke", "p,i64,u8>v", Address(0), 1, 0x58, watched=(0,)),
            call("poke", "p,i64,u8>v", Address(0), -1, 0x58),
            call("do_abort", ">v"),
            SOUND,
            blocks=(block,),
        )
    )
    assert seen.death is not None
    assert seen.death.call == 3
    assert [each.ran for each in seen.calls] == [True, True, True]
    assert seen.calls[1].blocks == (b"aXcd",)
    assert [each.call for each in seen.damage] == [2]


def test_a_worker_that_somebody_kills_is_lost_and_blames_nobody(release):
    pid = int.from_bytes(release.run(plan(call("process", ">i32"))).calls[0].result, "little")
    killer = threading.Timer(0.1, os.kill, (pid, signal.SIGKILL))
    killer.start()
    death = death_of(release, call("hang", ">v"))
    killer.join()
    assert (death.ending, death.status, death.call) == (WorkerEnding.LOST, signal.SIGKILL, 0)


def test_a_worker_killed_between_plans_is_replaced(release):
    pid = int.from_bytes(release.run(plan(call("process", ">i32"))).calls[0].result, "little")
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.05)
    assert release.run(plan(SOUND)).death is None
    assert release.idle_death is not None
    assert release.idle_death.ending is WorkerEnding.LOST


def test_a_thread_that_crashes_is_told(release):
    death = death_of(release, call("crash_in_thread", "i32>i32", 1))
    assert (death.ending, death.status, death.call) == (WorkerEnding.SIGNAL, signal.SIGSEGV, 0)
    assert death.touch is not None
    assert death.touch.address == 8


def test_a_thread_that_crashes_later_is_no_next_plans_fault(release):
    assert release.run(plan(call("crash_in_thread", "i32>i32", 0))).death is None
    time.sleep(0.2)
    assert release.run(plan(SOUND)).death is None
    assert release.idle_death is not None
    assert release.idle_death.status == signal.SIGSEGV


def test_a_thread_that_crashes_after_the_last_plan_is_told(release):
    assert release.run(plan(call("crash_in_thread", "i32>i32", 0))).death is None
    time.sleep(0.2)
    release.check_idle()
    assert release.idle_death is not None
    assert release.idle_death.status == signal.SIGSEGV
    release.fresh()
    release.run(plan(SOUND))
    release.check_idle()
    assert release.idle_death is None


def test_a_library_that_closes_every_descriptor_is_told_with_what_it_closed(release):
    seen = release.run(plan(call("close_all", ">v")))

    assert seen.death is None
    assert {"closed"} == {change.kind for change in seen.changes if change.kind not in ("file", "mapped")}
    assert release.run(plan(SOUND)).death is None


def test_a_library_that_closes_every_descriptor_and_hangs_has_timed_out(release):
    seen = release.run(plan(call("close_all_and_hang", ">v")), 0.3)

    assert seen.death.ending is WorkerEnding.TIMEOUT
    assert release.run(plan(SOUND)).death is None


@pytest.mark.parametrize("length", first([1, 15, 16, 17, 4096]))
def test_a_library_that_writes_into_the_pipes_cannot_be_judged(release, length):
    with pytest.raises(CannotJudgeError, match="`scribble` disturbed the worker"):
        release.run(plan(call("scribble", "u64>v", length)))
    assert release.run(plan(SOUND)).death is None


@pytest.mark.parametrize("byte", first([0, 0x41, 0xFF]))
@pytest.mark.parametrize("offset", first([0, 4096, 1 << 20, (1 << 20) + (256 << 20)]))
def test_a_library_that_overwrites_the_mailbox_cannot_hurt_the_parent(release, offset, byte):
    scribble = call("scribble_mailbox", "u64,u64,i32>i32", offset, 4096, byte)
    crash = call("do_abort", ">v")
    with contextlib.suppress(CannotJudgeError):
        release.run(plan(scribble, watched_peek(), blocks=(writable(8),)), 0.5)
    with contextlib.suppress(CannotJudgeError):
        assert release.run(plan(SOUND, scribble, crash), 0.5).death is not None
    assert release.run(plan(SOUND)).death is None


def watched_peek():
    return call("peek", "p,i64>u8", BLOCK, 0, watched=(0,))


@pytest.mark.slow
def test_a_child_that_keeps_the_pipes_open_does_not_hide_a_death(release):
    child = call("fork_child", "i32>i32", 60)
    seen = release.run(plan(child, call("do_abort", ">v")))
    assert seen.death is not None
    assert gone(int.from_bytes(seen.calls[0].result, "little"))
    assert release.run(plan(SOUND)).death is None


@pytest.mark.slow
def test_a_daemon_that_left_the_group_is_ended_too(release):
    seen = release.run(
        plan(call("fork_daemon", "i32>i32", 60), call("sleep_ms", "i32>v", 30), call("do_abort", ">v"))
    )
    assert gone(int.from_bytes(seen.calls[0].result, "little"))


def gone(pid):
    """Tell whether a process ends soon."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def test_a_library_that_forks_and_returns_twice_answers_once(release):
    for _ in range(3):
        seen = release.run(plan(call("fork_twice_back", ">i32"), SOUND))
        assert [each.ran for each in seen.calls] == [True, True]


def test_a_child_that_crashes_is_not_the_workers_death(release):
    assert release.run(plan(call("crash_in_child", ">i32"), SOUND)).death is None
    death = death_of(release, call("load", "p>i32", NULL))
    assert death.touch is not None


def test_what_is_printed_comes_with_a_death_and_is_forgotten_without(release):
    assert release.run(plan(call("say", "p,u64>v", BLOCK, 3), blocks=(writable(4, b"old\0"),))).death is None
    death = death_of(
        release, call("say", "p,u64>v", BLOCK, 2), call("do_abort", ">v"), blocks=(writable(4, b"new\0"),)
    )
    assert death.output == "newnew"


def test_a_library_that_prints_a_lot_is_answered(release):
    line = writable(101, b"x" * 99 + b"\n\0")
    seen = release.run(plan(call("say", "p,u64>v", BLOCK, 100_000), blocks=(line,)))
    assert seen.death is None


@pytest.mark.slow
def test_a_library_that_prints_without_end_does_not_fill_memory(release):
    before = shared_memory()
    death = death_of(release, call("say_forever", ">v"), limit=0.6)
    assert death.ending is WorkerEnding.TIMEOUT
    assert len(death.output) <= 1 << 16
    assert shared_memory() - before < 64 << 20


def shared_memory():
    with open("/proc/meminfo", encoding="ascii") as file:  # noqa: PTH123
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("Shmem:"))


def test_a_lost_zygote_is_replaced_once(release):
    assert release.run(plan(SOUND)).death is None
    os.kill(release._zygote._process.pid, signal.SIGKILL)
    assert release.run(plan(SOUND)).calls[0].result == b"\5\0\0\0"


@pytest.mark.slow
def test_a_zygote_that_is_lost_again_and_again_cannot_be_judged(release):
    with pytest.raises(CannotJudgeError, match="was ended while `kill_parent` or `sleep_ms` ran") as raised:
        release.run(plan(call("kill_parent", ">v"), call("sleep_ms", "i32>v", 1000)))
    assert raised.value.diagnostics[0].code.id == "ABD011"
    assert release.run(plan(SOUND)).death is None


@pytest.mark.slow
def test_a_library_that_does_not_load_is_refused_in_the_linkers_words(compile_library, tmp_path):
    artifact = compile_library("int missing(void); int f(void) { return missing(); }")
    with Supervisor(WorkerSpec.of(artifact)) as supervisor:
        with pytest.raises(CannotJudgeError, match="undefined symbol: missing") as raised:
            supervisor.run(plan(call("f", ">i32")))
        assert raised.value.diagnostics[0].code.id == "ABD009"
    with (
        Supervisor(WorkerSpec(tmp_path / "absent.so")) as supervisor,
        pytest.raises(CannotJudgeError, match=r"absent\.so: cannot open shared object file"),
    ):
        supervisor.start()


@pytest.mark.slow
def test_a_library_whose_constructor_crashes_is_refused(compile_library):
    artifact = compile_library(
        "#include <stdlib.h>\n#include <stdio.h>\n"
        '__attribute__((constructor)) static void go(void) { fputs("no luck\\n", stderr); abort(); }'
    )
    with Supervisor(WorkerSpec.of(artifact)) as supervisor:
        with pytest.raises(CannotJudgeError, match=r"crashes \(SIGABRT\)") as raised:
            supervisor.start()
        assert raised.value.diagnostics[0].notes == ("no luck",)


@pytest.mark.parametrize("build", first(["release", "asan", "ubsan", "tsan"]))
def test_an_abort_is_told_with_its_place_on_every_build(request, build):
    supervisor = request.getfixturevalue(build)
    death = death_of(supervisor, call("do_abort", ">v"))
    assert (death.ending, death.status, death.report) == (WorkerEnding.SIGNAL, signal.SIGABRT, None)
    assert names(death.frames) == [supervisor.spec.library.name]
