"""The libraries of a contract, built or found, and what debug information and the linker say of them."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.abi.codes import LIBRARY_NOT_SEEN
from abidance.abi.gate.disagreements import with_undeclared
from abidance.abi.reconcile import reconcile
from abidance.abi.witnesses import WITNESSES, QueryScope, stored_binary
from abidance.boundary.resolve.libraries import source_of
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import AbidanceError
from abidance.toolchain.builders import build_library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abidance.abi.facts import Facts
    from abidance.abi.witnesses import WitnessSubject
    from abidance.contract.model import Contract

_BUILD = "release"


@dataclass(frozen=True, slots=True)
class LibraryEvidence:
    """What was seen of the libraries: the facts of the first one, what any of them and the header disagree about.

    `unseen` tells of those that could not be looked into.
    """

    binary: Facts | None = None
    disagreements: tuple[Diagnostic, ...] = ()
    unseen: tuple[Diagnostic, ...] = ()


def look_into(
    contract: Contract, subject: WitnessSubject, declared: Facts, given: Path | None, *, build: bool
) -> LibraryEvidence:
    """Return what the libraries of the contract are, or what `given` is in their place.

    Without `build`, and with nothing given, none is looked into.
    """
    if importlib.util.find_spec(WITNESSES["binary"]) is None:
        return LibraryEvidence()
    names = {each.symbol for each in declared.functions.values()} | {*declared.functions}
    names |= {each.symbol for each in declared.variables.values()}
    scope = QueryScope(frozenset(names))
    first: Facts | None = None
    wrong: list[Diagnostic] = []
    unseen: list[Diagnostic] = []
    for name, path in _paths(contract, given, build=build):
        try:
            file = path if given is not None else build_library(source_of(contract, name), _BUILD).path
            facts = stored_binary.read(replace(subject, library=file, scope=scope))
        except AbidanceError as error:
            if given is not None:
                raise
            unseen.append(_unseen(contract, name, error))
            continue
        first = facts if first is None else first
        known = names | declared_names(subject)
        whole = with_undeclared(facts, file, known, contract.prefix or "") if file is not None else facts
        wrong += reconcile(declared, whole, {*contract.functions})
    return LibraryEvidence(first, tuple(dict.fromkeys(wrong)), tuple(unseen))


def declared_names(subject: WitnessSubject) -> set[str]:
    """Return the names and symbols of all that the header declares, in scope or not."""
    if subject.declarations is None:
        return set()
    functions, variables = subject.declarations.functions, subject.declarations.variables
    symbols = {each.symbol for each in functions.values()} | {each.symbol for each in variables.values()}
    return {*functions, *variables, *symbols} - {""}


def _paths(contract: Contract, given: Path | None, *, build: bool) -> Iterator[tuple[str, Path | None]]:
    if given is not None:
        yield given.name, given
    elif build:
        yield from ((name, None) for name in contract.libraries)


def _unseen(contract: Contract, name: str, error: AbidanceError) -> Diagnostic:
    cause = error.diagnostics[0] if error.diagnostics else None
    remedy = f"{cause.help}; or" if cause and cause.help else "fix the build,"
    return Diagnostic(
        LIBRARY_NOT_SEEN,
        f"library `{name}` was not compared: {cause.message if cause else 'it cannot be read'}",
        (Label(contract.libraries[name].span),),
        help=f"{remedy} give the file with `--library FILE`, or leave libraries out with `--no-build`",
    )
