"""The C text of call stubs: one line each, so that what the compiler says of a line is about one function.

A stub is ``void abidance_stub_NAME(void *function, void **arguments, void *result)``. It copies the arguments
out of memory of any alignment, calls, and copies the result back, so that the compiler that knows the header
decides how each value travels (System V psABI, 3.2.3). Nothing in it but the call can change ``errno``.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.ir.declarations import spell
from abidance.ir.naming import c_names
from abidance.ir.spelling import quoted
from abidance.ir.traversal import rebuilt, unqualified
from abidance.ir.types import (
    Basic,
    EnumRef,
    RecordRef,
    Type,
    TypedefRef,
    Void,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from abidance.binding.binding_method import VariablePart
    from abidance.ir.declarations import Declarations
    from abidance.plan.signature import CallSignature

PREFIX = "abidance_stub_"
LISTED = "abidance_listed_"
# The canonical name of the 128-bit floating type is gcc's; clang knows only the other one.
FLOAT128 = ("#ifdef __clang__", "#define _Float128 __float128", "#endif")


@dataclass(frozen=True, slots=True)
class StubSubject:
    """A function or macro to make a stub of. `is_macro` tells that nothing declares it."""

    name: str
    returns: Type
    parameters: tuple[Type, ...]
    signature: CallSignature
    ending: VariablePart | None = None
    is_macro: bool = False
    of: str = ""
    """What C calls it, where its name is one of a contract's own."""
    definition: str = ""
    """What stands before the stub, where the header does not have it."""

    @property
    def in_c(self) -> str:
        """Return what C calls it."""
        return self.of or self.name


@dataclass(frozen=True, slots=True)
class StubSource:
    """C text, and which function each of its lines is about."""

    text: str
    lines: Mapping[int, str]


def stub_source(stubs: Sequence[StubSubject], header: Path, declarations: Declarations) -> StubSource:
    """Return the text of stubs that are either all `direct` or all of library functions."""
    writer = StubWriter(declarations)
    written = [(stub.name, writer.stub(stub)) for stub in stubs]
    lines = included(header)
    if not any(stub.signature.direct for stub in stubs):
        # A macro that shares its name with a type or a function means something else than the declaration.
        lines += [f"#undef {name}" for name in sorted(writer.words(stubs)) if name in declarations.macros]
    numbers: dict[int, str] = {}
    for name, line in written:
        lines.append(line)
        numbers[len(lines)] = name
    return StubSource("\n".join(lines) + "\n", numbers)


def included(header: Path) -> list[str]:
    """Return the first lines of every source that is compiled with a header."""
    return [f"#include {quoted(str(header.absolute()))}", *FLOAT128]


def listing(stub: StubSubject, declarations: Declarations) -> str:
    """Return a C function, `LISTED` and the name, that makes a ``va_list`` of its variable arguments for the callee.

    It takes the callee's address, the fixed arguments, a null pointer, and what goes into the list.
    """
    return StubWriter(declarations).listing(stub)


class StubWriter:
    """Writes C against one header's declarations."""

    def __init__(self, declarations: Declarations) -> None:
        self._declarations = declarations

    @functools.cached_property
    def _names(self) -> dict[str, str]:
        # Only what has neither tag nor typedef is looked for: that goes through the whole header.
        return c_names(self._declarations)

    def stub(self, stub: StubSubject) -> str:
        """Return one stub on one line."""
        parts = []
        if stub.ending is not None and stub.ending.listed:
            parts.append(self.listing(stub))
        if stub.definition:
            parts.append(stub.definition)
        parts.append(f"void {PREFIX}{stub.name}(void *function, void **arguments, void *result) {{")
        for index, (type_, class_) in enumerate(zip(stub.parameters, stub.signature.parameters, strict=True)):
            local = f"abidance_{index}"
            parts.append(f"{self.spell(type_, local)}; {same_size(local, class_.size)}")
            parts.append(f"__builtin_memcpy((void *)&{local}, arguments[{index}], sizeof {local});")
        call = self._call(stub)
        if isinstance(self._declarations.resolve(stub.returns), Void):
            parts.append(f"{call}; }}")
        else:
            local, size = "abidance_result", stub.signature.returns.size
            parts.append(f"{self.spell(stub.returns, local)} = {call}; {same_size(local, size)}")
            parts.append(f"__builtin_memcpy(result, (void *)&{local}, sizeof {local}); }}")
        return " ".join(parts)

    def _call(self, stub: StubSubject) -> str:
        given = [f"abidance_{index}" for index in range(len(stub.parameters))]
        if stub.ending is not None and stub.ending.listed:
            given.insert(stub.ending.fixed, "0")
            return f"{LISTED}{stub.name}({', '.join(['function', *given])})"
        # In parentheses a name is no function-like macro (C11 7.1.4p1).
        callee = stub.in_c if stub.is_macro else f"({stub.in_c})" if stub.signature.direct else _typed(stub)
        return f"{callee}({', '.join(given)})"

    def listing(self, stub: StubSubject) -> str:
        """Return a function of our own whose variable arguments become the callee's ``va_list``."""
        assert stub.ending is not None
        fixed = list(enumerate(stub.parameters[: stub.ending.fixed]))
        # `va_start` wants the last named parameter, of a type that promotion leaves alone (C11 7.16.1.4p4).
        named = [*(self.spell(type_, f"abidance_{index}") for index, type_ in fixed), "void *abidance_last"]
        given = [*(f"abidance_{index}" for index, _ in fixed), "abidance_list"]
        ends = "__builtin_va_end(abidance_list);"
        call = f"{_typed(stub)}({', '.join(given)})"
        head = f"({', '.join(['void *function', *named, '...'])})"
        begin = "{ __builtin_va_list abidance_list; __builtin_va_start(abidance_list, abidance_last);"
        if isinstance(self._declarations.resolve(stub.returns), Void):
            return f"static void {LISTED}{stub.name}{head} {begin} {call}; {ends} }}"
        declared = self.spell(stub.returns, f"{LISTED}{stub.name}{head}")
        result = self.spell(stub.returns, "abidance_result")
        return f"static {declared} {begin} {result} = {call}; {ends} return abidance_result; }}"

    def spell(self, type_: Type, declarator: str) -> str:
        """Return a declaration of an object that can be written to."""
        type_ = unqualified(type_)
        if self._declarations.is_const(type_):
            type_ = self._declarations.resolve(type_)
        return spell(self._exact(type_), declarator, self._declarations)

    def _exact(self, type_: Type) -> Type:
        """Return a type by names that C source has whatever the header includes."""
        match type_:
            case Basic("_Bool"):
                return TypedefRef("_Bool")
            case RecordRef(key) if not self._declarations.records[key].spelling and key in self._names:
                return TypedefRef(self._names[key])
            case EnumRef(key) if not self._declarations.enums[key].spelling and key in self._names:
                return TypedefRef(self._names[key])
        return rebuilt(type_, self._exact)

    def words(self, stubs: Iterable[StubSubject]) -> set[str]:
        """Return the names in the types and calls of stubs."""
        text = " ".join(self.stub(stub) for stub in stubs)
        found = "".join(c if c.isalnum() or c in "_$" else " " for c in text).split()
        return set(found)


def _typed(stub: StubSubject) -> str:
    return f"((__typeof__(&({stub.in_c})))function)"


def same_size(local: str, size: int) -> str:
    """Return an assertion that what is spelled is what was asked about: a macro may have got in between."""
    return f'_Static_assert(sizeof {local} == {size}, "{local} has another size than the header\'s type");'
