"""What binds functions to each other: handles, memory that one allocates and another frees, shared variables."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from abidance.migration.model import Bond, BondKind, FactSource, SourcedFact, several_names
from abidance.migration.sources import of_place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abidance.evidence.facts import KnownBoundary
    from abidance.toolchain.code_relations import CodeRelations


def bonds_of(
    boundary: KnownBoundary, root: Path, relations: CodeRelations | None, library: str
) -> tuple[Bond, ...]:
    """Return the bonds of a boundary; `relations` are what the machine code of `library` tells."""
    return (
        *_handles(boundary, root),
        *_memory(boundary, root),
        *(_variables(relations, library) if relations is not None else ()),
    )


def _handles(boundary: KnownBoundary, root: Path) -> Iterator[Bond]:
    users = {each.name: each.functions for each in boundary.handles}
    for handle in boundary.handles:
        source = (of_place(handle.span, root),)
        words = f"they create, use or destroy `{handle.name}`, and what is behind it is their library's own"
        yield Bond(BondKind.HANDLE, handle.name, handle.functions, SourcedFact(words, source))
        for parent in handle.parents:
            if parent in users:
                words = f"a `{handle.name}` needs the `{parent}` that it was created with"
                both = tuple(dict.fromkeys((*handle.functions, *users[parent])))
                yield Bond(BondKind.PARENT, f"{handle.name}, {parent}", both, SourcedFact(words, source))


def _memory(boundary: KnownBoundary, root: Path) -> Iterator[Bond]:
    declared = {each.name for each in boundary.functions if each.listed} | {
        each.name for each in boundary.functions if each.declared.path != boundary.contract
    }
    for function in boundary.functions:
        for each in function.crossings:
            if each.kind == "handle":
                continue
            for other in dict.fromkeys((each.alloc, each.free)):
                if other in declared and other != function.name:
                    words = f"`{other}` allocates or frees what `{each.place}` of `{function.name}` points to"
                    fact = SourcedFact(words, (of_place(each.span, root),))
                    yield Bond(BondKind.MEMORY, other, (function.name, other), fact)


def _variables(relations: CodeRelations, library: str) -> Iterator[Bond]:
    """Yield a bond for the variables that the same functions share, one of which may write them."""
    users: dict[str, set[str]] = defaultdict(set)
    writers: dict[str, set[str]] = defaultdict(set)
    for function, names in relations.touched.items():
        for name in names:
            users[name].add(function)
    for function, names in relations.written.items():
        for name in names:
            writers[name].add(function)
    together: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, functions in users.items():
        if len(functions) > 1 and writers[name]:
            together[tuple(sorted(functions))].append(name)
    for sharing, variables in together.items():
        variables.sort()
        it = "it" if len(variables) == 1 else "them"
        writing = sorted({each for name in variables for each in writers[name]})
        noun = "variable" if len(variables) == 1 else "variables"
        words = f"they share the {noun} {several_names(variables)} of the library"
        words += f"; {several_names(writing)} may write {it}"
        fact = SourcedFact(words, (FactSource(f"machine code of `{library}`"),))
        yield Bond(BondKind.STATE, variables[0], sharing, fact)
