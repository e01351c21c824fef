"""From places in a shared object to functions and source lines, by the first tool here that can tell.

A place is what sanitizers print after the module, as in ``(/path/lib.so+0x11f9)``: the address in the ELF
file's own numbering (program counter minus load address), *not* a position in the file. The two differ
where a linker pads segments, as lld does. For a fault address that came with ``dladdr``, it is the address
minus `dli_fbase`. Places above the first of a stack trace have been moved back by one already, into the
call instruction, so that they belong to the caller's line.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.toolchain.dwarf.frames import covers, frames_by_dwarf
from abidance.toolchain.elf import code_ranges
from abidance.toolchain.elf_exports import exports_of
from abidance.toolchain.elf_image import open_image
from abidance.toolchain.process import find_tool, run_tool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_SECONDS = 60.0
_RUST_HASH = re.compile(r"::h[0-9a-f]{16}$")
_RUST_PIECE = re.compile(r"\$(LT|GT|LP|RP|C|RF|BP|u[0-9a-f]{1,6})\$|\.\.")
_RUST_PIECES = {"LT": "<", "GT": ">", "LP": "(", "RP": ")", "C": ",", "RF": "&", "BP": "*", None: "::"}
_PLACE = re.compile(r"^(?P<file>.*?):(?P<line>\d+|\?)(?::(?P<column>\d+))?(?: \(discriminator \d+\))?$")


@dataclass(frozen=True, slots=True)
class SourceFrame:
    """One function at one place: `line` and `column` are 1-based, 0 when not known; the name may be empty."""

    function: str
    file: Path | None = None
    line: int = 0
    column: int = 0


Stack = tuple[SourceFrame, ...]


def symbolize(path: Path, offsets: Sequence[int]) -> list[Stack]:
    """Return for each offset the functions that are active there, those that were inlined first.

    An offset that no tool knows has an empty stack. Nothing is raised: a finding without a line is better
    than none.
    """
    found: dict[int, Stack] = dict.fromkeys(offsets, ())
    # Functions that the linker dropped keep their names, at addresses where nothing runs.
    code = code_ranges(path)
    for tool in _TOOLS:
        unknown = [offset for offset in found if covers(code, offset) and not _located(found[offset])]
        if not unknown:
            break
        for offset, stack in zip(unknown, tool(path, unknown), strict=False):
            if _located(stack) or not found[offset]:
                found[offset] = stack
    for offset, stack in found.items():
        if stack and not _located(stack):
            found[offset] = _covering(path, offset, stack)
    return [found[offset] for offset in offsets]


def _covering(path: Path, offset: int, stack: Stack) -> Stack:
    """Return a stack without the name of an export that ends before the offset.

    Of a stripped library tools name the nearest export, which may be far from the function without a name.
    """
    names = {frame.function for frame in stack}
    try:
        with path.open("rb") as file:
            exports = [each for each in exports_of(open_image(file), names.__contains__) if each.size]
    except (OSError, ValueError, struct.error):
        return stack
    wrong = {each.name for each in exports}
    wrong -= {each.name for each in exports if each.address <= offset < each.address + each.size}
    return tuple(frame for frame in stack if frame.function not in wrong)


def symbolizers() -> tuple[str, ...]:
    """Return the names of the symbolizers here, best first; abidance's own needs no tool and comes last."""
    present = (tool.name for tool in (_llvm_symbolizer(), find_tool("addr2line")) if tool)
    return (*present, "abidance")


def _by_llvm(path: Path, offsets: Sequence[int]) -> list[Stack]:
    tool = _llvm_symbolizer()
    if tool is None:
        return []
    ran = run_tool(
        [tool, f"--obj={path}", "--inlines", "--output-style=LLVM", *map(hex, offsets)], seconds=_SECONDS
    )
    # One block per address, each ended by an empty line: a function's name, then its place, and so on.
    blocks = ran.stdout.split("\n\n")
    return [_stack(block.splitlines()) for block in blocks[: len(offsets)]] if ran.ok else []


def _by_addr2line(path: Path, offsets: Sequence[int]) -> list[Stack]:
    tool = find_tool("addr2line")
    if tool is None:
        return []
    ran = run_tool([tool, "-ifCa", "-e", path, *map(hex, offsets)], seconds=_SECONDS)
    # With -a each address is printed before its frames, which is what parts them.
    blocks = re.split(r"^0x[0-9a-f]+\n", ran.stdout, flags=re.MULTILINE)[1:]
    return [_stack(block.splitlines()) for block in blocks] if ran.ok else []


def _by_dwarf(path: Path, offsets: Sequence[int]) -> list[Stack]:
    return [
        tuple(SourceFrame(plain_name(name), file, line, column) for name, file, line, column in frames)
        for frames in frames_by_dwarf(path, offsets)
    ]


def _stack(lines: Sequence[str]) -> Stack:
    frames = (_frame(name, place) for name, place in zip(lines[::2], lines[1::2], strict=False))
    return tuple(frame for frame in frames if frame.function or frame.file)


def _frame(name: str, place: str) -> SourceFrame:
    function = "" if name.strip() == "??" else plain_name(name.strip())
    found = _PLACE.match(place.strip())
    if found is None or found["file"] in {"??", ""} or found["line"] in {"?", "0"}:
        return SourceFrame(function)
    return SourceFrame(function, Path(found["file"]), int(found["line"]), int(found["column"] or 0))


def plain_name(name: str) -> str:
    """Return a name without the hash of Rust's older mangling, and with what that cannot write as it is written.

    Tools that read it as C++ leave its escapes: https://doc.rust-lang.org/rustc/symbol-mangling/legacy.html.
    """
    plain = _RUST_HASH.sub("", name)
    if plain == name and "$" not in name:
        return name
    plain = re.sub(r"(^|::)_(?=\$)", r"\1", plain)
    return _RUST_PIECE.sub(
        lambda found: _RUST_PIECES.get(found[1]) or chr(min(int(found[1][1:], 16), 0x10FFFF)), plain
    )


def _located(stack: Iterable[SourceFrame]) -> bool:
    return any(frame.file for frame in stack)


def _llvm_symbolizer() -> Path | None:
    if found := find_tool("llvm-symbolizer"):
        return found
    numbered = [
        path
        for pattern in ("usr/bin/llvm-symbolizer-*", "usr/lib/llvm-*/bin/llvm-symbolizer")
        for path in Path("/").glob(pattern)
    ]
    return max(numbered, key=lambda path: [int(n) for n in re.findall(r"\d+", str(path))], default=None)


_TOOLS: tuple[Callable[[Path, Sequence[int]], list[Stack]], ...] = (_by_llvm, _by_addr2line, _by_dwarf)
