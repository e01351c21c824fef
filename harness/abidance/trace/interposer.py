"""The interposer of a contract: one C file with the functions of a library, each of which records its calls."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from abidance.boundary.model.types import RecordShape
from abidance.ir.traversal import bare, is_const
from abidance.ir.types import Pointer
from abidance.native.target.c_text import PassedTypes, string
from abidance.native.target.tables import Tables
from abidance.trace import codes
from abidance.trace.wrapped_call import WrapperCompiler
from abidance.trace.wrapper_text import TraceCheck

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.ir.declarations import Function, Typedef
    from abidance.ir.types import Type
    from abidance.native.target.reasons import Left
    from abidance.trace.sampled_values import SampledPart
    from abidance.trace.traced_places import PassedLength
    from abidance.trace.wrapped_call import ShownValue

_INCLUDES = (
    "dlfcn.h", "errno.h", "fcntl.h", "link.h", "pthread.h", "sched.h", "stddef.h", "stdint.h", "stdlib.h", "string.h",
    "sys/mman.h", "sys/resource.h", "sys/syscall.h", "unistd.h",
)  # fmt: skip
_GIVEN, _MADE = 1, 2
"""What may become of handles in a function that nothing is promised of: of those given, and of those gone."""
_RETURNS_TWICE = "returns_twice"


@dataclass(frozen=True, slots=True)
class InterposedFunction:
    """A function that calls are recorded of. `untimed` says why they are counted only; empty where they are timed."""

    name: str
    symbol: str
    function: BoundaryFunction | None
    untimed: str = ""
    sampled: tuple[SampledPart, ...] | None = None
    values: tuple[ShownValue, ...] = ()
    lengths: tuple[PassedLength, ...] = ()
    statuses: str = ""

    @property
    def promised(self) -> bool:
        """Tell whether the contract says anything of it."""
        return self.function is not None and self.function.promise is not None


@dataclass(frozen=True, slots=True)
class Interposer:
    """The C text, its functions and checks in the order of their numbers, and what is left unjudged."""

    source: str
    functions: tuple[InterposedFunction, ...]
    checks: tuple[TraceCheck, ...]
    left: tuple[Left, ...]


def interposer(
    boundary: Boundary, exports: Iterable[str], libraries: tuple[str, ...], samples: int = 0
) -> Interposer:
    """Return the interposer for a library that exports functions of these names.

    `libraries` are the names by which the program may have loaded it. With `samples`, so many calls of each function
    are kept with what they were passed.
    """
    exported = {*exports}
    tables, types = Tables(), PassedTypes()
    for name in boundary.handles:
        tables.kind(name)
    checks = [
        TraceCheck(codes.NEVER_DESTROYED, name, "", life.span) for name, life in boundary.handles.items()
    ]
    compiler = WrapperCompiler(boundary, tables, types, checks, samples=samples > 0)
    found: list[InterposedFunction] = []
    texts: list[str] = []
    left: list[Left] = []
    fates: list[int] = []
    for function in boundary.functions.values():
        symbol = function.declaration.symbol
        if symbol not in exported or function.is_macro:
            continue
        number, untimed = len(found), _untimed(function)
        exported.discard(symbol)
        if untimed:
            found.append(InterposedFunction(function.name, symbol, function, untimed))
            texts.append(_counted(number, symbol))
            fates.append(_GIVEN | _MADE)
            continue
        made = compiler.compile(function, number)
        found.append(
            InterposedFunction(
                function.name,
                symbol,
                function,
                values=made.values,
                lengths=made.lengths,
                statuses=made.statuses,
                sampled=made.sampled,
            )
        )
        texts.append(made.text)
        left += made.left
        fates.append(0)
    for name, symbol, declaration in _others(boundary, exported):
        texts.append(_counted(len(found), symbol))
        untimed = "nothing is promised of it" if declaration is not None else ""
        found.append(InterposedFunction(name, symbol, None, untimed or "the header does not declare it"))
        fates.append(_fate(boundary, declaration))
    source = _source(boundary, found, texts, fates, checks, tables, types, libraries, samples)
    return Interposer(source, tuple(found), tuple(checks), tuple(left))


def _untimed(function: BoundaryFunction) -> str:
    """Return why calls of a function are counted only."""
    declaration = function.declaration
    if declaration.variadic:
        return "it takes any number of arguments"
    if any(each.name == _RETURNS_TWICE for each in declaration.attributes):
        return "it returns more than once"
    if function.signature is None:
        return "its values are of types that are not understood"
    if function.signature.stub:
        return "it passes values as only the header's own types tell"
    return ""


def _others(boundary: Boundary, exported: set[str]) -> list[tuple[str, str, Function | None]]:
    """Return the functions that nothing is promised of: the header's, and where handles are followed all others."""
    declared = boundary.declarations.functions
    found: list[tuple[str, str, Function | None]] = []
    for symbol in sorted(exported):
        if symbol.startswith("_"):
            continue
        declaration = declared.get(symbol)
        if declaration is not None and declaration.symbol == symbol:
            found.append((symbol, symbol, declaration))
        elif boundary.handles:
            found.append((symbol, symbol, None))
    return found


