"""Header against binary: symbols, functions and variables, and through them every type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN, Facts, Family, Level
from abidance.abi.lookup import TypeLookup
from abidance.abi.reconcile.codes import (
    DECLARATION_UNDEFINED,
    EXPORT_UNDECLARED,
    KIND_DIFFERS,
    NOT_FOR_C,
    PARAMETER_DIFFERS,
    PARAMETERS_DIFFER,
    PARAMETERS_EXCHANGED,
    RESULT_DIFFERS,
    RESULT_UNDECLARED,
    SYMBOL_MISSING,
    VARIABLE_DIFFERS,
)
from abidance.abi.reconcile.records import compare_enums, compare_records, labels
from abidance.abi.reconcile.types import TypeComparer
from abidance.core.diagnostic import Diagnostic
from abidance.core.span import Span
from abidance.ir.types import Void

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from abidance.abi.facts import FunctionFacts, VariableFacts
    from abidance.abi.reconcile.types import Different
    from abidance.core.codes import Code


def compare(header: Facts, binary: Facts, promised: Collection[str] | None) -> Iterator[Diagnostic]:
    """Yield the disagreements of a header and the library built from it, in the header's order.

    `promised` are the names that must be there; None for all that the header declares.
    """
    comparison = TypeComparer(TypeLookup(header, binary), TypeLookup(binary, header))
    typed = binary.level("dwarf") >= Level.TYPES
    for function in header.functions.values():
        yield from _function(comparison, function, promised, typed=typed)
    for variable in header.variables.values():
        yield from _variable(comparison, variable, promised)
    # Comparing one pair may bring up others, so the lists grow meanwhile.
    records = enums = 0
    while records < len(comparison.records) or enums < len(comparison.enums):
        if records < len(comparison.records):
            yield from compare_records(comparison, *comparison.records[records])
            records += 1
        else:
            yield from compare_enums(comparison, *comparison.enums[enums])
            enums += 1
    yield from _undeclared(header, binary)


def _function(
    comparison: TypeComparer, ours: FunctionFacts, promised: Collection[str] | None, *, typed: bool
) -> Iterator[Diagnostic]:
    binary = comparison.binary.facts
    theirs = binary.functions.get(ours.symbol)
    if theirs is None:
        if ours.symbol in binary.variables:
            yield Diagnostic(
                KIND_DIFFERS,
                f"`{ours.name}` is a function in the header, and the library exports data of that name",
                labels=labels(ours.span, binary.variables[ours.symbol].span),
                place=ours.name,
            )
        elif ours.inline is not True:
            yield _missing("function", ours, binary, promised)
        return
    if ours.signature is UNKNOWN or theirs.signature is UNKNOWN or not typed:
        return
    a, b = ours.signature, theirs.signature
    if a.prototype:
        if len(a.parameters) != len(b.parameters):
            yield Diagnostic(
                PARAMETERS_DIFFER,
                f"`{ours.name}` takes {_count(len(a.parameters))} in the header and {_count(len(b.parameters))} in the "
                "library",
                labels=labels(ours.span, theirs.span),
                place=ours.name,
            )
        elif a.variadic != b.variadic and b.prototype:
            where = "header" if a.variadic else "library"
            yield Diagnostic(
                PARAMETERS_DIFFER,
                f"`{ours.name}` is variadic in the {where} only",
                labels=labels(ours.span, theirs.span),
                place=ours.name,
            )
        else:
            for number, (x, y) in enumerate(zip(a.parameters, b.parameters, strict=True)):
                if x.type is UNKNOWN or y.type is UNKNOWN:
                    continue
                found = (
                    comparison.value(x.type, y.type) if b.prototype else comparison.promoted(x.type, y.type)
                )
                if found:
                    shown = f"`{x.name}`" if x.name and x.name is not UNKNOWN else f"{number + 1}"
                    what = f"parameter {shown} of `{ours.name}`"
                    spans = (x.span or ours.span, y.span or theirs.span)
                    yield _typed(PARAMETER_DIFFERS, what, found, ours.name, spans)
            yield from _exchanged(ours, theirs)
    if a.returns is UNKNOWN or b.returns is UNKNOWN:
        return
    if comparison.header.bare(a.returns) == Void():
        yield from _unseen_result(comparison, ours, theirs)
        return
    if b.returns == Void() and theirs.noreturn is True:
        return
    found = comparison.value(a.returns, b.returns)
    if found:
        yield _typed(
            RESULT_DIFFERS, f"the result of `{ours.name}`", found, ours.name, (ours.span, theirs.span)
        )


def _exchanged(ours: FunctionFacts, theirs: FunctionFacts) -> Iterator[Diagnostic]:
    """Yield each two parameters of one type of which each has the other's name in the library."""
    assert ours.signature is not UNKNOWN
    assert theirs.signature is not UNKNOWN
    pairs = [*zip(ours.signature.parameters, theirs.signature.parameters, strict=True)]
    for number, (x, here) in enumerate(pairs):
        for y, there in pairs[number + 1 :]:
            names = {x.name, y.name}
            known = UNKNOWN not in names and "" not in names and len(names) == 2
            if known and (here.name, there.name) == (y.name, x.name) and x.type == y.type:
                yield Diagnostic(
                    PARAMETERS_EXCHANGED,
                    f"`{x.name}` and `{y.name}` of `{ours.name}` are swapped: the library takes `{y.name}` first",
                    labels=labels(x.span or ours.span, here.span or theirs.span),
                    help="make both agree, and rebuild the library",
                    place=f"{ours.name}: {x.name}, {y.name}",
                )


