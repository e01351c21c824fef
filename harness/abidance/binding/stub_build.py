"""Compiles call stubs with the project's compiler and header, once for each content, into the cache.

A stub that does not compile is left out, and told of in the compiler's words; the others are there.
"""

from __future__ import annotations

import io
import re
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.binding.callback_source import callback_source
from abidance.binding.loaded_library import IMPORT, IMPORTS
from abidance.binding.stub_files import StubFiles
from abidance.binding.stub_source import stub_source
from abidance.toolchain.cache_entries import cached_shared_object
from abidance.toolchain.compiler import search_flags
from abidance.toolchain.coverage import counter_link_flags, coverage_flags
from abidance.toolchain.elf_image import open_image, string_at
from abidance.toolchain.source_coverage.counters import GCC_CALLBACKS, NOTES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.binding.callback_source import CallbackKind
    from abidance.binding.stub_source import StubSubject
    from abidance.ir.declarations import Declarations
    from abidance.toolchain.compiler import Compiled, Compiler

# Distributions that fortify by default turn calls into checks of a size that a stub's copies do not have.
FLAGS = ("-w", "-O1", "-U_FORTIFY_SOURCE", "-fno-lto", "-fvisibility=default")
# What a header's own code does is under test: its lines are wanted, and what it does not declare is an error. A plain
# `inline` function, which C11 lets no other unit define (6.7.4p7), is one of the stubs' own in GNU's older dialect.
DIRECT_FLAGS = (
    "-fplt",
    "-fgnu89-inline",
    "-g",
    "-fno-inline",
    "-fno-omit-frame-pointer",
    "-Werror=implicit-function-declaration",
)
# There are dozens of functions for each kind of callback, and none of them does much: half the time goes to making
# them better. A `static` function of the header's own is compiled there as well, though nobody calls it: what it calls
# in turn would be sought when this is loaded, and the library is not there yet.
CALLBACK_FLAGS = ("-O0", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections")
_MARKERS = re.compile(r'^# \d+ "[^\n]*\n', re.MULTILINE)
_TRIES = 8
_SHT_RELA, _R_X86_64_PLT32 = 4, 4


@dataclass(frozen=True, slots=True)
class StubMaker:
    """Makes stubs for one header."""

    declarations: Declarations
    header: Path
    compiler: Compiler
    include_dirs: tuple[Path, ...] = ()
    defines: Mapping[str, str] = field(default_factory=dict)
    counted: bool = False
    """Whether the code of a header's own functions counts which of its lines run."""

    def make(self, stubs: Sequence[StubSubject]) -> tuple[StubFiles, dict[str, str]]:
        """Return the compiled stubs, and by function what the compiler said of those that it refused."""
        refused: dict[str, str] = {}
        calls = self._compiled([stub for stub in stubs if not stub.signature.direct], refused, direct=False)
        direct = self._compiled([stub for stub in stubs if stub.signature.direct], refused, direct=True)
        return StubFiles(calls, direct), refused

    def make_callbacks(self, kinds: Sequence[CallbackKind]) -> tuple[Path | None, dict[int, str]]:
        """Return the compiled functions of callbacks, and by kind what the compiler said of those it refused."""
        refused: dict[int, str] = {}
        for _ in range(_TRIES):
            left = [kind for kind in kinds if kind.number not in refused]
            if not left:
                return None, refused
            source = callback_source(left, self.header, self.declarations)
            try:
                return self._cached(source.text, "callbacks"), refused
            except _RefusedError as error:
                blamed = _blamed(error.compiled, source.lines)
                numbers = map(int, blamed or source.lines.values())
                refused |= {n: blamed.get(str(n), _first_words(error.compiled)) for n in numbers}
        return None, dict.fromkeys(
            (kind.number for kind in kinds), "the compiler refuses it together with others"
        )

    def _compiled(self, stubs: list[StubSubject], refused: dict[str, str], *, direct: bool) -> Path | None:
        for _ in range(_TRIES):
            if not stubs:
                return None
            source = stub_source(stubs, self.header, self.declarations)
            try:
                return self._cached(source.text, "direct" if direct else "calls")
            except _RefusedError as error:
                blamed = _blamed(error.compiled, source.lines)
                # Without a line to blame, none of them is known to be good.
                refused |= blamed or dict.fromkeys(source.lines.values(), _first_words(error.compiled))
                stubs = [stub for stub in stubs if stub.name not in refused]
        refused |= {stub.name: "the compiler refuses it together with others" for stub in stubs}
        return None

    def _cached(self, text: str, what: str) -> Path:
        direct = what == "direct"
        own = (*FLAGS, *{"direct": DIRECT_FLAGS, "callbacks": CALLBACK_FLAGS}.get(what, ()))
        own += ("-O0", *coverage_flags(self.compiler.family, "lines")) if direct and self.counted else ()
        flags = (*own, *search_flags(self.include_dirs, self.defines))
        # What the preprocessor makes of it is all that the compiler is going to see.
        seen = self.compiler.preprocess(text, self.include_dirs, self.defines)
        build = partial(self._build_direct if direct else self._build, text, flags)
        # Where the header lies is in the debug information of its own functions, and in nothing else.
        key = (*flags, text, seen) if direct else (*own, _MARKERS.sub("", seen))
        return cached_shared_object(f"abidance_{what}", (self.compiler.identity, *key), build)

    def _build(self, text: str, flags: tuple[str, ...], output: Path) -> None:
        with tempfile.TemporaryDirectory(prefix="abidance-") as scratch:
            source = Path(scratch, _SOURCE)
            source.write_text(text, encoding="utf-8")
            made = self.compiler.compile_shared([source], output, flags)
            if not made.ok:
                raise _RefusedError(made)

    def _build_direct(self, text: str, flags: tuple[str, ...], output: Path) -> None:
        with tempfile.TemporaryDirectory(prefix="abidance-") as scratch:
            object_, words, notes = (Path(scratch, name) for name in ("stubs.o", "imports.s", "notes"))
            noted = self.counted and self.compiler.family == "gcc"
            more = (f"-fprofile-note={notes}",) if noted else ()
            compiled = self.compiler.compile_object(text, (*flags, *more, "-fPIC"))
            if compiled.image is None:
                raise _RefusedError(compiled)
            object_.write_bytes(compiled.image)
            own = called_names(compiled.image) - set(GCC_CALLBACKS)
            lines = [*imports(sorted(own)), *(_notes_inside(notes) if noted else ()), _NO_EXECUTABLE_STACK]
            words.write_text("\n".join(lines) + "\n", encoding="utf-8")
            links = counter_link_flags(self.compiler.family) if self.counted else ()
            made = self.compiler.compile_shared([object_, words], output, ("-Wl,-Bsymbolic", *links))
            if not made.ok:
                raise _RefusedError(made)


_SOURCE = "source.c"
_NO_EXECUTABLE_STACK = '.section .note.GNU-stack,"",@progbits'


class _RefusedError(Exception):
    def __init__(self, compiled: Compiled) -> None:
        super().__init__(compiled.words)
        self.compiled = compiled


def _blamed(compiled: Compiled, lines: Mapping[int, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for error in compiled.errors:
        if Path(error.path).name == _SOURCE and error.line in lines:
            found.setdefault(lines[error.line], error.text)
    return found


def _first_words(compiled: Compiled) -> str:
    if compiled.errors:
        error = compiled.errors[0]
        return f"{error.path}:{error.line}: {error.text}"
    lines = [line for line in compiled.words.splitlines() if line.strip()]
    return next(
        (line for line in lines if "error" in line or "undefined" in line), (lines or ["it failed"])[0]
    )


def called_names(image: bytes) -> set[str]:
    """Return the names that an object file calls and does not have: what the PLT is asked for (psABI 4.4.1)."""
    elf = open_image(io.BytesIO(image))
    found: set[str] = set()
    for section in elf.sections:
        if section.kind != _SHT_RELA:
            continue
        table = elf.sections[section.link]
        symbols = [*elf.symbol_rows(elf.contents(table))]
        names = elf.contents(elf.sections[table.link])
        for _, kind, number, _ in elf.relocations(section):
            name, _, _, index, _, _ = symbols[number]
            if kind == _R_X86_64_PLT32 and name and index == 0:
                found.add(string_at(names, name))
    return found


def _notes_inside(notes: Path) -> list[str]:
    """Return assembly with what gcc noted, and with what its counters call, which does nothing."""
    nothing = [f".globl {name}\n.hidden {name}\n{name}:" for name in GCC_CALLBACKS]
    return [".text", *nothing, "    ret", f'.section {NOTES},"",@progbits', f'.incbin "{notes}"']


def imports(names: Sequence[str]) -> list[str]:
    """Return lines of assembly in which each name jumps to where a word says, which the loading process sets.

    A hidden definition is found by the linker before any that the process has under the same name.
    """
    lines = [".text"]
    for name in names:
        lines += [f".globl {name}", f".hidden {name}", f".type {name}, @function", f"{name}:"]
        # By a local label: another object's word of that name cannot get in between.
        lines += [f"    jmp *.L{name}(%rip)", f".size {name}, .-{name}"]
    lines.append(".data")
    for name in names:
        exported = IMPORT + name
        lines += [".balign 8", f".globl {exported}", f".type {exported}, @object", f".size {exported}, 8"]
        lines += [f".L{name}:", f"{exported}:", "    .quad 0"]
    lines += [f".globl {IMPORTS}", f".type {IMPORTS}, @object", f"{IMPORTS}:"]
    lines += [f'    .asciz "{" ".join(names)}"', f".size {IMPORTS}, .-{IMPORTS}"]
    return [*lines, ".text"]
