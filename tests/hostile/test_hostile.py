"""Hostile libraries: the right function is told for the right cause, the others are judged, and nothing is left over.

Each function, and each way to load, stands for a library that does its harm: every item begins in a process of its own.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hostile_project import HERE, Hostile, compile_all, compile_library, functions_of

from tiers import sample

CRASHES, EXITS, TIMES_OUT = "ABD301", "ABD304", "ABD302"
LEFT, STATE, DESCRIPTORS, PRINTS = "ABD352", "ABD364", "ABD365", "ABD366"
FAILS, CHANGES = "ABD355", "ABD354"
PASSES, NOT_JUDGED = "passed", "errored"

ENDS = {
    **dict.fromkeys(functions_of("ends.c"), CRASHES),
    "ends_exit": EXITS,
    "ends_exit_3": EXITS,
    "ends_at_once": EXITS,
    "ends_quickly": EXITS,
    "ends_in_its_exit_handler": EXITS,
    "ends_by_syscall": EXITS,
    "ends_as_another_program": EXITS,
    "ends_under_seccomp": NOT_JUDGED,  # SIGKILL, which memory that runs out sends as well
    "ends_without_time": NOT_JUDGED,
    "good": PASSES,
}
CHANGED = {
    **dict.fromkeys(functions_of("changes.c"), STATE),
    "changes_rounding": "ABD363",
    "good": PASSES,
}
FILES = {
    "files_closed": DESCRIPTORS,
    "files_closed_beyond_2": DESCRIPTORS,
    "files_closed_range": DESCRIPTORS,
    "files_replaced": DESCRIPTORS,
    "files_stdin_replaced": DESCRIPTORS,
    "files_stdout_closed": DESCRIPTORS,
    "files_left_open": DESCRIPTORS,
    "files_socket_left": DESCRIPTORS,
    "files_written": NOT_JUDGED,
    "files_cut": PASSES,  # nothing that it can reach has a size
    "files_not_blocking": NOT_JUDGED,
    "files_read": NOT_JUDGED,
    "files_terminal": PASSES,
    "files_prints": PRINTS,
    "files_prints_errors": PRINTS,
    "files_floods": PRINTS,
    "files_shared_memory": LEFT,
    "files_reads_input": PASSES,
    "good": PASSES,
}
PROCESSES = {
    "forks_and_returns_twice": "ABD353",
    "forks_zombies": LEFT,
    "forks_sleepers": LEFT,
    "forks_and_waits": PASSES,
    "forks_out_of_its_group": PASSES,
    "forks_traced": NOT_JUDGED,
    "forks_killing_its_parent": NOT_JUDGED,
    "good": PASSES,
}
CPP = {
    "cpp_throws_int": CRASHES,
    "cpp_throws_error": CRASHES,
    "cpp_throws_through_noexcept": CRASHES,
    "cpp_rethrows_nothing": CRASHES,
    "cpp_terminates": CRASHES,
    "cpp_throws_in_a_destructor": CRASHES,
    "cpp_outlives_its_thread": CRASHES,
    "cpp_runs_out_of_memory": CRASHES,
    "cpp_reads_past_a_vector": CRASHES,
    "cpp_catches": PASSES,
    "good": PASSES,
}
RUST = {
    "rust_panics": CRASHES,
    "rust_unwinds": CRASHES,
    "rust_divides": CRASHES,
    "rust_indexes": CRASHES,
    "rust_poisons": CRASHES,
    "rust_frees_twice": CRASHES,
    "rust_panics_as_its_thread_ends": CRASHES,
    "rust_exits": EXITS,
    "rust_leaks": "ABD371",
    "rust_prints": PRINTS,
    "rust_keeps_for_its_thread": PASSES,
    "good": PASSES,
}
# By the way to load: what is told of loading, and what of the function that does no harm.
LOADS = {
    "crashes": (FAILS, NOT_JUDGED),
    "aborts": (FAILS, NOT_JUDGED),
    "exits": (FAILS, NOT_JUDGED),
    "exits_at_once": (FAILS, NOT_JUDGED),
    "hangs": (FAILS, NOT_JUDGED),
    "stops": (FAILS, NOT_JUDGED),
    "closes": (FAILS, NOT_JUDGED),
    "replaces": (FAILS, NOT_JUDGED),
    "writes": (FAILS, NOT_JUDGED),
    "daemon": (CHANGES, PASSES),
    "daemon_and_abort": (FAILS, NOT_JUDGED),
    "thread": (PASSES, PASSES),
    "handlers": (CHANGES, PASSES),
    "locale": (CHANGES, PASSES),
    "prints": (CHANGES, PASSES),
    "floods": (CHANGES, PASSES),
    "limits": (CHANGES, NOT_JUDGED),
    "memory": (CHANGES, NOT_JUDGED),
    "timer": (CHANGES, PASSES),
    "umask": (CHANGES, PASSES),
    "directory": (CHANGES, NOT_JUDGED),
    "environment": (CHANGES, PASSES),
    "seccomp": (NOT_JUDGED, NOT_JUDGED),
    "cached": (PASSES, PASSES),
    "atexit": (PASSES, PASSES),
    "destructor": (PASSES, PASSES),
    "ifunc": (FAILS, NOT_JUDGED),
    "ifunc_sound": (PASSES, PASSES),
    "undefined": (NOT_JUDGED, NOT_JUDGED),
    "large_tls": (PASSES, PASSES),
}
# Files that are no libraries that could be loaded: nothing is said but why, and the exit status is 3.
BROKEN = (
    "no_such_file",
    "empty",
    "truncated",
    "text",
    "linker_script",
    "directory",
    "fifo",
    "other_machine",
    "needs",
)
SOURCES = {
    "ends.c": ENDS,
    "changes.c": CHANGED,
    "descriptors.c": FILES,
    "processes.c": PROCESSES,
    "exceptions.cpp": CPP,
    "panics.rs": RUST,
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Return what a run over the functions of a source says; each source is built and run once."""
    done = {}

    def run(source):
        if source not in done:
            if source.endswith(".rs") and shutil.which("rustc") is None:
                pytest.skip("rustc is not here")
            folder = tmp_path_factory.mktemp(Path(source).stem)
            compile_library(folder / "libh.so", source)
            limits = ["time_limit = 1.0"]
            done[source] = Hostile(folder, [*SOURCES[source]], {"h": "libh.so"}, limits=limits).run()
        return done[source]

    yield run
    for each in (*Path("/tmp").glob("abidance-hostile-*"), *Path("/dev/shm").glob("abidance-hostile-*")):  # noqa: S108
        each.unlink()


