"""The binary witness: what a shared object, object file or archive exports, and what its DWARF says of that.

Nothing of the file is executed or mapped, and all of it is read by code that cannot write out of bounds, so what a
damaged file breaks is one exception here. The cost is bounded by the file's size: each entry is decoded once.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.abi.facts import (
    UNKNOWN,
    ElfTarget,
    Facts,
    Family,
    FunctionFacts,
    Level,
    SharedObjectFacts,
    SymbolFacts,
    VariableFacts,
    WitnessEvidence,
)
from abidance.abi.facts.evidence import NO_TYPES_FOR
from abidance.abi.witnesses.dwarf_places import UnitFiles
from abidance.abi.witnesses.dwarf_surface import DwarfSurface, function_of, key_of, merged_with, variable_of
from abidance.abi.witnesses.dwarf_types import Types
from abidance.abi.witnesses.dwarf_words import DAMAGED
from abidance.core.catalogue import LIBRARY_MISSING, NOT_A_LIBRARY
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError
from abidance.toolchain.archive import MAGIC, THIN_MAGIC, members
from abidance.toolchain.dwarf.sections import UnreadableError
from abidance.toolchain.dwarf.separate import DebugFileOpener, debug_information, split_unit
from abidance.toolchain.elf_exports import Export, exports_of
from abidance.toolchain.elf_image import Image, open_image

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from abidance.abi.witnesses import WitnessSubject
    from abidance.core.codes import Code
    from abidance.toolchain.dwarf.file import DwarfFile
    from abidance.toolchain.dwarf.unit import CompileUnit

_OBJECT, _PROGRAM = 1, 2
# Tables and guards that compilers make for C++, which have no types (Itanium C++ ABI 5.1.4, "Special Names").
_SLIM = ("__gnu_lto_slim",)  # which gcc defines where there is no machine code
_MADE_FOR_CXX = ("_ZT", "_ZGV")


def applies(subject: WitnessSubject) -> bool:
    """Tell whether the subject has a library to look at."""
    return subject.library is not None


def read(subject: WitnessSubject) -> Facts:
    """Return the facts of the subject's library; raises CannotJudgeError where it is none or damaged."""
    assert subject.library is not None
    return binary_facts(subject.library, subject.scope.names, subject.debug_files)


def binary_facts(
    path: Path,
    narrowed_to: Collection[str] | None = None,
    debug_file: Path | Sequence[Path] = (),
    *,
    places: bool = True,
) -> Facts:
    """Return what the ELF file at `path` exports, of the names in `narrowed_to`, with the types that these reach.

    `debug_file` is a separate debug file of it, or several; others are found where debuggers look. Without `places`
    facts have no spans, which is quicker. Raises CannotJudgeError for what is no ELF file or archive, or damaged. Debug
    information that is missing or of a kind that is not read lowers the evidence: its level is less,
    `WitnessEvidence.gaps` says why, and what it would have told is UNKNOWN.
    """
    given = (debug_file,) if isinstance(debug_file, Path) else tuple(debug_file)
    return _facts(path, narrowed_to, given, places=places)[0]


def facts_of_file(path: Path, narrowed_to: Collection[str] | None = None) -> tuple[Facts, bool]:
    """Return the facts, as `binary_facts` does, and whether they depend on that file alone."""
    return _facts(path, narrowed_to, (), places=True)


def _facts(
    path: Path, narrowed_to: Collection[str] | None, given: tuple[Path, ...], *, places: bool
) -> tuple[Facts, bool]:
    wanted = (lambda _: True) if narrowed_to is None else frozenset(narrowed_to).__contains__
    try:
        with DebugFileOpener(path) as opener:
            reading = _Reading(opener, path, given, wanted, places=places)
            return reading.facts(), not opener.elsewhere
    except FileNotFoundError:
        raise _refused(f"`{path}` does not exist", LIBRARY_MISSING) from None
    except OSError as error:
        words = (error.strerror or str(error)).lower()
        raise _refused(f"`{path}` cannot be read: {words}", LIBRARY_MISSING) from None
    except DAMAGED as error:
        raise _refused(f"`{path.name}` is a damaged ELF file: {error}") from None


