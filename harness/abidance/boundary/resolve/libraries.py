"""The libraries of a contract as the builders take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.toolchain.library import LibrarySource

if TYPE_CHECKING:
    from abidance.contract.model import Contract


def source_of(contract: Contract, name: str) -> LibrarySource:
    """Return a library of the contract as the builders take it."""
    library = contract.libraries[name]
    kind = library.kind
    where = {
        "path": library.path,
        "cmake": library.cmake.source if library.cmake else None,
        "cargo": library.cargo,
        "command": library.span.path.parent,
        "name": None,
    }[kind]
    return LibrarySource(
        name=name,
        kind=kind,
        where=where,
        target=library.soname or library.target or library.package or "",
        command=library.command or (),
        artifact=library.artifact,
        options=library.options,
        span=library.key_span(kind),
    )
