"""Each instrument of a run is blinded, and must not prove itself; a new one without such a test fails here."""

from __future__ import annotations

import ctypes
import dataclasses
import re
import subprocess
from pathlib import Path

import pytest

import abidance.watch
from abidance.abi.facts.evidence import WitnessEvidence
from abidance.binding.loaded_library import INVOKED
from abidance.binding.stub_files import StubFiles
from abidance.core.instruments import INSTRUMENTS
from abidance.execute.instrument_status import blind, wanted
from abidance.execute.spec import WorkerSpec
from abidance.execute.supervisor import Supervisor
from abidance.plan.plan import Plan
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.library import Artifact
from abidance.toolchain.runtimes import runtime_of, try_preload
from abidance.watch.arena import Arena, Memory
from abidance.watch.build import arena_path
from tiers import one_of_each

WATCH = Path(abidance.watch.__file__).parent
HERE = Path(__file__).parent
BLINDED = {
    "guards": ("guard_pages.c", "NULL, size, PROT_NONE,", "NULL, size, PROT_READ | PROT_WRITE,"),
    "canaries": ("canary.c", "if (memcmp(from, good, length) != 0)", "if (0)"),
    "read_only": (
        "guard_pages.c",
        "mprotect(slot->low, slot->high - slot->low, PROT_READ) == 0",
        "slot->low != NULL",
    ),
    "crashes": ("crash.c", "SIGABRT, SIGTRAP, SIGSYS", "SIGABRT, SIGSYS"),
    "reader": ("pointer_access.c", "return got == (ssize_t)length;", "return 1;"),
    "heap": ("gate.c", "heap->on = 1;", "heap->on = 0;"),
    "gate": ("gate.c", "    scrub(); ", "    "),
    "state": ("process_state.c", "state->umask = umask(0);", "state->umask = 022; umask(0);"),
    "mailbox": (
        "mailbox.c",
        "if (mprotect(mailbox, locked, PROT_NONE) != 0)",
        "if (locked == 1)",
    ),
    "strays": (
        "forked_returns.c",
        "__atomic_fetch_add(&abidance_status_page->strays, 1, __ATOMIC_RELAXED);",
        "",
    ),
    "callbacks": ("callback.c", "static volatile int noting = 1;", "static volatile int noting = 0;"),
    "lanes": ("lanes.c", "unsteady = 1;", "unsteady = 0;"),
    "trap": ("crash.c", "abidance_trapped = (uint32_t)information->si_syscall + 1;", ""),
    "steps": ("instruction_counter.c", "steps += at != last;", ""),
    "timer": (
        "call_timer.c",
        "uint64_t timed_now(void) { return tick(); }",
        "uint64_t timed_now(void) { return 0; }",
    ),
}
"""By instrument, a file of the watcher and a part of it, and what makes it see nothing."""
OPTIONS = {
    "asan": ("ASAN_OPTIONS", "poison_heap=0"),
    "ubsan": ("UBSAN_OPTIONS", "log_path=/dev/null:exitcode=0"),
    "tsan": ("TSAN_OPTIONS", "report_bugs=0"),
}
ELSEWHERE = {"bound": "test_a_library_with_an_allocator_of_its_own_is_not_judged_by_its_heap"}
BUILDS = {"release": (), "asan+ubsan": ("asan", "ubsan"), "tsan": ("tsan",), "ubsan": ("ubsan",)}
"""The kinds of build, with their sanitizers. They differ in who has the signal handlers, and in whose the heap is."""
FLAGS = {"asan": "address", "ubsan": "undefined", "tsan": "thread"}
STARVED_WITNESSES = {
    "header": ("bad_input/test_no_library.py", "header"),
    "compiler": ("abi/test_gate.py", "compiler"),
    "symbols": ("abi/test_libraries.py", "strip"),
    "dwarf": ("abi/test_libraries.py", "evidence-absent"),
    "bindings": ("binding/test_written_module.py", "bindings"),
    "contract": ("abi/test_clauses.py", "contract"),
}
"""By witness of the gate, a file of tests that takes it away, and a word of that."""
NOTHING = Plan((), (), ())


def test_every_source_of_the_watcher_belongs_to_an_instrument():
    # The last two watch what `init --observe` calls, which judges nothing.
    parts = {"proof.c", "plan_format.h", "arena.h", "status.h", "access_trace.c", "syscall_fence.c"}
    claimed = {name for each in INSTRUMENTS for name in each.sources}
    there = {str(file.relative_to(WATCH)) for file in WATCH.rglob("*.[ch]")}

    assert there - claimed - parts == set()
    assert claimed <= there


def test_every_instrument_says_how_it_proves_itself_and_is_blinded_here():
    keys = {each.key for each in INSTRUMENTS}

    assert keys == BLINDED.keys() | OPTIONS.keys() | ELSEWHERE.keys()
    assert all(each.proof and each.remedy and each.shown for each in INSTRUMENTS)
    assert len(keys) == len(INSTRUMENTS)
    for name in ELSEWHERE.values():
        assert f"def {name}(" in (HERE / "test_instruments.py").read_text()


def test_every_proof_of_the_watcher_is_in_the_table():
    text = (WATCH / "proof.c").read_text()
    table = re.findall(r'^    \{"(\w+)", \w+, ', text, re.MULTILINE)

    assert set(table) | OPTIONS.keys() | ELSEWHERE.keys() == {each.key for each in INSTRUMENTS}


