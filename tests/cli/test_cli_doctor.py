from __future__ import annotations

from types import SimpleNamespace

from abidance.toolchain.doctor import Absence, Survey, Tool

GCC = SimpleNamespace(family="gcc")


def facts(**changes):
    made = {
        "compiler": GCC,
        "compilers": (Tool("clang", "14.0.6"), Tool("gcc", "12.2.0")),
        "tools": (Tool("rustc", "1.95.0"), Tool("cargo", "1.95.0")),
        "sanitizers": {"asan": ("gcc", "rust"), "ubsan": ("gcc", "rust"), "tsan": ("gcc",), "msan": ()},
        "symbolizers": ("addr2line",),
        "debug_readers": (Tool("drgn", "0.3.0"),),
        "measures": True,
        "absences": (
            Absence("cmake", "`cmake` libraries", "`pip install cmake ninja`"),
            Absence("drgn", "nothing, but large debug information is read slowly", "`pip install drgn`"),
        ),
    }
    return Survey(**made | changes)


def test_what_is_here_and_what_the_lack_of_the_rest_costs(run, stand_in, golden):
    stand_in("abidance.toolchain.doctor", survey=facts)
    ran = run("doctor")
    assert ran.code == 0
    golden("doctor.txt", ran.out)


def test_nothing_is_off_when_only_speed_is_lost(run, stand_in):
    slow = Absence("drgn", "nothing, but debug information is read slowly", "`pip install drgn`")
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


def test_this_machine(run):
    ran = run("doctor")
    assert ran.code == 0
    assert ran.out.startswith("cc ")