_IN_REGISTERS = 16
"""A record of more bytes comes back in memory of which the caller passes the address (x86-64 psABI 3.2.3)."""


def _unseen_result(
    comparison: TypeComparer, ours: FunctionFacts, theirs: FunctionFacts
) -> Iterator[Diagnostic]:
    """Yield that a function returns something of which its header knows nothing."""
    assert theirs.signature is not UNKNOWN
    returns = theirs.signature.returns
    if returns is UNKNOWN or comparison.binary.bare(returns) == Void() or theirs.noreturn is True:
        return
    size = comparison.binary.size(returns) or 0
    yield Diagnostic(
        RESULT_UNDECLARED if size <= _IN_REGISTERS else RESULT_DIFFERS,
        f"the result of `{ours.name}`: the header has `void` and the library {comparison.binary.words(returns)}",
        labels=labels(ours.span, theirs.span),
        help="make both agree, and rebuild the library",
        place=f"{ours.name}: the result of `{ours.name}`",
    )


def _variable(
    comparison: TypeComparer, ours: VariableFacts, promised: Collection[str] | None
) -> Iterator[Diagnostic]:
    binary = comparison.binary.facts
    theirs = binary.variables.get(ours.symbol)
    if theirs is None:
        if ours.symbol in binary.functions:
            yield Diagnostic(
                KIND_DIFFERS,
                f"`{ours.name}` is data in the header, and the library exports a function of that name",
                labels=labels(ours.span, binary.functions[ours.symbol].span),
                place=ours.name,
            )
        else:
            yield _missing("variable", ours, binary, promised)
        return
    if ours.type is UNKNOWN:
        return
    size = comparison.header.size(ours.type)
    if size and isinstance(theirs.size, int) and theirs.size and size != theirs.size:
        yield Diagnostic(
            VARIABLE_DIFFERS,
            f"`{ours.name}` has {size} bytes in the header and {theirs.size} in the library",
            labels=labels(ours.span, theirs.span),
            place=ours.name,
        )
    elif theirs.type is not UNKNOWN:
        found = comparison.value(ours.type, theirs.type)
        if found:
            yield _typed(
                VARIABLE_DIFFERS, f"variable `{ours.name}`", found, ours.name, (ours.span, theirs.span)
            )


def _missing(
    kind: str, ours: FunctionFacts | VariableFacts, binary: Facts, promised: Collection[str] | None
) -> Diagnostic:
    versions = (
        [each for each in binary.library.symbols.values() if each.name == ours.symbol]
        if binary.library
        else []
    )
    mangled = _mangled(ours.symbol, binary)
    if versions:
        told = ", ".join(f"`{each.key}`" for each in versions)
        note = f"only {told}, which newly linked programs do not get"
    elif mangled:
        note = f'`{mangled}` is exported: the C++ name of a function without `extern "C"`'
    else:
        note = ""
    return Diagnostic(
        SYMBOL_MISSING if promised is None or ours.name in promised else DECLARATION_UNDEFINED,
        f"{kind} `{ours.name}` is declared in the header and not exported by the library",
        labels=labels(ours.span, None),
        notes=(note,) if note else (),
        help='look for a missing `extern "C"`, `#[no_mangle]`, visibility or version script entry',
        place=ours.name,
    )


def _mangled(symbol: str, binary: Facts) -> str:
    """Return an exported C++ name (Itanium C++ ABI, 5.1) of a function that the header calls `symbol`."""
    start = f"_Z{len(symbol)}{symbol}"
    return next((name for name in binary.functions if name.startswith(start)), "")


def _undeclared(header: Facts, binary: Facts) -> Iterator[Diagnostic]:
    if Family.FUNCTIONS not in header.knows or binary.library is None:
        return
    declared = {each.symbol for each in header.functions.values()}
    declared |= {each.symbol for each in header.variables.values()}
    spans = [each.span for each in header.functions.values()]
    spans += [each.span for each in header.variables.values()]
    top = next((Span.at(each.path, 1) for each in spans if each is not None), None)
    exported: tuple[FunctionFacts | VariableFacts, ...] = (
        *binary.functions.values(),
        *binary.variables.values(),
    )
    for extra in exported:
        name = extra.name
        if extra.symbol not in declared and "@" not in name:
            yield Diagnostic(
                EXPORT_UNDECLARED,
                f"the library exports `{name}`, which the header does not declare",
                labels=labels(top, extra.span),
                place=name,
            )


def _typed(
    code: Code, what: str, found: Different, name: str, spans: tuple[Span | None, Span | None]
) -> Diagnostic:
    return Diagnostic(
        code if found.for_c else NOT_FOR_C,
        f"{what}: {found.reason}",
        labels=labels(*spans),
        help="make both agree, and rebuild the library",
        place=f"{name}: {what}",
    )


def _count(number: int) -> str:
    return f"{number} parameter{'s' * (number != 1)}"