class _Reading:
    """One pass over one library."""

    def __init__(
        self,
        opener: DebugFileOpener,
        path: Path,
        given: tuple[Path, ...],
        wanted: Callable[[str], bool],
        *,
        places: bool,
    ) -> None:
        self._opener, self._path, self._given, self._wanted = opener, path, given, wanted
        self._places = UnitFiles(asked=places)
        self._gaps: list[str] = []
        self._packages: dict[Path, DwarfFile | None] = {}
        self._functions: dict[str, FunctionFacts] = {}
        self._variables: dict[str, VariableFacts] = {}
        self._symbols: dict[str, SymbolFacts] = {}
        self._described = self._undescribed = 0
        self._types: Types | None = None
        self._surfaces: list[DwarfSurface] = []

    def facts(self) -> Facts:
        """Return the facts."""
        images = list(self._images())
        first = images[0][1]
        target = target_of(first)
        for name, image in images:
            if target_of(image) != target:
                raise _refused(f"`{self._path.name}` mixes objects for {target} and for {target_of(image)}")
            self._read(name, image, target)
        types = self._types
        if types is not None:
            unread = list(types.finish(self._units()))
            self._gaps += unread
            self._undescribed += len(unread)
        # A library that exports nothing is described by anything.
        whole_story = types is not None and not self._undescribed
        level = Level.LAYOUTS if self._described or whole_story else Level.NOTHING
        knows = {Family.SYMBOLS, Family.FUNCTIONS, Family.VARIABLES}
        if level > Level.NOTHING:
            knows.add(Family.TYPES)
        whole = first.kind != _OBJECT
        soname = first.strings_of("soname") if whole else ()
        return Facts(
            target,
            (
                WitnessEvidence("symbols", Level.NAMES),
                WitnessEvidence("dwarf", level, tuple(sorted(set(self._gaps)))),
            ),
            frozenset(knows),
            functions=dict(sorted(self._functions.items())),
            variables=dict(sorted(self._variables.items())),
            records=types.records if types else {},
            enums=types.enums if types else {},
            typedefs=types.typedefs if types else {},
            scalars=types.basics.scalars if types and self._described else {},
            library=SharedObjectFacts(
                (soname[0] if soname else None) if whole else UNKNOWN,
                dict(sorted(self._symbols.items())),
                first.strings_of("needed") if whole else UNKNOWN,
                first.demands if whole else (),
            ),
        )

    def _units(self) -> Iterator[CompileUnit]:
        """Yield all units that may describe what others only declare."""
        for surface in self._surfaces:
            yield from (surface.split(unit) for unit in surface.file.units if unit.holds_code)

    def _images(self) -> Iterable[tuple[str, Image]]:
        if self._path.exists() and not self._path.is_file():
            what = "a directory" if self._path.is_dir() else "no regular file"
            raise _refused(f"`{self._path.name}` is {what}, not a library")
        with self._path.open("rb") as file:
            start = file.read(16)
        if start.startswith(THIN_MAGIC):
            raise _refused(f"`{self._path.name}` is a thin archive, which has no members of its own")
        if start.startswith(MAGIC):
            found = 0
            for name, offset, size in members(self._path):
                with self._path.open("rb") as file:
                    file.seek(offset)
                    data = file.read(size)
                if data.startswith(b"\x7fELF"):
                    found += 1
                    yield name, open_image(io.BytesIO(data))
                elif data.startswith((b"BC\xc0\xde", b"\xde\xc0\x17\x0b")):
                    raise _refused(
                        f"`{name}` in `{self._path.name}` is LLVM bitcode; compile it without `-flto`"
                    )
            if not found:
                raise _refused(f"`{self._path.name}` has no object file in it")
            return
        if not start.startswith(b"\x7fELF"):
            raise _refused(f"`{self._path.name}` is not an ELF file")
        yield "", self._opener.image(self._path)

    def _read(self, member: str, image: Image, target: ElfTarget) -> None:
        if image.kind == _OBJECT and any(exports_of(image, _SLIM.__contains__)):
            name = member or self._path.name
            raise _refused(
                f"`{name}` is gcc's intermediate code; compile it without `-flto`, or with `-ffat-lto-objects`"
            )
        exports = [
            each
            for each in exports_of(image, self._wanted)
            if (each.name not in self._symbols or not member) and not _is_everybodys(each)
        ]
        for each in exports:
            symbol = SymbolFacts(
                each.name, each.kind, each.version, each.default, each.size, each.binding, each.visibility,
                None if member else each.address,
            )  # fmt: skip
            self._symbols[symbol.key] = symbol
        surface = self._surface(image, exports)
        if surface is not None:
            self._surfaces.append(surface)
            self._types = self._types or Types(target, self._places)
        for each in exports:
            if not each.name.startswith(_MADE_FOR_CXX):
                self._describe(each, surface)

    def _surface(self, image: Image, exports: list[Export]) -> DwarfSurface | None:
        """Return the exports' entries, or None without debug information; the gap is noted."""
        try:
            found = debug_information(self._opener, image, self._path, self._given)
            if found is None:
                self._gaps.append("no debug information")
                return None
            file, path = found

            def split(unit: CompileUnit) -> CompileUnit:
                return split_unit(self._opener, unit, path, self._packages)

            surface = DwarfSurface(exports, file, image.kind != _OBJECT, split)
            surface.find()
        except UnreadableError as error:
            self._gaps.append(str(error))
            return None
        except DAMAGED as error:
            self._gaps.append(f"the debug information is damaged: {error}")
            return None
        return surface

    def _describe(self, export: Export, surface: DwarfSurface | None) -> None:
        entry = surface.entries.get(export) if surface else None
        key = key_of(export)
        if entry is not None and (other := merged_with(export, entry)):
            self._gaps.append(
                f"no description of `{key}`, whose code is that of `{other}` (`-Zmerge-functions=disabled` or less "
                "optimisation keeps it)"
            )
            entry, surface = None, None
        if entry is not None and self._types is not None:
            try:
                if export.callable:
                    function = function_of(export, entry, self._types, self._places)
                    self._functions[key] = function
                    known = function.signature is not UNKNOWN
                else:
                    variable = variable_of(export, entry, self._types, self._places)
                    self._variables[key] = variable
                    known = variable.type is not UNKNOWN
                self._described += known
                self._undescribed += not known
                if not known:
                    self._gaps.append(f"{NO_TYPES_FOR} `{key}`")
            except UnreadableError as error:
                self._gaps.append(str(error))
            except DAMAGED as error:
                self._gaps.append(f"the debug information of `{key}` is damaged: {error}")
            else:
                return
        elif surface is not None:
            self._gaps.append(f"no debug information for `{key}`")
        self._undescribed += 1
        if export.callable:
            self._functions[key] = FunctionFacts(key, export.name, UNKNOWN)
        else:
            self._variables[key] = VariableFacts(
                key, export.name, UNKNOWN, export.size, tls=export.kind == "tls"
            )


def _is_everybodys(export: Export) -> bool:
    """Tell whether the symbol is C++ that each program which uses it has compiled in: inline functions, templates.

    Which of them a library contains depends on the optimizer (Itanium C++ ABI 5.2, "Vague Linkage").
    """
    return export.binding != "global" and export.name.startswith("_Z")


def target_of(image: Image) -> ElfTarget:
    """Return the target that an ELF file is for."""
    return ElfTarget(image.machine.replace("x86-64", "x86_64"), image.bits, image.order == "<")


def _refused(message: str, code: Code = NOT_A_LIBRARY) -> CannotJudgeError:
    return CannotJudgeError(Diagnostic(code, message))
