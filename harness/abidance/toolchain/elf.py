"""What a shared object says of itself: machine, dependencies, exported and missing names, debug information.

Only what the dynamic linker would look at is read, with `struct` and in bulk: libcrypto's 5,700 symbols take
a few milliseconds.
"""

from __future__ import annotations

import functools
import re
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import LIBRARY_MISSING, NOT_A_LIBRARY, WRONG_ARCHITECTURE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import CannotJudgeError
from abidance.core.nearest import did_you_mean
from abidance.toolchain.elf_image import Image, Symbol, open_image

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.core.codes import Code
    from abidance.core.span import Span

_SANITIZER_MARKS = {
    # What the compiler inserts. The public interface (`__asan_poison_memory_region`, `__tsan_acquire`) is
    # called by libraries that are not instrumented at all, so it proves nothing.
    "asan": re.compile(r"__asan_(init|report_|load|store|register_|version_mismatch|stack_malloc|option_)"),
    "tsan": re.compile(r"__tsan_(init|func_entry|read|write|unaligned|atomic|vptr)"),
    "msan": re.compile(r"__msan_(init|warning|param_tls|retval_tls)"),
    "ubsan": re.compile(r"__ubsan_handle_"),
}
SANITIZER_RUNTIMES = {
    "asan": re.compile(r"libasan\.so|libclang_rt\.asan"),
    "tsan": re.compile(r"libtsan\.so|libclang_rt\.tsan"),
    "ubsan": re.compile(r"libubsan\.so|libclang_rt\.ubsan_standalone"),
}
_OTHER_FORMATS = (
    (b"!<arch>\n", "a static library"),
    (b"!<thin>\n", "a static library"),
    (b"MZ", "a Windows program or DLL"),
    (b"\xcf\xfa\xed\xfe", "a macOS library"),
    (b"\xca\xfe\xba\xbe", "a macOS library or a Java class"),
    (b"BC\xc0\xde", "LLVM bitcode"),
)
_TYPES = {1: "an object file", 2: "an executable", 4: "a core dump"}
_SHARED = 3


@dataclass(frozen=True, slots=True)
class LibraryFacts:
    """One shared object. `undefined` are the names it cannot run without, `optional` its weak ones.

    `sanitizers` holds what the library was instrumented with: of asan, ubsan, tsan and msan.
    """

    path: Path
    machine: str
    bits: int
    soname: str | None
    needed: tuple[str, ...]
    runpath: tuple[str, ...]
    functions: frozenset[str]
    objects: frozenset[str]
    undefined: frozenset[str]
    optional: frozenset[str]
    has_dwarf: bool
    debug_link: str | None
    build_id: str
    sanitizers: frozenset[str]
    initialisers: int = 0

    @property
    def exports(self) -> frozenset[str]:
        """Return all names that a caller can find."""
        return self.functions | self.objects

    @property
    def needed_runtimes(self) -> tuple[str, ...]:
        """Return the sanitizer runtimes that the library names as dependencies."""
        return tuple(
            name for name in self.needed if any(mark.match(name) for mark in SANITIZER_RUNTIMES.values())
        )


def read_library(path: Path, span: Span | None = None) -> LibraryFacts:
    """Return the facts of the shared object at `path`, which this process could load.

    Raises CannotJudgeError when it is missing, no shared object, damaged, or made for another machine;
    `span` is where the user named it.
    """
    facts = read_facts(path, span)
    ours = host_machine()
    if (facts.machine, facts.bits) != ours:
        raise _refused(
            WRONG_ARCHITECTURE,
            f"`{path.name}` is built for {facts.machine} ({facts.bits}-bit), and this Python runs on "
            f"{ours[0]} ({ours[1]}-bit)",
            span,
            remedy=f"build the library for {ours[0]}, or run abidance where {facts.machine} code runs",
        )
    return facts


def read_facts(path: Path, span: Span | None = None) -> LibraryFacts:
    """Return the facts of a shared object for any machine; raises as `read_library` otherwise."""
    try:
        if path.exists() and not path.is_file():  # opening a pipe would wait for its other end
            what = "a directory" if path.is_dir() else "no regular file"
            raise _refused(NOT_A_LIBRARY, f"`{path.name}` is {what}, not a shared object", span)
        with path.open("rb") as file:
            start = file.read(4096)
            if not start.startswith(b"\x7fELF"):
                raise _not_elf(path, start, span)
            file.seek(0)
            return _facts(path, open_image(file), span)
    except FileNotFoundError:
        raise _missing(path, span) from None
    except OSError as error:
        words = (error.strerror or str(error)).lower()
        raise _refused(LIBRARY_MISSING, f"`{path}` cannot be read: {words}", span) from None
    except (struct.error, ValueError, IndexError, OverflowError) as error:
        raise _refused(
            NOT_A_LIBRARY,
            f"`{path.name}` is a damaged ELF file: {error}",
            span,
            remedy="build or copy it again; a file that was cut short looks like this",
        ) from None


