"""Compiled contracts on an engine: executions a second against targets by hand, and time until a defect is met."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from abidance.boundary.resolve.join import join
from abidance.boundary.resolve.libraries import source_of
from abidance.contract.load import load_contract
from abidance.native.campaign import Assignment, Limits, explore
from abidance.native.executable import build_executable
from abidance.native.target import emit
from abidance.toolchain.builders import build_library
from abidance.toolchain.builds import parse_build
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.elf import read_library
from abidance.toolchain.library import Artifact, BuildSettings
from abidance.toolchain.runtimes import runtimes_for
from benchmarks.ground import SUBJECTS

if TYPE_CHECKING:
    from abidance.native.executable import Executable
    from abidance.native.target import Target
    from benchmarks.board import Board, Effort

ROOT = Path(__file__).parents[1]
GUARD = ROOT / "examples/01-request-guard"
ZLIB = ROOT / "examples/03-zlib-in-rust/zlib.contract.yaml"
TWINS = ROOT / "native_fixtures/request_guard/c"
BY_HAND = SUBJECTS / "hand_written"
SANITIZED = parse_build("asan+ubsan").covered("edges")


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    target: Target
    library: Artifact


def measure(board: Board, effort: Effort, place: Path) -> None:
    seconds, repeats = (2.0, 3) if effort.repeats > 1 else (0.1, 1)
    board.title(
        "Executions a second of a compiled contract, against targets written by hand on the same engine"
    )
    for function in functions(place):
        compare(board, function, seconds, repeats)
    board.title("Processor time of a compiled contract until a planted defect is met")
    for seed in range(1, repeats + 1):
        find_twins(board, place, seed)


def functions(place: Path) -> list[Function]:
    """Return functions of libraries that are compiled with coverage and AddressSanitizer, in C and in Rust."""
    for file in SUBJECTS.glob("sound.*"):
        shutil.copy(file, place)
    sound = load_contract(place / "sound.contract.yaml")
    guard, zlib = load_contract(GUARD / "request_guard.contract.yaml"), load_contract(ZLIB)
    built = build_library(source_of(guard, "c"), "asan+ubsan", BuildSettings(coverage="edges"))
    crate = build_library(source_of(zlib, "rust"), "asan", BuildSettings(coverage="edges"))
    compiled = covered(place / "sound.c", place / "libsound.so")
    return [
        *(Function(name, emit(join(sound), [name]), compiled) for name in ("checksum", "digest")),
        Function("rg_admit", emit(join(guard), ["rg_admit"]), built),
        *(Function(name, emit(join(zlib), [name]), crate) for name in ("crc32", "compress", "uncompress")),
    ]


def compare(board: Board, function: Function, seconds: float, repeats: int) -> None:
    ours = build_executable(function.target.source, function.library)
    source = (BY_HAND / f"{function.name}.c").read_text().replace('"target.h"', f'"{BY_HAND}/target.h"')
    by_hand = build_executable(
        source.replace('"request_guard.h"', f'"{GUARD}/include/request_guard.h"'), function.library
    )
    limits = Limits(seconds=seconds)
    rounds = []
    for seed in range(1, repeats + 1):
        work = Assignment(
            ours, function.name, dictionary=function.target.dictionary, seed=seed, limits=limits
        )
        told = [
            explore(each) for each in (work, Assignment(by_hand, function.name, seed=seed, limits=limits))
        ]
        rounds.append([each.executions / each.seconds for each in told])
    rates = [median(column) for column in zip(*rounds, strict=True)]
    share = median(one / other for one, other in rounds)
    board.figure(f"{function.name}: by hand", rates[1], "/s")
    board.figure(f"{function.name}: a contract", rates[0], "/s", f"{share:.2f} of by hand")
    board.at_least(f"{function.name}: executions a second against by hand", share, 0.8)


def find_twins(board: Board, place: Path, seed: int) -> None:
    """Measure for each defect of the request guard how long it takes; those that hang wait for the time limit."""
    contract = load_contract(GUARD / "request_guard.contract.yaml")
    target = emit(join(contract))
    worst = 0.0
    for folder in sorted(each.parent for each in TWINS.glob("*/fixture.toml")):
        facts = tomllib.loads((folder / "fixture.toml").read_text())
        if facts["kind"] != "defect" or folder.name == "stats_never_returns":
            continue
        source = place / f"{folder.name}.c"
        if not source.exists():
            shutil.copy(GUARD / "c/request_guard.c", source)
            subprocess.run(["patch", "-s", source, folder / "change.patch"], check=True)
        library = covered(source, place / f"lib{folder.name}.so", f"-I{GUARD / 'include'}")
        executable = build_executable(target.source, library)
        first = [first_failure(executable, name, target, seed) for name in facts["functions"]]
        worst = max(worst, min(first))
        board.figure(f"{folder.name}, seed {seed}", min(first), " s")
    board.below(f"processor time until the last of the twins is met, seed {seed}", worst, 1.0, " s")


def first_failure(executable: Executable, name: str, target: Target, seed: int) -> float:
    work = Assignment(executable, name, dictionary=target.dictionary, seed=seed, limits=Limits(seconds=1.5))
    return min((each.seconds for each in explore(work).failures), default=1.5)


def covered(source: Path, output: Path, *flags: str) -> Artifact:
    compiler = find_compiler()
    all_flags = (*SANITIZED.compile_flags(compiler.family), *SANITIZED.link_flags(compiler.family), *flags)
    if not output.exists():
        made = compiler.compile_shared([source], output, all_flags)
        assert made.ok, made.words
    facts = read_library(output)
    return Artifact(
        source.stem, SANITIZED.name, output, output, facts.sanitizers, runtimes_for(facts, compiler)
    )