@pytest.mark.slow
@pytest.mark.parametrize("source", sample(SOURCES, keep=["descriptors.c"]))
def test_each_function_is_told_for_its_own_cause(source, judged):
    ran = judged(source)
    told = {name: ran.told("h", name) for name in SOURCES[source]}

    assert told == SOURCES[source]
    assert ran.told("h", "h", "load") == PASSES
    assert ran.left == []


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Return what a run over libraries says that do harm when they are loaded."""
    folder = tmp_path_factory.mktemp("loads")
    compile_all([(folder / f"lib{name}.so", "loads.c", f"-DLOAD_{name}") for name in LOADS])
    libraries = {name: f"lib{name}.so" for name in LOADS}
    return Hostile(folder, ["good"], libraries, limits=["load_limit = 2.0"]).run()


def test_every_way_to_load_is_expected_to_end_somehow():
    assert {*re.findall(r"LOAD_(\w+)\)", (HERE / "loads.c").read_text())} == {*LOADS}


@pytest.mark.full
def test_loading_is_told_of_loading(loaded):
    told = {name: (loaded.told(name, "h", "load"), loaded.told(name, "good")) for name in LOADS}

    assert told == LOADS


@pytest.mark.full
def test_nothing_is_left_of_what_constructors_start(loaded):
    assert loaded.left == []


@pytest.mark.full
def test_files_that_cannot_be_loaded_are_not_judged(tmp_path):
    compile_library(tmp_path / "libgood.so", "loads.c")
    whole = (tmp_path / "libgood.so").read_bytes()
    files = {name: tmp_path / f"lib{name}.so" for name in BROKEN}
    files["empty"].write_bytes(b"")
    files["truncated"].write_bytes(whole[: len(whole) // 3])
    files["text"].write_text("no library\n")
    files["linker_script"].write_text("/* GNU ld script */\nINPUT(libgood.so)\n")
    files["directory"].mkdir()
    files["other_machine"].write_bytes(whole[:18] + (243).to_bytes(2, "little") + whole[20:])
    compile_library(tmp_path / "libgone.so", "loads.c", "-Wl,-soname,libgone-of-abidance.so.7")
    compile_library(tmp_path / "libneeds.so", "loads.c", f"-L{tmp_path}", "-Wl,--no-as-needed", "-lgone")
    libraries = {name: file.name for name, file in files.items() if name != "fifo"}
    ran = Hostile(tmp_path, ["good"], {"good": "libgood.so", **libraries}).run()

    assert ran.told("good", "good") == PASSES
    assert {name: ran.told(name, "good") for name in libraries} == dict.fromkeys(libraries, NOT_JUDGED)
    assert ran.status == 3
    assert ran.left == []
