"""Functions, variables, typedefs and constants of a boundary."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from abidance.abi.facts.unknown import UNKNOWN, Unknown

if TYPE_CHECKING:
    from abidance.core.span import Span
    from abidance.ir.types import Type


@dataclass(frozen=True, slots=True)
class ParameterFacts:
    """A parameter after adjustment (C11 6.7.6.3p7, p8). `name` is empty where there is none.

    `extent` is what stood between the brackets of an array parameter, such as ``16`` or ``static 16``, empty for
    any other.
    """

    name: str | Unknown
    type: Type | Unknown
    extent: str | Unknown = UNKNOWN
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """How a function is called. `prototype` is false for the old style ``int f()`` (C11 6.7.6.3p14)."""

    returns: Type | Unknown
    parameters: tuple[ParameterFacts, ...]
    variadic: bool = False
    prototype: bool = True


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """A function of the boundary, by the name that C callers write; `symbol` is what the linker looks for.

    `signature` is UNKNOWN for an exported function without debug information. `inline` is true where the header
    has the body, so that callers compile it in and need no symbol. `attributes` are those that callers rely on,
    as ``nonnull(1, 2)``, sorted; `noreturn` is apart because DWARF knows it too.
    """

    name: str
    symbol: str
    signature: SignatureFacts | Unknown
    inline: bool | Unknown = UNKNOWN
    noreturn: bool | Unknown = UNKNOWN
    attributes: tuple[str, ...] | Unknown = UNKNOWN
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class VariableFacts:
    """An external object. `size` and `align` are in bytes; `tls` tells whether each thread has its own."""

    name: str
    symbol: str
    type: Type | Unknown
    size: int | Unknown = UNKNOWN
    tls: bool | Unknown = UNKNOWN
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class TypedefFacts:
    """A name for a type. `align` is in bytes where the typedef itself asks for one, else None.

    `own` is true where the boundary's own header declares it, and UNKNOWN to a witness that sees no headers.
    """

    name: str
    type: Type | Unknown
    align: int | Unknown | None = None
    own: bool | Unknown = UNKNOWN
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ConstantFacts:
    """A macro, or an enumerator of an enum that is no type.

    `value` is None for what is no integer constant; then `text`, the macro's words with single blanks, counts. That of
    a macro with parameters begins with them in parentheses.
    """

    name: str
    kind: Literal["macro", "function", "enumerator"]
    value: int | Unknown | None
    text: str = ""
    span: Span | None = field(default=None, compare=False)
