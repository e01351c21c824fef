"""Counting the instructions of one function in a program with valgrind's callgrind, each with the calls that led there.

Its output is that of https://valgrind.org/docs/manual/cl-format.html, with functions told apart by all their callers.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.toolchain.process import english_environment, find_tool, run_tool

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DEEPEST = 60
"""So many callers tell a function from itself elsewhere."""
_UNKNOWN = "???"


class CallgrindError(Exception):
    """It cannot count here, for the reason that the words say."""


@dataclass(frozen=True, slots=True)
class CountedLine:
    """So many instructions at one line of a function; names are mangled, the outermost caller first, its own last."""

    names: tuple[str, ...]
    object: str
    file: str
    line: int
    instructions: int


def callgrind_reason() -> str:
    """Return why nothing can be counted here; nothing where it can."""
    return "" if find_tool("valgrind") else "`valgrind` is not installed"


def count_instructions(program: Path, function: str, seconds: float) -> list[CountedLine]:
    """Run a program and count what it executes inside of a function; raises CallgrindError."""
    tool = find_tool("valgrind")
    if tool is None:
        raise CallgrindError(callgrind_reason())
    with tempfile.TemporaryDirectory(prefix="abidance-callgrind-") as folder:
        out = Path(folder, "out")
        ran = run_tool(
            [
                *(
                    tool,
                    "-q",
                    "--tool=callgrind",
                    f"--callgrind-out-file={out}",
                    f"--toggle-collect={function}",
                ),
                *(f"--separate-callers={_DEEPEST}", "--separate-recs=1", "--demangle=no"),
                *("--compress-strings=no", "--compress-pos=no", program),
            ],
            seconds=seconds,
            cwd=program.parent,
            environment=english_environment(LD_BIND_NOW="1"),  # looking symbols up is no cost of a call
        )
        if not ran.ok:
            said = (ran.stderr.strip() or ran.stopped).partition("\n")[0][:200]
            raise CallgrindError(
                f"the program that makes the call ended with {ran.status} under valgrind: {said}"
            )
        text = out.read_text(encoding="utf-8", errors="replace") if out.is_file() else ""
    return list(counted_lines(text.splitlines(), function))


def counted_lines(lines: Sequence[str], function: str) -> Iterator[CountedLine]:
    """Yield what a file of callgrind says of a function and of what it calls."""
    object_, file = "", ""
    names: tuple[str, ...] = ()
    skip = False
    for line in lines:
        key, equals, value = line.partition("=")
        if skip:  # what a call took is the callee's
            skip = False
        elif not equals and line[:1].isdigit() and names:
            at, _, count = line.partition(" ")
            known = file != _UNKNOWN
            yield CountedLine(names, object_, file if known else "", int(at) if known else 0, int(count))
        elif key == "ob":
            object_ = value
        elif key in ("fl", "fi", "fe"):
            file = value
        elif key == "fn":
            names = _inside(value, function)
        elif key == "calls":
            skip = True


def _inside(context: str, function: str) -> tuple[str, ...]:
    """Return the callers of a function from `function` on, the function last; none where that is not among them."""
    pieces = [
        piece for piece in context.split("'") if not piece.isdigit()
    ]  # numbers tell how often it recurses
    if function not in pieces:
        return ()
    return tuple(reversed(pieces[: len(pieces) - pieces[::-1].index(function)]))


def demangled(names: Sequence[str]) -> dict[str, str]:
    """Return the names of C++ and Rust as they are written, by the mangled ones, as far as a tool here knows them."""
    tool = find_tool("c++filt", "llvm-cxxfilt")
    if tool is None or not names:
        return {}
    ran = run_tool([tool], seconds=_DEEPEST, stdin="".join(f"{name}\n" for name in names))
    shown = ran.stdout.splitlines()
    return dict(zip(names, shown, strict=True)) if ran.ok and len(shown) == len(names) else {}
