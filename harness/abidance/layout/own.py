"""What of all that a header brings in is its own: its declarations, and those that these need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.ir.reachable import reachable, types_of
from abidance.ir.types import EnumRef, Named, RecordRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from abidance.core.span import Span
    from abidance.ir.declarations import Declarations
    from abidance.ir.types import Type


@dataclass(frozen=True, slots=True)
class Own:
    """Keys of records and enums, names of typedefs and functions. `spans` tells whether a place is."""

    records: frozenset[str]
    enums: frozenset[str]
    typedefs: frozenset[str]
    functions: frozenset[str]
    spans: Callable[[Span], bool]


def own_files(header: Path, system_dirs: Sequence[Path]) -> Callable[[Span], bool]:
    """Return what tells whether a place is in the header or in a file of its project.

    Files in the header's folder and below belong to it, unless that is where all headers of a system are.
    """
    folder = header.parent
    # Not so .../include/SDL2, which may be in the list for the sake of one project.
    roots = [each for each in system_dirs if each.name == "include" or "-linux-" in each.name]
    shared = folder.resolve() in {each.resolve() for each in roots}
    # /usr/include/SDL.h and /usr/include/SDL/ are one project.
    beside = header.with_suffix("") if shared else folder

    def is_own(span: Span) -> bool:
        return span.path == header or span.path.is_relative_to(beside)

    return is_own


def own(declarations: Declarations, is_own: Callable[[Span], bool]) -> Own:
    """Return what the header declares itself and everything that this reaches.

    A header that declares nothing, and only includes others, has everything for its own.
    """
    functions = {f.name for f in declarations.functions.values() if is_own(f.span)}
    roots: list[Type] = [t for name in functions for t in types_of(declarations.functions[name])]
    roots += [v.type for v in declarations.variables.values() if is_own(v.span)]
    roots += [Named(t.name) for t in declarations.typedefs.values() if is_own(t.span)]
    roots += [RecordRef(r.key) for r in declarations.records.values() if is_own(r.span)]
    roots += [EnumRef(e.key) for e in declarations.enums.values() if is_own(e.span)]
    if not roots:
        return _everything(declarations)
    return _closed(declarations, roots, functions, is_own)


def of_functions(declarations: Declarations, names: Iterable[str], types: Sequence[Type]) -> Own:
    """Return these functions and types, and what they reach."""
    functions = set(names)
    roots = [*types, *(t for name in sorted(functions) for t in types_of(declarations.functions[name]))]
    return _closed(declarations, roots, functions, lambda _: False)


def _closed(
    declarations: Declarations, roots: Sequence[Type], functions: set[str], is_own: Callable[[Span], bool]
) -> Own:
    reached = reachable(declarations, roots)
    return Own(
        frozenset(reached.records),
        frozenset(reached.enums),
        frozenset(reached.typedefs),
        frozenset(functions),
        is_own,
    )


def _everything(declarations: Declarations) -> Own:
    return Own(
        frozenset(declarations.records),
        frozenset(declarations.enums),
        frozenset(declarations.typedefs),
        frozenset(declarations.functions),
        lambda _: True,
    )
