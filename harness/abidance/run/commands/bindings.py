"""`abidance bindings`: the boundary as a ctypes module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.binding.module import ModuleWriter
from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.ir.tables import matching
from abidance.toolchain.compiler import find_compiler

if TYPE_CHECKING:
    from pathlib import Path


def write_bindings(path: Path) -> str:
    """Return the text of a module for the contract's functions and those with its prefix.

    Raises UsageError for a contract or header that cannot be read, CannotJudgeError without a compiler.
    """
    contract = load_contract(path)
    boundary = join(contract, whole=True)
    compiler = find_compiler()
    writer = ModuleWriter(
        boundary.declarations,
        boundary.layouts,
        boundary.contract.header.name,
        compiler.version,
        compiler.target,
    )
    declared = boundary.declarations.functions
    chosen = [declared[name] for name in matching(declared, boundary.belongs)]
    constants = {n: v for n, v in boundary.constants.items() if boundary.belongs(n) and isinstance(v, int)}
    return writer.write(chosen, constants)