def is_compiled_for(facts: LibraryFacts, sanitizer: str) -> bool:
    """Tell whether code of the library calls a sanitizer's runtime; one that is linked with it alone does not."""
    return any(map(_SANITIZER_MARKS[sanitizer].match, facts.undefined | facts.optional))


def code_ranges(path: Path) -> tuple[tuple[int, int], ...]:
    """Return the addresses at which the ELF file has code, half open; none when it cannot be read."""
    try:
        with path.open("rb") as file:
            return tuple((s.address, s.address + s.size) for s in open_image(file).segments if s.runs)
    except (OSError, ValueError, struct.error):
        return ()


@functools.cache
def host_machine() -> tuple[str, int]:
    """Return machine and width of this Python, which is what must load the library."""
    with Path(sys.executable).open("rb") as file:
        image = open_image(file)
        return image.machine, image.bits


def _facts(path: Path, image: Image, span: Span | None) -> LibraryFacts:
    if image.kind != _SHARED or image.is_program:
        what = _TYPES.get(image.kind, "an executable")
        raise _refused(NOT_A_LIBRARY, f"`{path.name}` is {what}, not a shared object", span)
    if not image.dynamic:
        raise _refused(NOT_A_LIBRARY, f"`{path.name}` has no dynamic section, so nothing can load it", span)
    symbols = image.symbols()
    undefined = {symbol.name for symbol in symbols if not symbol.defined}
    optional = {symbol.name for symbol in symbols if not symbol.defined and symbol.weak}
    needed = image.strings_of("needed")
    soname = image.strings_of("soname")
    return LibraryFacts(
        path=path,
        machine=image.machine,
        bits=image.bits,
        soname=soname[0] if soname else None,
        needed=needed,
        runpath=tuple(
            place for text in image.strings_of("rpath", "runpath") for place in text.split(":") if place
        ),
        functions=_names(symbols, callable_=True),
        objects=_names(symbols, callable_=False),
        undefined=frozenset(undefined - optional),
        optional=frozenset(optional),
        has_dwarf=image.has_section(".debug_info", ".zdebug_info"),
        debug_link=image.debug_link(),
        build_id=image.build_id(),
        sanitizers=_sanitizers(undefined, needed),
        initialisers=image.initialisers,
    )


def _names(symbols: Iterable[Symbol], *, callable_: bool) -> frozenset[str]:
    return frozenset(s.name for s in symbols if s.exported and s.callable is callable_)


def _sanitizers(undefined: Iterable[str], needed: Iterable[str]) -> frozenset[str]:
    reserved = [name for name in undefined if name.startswith("__")]
    found = {kind for kind, mark in _SANITIZER_MARKS.items() if any(map(mark.match, reserved))}
    found |= {kind for kind, mark in SANITIZER_RUNTIMES.items() if any(map(mark.match, needed))}
    return frozenset(found)


def _missing(path: Path, span: Span | None) -> CannotJudgeError:
    try:
        beside = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return _refused(
            LIBRARY_MISSING, f"`{path}` does not exist, nor does the directory `{path.parent}`", span
        )
    return _refused(
        LIBRARY_MISSING,
        f"`{path.name}` does not exist in `{path.parent}`",
        span,
        remedy=did_you_mean(path.name, beside) or "build the library first, or correct the path",
    )


def _not_elf(path: Path, start: bytes, span: Span | None) -> CannotJudgeError:
    if not start:
        return _refused(NOT_A_LIBRARY, f"`{path.name}` is empty", span)
    script = re.search(rb"(?:INPUT|GROUP)\s*\(\s*([^\s()]+)", start)
    if script:
        target = script[1].decode("utf-8", "replace")
        return _refused(
            NOT_A_LIBRARY,
            f"`{path.name}` is a linker script, not a shared object",
            span,
            remedy=f"name the library that it points to: `{target}`",
        )
    for magic, what in _OTHER_FORMATS:
        if start.startswith(magic):
            remedy = "link it as a shared object (`-shared -fPIC`)" if "static" in what else None
            return _refused(NOT_A_LIBRARY, f"`{path.name}` is {what}, not an ELF shared object", span, remedy)
    return _refused(NOT_A_LIBRARY, f"`{path.name}` is not an ELF shared object", span)


def _refused(code: Code, message: str, span: Span | None, remedy: str | None = None) -> CannotJudgeError:
    labels = (Label(span),) if span else ()
    return CannotJudgeError(Diagnostic(code, message, labels=labels, help=remedy))
