"""What one waits for before anything is called."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.header.read import read_header
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.probe import ProbeRequest, probe_layouts
from benchmarks.board import milliseconds
from benchmarks.many_functions import write_many

if TYPE_CHECKING:
    from abidance.ir.declarations import Declarations
    from abidance.ir.layout import Layouts
    from benchmarks.board import Board, Effort

ZLIB = Path(__file__).parent.parent / "contracts" / "zlib.contract.yaml"
ABIDANCE = "import sys; from abidance.cli.main import main; status = main(sys.argv[1:]); "
PYTEST = "import sys, pytest; status = pytest.main(sys.argv[1:]); "
EXIT = "sys.exit(status)"
LIGHT = "sys.exit('hypothesis' in sys.modules)"
"""Ends with 1 when something has imported hypothesis, which takes longer than all the rest."""


def measure(board: Board, effort: Effort, place: Path) -> None:
    board.title("Start-up")
    times = max(effort.repeats, 2)
    run(PYTEST + EXIT, "--co")  # writes the bytecode
    bare = milliseconds(lambda: run("pass"), times)
    board.figure("python, doing nothing", bare, " ms")

    light = run(ABIDANCE + LIGHT, "--help") == 0
    taken = milliseconds(lambda: run(ABIDANCE + EXIT, "--help"), times)
    board.figure("abidance --help", taken, " ms", imports(light))
    board.below("abidance --help", taken, 150, " ms")
    board.never("abidance --help imports hypothesis", not light)

    for folder in ("many", "empty"):
        (place / folder).mkdir()
    contract = write_many(place / "many", effort.functions)
    (place / "empty" / "test_empty.py").write_text("def test_nothing(): pass\n", encoding="utf-8")
    collect = ("--co", "-q", "-p", "no:cacheprovider", *plugin())
    empty = milliseconds(lambda: run(PYTEST + EXIT, *collect, str(place / "empty")), times)
    board.figure("pytest --co of one empty test", empty, " ms")
    # Hypothesis's own plugin imports it for its summary, with and without contracts.
    light = run(PYTEST + LIGHT, *collect, "-p", "no:hypothesispytest", str(contract)) == 0
    taken = milliseconds(lambda: run(PYTEST + EXIT, *collect, str(contract)), times)
    board.figure(f"pytest --co of {effort.functions} functions", taken, " ms", imports(light))
    board.below("pytest --co of 100 functions", taken / 1000, 1, " s")
    board.never("pytest --co of contracts imports hypothesis", not light)

    board.title("Start-up of a contract, inside the process: zlib's")
    zlib(board, times)


def zlib(board: Board, times: int) -> None:
    compiler = find_compiler()
    contract = load_contract(ZLIB)
    defines = {str(name): value for name, value in contract.defines.items()}
    board.figure("load the contract", milliseconds(lambda: load_contract(ZLIB), times), " ms")
    cc = milliseconds(lambda: compiler.preprocess(contract.header, (), defines), times)
    board.figure("cc -E", cc, " ms")

    def read() -> Declarations:
        return read_header(contract.header, defines=defines, compiler=compiler)

    whole = milliseconds(read, times)
    board.figure("cc -E, parse and lower", whole, " ms", f"{whole / cc:.1f} times cc -E")
    declarations = read()
    request = ProbeRequest(tuple(map(str, contract.functions)), (), ())

    def probe() -> Layouts:
        return probe_layouts(
            declarations, request, header=contract.header, defines=defines, compiler=compiler
        )

    board.figure("probe the layouts", milliseconds(probe, times), " ms")
    board.figure("join, all of the above but loading", milliseconds(lambda: join(contract), times), " ms")


def run(program: str, *arguments: str) -> int:
    """Run a Python program in a process of its own and return its exit status."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    environment.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # few set it, and pytest compiles all plugins anew with it
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], env=environment, capture_output=True, check=False
    ).returncode


def plugin() -> tuple[str, ...]:
    """Return how pytest is told of the plugin where the package is not installed."""
    installed = any(point.name == "abidance" for point in entry_points(group="pytest11"))
    return () if installed else ("-p", "abidance.pytest_plugin.plugin")


def imports(light: bool) -> str:
    return "without hypothesis" if light else "imports hypothesis"