def test_every_witness_of_the_gate_is_taken_away_somewhere():
    (named,) = re.findall(r"`witness` is (.*?)\. `gaps`", WitnessEvidence.__doc__.replace("\n", " "))

    assert set(re.findall(r"``(\w+)``", named)) == STARVED_WITNESSES.keys()
    for file, word in STARVED_WITNESSES.values():
        assert word in (HERE.parent / file).read_text()


@pytest.fixture(scope="module")
def objects(tmp_path_factory):
    """The watcher's parts, compiled one by one."""
    home = tmp_path_factory.mktemp("objects")
    compile_part(home, sorted(WATCH.glob("*.c")))
    return home


def compile_part(home, files):
    command = ["gcc", "-std=gnu11", "-O1", "-w", "-fPIC", "-fvisibility=hidden", f"-I{WATCH}", "-c"]
    subprocess.run([*command, *map(str, files)], cwd=home, check=True)


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    """By build, a library that does next to nothing."""
    home = tmp_path_factory.mktemp("libraries")
    (home / "next.c").write_text(f"int next(int *n) {{ return *n + 1; }}\nvoid *{INVOKED};\n")
    for build, sanitizers in BUILDS.items():
        flags = [f"-fsanitize={FLAGS[each]}" for each in sanitizers]
        command = ["gcc", "-shared", "-fPIC", *flags, "next.c", "-o", f"{build}.so"]
        subprocess.run(command, cwd=home, check=True)
    return {build: home / f"{build}.so" for build in BUILDS}


def spec_for(build, libraries):
    """Return what a worker for a build is started with. All of its instruments are asked for but those of costs."""
    preload = []
    for each in BUILDS[build]:
        runtime = runtime_of(find_compiler(), each)
        if runtime is None or not try_preload(runtime).works:
            pytest.skip(f"no runtime for {each} works here")
        preload.append(runtime)
    library = libraries[build]
    artifact = Artifact("next", build, library, library, frozenset(BUILDS[build]), tuple(preload))
    return WorkerSpec.of(artifact, stubs=StubFiles(None, None, libraries["release"]))


def blindings():
    """Yield builds with the keys of what is blinded there: the parts of the watcher that watch such a build.

    Costs are measured and threads are run in turns where no sanitizer slows them down.
    """
    for build, sanitizers in BUILDS.items():
        spec = WorkerSpec(Path(), sanitizers=sanitizers, stubs=StubFiles(None, None, Path()))
        memory = Memory.REDZONED if "asan" in sanitizers else Memory.GUARDED
        has_handler = bool({"asan", "tsan"} & {*sanitizers})
        spec = dataclasses.replace(spec, memory=memory, catch_faults=not has_handler, counted=not has_handler)
        for key in BLINDED:
            if key in wanted(spec) or (build == "release" and key not in wanted(spec)):
                yield build, key


def said_of(spec, key):
    """Return what is said of one instrument, before any call."""
    try:
        with Supervisor(spec) as supervisor:
            supervisor.run(NOTHING)
            return [str(each.message) for each in blind(spec, supervisor.proofs, frozenset({key}))]
    except Exception as error:  # noqa: BLE001 - a worker that ends on trying it says so
        return [each.message for each in error.diagnostics]


@pytest.mark.slow
@pytest.mark.parametrize(("build", "key"), one_of_each(blindings(), kind=lambda build, _: build))
def test_an_instrument_that_sees_nothing_does_not_prove_itself(
    build, key, objects, libraries, tmp_path, monkeypatch
):
    file, part, instead = BLINDED[key]
    text = (WATCH / file).read_text()
    assert text.count(part) == 1
    (tmp_path / file).write_text(text.replace(part, instead))
    compile_part(tmp_path, [tmp_path / file])
    sound = [each for each in objects.glob("*.o") if each.stem != Path(file).stem]
    blinded = tmp_path / "abidance_watch.so"
    linked = ["gcc", "-shared", *map(str, sound), str(tmp_path / f"{Path(file).stem}.o"), "-o", str(blinded)]
    subprocess.run([*linked, "-ldl", "-lpthread"], check=True)
    spec = spec_for(build, libraries)
    spec = dataclasses.replace(spec, counted=False) if key in ("steps", "timer") else spec
    shown = next(each.shown for each in INSTRUMENTS if each.key == key)

    assert said_of(spec, key) == []
    monkeypatch.setattr("abidance.execute.zygote_handle.arena_path", lambda: blinded)
    (said,) = said_of(spec, key)
    assert said.startswith(f"the {shown} of the worker did not see a planted fault: ")


@pytest.mark.full
@pytest.mark.parametrize(
    ("build", "key"), [(build, key) for build, keys in BUILDS.items() for key in keys if key in OPTIONS]
)
def test_a_sanitizer_whose_reports_are_switched_off_does_not_prove_itself(build, key, libraries):
    variable, option = OPTIONS[key]
    spec = spec_for(build, libraries)
    given = dict(spec.environment)
    given[variable] += f":{option}"

    assert said_of(spec, key) == []
    (said,) = said_of(dataclasses.replace(spec, environment=tuple(sorted(given.items()))), key)
    assert said.startswith(f"the {key} of the worker did not see a planted fault: ")


def test_the_watcher_can_be_loaded_without_a_worker():
    assert isinstance(Arena(str(arena_path()))._library, ctypes.CDLL)
