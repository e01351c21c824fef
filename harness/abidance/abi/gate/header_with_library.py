"""A header and a library as one: what is declared, and whether it is there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN, Family, SharedObjectFacts
from abidance.abi.reachability import pruned

if TYPE_CHECKING:
    from abidance.abi.facts import Facts


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

    What is opaque in the header is opaque to callers, whatever the library keeps in it.
    """
    symbols = {each.symbol for each in declared.functions.values()}
    symbols |= {each.symbol for each in declared.variables.values()}
    opaque = {key for key, each in declared.records.items() if each.opaque}
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
    }
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


def _is_foreign(key: str, declared: Facts) -> bool:
    """Tell whether the header only uses the record: what is in it is for others to keep."""
    record = declared.records.get(key)
    return record is not None and record.own is False
