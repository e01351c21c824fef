"""What a header and the library beside it disagree about, as findings of the gate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.abi.diff.presence import is_private_version
from abidance.abi.facts import UNKNOWN, FunctionFacts
from abidance.abi.reconcile.codes import (
    CONVENTION_UNKNOWN,
    DECLARATION_UNDEFINED,
    EXPORT_UNDECLARED,
    RECORD_DIFFERS,
)
from abidance.abi.reconcile.records import shown_record
from abidance.core.codes import Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from abidance.abi.facts import Facts
    from abidance.core.diagnostic import Diagnostic

_SHOWN = 4
_MOST_NOTES = 12
_ELF = b"\x7fELF"
_MADE = ("_Z", "_R", "__rust", "rust_eh_")
_WORDS = {
    EXPORT_UNDECLARED: "the library exports {}, which the header does not declare",
    DECLARATION_UNDEFINED: "the header declares {}, which the library does not export and no contract describes",
}


def with_undeclared(binary: Facts, library: Path, declared: Collection[str], prefix: str = "") -> Facts:
    """Return a library's facts with what it exports beyond the names `declared`, of those with the prefix.

    The facts are narrowed to a boundary, which leaves these out. The names that compilers give to C++ and Rust are
    nothing that a C header could declare, and what an archive's objects share among themselves is no export.
    """
    from abidance.toolchain.elf_exports import exports_of  # noqa: PLC0415 - not where the facts are in the cache
    from abidance.toolchain.elf_image import open_image  # noqa: PLC0415

    with library.open("rb") as file:
        if file.read(len(_ELF)) != _ELF:
            return binary
        file.seek(0)
        names = {
            each.name
            for each in exports_of(open_image(file))
            if each.name.startswith(prefix)
            and not each.name.startswith(_MADE)
            and not is_private_version(each.version)
        }
    more = {name: FunctionFacts(name, name, UNKNOWN) for name in sorted(names - {*declared})}
    return replace(binary, functions={**more, **binary.functions})


def fresh(old: Sequence[Diagnostic], new: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the disagreements that the old side did not have: what has always been wrong is no change.

    What could not be looked at is reported for the new side whatever the old one was.
    """
    known = {(each.code.id, each.message) for each in old}
    return tuple(
        each for each in new if each.code is CONVENTION_UNKNOWN or (each.code.id, each.message) not in known
    )


def summed(found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the findings with those of one cause as one, so that they do not bury what else is wrong.

    One cause have all notes of one code, and all differences of one record's layout. Suppressions speak of each of
    them, so they are summed up afterwards.
    """
    kept: list[Diagnostic] = []
    together: dict[tuple[str, str], list[Diagnostic]] = {}
    for each in found:
        if each.code.severity is Severity.NOTE and each.code in _WORDS:
            cause = (each.code.id, "")
        elif each.code is RECORD_DIFFERS and each.coarse is not None:
            cause = each.coarse
        else:
            kept.append(each)
            continue
        if cause not in together:
            kept.append(each)
        together.setdefault(cause, []).append(each)
    of = {id(alike[0]): alike for alike in together.values()}
    one = [_as_one(of[id(each)]) if id(each) in of else each for each in kept]
    return tuple(sorted(one, key=lambda each: each.code.severity is Severity.NOTE))


def _as_one(alike: Sequence[Diagnostic]) -> Diagnostic:
    first = alike[0]
    if len(alike) == 1:
        return first
    if first.code is RECORD_DIFFERS:
        record = first.coarse[1] if first.coarse else ""
        notes = [each.message for each in alike[:_MOST_NOTES]]
        if len(alike) > _MOST_NOTES:
            notes.append(f"and {len(alike) - _MOST_NOTES} more")
        return replace(
            first,
            message=f"{shown_record(record)} differs between header and library in {len(alike)} ways",
            notes=tuple(notes),
            place=record,
        )
    names, more = ", ".join(f"`{each.place}`" for each in alike[:_SHOWN]), len(alike) - _SHOWN
    listed = names + (f" and {more} more" if more > 0 else "")
    return replace(first, message=_WORDS[first.code].format(listed), notes=())
