"""A contract's boundary as one side of a comparison: what its header, its libraries and itself say now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.abi.codes import NOT_COMPARABLE
from abidance.abi.gate.header_with_library import combined, narrowed
from abidance.abi.gate.libraries import look_into
from abidance.abi.gate.sides import GateSide
from abidance.abi.gate.versions import project_version
from abidance.abi.snapshot import Snapshot
from abidance.abi.witnesses import QueryScope, WitnessSubject, stored_header
from abidance.abi.witnesses.contract import with_contract
from abidance.boundary.resolve.find_header import with_header_path
from abidance.contract.load import load_contract
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import CannotJudgeError
from abidance.header.own import Own
from abidance.header.read import read_header
from abidance.toolchain.compiler import find_compiler

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.abi.facts import Facts
    from abidance.contract.model import Contract
    from abidance.ir.declarations import Declarations


@dataclass(frozen=True, slots=True)
class Present:
    """What a boundary is now."""

    contract: Contract
    side: GateSide
    baseline: Path

    def snapshot(self) -> Snapshot:
        """Return what is written down of it."""
        return Snapshot(self.side.facts, str(self.contract.boundary), self.side.version)


def present(
    path: Path, library: Path | None = None, debug_files: tuple[Path, ...] = (), *, build: bool = True
) -> Present:
    """Return what the boundary of a contract is now.

    `library` is a shared object that was built already; without one, the contract's libraries are built, or taken
    as they are, and without `build` only header and contract speak. Raises AbidanceError for a contract or header
    that cannot be read, or a given library.
    """
    compiler = find_compiler()
    contract = with_header_path(load_contract(path), compiler)
    defines = {str(name): value for name, value in contract.defines.items()}
    declarations = read_header(
        contract.header, include_dirs=contract.include_dirs, defines=defines, compiler=compiler
    )
    subject = WitnessSubject(
        header=contract.header,
        include_dirs=contract.include_dirs,
        defines=defines,
        debug_files=debug_files,
        scope=scope_of(contract, declarations),
        compiler=compiler,
        declarations=declarations,
    )
    facts = stored_header.read(subject)
    seen = look_into(contract, subject, facts, library, build=build)
    binary = None
    if seen.binary is not None:
        facts, binary = combined(facts, seen.binary), narrowed(seen.binary, facts)
    facts = with_contract(facts, contract)
    _refuse_empty(contract, facts)
    side = GateSide(
        str(contract.boundary),
        facts,
        binary,
        project_version(contract),
        disagreements=seen.disagreements,
        unseen=seen.unseen,
    )
    return Present(contract, side, baseline_of(contract, facts))


def _refuse_empty(contract: Contract, facts: Facts) -> None:
    """Raise CannotJudgeError where the boundary has nothing in it, or nothing with its prefix."""
    names = (facts.functions, facts.variables, facts.records, facts.enums, facts.typedefs, facts.constants)
    prefix = contract.prefix
    start = str(prefix).lower() if prefix else ""
    found = any(key.rpartition(" ")[2].lower().startswith(start) for table in names for key in table)
    if not any(names) or (start and not found):
        what = f"begins with `{prefix}`" if prefix else "belongs to the boundary"
        key = "prefix" if prefix else "select" if contract.select else "header"
        raise CannotJudgeError(
            Diagnostic(
                NOT_COMPARABLE,
                f"nothing that `{contract.header.name}` declares {what}, so there is nothing to compare",
                (Label(contract.value_span(key)),),
                help="look for a misspelled prefix, a missing macro (`defines:`), or another header",
            )
        )


def scope_of(contract: Contract, declarations: Declarations) -> QueryScope:
    """Return the surface that the contract speaks of.

    It is what begins with the contract's prefix, or what its globs name, and whatever it promises something of;
    without either it is all that the header itself declares.
    """
    promised = {*contract.functions}
    for handle in contract.handles.values():
        promised |= {str(each) for each in (handle.create, handle.ended_by) if each}
    types = (*contract.types, *contract.handles)
    if contract.prefix:
        patterns: tuple[str, ...] = (f"{contract.prefix}*",)
        type_patterns = patterns
    elif contract.select:
        patterns = tuple(map(str, contract.select.functions))
        type_patterns = tuple(map(str, contract.select.types))
    else:
        return QueryScope()
    wanted = QueryScope(None, patterns, patterns)
    own = Own(contract.header, contract.include_dirs)
    names = {
        name
        for table in (declarations.functions, declarations.variables)
        for name, each in table.items()
        if wanted.has_constant(name) and own.has(each.span.path)
    }
    return QueryScope(
        frozenset(names | promised), (*type_patterns, *types), patterns if contract.prefix else None
    )


def baseline_of(contract: Contract, facts: Facts) -> Path:
    """Return where the accepted baseline lies, or is to lie: one for each boundary and machine."""
    if contract.abi is not None and contract.abi.baseline is not None:
        return contract.abi.baseline
    machine = facts.target.machine if facts.target else "any"
    return contract.path.parent / "abi" / f"{contract.boundary}.{machine}.abi.json"
