"""Which entries describe the exported symbols, and what they say of functions and variables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN, FunctionFacts, ParameterFacts, SignatureFacts, VariableFacts
from abidance.abi.witnesses.dwarf_words import is_prototype
from abidance.abi.witnesses.rust_types import diverges
from abidance.ir.traversal import bare, unqualified
from abidance.ir.types import FunctionType, Pointer, Qualified
from abidance.toolchain.dwarf.names import ASSEMBLER, RUST, At, Tag
from abidance.toolchain.dwarf.ranges import units_at
from abidance.toolchain.dwarf.scopes import declared_members
from abidance.toolchain.dwarf.search import definitions, may_place, named, units_covering

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from abidance.abi.facts import Unknown
    from abidance.abi.witnesses.dwarf_places import UnitFiles
    from abidance.abi.witnesses.dwarf_types import Types
    from abidance.toolchain.dwarf.file import DwarfFile
    from abidance.toolchain.dwarf.unit import CompileUnit, DebugEntry
    from abidance.toolchain.elf_exports import Export

_LEVEL = re.compile(r" -g(?:gdb|dwarf(?:-\d)?)?([0-3]?)(?= |$)")
_TYPES = {
    Tag.BASE, Tag.POINTER, Tag.STRUCTURE, Tag.UNION, Tag.ENUMERATION, Tag.TYPEDEF, Tag.FORMAL_PARAMETER, Tag.ARRAY,
}  # fmt: skip


@dataclass
class DwarfSurface:
    """The entries of exported symbols, by `Export`; what is missing has no debug information.

    `split` gives the unit in another file that a unit stands for.
    """

    exports: Iterable[Export]
    file: DwarfFile
    linked: bool
    split: Callable[[CompileUnit], CompileUnit]
    entries: dict[Export, DebugEntry] = field(default_factory=dict)

    def find(self) -> None:
        """Look for all exports: by address, then by name."""
        code = [each for each in self.exports if each.callable]
        data = [each for each in self.exports if not each.callable]
        if not self.linked:
            self._by_name([*code, *data], [unit for unit in self.file.units if unit.holds_code])
            return
        addresses = [each.address for each in code]
        inside = units_at(self.file, addresses) if addresses else []
        rest: tuple[list[CompileUnit], list[CompileUnit]] | None = None
        if inside is None:
            inside, *others = units_covering(self.file.units, addresses)
            rest = others[0], others[1]
        self._by_address([*code, *data], inside)
        left = [each for each in data if each not in self.entries]
        unnamed = self._without_own_description(code)
        if not left and not unnamed:
            return
        if rest is None:
            _, outside, codeless = units_covering(self.file.units, addresses)
            rest = [each for each in outside if each not in inside], codeless
        for unit in (*rest[0], *rest[1]) if left else ():
            whole = self.split(unit)
            if whole is unit and not may_place(unit, [each.address for each in left]):
                continue
            self._by_address(left, [unit])
            left = [each for each in left if each not in self.entries]
            if not left:
                break
        self._by_description(unnamed, inside, rest[1])

    def _by_address(self, exports: Collection[Export], units: Iterable[CompileUnit]) -> None:
        places: dict[int, list[Export]] = {}
        for each in exports:
            places.setdefault(each.address, []).append(each)
        variables = any(not each.callable for each in exports)
        for unit in units:
            for entry, address in definitions(self.split(unit), places.__contains__, variables=variables):
                for each in places[address or 0]:
                    self._keep(each, entry)

    def _keep(self, export: Export, entry: DebugEntry) -> None:
        """Keep the entry if nothing better is known: one address may have several functions' descriptions."""
        if (entry.tag == Tag.VARIABLE) == export.callable:
            return
        known = self.entries.get(export)
        if known is None or (export.name not in names_of(known) and export.name in names_of(entry)):
            self.entries[export] = entry

    def _by_name(self, exports: Iterable[Export], units: Iterable[CompileUnit]) -> None:
        by_name = {each.name: each for each in exports}
        for unit in units:
            for entry, _ in definitions(self.split(unit), None):
                origin = entry.origin()
                for name in names_of(entry):
                    if name in by_name and origin.flag(At.EXTERNAL):
                        self._keep(by_name[name], entry)

    def _without_own_description(self, code: list[Export]) -> dict[str, Export]:
        """Return the functions, by name, that no entry of that name was found for."""
        return {
            each.name: each
            for each in code
            if each.kind != "ifunc"
            and (each not in self.entries or each.name not in names_of(self.entries[each]))
            # A version's name differs from its function's: `foo@V1` is `foo_v1`.
            and not (each.version and each in self.entries)
        }

    def _by_description(
        self, left: dict[str, Export], inside: list[CompileUnit], codeless: list[CompileUnit]
    ) -> None:
        """Find functions whose code was merged with an equal one's under their own names.

        Without that, an alias is described as what it is an alias of.
        """
        near = units_covering(inside, [each.address for each in left.values()])[0] if left else []
        # What LTO keeps of the units that it merged has descriptions and no code.
        for unit in (*near, *codeless):
            if not left:
                return
            for entry, name in named(self.split(unit), left):
                self.entries[left.pop(name)] = entry
        # Of member functions whose code was merged with an equal one's, gcc leaves the declaration in the class.
        mangled = {name for name in left if name.startswith("_Z")}
        for unit in (*near, *codeless) if mangled else ():
            for entry, name in declared_members(self.split(unit), mangled):
                if name in left:
                    self.entries[left.pop(name)] = entry


