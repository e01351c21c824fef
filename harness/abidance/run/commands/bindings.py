"""`abidance bindings`: the boundary as a ctypes module, and the call stubs beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.binding.companion import Companion
from abidance.binding.module import BoundCallable, CompanionPlace, ModuleWriter
from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.ir.tables import matching
from abidance.layout.collect import included_as
from abidance.toolchain.compiler import find_compiler, search_flags
from abidance.toolchain.constant_values import constant_values

if TYPE_CHECKING:
    from abidance.binding.stub_source import StubSubject
    from abidance.boundary.model.boundary import Boundary
    from abidance.toolchain.compiler import Compiler

_STRING, _FLOATING = "is a string", "is a floating constant"
_WITH_PARAMETERS = "a macro with parameters is called as a contract's `prototype` says"


@dataclass(frozen=True, slots=True)
class StubFilesWanted:
    """Which files hold the call stubs: C source, a shared object that is compiled from it, or both."""

    source: Path | None
    output: Path
    compiled: bool

    @classmethod
    def of(cls, named: str, module: Path) -> StubFilesWanted:
        """Return what ``--stubs`` names: a C file, a shared object, or a folder for both."""
        path = Path(named)
        if path.suffix == ".c":
            return cls(path, path.with_suffix(".so"), compiled=False)
        if path.suffix == ".so":
            return cls(None, path, compiled=True)
        stem = f"{module.stem}_stubs"
        return cls(path / f"{stem}.c", path / f"{stem}.so", compiled=True)


@dataclass(frozen=True, slots=True)
class WrittenBindings:
    """The module's text, that of the C file if one is wanted, and the companion, where a function needs one."""

    module: str
    source: str = ""
    companion: Companion | None = None


def write_bindings(
    path: Path, module: Path | None = None, stubs: StubFilesWanted | None = None
) -> WrittenBindings:
    """Return a module for the contract's functions and those with its prefix; nothing is written.

    `module` is where it will be, which `stubs` need. Raises UsageError for a contract or header that cannot be read,
    CannotJudgeError without a compiler.
    """
    boundary = join(load_contract(path), whole=True)
    compiler = find_compiler()
    writer = ModuleWriter(
        boundary.declarations,
        boundary.layouts,
        boundary.contract.header.name,
        compiler.version,
        compiler.target,
    )
    declared = boundary.declarations.functions
    chosen = [_bound(boundary, name) for name in matching(declared, boundary.belongs)]
    companion = _companion(boundary, writer.stubbed(chosen), compiler, stubs) if stubs else None
    source = ""
    if companion is not None and stubs is not None and module is not None:
        writer.companion = _place(companion, module, stubs)
        if stubs.source is not None:
            source = companion.source(stubs.source.name, stubs.output.name)
    text = writer.write(chosen, _constants(boundary, compiler), _unbound(boundary))
    return WrittenBindings(text, source, companion)


def _bound(boundary: Boundary, name: str) -> BoundCallable:
    joined = boundary.functions.get(name)
    if joined is None:
        return BoundCallable(boundary.declarations.functions[name])
    return BoundCallable(joined.declaration, joined.ending, is_macro=joined.is_macro)


def _companion(
    boundary: Boundary, stubbed: list[StubSubject], compiler: Compiler, stubs: StubFilesWanted
) -> Companion | None:
    if not stubbed:
        return None
    contract = boundary.contract
    folder = (stubs.source or stubs.output).absolute().parent
    return Companion(
        stubbed,
        boundary.declarations,
        compiler,
        included_as(contract.header, contract.include_dirs, compiler, folder),
        contract.header.name,
        folder,
        contract.include_dirs,
        {name.text: value for name, value in (contract.defines or {}).items()},
    )


def _place(companion: Companion, module: Path, stubs: StubFilesWanted) -> CompanionPlace:
    path = os.path.relpath(stubs.output.absolute(), module.absolute().parent)
    if stubs.source is None:
        return CompanionPlace(path, companion.key, "`abidance bindings --stubs` writes it")
    source, output = stubs.source.name, os.path.relpath(stubs.output.absolute(), companion.folder)
    return CompanionPlace(
        path, companion.key, f"beside `{source}`, `{companion.command(source, output)}` makes it"
    )


def _constants(boundary: Boundary, compiler: Compiler) -> dict[str, object]:
    """Return the integers, texts and floating constants of the boundary."""
    contract, layouts = boundary.contract, boundary.layouts
    found: dict[str, object] = {
        name: value
        for name, value in boundary.constants.items()
        if boundary.belongs(name) and isinstance(value, int)
    }
    others = [
        name
        for name in layouts.failed
        if name in boundary.declarations.macros and boundary.belongs(name) and name not in found
    ]
    defines = {name.text: value for name, value in (contract.defines or {}).items()}
    flags = (*search_flags(contract.include_dirs, defines), "-include", str(contract.header.absolute()))
    texts = [name for name in others if layouts.failed[name].endswith(_STRING)]
    reals = [name for name in others if layouts.failed[name].endswith(_FLOATING)]
    return found | constant_values(texts, reals, compiler=compiler, flags=flags)


def _unbound(boundary: Boundary) -> dict[str, str]:
    """Return why macros with parameters, and what was lost, are not in the module."""
    declarations = boundary.declarations
    macros = matching(declarations.function_macros, boundary.belongs)
    found = {name: _WITH_PARAMETERS for name in macros if name not in declarations.functions}
    if boundary.contract.prefix or boundary.contract.select:
        lost = matching(declarations.lost, boundary.belongs)
        found |= {name: declarations.lost[name].message for name in lost}
    return found