def _fate(boundary: Boundary, declaration: Function | None) -> int:
    """Return what such a function may do to handles, by what its declaration says."""
    if not boundary.handles:
        return 0
    if declaration is None:
        return _GIVEN | _MADE
    typedefs, fate = boundary.declarations.typedefs, 0
    for parameter in declaration.parameters:
        inner = _target(parameter.type, typedefs)
        if inner is None:
            continue
        if not is_const(inner, typedefs):
            fate |= _GIVEN
        if _target(inner, typedefs) is not None:
            fate |= _MADE
    return fate | (_MADE if _target(declaration.returns, typedefs) is not None else 0)


def _target(type_: Type, typedefs: Mapping[str, Typedef]) -> Type | None:
    """Return what a type points at; None for one that does not point."""
    inner = bare(type_, typedefs)
    return inner.to if isinstance(inner, Pointer) else None


def _counted(number: int, symbol: str) -> str:
    return f"ABIDANCE_COUNTED({number}, {string(symbol.encode())});\n"


def _source(
    boundary: Boundary,
    found: list[InterposedFunction],
    texts: list[str],
    fates: list[int],
    checks: list[TraceCheck],
    tables: Tables,
    types: PassedTypes,
    libraries: tuple[str, ...],
    samples: int,
) -> str:
    """Return the C file: the runtime, tables by the number of a function, and the functions."""
    native, own = files("abidance.native.runtime"), files("abidance.trace.runtime")

    def part(name: str) -> str:
        folder = own if own.joinpath(name).is_file() else native
        return folder.joinpath(name).read_text(encoding="utf-8")

    count = len(found)
    wrappers = [
        f'extern void abidance_wrapper{number}(void) __asm__("{each.symbol}") ABIDANCE_SHOWN;'
        for number, each in enumerate(found)
    ]
    listed = ", ".join(f"(void *)abidance_wrapper{number}" for number in range(count))
    counts = [str(len(each.lengths)) for each in found]
    samplable = [str(int(bool(each.sampled))) for each in found]
    lasts = ", ".join(str(number) for number in range(len(boundary.handles))) or "0"
    return "\n".join(
        (
            f"/* The contract `{boundary.name}` as an interposer. Generated by abidance; do not edit. */",
            "#define _GNU_SOURCE",
            *(f"#include <{name}>" for name in _INCLUDES),
            f"#define ABIDANCE_FUNCTIONS {count}",
            f"#define ABIDANCE_CHECKS {max(len(checks), 1)}",
            f"#define ABIDANCE_KINDS {len(boundary.handles)}",
            f"#define ABIDANCE_SAMPLES {samples}",
            "#define ABIDANCE_MAX_STEPS 4096 /* a program waits for what is looked at */",
            '#define ABIDANCE_SCRATCH static __thread __attribute__((tls_model("initial-exec")))',
            "#define ABIDANCE_SCRATCH_SIZE 2048",
            *(part(name) for name in ("expressions.h", "numbers.h", "texts.h", "recording.h", "lifetimes.h")),
            part("looking.h"),
            part("sampling.h"),
            f"static const char *const abidance_libraries[] = {{{_strings(libraries)}, NULL}};",
            f"static const char *const abidance_symbols[] = {{{_strings(e.symbol for e in found)}}};",
            *wrappers,
            f"static void *const abidance_wrappers[] = {{{listed}}};",
            f"static const unsigned char abidance_unpromised[] = {{{', '.join(map(str, fates))}}};",
            f"static const unsigned char abidance_size_counts[] = {{{', '.join(counts)}}};",
            f"static const unsigned char abidance_samplable[] = {{{', '.join(samplable)}}};",
            f"static const unsigned abidance_kept_checks[] = {{{lasts}}};",
            part("interposing.h"),
            *types.declarations,
            *tables.declarations,
            *(_left(tables.kind(name), life) for name, life in boundary.handles.items()),
            *texts,
        )
    )


def _strings(texts: Iterable[str]) -> str:
    return ", ".join(string(each.encode()) for each in texts)


def _left(kind: int, life: HandleLife) -> str:
    """Return what is remembered of a handle that the caller allocates and that is gone: the library's own part."""
    lines = []
    if isinstance(life.record, RecordShape):
        at = 0
        for member in sorted(life.record.members, key=lambda each: each.offset):
            if member.name in life.described and not member.bits:
                lines.append((at, member.offset - at))
                at = max(at, member.offset + member.shape.size)
        lines.append((at, life.record.size - at))
    mixed = "".join(
        f"    hash = abidance_mixed(hash, at + {start}, {size});\n" for start, size in lines if size > 0
    )
    return (
        f"static __attribute__((unused)) uint64_t abidance_left_{kind}(const unsigned char *at)\n"
        f"{{\n    uint64_t hash = 0;\n    (void)at;\n{mixed}    return hash;\n}}"
    )
