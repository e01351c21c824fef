"""What recording a call takes: of a function that does nothing, and of the request guard's, traced and not in turns."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.elf import read_library
from abidance.trace.calibration import FOLDER, calibrate
from abidance.trace.interposer import interposer
from abidance.trace.interposer_build import compiled_interposer
from benchmarks.ground import SUBJECTS

if TYPE_CHECKING:
    from benchmarks.board import Board, Effort

GUARD = Path(__file__).parents[1] / "examples" / "01-request-guard"
FUNCTIONS = ("rg_admit", "rg_format_reason")
MOST = 100.0
"""Nanoseconds of a call that recording it may take."""


def measure(board: Board, effort: Effort, place: Path) -> None:
    board.title("Traced calls, against the same calls without")
    nothing = [calibrate() for _ in range(effort.repeats)]
    board.figure("a call that does nothing", median(each.plain for each in nothing) / 1000, " ns")
    board.figure("the same, traced", median(each.traced for each in nothing) / 1000, " ns")
    overhead = median(each.overhead for each in nothing) / 1000
    board.below("trace overhead of a call that does nothing", overhead, MOST, " ns")
    program, preloaded = build(place)
    plain, traced = ([], [])
    for _ in range(effort.repeats):
        plain.append(called(program, {}))
        traced.append(called(program, {"LD_PRELOAD": str(preloaded), FOLDER: str(place)}))
    for name, before, after in zip(
        FUNCTIONS, zip(*plain, strict=True), zip(*traced, strict=True), strict=True
    ):
        alone, recorded = median(before) / 1000, median(after) / 1000
        board.figure(f"{name}", alone, " ns")
        board.figure(f"{name}, traced", recorded, " ns")
        board.below(f"trace overhead of {name}", recorded - alone, MOST, " ns")


def build(place: Path) -> tuple[Path, Path]:
    """Return a program that calls the request guard, and the interposer."""
    compiler = find_compiler()
    library, program = place / "librequest_guard.so", place / "traced"
    includes = f"-I{GUARD / 'include'}"
    shared = ("-O2", "-shared", "-fPIC", includes, str(GUARD / "c" / "request_guard.c"), "-o", str(library))
    linked = (f"-L{place}", "-lrequest_guard", f"-Wl,-rpath,{place}")
    for words in (shared, ("-O2", includes, str(SUBJECTS / "traced.c"), *linked, "-o", str(program))):
        made = compiler.run(words)
        assert made.ok, made.stderr
    boundary = join(load_contract(GUARD / "request_guard.contract.yaml"))
    made_of = interposer(boundary, read_library(library).functions, (library.name, str(library)))
    return program, compiled_interposer(made_of.source)


def called(program: Path, environment: dict[str, str]) -> tuple[int, ...]:
    """Return the picoseconds of a call of each function."""
    ran = subprocess.run(
        [program], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return tuple(map(int, ran.stdout.split()))
