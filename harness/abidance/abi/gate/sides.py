"""One side of a comparison: a header, a library, an object file or a snapshot, distinguished by what is in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.abi.codes import NOT_COMPARABLE
from abidance.abi.gate.disagreements import with_undeclared
from abidance.abi.gate.header_with_library import combined, narrowed
from abidance.abi.gate.private import with_presumed
from abidance.abi.reconcile import reconcile
from abidance.abi.witnesses import QueryScope, WitnessSubject, stored_binary, stored_header
from abidance.core.catalogue import FILE_NOT_FOUND
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.files import read_beginning

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abidance.abi.diff.calls import RecordUses
    from abidance.abi.facts import Facts

_BEGINNING = 4096
_ELF, _ARCHIVE = b"\x7fELF", b"!<arch>\n"


@dataclass(frozen=True, slots=True)
class SideArguments:
    """What the command line says of one side. `header` narrows a library to what it declares."""

    path: Path
    header: Path | None = None
    include_dirs: tuple[Path, ...] = ()
    defines: Mapping[str, str] = field(default_factory=dict)
    debug_files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class GateSide:
    """The facts of one side. `binary` has those of a library beside a header: what was shipped, not what was said.

    `gone` is a folder whose files will not be there any more when the result is shown. `disagreements` are those of
    header and library; `unseen` tells of libraries that could not be looked into. `calls` are those of
    the functions, where somebody looked at them.
    """

    name: str
    facts: Facts
    binary: Facts | None = None
    version: str = ""
    snapshot: Path | None = None
    gone: Path | None = None
    disagreements: tuple[Diagnostic, ...] = ()
    unseen: tuple[Diagnostic, ...] = ()
    calls: RecordUses | None = None


def side(given: SideArguments) -> GateSide:
    """Return the facts of one side.

    Raises UsageError for what is not there or is nothing that can be compared, CannotJudgeError for what cannot
    be read here.
    """
    path = given.path.absolute()
    match kind_of(path):
        case "snapshot":
            from abidance.abi.snapshot import read_snapshot  # noqa: PLC0415 - libraries need none

            found = read_snapshot(path)
            return GateSide(str(given.path), found.facts, version=found.version, snapshot=path)
        case "binary":
            return _library(given)
        case _:
            subject = WitnessSubject(header=path, include_dirs=given.include_dirs, defines=given.defines)
            return GateSide(str(given.path), stored_header.read(subject))


def kind_of(path: Path) -> str:
    """Return ``snapshot``, ``binary`` or ``header``; raises UsageError when it is none of them."""
    try:
        beginning = read_beginning(path, _BEGINNING)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise UsageError(Diagnostic(FILE_NOT_FOUND, f"`{path}` cannot be read: {why}")) from None
    if beginning.startswith((_ELF, _ARCHIVE)):
        return "binary"
    from abidance.abi.snapshot import is_snapshot  # noqa: PLC0415 - libraries need none

    if is_snapshot(beginning):
        return "snapshot"
    if b"\0" in beginning or beginning.lstrip()[:1] == b"{":
        message = f"`{path.name}` is neither a header, a shared object, an object file nor a snapshot"
        from abidance.toolchain.coff_image import is_coff  # noqa: PLC0415 - what can be read needs none

        if beginning.startswith(b"MZ") or is_coff(beginning):
            message += ": libraries for Windows are not read"
        raise UsageError(Diagnostic(NOT_COMPARABLE, message))
    return "header"


def _library(given: SideArguments) -> GateSide:
    subject = WitnessSubject(library=given.path.absolute(), debug_files=given.debug_files)
    if given.header is None:
        facts, calls = with_presumed(stored_binary.read(subject))
        return GateSide(str(given.path), facts, calls=calls)
    declared = stored_header.read(
        WitnessSubject(header=given.header.absolute(), include_dirs=given.include_dirs, defines=given.defines)
    )
    names = {each.symbol for each in declared.functions.values()} | {*declared.functions}
    names |= {each.symbol for each in declared.variables.values()}
    binary = stored_binary.read(replace(subject, scope=QueryScope(frozenset(names))))
    return GateSide(
        str(given.path),
        combined(declared, binary),
        narrowed(binary, declared),
        disagreements=reconcile(declared, with_undeclared(binary, given.path.absolute(), names)),
    )
