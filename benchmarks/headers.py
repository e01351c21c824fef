"""How long a header takes until its functions can be called: read, asked about, bound; beside others on the same."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from abidance.binding.binding_method import how, how_called
from abidance.header import cached_headers
from abidance.header.read import read_header
from abidance.ir.types import RecordRef
from abidance.toolchain.cache import VARIABLE
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.probe import ProbeRequest, probe_layouts
from benchmarks.board import milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.toolchain.compiler import Compiler
    from benchmarks.board import Board, Effort

# As far as they are installed; the first two are enough for a quick look.
HEADERS = (
    "stdio.h",
    "zlib.h",
    "pthread.h",
    "sqlite3.h",
    "png.h",
    "sodium.h",
    "linux/perf_event.h",
    "curl/curl.h",
    "openssl/ssl.h",
    "glib-2.0/glib.h",
)
# What a contract of a few functions reaches is read, and no more.
REACHED = "openssl/ssl.h"
FUNCTIONS = ["SSL_new", "SSL_free", "SSL_CTX_new", "SSL_CTX_free", "SSL_read", "SSL_write", "SSL_get_error"]
OTHERS = {
    "ctypesgen": ("ctypesgen", "-o", "{out}", "{header}"),
    "clang2py": ("clang2py", "-o", "{out}", "{header}"),
}


@dataclass(frozen=True)
class Times:
    """Milliseconds: reading all of a header, asking the compiler about all of it, deciding how all is bound."""

    read: float
    probe: float
    bind: float


def measure(board: Board, effort: Effort, place: Path) -> None:
    board.title("Headers: everything in each read, probed and bound")
    compiler = find_compiler()
    folders = (Path("/usr/include"), *compiler.system_dirs())
    found = [
        path
        for name in HEADERS
        for path in [next((f / name for f in folders if (f / name).is_file()), None)]
        if path
    ]
    for header in found if effort.repeats > 1 else found[:2]:
        one_header(board, effort, place, header, compiler)
    for header in found:
        if header.match(REACHED) and effort.repeats > 1:
            reached(board, effort, place, header, compiler)


def reached(board: Board, effort: Effort, place: Path, header: Path, compiler: Compiler) -> None:
    """Time reading what a few functions need, beside `cc -E` in turns.

    It is the processor's time, and the least of many: what else the machine does tells nothing of either.
    """
    cc, cold, stored, warm = [], [], [], []
    look_up(header, compiler, place / "modules")
    for number in range(effort.repeats * 2):
        cache = place / f"reached-{number}"
        cc.append(busy(lambda: compiler.preprocess(header)))
        cold.append(busy(lambda: look_up(header, compiler, cache)))  # noqa: B023 - called at once
        stored.append(busy(cached_headers.forget))
        warm.append(busy(lambda: look_up(header, compiler, cache)))  # noqa: B023
        cached_headers.forget()
    name = f"{REACHED}: {len(FUNCTIONS)} functions"
    least, whole = min(cc), min(cold) + min(stored)
    board.figure(f"{name}, cold", min(cold), " ms", f"{min(cold) / least:.1f} times cc -E")
    board.figure(
        f"{name}, written to the cache", min(stored), " ms", f"{min(stored) / least:.1f} times cc -E"
    )
    board.figure(f"{name}, warm", min(warm), " ms")
    board.below(f"{name}, cold and written, in cc -E", whole / least, 3, "")
    board.below(f"{name}, warm", min(warm), 50, " ms")


def busy(run: Callable[[], object]) -> float:
    """Return for how many milliseconds `run` and the processes that it starts keep a processor busy."""

    def spent() -> float:
        return sum(
            used.ru_utime + used.ru_stime
            for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
            for used in [resource.getrusage(who)]
        )

    before = spent()
    run()
    return (spent() - before) * 1000


def look_up(header: Path, compiler: Compiler, cache: Path) -> None:
    """Read from a header what the functions need."""
    with caching(cache):
        declarations = read_header(header, compiler=compiler)
        for name in FUNCTIONS:
            declarations.functions[name]


@contextmanager
def caching(cache: Path) -> Iterator[None]:
    """Have results cached in this directory."""
    before, os.environ[VARIABLE] = os.environ.get(VARIABLE), str(cache)
    try:
        yield
    finally:
        os.environ.pop(VARIABLE) if before is None else os.environ.update({VARIABLE: before})


def one_header(board: Board, effort: Effort, place: Path, header: Path, compiler: Compiler) -> None:
    times = min(effort.repeats, 3)
    name = header.name
    try:
        cc = milliseconds(lambda: compiler.preprocess(header), times)
        cold = [whole(header, compiler, place / f"{name}-{number}") for number in range(times)]
        whole(header, compiler, place / name)
        warm = [whole(header, compiler, place / name) for _ in range(times)]
    except Exception as error:  # noqa: BLE001 - figures, not a gate
        print(f"  {name}: {error}")
        return
    board.figure(f"{name}: cc -E", cc, " ms")
    for words, several in (("cold", cold), ("warm", warm)):
        for step in ("read", "probe", "bind"):
            taken = median(getattr(each, step) for each in several)
            board.figure(f"{name}: {step}, {words}", taken, " ms", f"{taken / cc:.1f} times cc -E")
    for tool, command in OTHERS.items():
        other(board, tool, command, header, place)


def whole(header: Path, compiler: Compiler, cache: Path) -> Times:
    """Return how long each step takes with this cache."""
    with caching(cache):
        started = time.perf_counter()
        declarations = read_header(header, compiler=compiler)
        functions, records = list(declarations.functions.values()), list(declarations.records)
        read = time.perf_counter()
        request = ProbeRequest(tuple(each.name for each in functions), tuple(map(RecordRef, records)))
        layouts = probe_layouts(declarations, request, header=header, compiler=compiler)
        probed = time.perf_counter()
        for key in records:
            how(RecordRef(key), declarations, layouts)
        for function in functions:
            how_called(function, declarations, layouts)
        bound = time.perf_counter()
    return Times((read - started) * 1000, (probed - read) * 1000, (bound - probed) * 1000)


def other(board: Board, tool: str, command: tuple[str, ...], header: Path, place: Path) -> None:
    """Time another generator of bindings on the header, as its users start it: as a process."""
    program = shutil.which(tool) or shutil.which(tool, path=str(Path(sys.executable).parent))
    if program is None:
        print(f"  {header.name}: {tool} is not installed")
        return
    words = [program, *(each.format(out=place / f"{tool}.py", header=header) for each in command[1:])]
    started = time.perf_counter()
    ran = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    taken = (time.perf_counter() - started) * 1000
    said = ran.stderr.strip().splitlines()
    note = "" if ran.returncode == 0 else f"fails: {said[-1][:60] if said else ran.returncode}"
    board.figure(f"{header.name}: {tool}, as a process", taken, " ms", note)
