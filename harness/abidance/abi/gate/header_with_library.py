"""A header and a library as one: what is declared, and whether it is there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN, Family, SharedObjectFacts
from abidance.abi.reachability import pruned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.abi.facts import Facts, FunctionFacts


def combined(declared: Facts, binary: Facts) -> Facts:
    """Return the header's facts with what only the library knows: exported symbols, their sizes and kinds.

    Symbols that the header does not declare are left out: they are the library's own affair. What it links under
    another symbol is looked for under its own name too, which programs of before may ask for.
    """
    library = binary.library
    names = {each.symbol for each in declared.functions.values()} | {*declared.functions}
    names |= {each.symbol for each in declared.variables.values()} | {*declared.variables}
    variables = {}
    for name, each in declared.variables.items():
        seen = binary.variables.get(name)
        size, tls = (seen.size, seen.tls) if seen else (UNKNOWN, UNKNOWN)
        variables[name] = replace(
            each,
            size=size if each.size is UNKNOWN else each.size,
            tls=tls if each.tls is UNKNOWN else each.tls,
        )
    return replace(
        declared,
        target=binary.target or declared.target,
        evidence=tuple(sorted((*declared.evidence, *binary.evidence), key=lambda each: each.witness)),
        knows=declared.knows | (binary.knows & {Family.SYMBOLS}),
        variables=variables,
        library=SharedObjectFacts(
            library.soname,
            {key: each for key, each in library.symbols.items() if each.name in names},
            library.needed,
            library.demands,
        )
        if library
        else None,
    )


def narrowed(binary: Facts, declared: Facts) -> Facts:
    """Return what debug information says of what the header declares.

    What is opaque in the header is opaque to callers, whatever the library keeps in it. Of what the header
    lays open and the library has as a name alone, as Rust has what it only passes on, it says nothing.
    """
    symbols = {each.symbol for each in declared.functions.values()}
    symbols |= {each.symbol for each in declared.variables.values()}
    opaque = {key for key, each in declared.records.items() if each.opaque}
    laid_open = {_word(key) for key, each in declared.records.items() if isinstance(each.fields, tuple)}
    functions = {
        name: each
        for name, each in binary.functions.items()
        if name in declared.functions or each.symbol in symbols
    }
    variables = {
        name: each
        for name, each in binary.variables.items()
        if name in declared.variables or each.symbol in symbols
    }
    records = {
        key: replace(each, fields=None, size=UNKNOWN, align=UNKNOWN)
        if key in opaque or _is_foreign(key, declared)
        else each
        for key, each in binary.records.items()
        if not (each.opaque and _word(key) in laid_open)
    }
    functions |= _merged(functions, binary, declared)
    # The symbols are reported beside the header; here they only say which version programs get.
    return pruned(
        replace(
            binary,
            functions=functions,
            variables=variables,
            records=records,
            knows=binary.knows - {Family.SYMBOLS},
            evidence=(),
        )
    )


def _merged(
    functions: Mapping[str, FunctionFacts], binary: Facts, declared: Facts
) -> dict[str, FunctionFacts]:
    """Return the functions that lost their description to one of equal code, with the types of that one.

    LLVM keeps one description of functions that it merges (`dwarf_surface.merged_with`). Where the header declares both
    alike, what the code makes of the arguments of the one, it makes of those of the other.
    """
    symbols = binary.library.symbols.values() if binary.library else ()
    places = {each.name: each.address for each in symbols if each.default and each.address}
    described = [
        each for each in functions.values() if each.signature is not UNKNOWN and each.symbol in places
    ]
    found = {}
    for name, each in functions.items():
        if each.signature is not UNKNOWN or each.symbol not in places:
            continue
        for other in described:
            same = places[other.symbol] == places[each.symbol]
            if same and _alike(declared.functions.get(name), declared.functions.get(other.name)):
                found[name] = replace(each, signature=other.signature, noreturn=other.noreturn)
                break
    return found


def _alike(one: FunctionFacts | None, other: FunctionFacts | None) -> bool:
    """Tell whether two functions are declared with the same types."""
    if one is None or other is None or one.signature is UNKNOWN or other.signature is UNKNOWN:
        return False
    a, b = one.signature, other.signature
    types = ([each.type for each in signature.parameters] for signature in (a, b))
    return (a.returns, a.variadic, a.prototype, next(types)) == (
        b.returns,
        b.variadic,
        b.prototype,
        next(types),
    )


def _word(key: str) -> str:
    """Return what a record is called: Rust has no struct without a tag, and calls `struct <name>` `struct name`."""
    return key.rsplit(maxsplit=1)[-1].strip("<>")


def _is_foreign(key: str, declared: Facts) -> bool:
    """Tell whether the header only uses the record: what is in it is for others to keep."""
    record = declared.records.get(key)
    return record is not None and record.own is False
