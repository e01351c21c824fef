from __future__ import annotations

import re
import sys
from types import SimpleNamespace

import pytest

from abidance.core.instruments import INSTRUMENTS
from abidance.run.execution.instruments import Tried
from abidance.toolchain.doctor import Absence, Survey, Tool

GCC = SimpleNamespace(family="gcc")


LIVE = tuple(Tried(each) for each in INSTRUMENTS if each.kind in ("memory", "heap", "sanitizer"))


@pytest.fixture(autouse=True)
def _tried(stand_in):
    stand_in("abidance.run.execution.instruments", tried_here=lambda _: LIVE)


def facts(**changes):
    made = {
        "compiler": GCC,
        "compilers": (Tool("clang", "14.0.6"), Tool("gcc", "12.2.0")),
        "tools": (Tool("rustc", "1.95.0"), Tool("cargo", "1.95.0")),
        "sanitizers": {"asan": ("gcc", "rust"), "ubsan": ("gcc", "rust"), "tsan": ("gcc",), "msan": ()},
        "profilers": ("perf (cpu-clock)", "callgrind"),
        "symbolizers": ("addr2line",),
        "measures": True,
        "cache": "~/.cache/abidance/v1, yours alone",
        "absences": (
            Absence("cmake", "`cmake` libraries", "`pip install cmake ninja`"),
            Absence(
                "symbolizer", "nothing, but lines are found slowly", "`apt-get install llvm`, or binutils"
            ),
        ),
    }
    return Survey(**made | changes)


def test_what_is_here_and_what_the_lack_of_the_rest_costs(run, stand_in, golden):
    stand_in("abidance.toolchain.doctor", survey=facts)
    ran = run("doctor")
    assert ran.code == 0
    golden("doctor.txt", ran.out)


def test_nothing_is_off_when_only_speed_is_lost(run, stand_in):
    slow = Absence("symbolizer", "nothing, but lines are found slowly", "`apt-get install llvm`, or binutils")
    stand_in("abidance.toolchain.doctor", survey=lambda: facts(absences=(slow,)))
    assert run("doctor").out.endswith("\n\nEverything can be judged here.\n")


def test_without_a_compiler_nothing_can_be_judged(run, stand_in):
    lacking = Absence("C compiler", "everything", "`apt-get install gcc`")
    stand_in(
        "abidance.toolchain.doctor", survey=lambda: facts(compiler=None, compilers=(), absences=(lacking,))
    )
    ran = run("doctor")
    assert ran.code == 3
    assert ran.out.startswith("cc           none\n")


def test_an_instrument_that_is_off_is_told_with_what_it_missed(run, stand_in):
    stand_in("abidance.toolchain.doctor", survey=lambda: facts(absences=()))
    off = (Tried(INSTRUMENTS[0], "an access that must fault did not"), *LIVE[1:])
    stand_in("abidance.run.execution.instruments", tried_here=lambda _: off)
    ran = run("doctor")
    assert "guard pages   no judgement where the guard pages must watch: an access that must fault" in ran.out
    assert "\n\nEverything can be judged here but: judgement where the guard pages" in ran.out


@pytest.mark.slow
def test_this_machine(run, monkeypatch):
    monkeypatch.delitem(sys.modules, "abidance.run.execution.instruments")
    ran = run("doctor")
    assert ran.code == 0
    assert ran.out.startswith("cc ")
    assert re.search(r"\nwatching +guard pages, canaries, read-only inputs, ", ran.out)
