"""`abidance layout` of a large header: what it costs the first time and the next, beside libclang on the same.

All of it is processor time, of the process and of those that it starts, and the least of several.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.toolchain.cache import VARIABLE
from abidance.toolchain.compiler import find_compiler
from benchmarks.headers import busy

if TYPE_CHECKING:
    from benchmarks.board import Board, Effort

HEADER = Path("/usr/include/openssl/ssl.h")
ABIDANCE = "import sys; from abidance.cli.main import main; sys.exit(main(['layout', sys.argv[1]]))"
PARSE = """\
import sys
from clang.cindex import CursorKind, Index, TranslationUnit
header, *flags = sys.argv[1:]
unit = Index.create().parse(header, args=flags, options=TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD)
"""
# What the report has of the header's own folder: each type's layout, each function's types, each enumerator.
WALK = (
    PARSE
    + """\
own = header.rpartition("/")[0]
for cursor in unit.cursor.get_children():
    if cursor.location.file is None or not cursor.location.file.name.startswith(own):
        continue
    if cursor.kind in (CursorKind.STRUCT_DECL, CursorKind.UNION_DECL):
        cursor.type.get_size(), cursor.type.get_align()
        for field in cursor.type.get_fields():
            field.spelling, field.get_field_offsetof(), field.type.spelling, field.type.get_size()
    elif cursor.kind == CursorKind.FUNCTION_DECL:
        cursor.spelling, cursor.result_type.spelling
        for argument in cursor.get_arguments():
            argument.spelling, argument.type.spelling
    elif cursor.kind == CursorKind.TYPEDEF_DECL:
        under = cursor.underlying_typedef_type
        cursor.spelling, under.spelling, under.get_size(), under.get_align()
    elif cursor.kind == CursorKind.ENUM_DECL:
        cursor.type.get_size()
        for each in cursor.get_children():
            each.spelling, each.enum_value
"""
)


def measure(board: Board, effort: Effort, place: Path) -> None:
    board.title(f"`abidance layout {HEADER.parent.name}/{HEADER.name}`, CPU time")
    if not HEADER.is_file():
        board.note(f"{HEADER} is not installed")
        return
    header, times = str(HEADER), min(effort.repeats, 5)
    run(ABIDANCE, header, cache=place / "modules")  # which writes the bytecode
    cold, warm = [], []
    for number in range(times):
        cache = place / f"{number}"
        cold.append(busy(lambda: run(ABIDANCE, header, cache=cache)))  # noqa: B023 - called at once
        warm.append(min(busy(lambda: run(ABIDANCE, header, cache=cache)) for _ in range(2)))  # noqa: B023
    board.figure("cold", min(cold), " ms")
    board.figure("warm", min(warm), " ms")
    board.below("layout of openssl/ssl.h, warm", min(warm), 150, " ms")
    if importlib.util.find_spec("clang") is None:
        board.note("libclang is not installed: `pip install libclang`")
        return
    flags = [f"-I{folder}" for folder in find_compiler().system_dirs()]
    parsed = min(busy(lambda: run(PARSE, header, *flags)) for _ in range(times))
    walked = min(busy(lambda: run(WALK, header, *flags)) for _ in range(times))
    board.figure(
        "libclang, parsed and nothing looked at",
        parsed,
        " ms",
        f"cold is {min(cold) / parsed:.1f} times this",
    )
    board.figure("libclang, the same declarations and layouts", walked, " ms")
    board.below("layout of openssl/ssl.h, cold, in libclang's", min(cold) / walked, 5, "")


def run(program: str, *arguments: str, cache: Path | None = None) -> None:
    """Run a Python program; raises CalledProcessError where it fails."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if cache is not None:
        environment[VARIABLE] = str(cache)
    subprocess.run(
        [sys.executable, "-c", program, *arguments], env=environment, capture_output=True, check=True
    )