def names_of(entry: DebugEntry) -> tuple[str, str]:
    """Return the linker's and the source's name of what an entry describes, each empty if not told."""
    linkage = name = ""
    for each in entry.chain():
        linkage = linkage or each.text(At.LINKAGE_NAME) or each.text(At.MIPS_LINKAGE_NAME)
        name = name or each.text(At.NAME)
    return linkage, name


def function_of(export: Export, entry: DebugEntry, types: Types, places: UnitFiles) -> FunctionFacts:
    """Return the fact of a function with debug information."""
    chain = list(entry.chain())
    origin = chain[-1]
    name = key_of(export)
    # The optimizer takes parameters away from what it cloned; what was written is farthest.
    children: list[DebugEntry] = []
    for each in reversed(chain):
        children = list(each.children(Tag.FORMAL_PARAMETER, Tag.UNSPECIFIED_PARAMETERS))
        if children:
            break
    if not _is_typed(chain, children):
        return FunctionFacts(name, export.name, UNKNOWN, span=places.of(origin))
    returns = next((found for each in chain if (found := each.follow(At.TYPE))), None)
    parameters: list[ParameterFacts] = []
    for child in children:
        if child.tag != Tag.FORMAL_PARAMETER:
            continue
        source = child.origin()
        if parameters and source.flag(At.ARTIFICIAL):
            continue  # behind `this`, what gcc adds to constructors and destructors of some classes
        type_ = types.parameter(source.follow(At.TYPE), f"{export.name}({len(parameters)})")
        if type_ is not None:
            parameters.append(
                ParameterFacts(source.text(At.NAME), unqualified(type_), span=places.of(source))
            )
    variadic = any(child.tag == Tag.UNSPECIFIED_PARAMETERS for child in children)
    signature = SignatureFacts(
        unqualified(types.result(returns, f"{export.name}()")),
        tuple(parameters),
        variadic,
        any(is_prototype(each) for each in chain),
    )
    if export.kind == "ifunc":
        return FunctionFacts(name, export.name, _chosen(signature, types), span=places.of(origin))
    noreturn = any(each.flag(At.NORETURN) for each in chain) or diverges(returns)
    return FunctionFacts(name, export.name, signature, noreturn=noreturn, span=places.of(origin))


def variable_of(export: Export, entry: DebugEntry, types: Types, places: UnitFiles) -> VariableFacts:
    """Return the fact of a variable with debug information."""
    origin = entry.origin()
    # A declaration `extern int a[];` leaves the size to the definition.
    typed = next((found for each in entry.chain() if (found := each.follow(At.TYPE))), None)
    type_ = types.of(typed, export.name) if typed is not None else UNKNOWN
    if type_ is not UNKNOWN and entry.unit.language == RUST and export.fixed:
        type_ = Qualified(type_, frozenset({"const"}))  # as C has what is not `static mut`; no entry says so
    return VariableFacts(
        key_of(export), export.name, type_, export.size, tls=export.kind == "tls", span=places.of(origin)
    )


def merged_with(export: Export, entry: DebugEntry) -> str:
    """Return the name of the function whose description a Rust function was merged into, or nothing.

    LLVM merges functions of equal code for Rust and drops one's description, so `free_a` and `free_b` may differ in
    all that they take. GCC keeps both; what C makes an alias has its target's type.
    """
    if entry.unit.language != RUST or export.name in names_of(entry):
        return ""
    linkage, name = names_of(entry)
    return name or linkage


def key_of(export: Export) -> str:
    """Return the name by which a fact goes: the symbol's, with its version where that is not the default."""
    return export.name if export.default else f"{export.name}@{export.version}"


def _chosen(resolver: SignatureFacts, types: Types) -> SignatureFacts | Unknown:
    """Return the signature of the function that an IFUNC's resolver returns a pointer to."""
    if resolver.returns is UNKNOWN:
        return UNKNOWN
    pointer = bare(resolver.returns, types.typedefs)
    function = bare(pointer.to, types.typedefs) if isinstance(pointer, Pointer) else None
    if not isinstance(function, FunctionType):
        return UNKNOWN
    listed = tuple(ParameterFacts(UNKNOWN, each) for each in function.parameters)
    return SignatureFacts(function.returns, listed, function.variadic, function.prototype)


def _describes_types(producer: str) -> bool:
    """Tell whether gcc was asked for types, as it notes among its options: `void f() {}` has none to describe."""
    levels = _LEVEL.findall(producer) if producer.startswith("GNU C") else []
    return bool(levels) and levels[-1] in ("", "2", "3")


def _is_typed(chain: list[DebugEntry], children: list[DebugEntry]) -> bool:
    """Tell whether the compiler described types at all, as it does not with ``-g1``."""
    if any(At.TYPE in each.values or each.flag(At.PROTOTYPED) for each in chain):
        return True
    if children:
        return True
    unit = chain[-1].unit
    if unit.language == ASSEMBLER:
        return False
    if _describes_types(unit.top.text(At.PRODUCER)):
        return True
    return any(shape.tag in _TYPES for shape in unit.shapes.all())
