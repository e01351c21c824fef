"""The header, and the compiler's layout of what it declares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.abi.facts import ON_WINDOWS, ElfTarget, Facts, Family, Level, WitnessEvidence
from abidance.abi.reachability import pruned
from abidance.abi.witnesses.header_facts import HeaderFacts
from abidance.abi.witnesses.keys import stable_keys, unused
from abidance.abi.witnesses.surface import surface
from abidance.header.layouts import layouts_of
from abidance.header.own import Own
from abidance.header.read import read_header
from abidance.ir.header_subset import portion
from abidance.ir.tables import Table, declared_in
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.probe import ProbeRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.abi.witnesses import WitnessSubject
    from abidance.abi.witnesses.surface import Surface
    from abidance.ir.declarations import Declarations
    from abidance.ir.layout import Layouts
    from abidance.toolchain.compiler import Compiler

_BITS_32 = re.compile(r"^(i[3-6]86|arm|armv\w+|mips|mipsel|powerpc|riscv32|wasm32|x86)$|x32$")
_WINDOWS = re.compile(r"-(?:windows|mingw|cygwin|uefi)")


def applies(subject: WitnessSubject) -> bool:
    """Tell whether there is a header."""
    return subject.header is not None


def read(subject: WitnessSubject) -> Facts:
    """Return what the header declares of the subject's surface, with the compiler's layouts.

    Raises UsageError for a header that cannot be read, CannotJudgeError without a compiler or when it refuses
    the header.
    """
    assert subject.header is not None
    compiler = subject.compiler or find_compiler()
    declarations = subject.declarations or read_header(
        subject.header, include_dirs=subject.include_dirs, defines=subject.defines, compiler=compiler
    )
    own = Own(subject.header, subject.include_dirs)
    near = portion(declarations, own.has)
    keys = stable_keys(near)
    wanted = surface(near, own, subject.scope, unused(keys, near))
    layouts = subject.layouts or _layouts(subject, declarations, wanted, compiler)
    target = _target(compiler, layouts)
    machine = target.machine.removesuffix(ON_WINDOWS)
    declared = HeaderFacts(near, layouts, wanted, keys, machine)
    seen = WitnessEvidence("header", Level.TYPES)
    if not _declares(declarations, own):
        seen = WitnessEvidence(
            "header", Level.NOTHING, ("the header declares nothing for this compiler and these macros",)
        )
    facts = Facts(
        target=target,
        evidence=(WitnessEvidence("compiler", Level.LAYOUTS), seen),
        knows=frozenset(
            (Family.FUNCTIONS, Family.VARIABLES, Family.TYPES, Family.TYPEDEFS, Family.CONSTANTS)
        ),
        functions=declared.functions(),
        variables=declared.variables(),
        records=declared.records(),
        enums=declared.enums(),
        typedefs=declared.typedefs(),
        constants=declared.constants(),
        scalars=declared.scalars(),
    )
    # What is reached only through records of others is cut off with their members.
    return pruned(facts, also=map(declared.type, wanted.types))


def _declares(declarations: Declarations, own: Own) -> bool:
    """Tell whether anything is declared in the header's own files, read or not."""
    tables: tuple[Mapping[str, object], ...] = (
        declarations.functions,
        declarations.variables,
        declarations.records,
        declarations.enums,
        declarations.typedefs,
        declarations.enumerators,
        declarations.function_macros,
        declarations.lost,
    )
    wanted = own.has
    if any(True for table in tables for _ in declared_in(table, wanted)):
        return True
    if any(each.text for each in declarations.macros.values() if own.has(each.span.path)):
        return True
    # A static object is declared and is no variable of anybody else's.
    variables = declarations.variables
    return isinstance(variables, Table) and any(name not in variables for name in variables.candidates())


def _layouts(
    subject: WitnessSubject, declarations: Declarations, wanted: Surface, compiler: Compiler
) -> Layouts:
    assert subject.header is not None
    return layouts_of(
        declarations,
        ProbeRequest(
            functions=wanted.functions, types=wanted.types, constants=(*wanted.macros, *wanted.loose)
        ),
        header=subject.header,
        include_dirs=subject.include_dirs,
        defines=subject.defines,
        compiler=compiler,
    )


def _target(compiler: Compiler, layouts: Layouts) -> ElfTarget:
    machine = compiler.target.split("-", 1)[0]
    if _WINDOWS.search(compiler.target):
        machine += ON_WINDOWS
    pointer = layouts.scalars.get("void *")
    bits = 8 * pointer.size if pointer else 32 if _BITS_32.search(compiler.target) else 64
    return ElfTarget(machine, bits, layouts.little_endian)
