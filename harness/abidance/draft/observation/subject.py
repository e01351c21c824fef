"""A function as something to experiment with: the memory and the numbers that it can be given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from abidance.binding.binding_method import signature_of
from abidance.ir.spelling import spell
from abidance.ir.traversal import unqualified
from abidance.ir.types import Array, Basic, EnumRef, FunctionType, Pointer, RecordRef, Void

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.ir.declarations import Declarations, Function
    from abidance.ir.layout import Layouts
    from abidance.ir.types import Type
    from abidance.plan.signature import CallSignature

_BYTES = frozenset(("char", "signed char", "unsigned char"))
_LARGEST_RECORD = 1 << 14


class MemoryContent(Enum):
    """What memory consists of, by the type of the pointer to it."""

    BYTES = "bytes"
    NUMBERS = "numbers"
    """Integers of more than a byte: the first may be a count that the callee reads or writes."""
    REALS = "reals"
    RECORD = "record"
    POINTERS = "pointers"


@dataclass(frozen=True, slots=True)
class MemoryArgument:
    """A block that the function is given the address of.

    `name` is what a contract calls it: a parameter, or `PARAMETER.FIELD`. `parameter` is the index of the parameter, or
    None for one that a field of block `inside` points at, `offset` bytes from its start. `element` is the size of one
    element, 1 where the type does not say. `handle` is the key of the type of handle that a pointer in it points at.
    """

    name: str
    parameter: int | None
    content: MemoryContent
    element: int
    align: int
    const: bool
    type: str = ""
    """How a contract names one element."""
    char: bool = False
    sized: bool = True
    """Whether the type says how large an element is: not of `void`."""
    inside: int | None = None
    offset: int = 0
    record: str = ""
    handle: str = ""
    described: bool = True
    """Whether all fields of the record are numbers, or pointers to memory that is a `MemoryArgument` of its own."""


@dataclass(frozen=True, slots=True)
class NumberArgument:
    """An integer that the function is given: an argument, or one in memory `inside`, at an offset.

    `values` are those that its type has names for.
    """

    name: str
    width: int
    signed: bool
    parameter: int | None = None
    inside: int | None = None
    offset: int = 0
    values: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class HandleArgument:
    """A pointer to a type whose contents the header hides: only the library can make one. `type` is its key."""

    name: str
    parameter: int
    type: str


@dataclass(frozen=True, slots=True)
class FunctionArgument:
    """A pointer to a function: a decoy."""

    name: str
    parameter: int


@dataclass(frozen=True, slots=True)
class Subject:
    """A function that can be called, with all that it is given. `reals` are parameters of floating type.

    `returns` is the key of the handle that it returns, where it does.
    """

    function: Function
    signature: CallSignature
    memories: tuple[MemoryArgument, ...]
    numbers: tuple[NumberArgument, ...]
    handles: tuple[HandleArgument, ...]
    functions: tuple[FunctionArgument, ...]
    reals: tuple[int, ...]
    returns_pointer: bool
    returns_string: bool
    returns_signed: bool
    returns: str = ""

    @property
    def name(self) -> str:
        """Return the function's name."""
        return self.function.name


@dataclass(frozen=True, slots=True)
class Uncallable:
    """A function that is not called, and why."""

    function: str
    why: str


class Subjects:
    """Makes subjects of the functions of one header."""

    def __init__(self, declarations: Declarations, layouts: Layouts) -> None:
        self._declarations = declarations
        self._layouts = layouts

    def of(self, function: Function) -> Subject | Uncallable:
        """Return what can be done with a function."""
        if function.inline:
            return Uncallable(function.name, "its body is in the header")
        if function.variadic:
            return Uncallable(function.name, "it is variadic")
        signature = signature_of(function, self._declarations, self._layouts)
        if isinstance(signature, tuple):
            return Uncallable(
                function.name, f"`{signature[1].subject}` cannot be passed: {signature[1].reason}"
            )
        if signature.stub:
            return Uncallable(
                function.name, "it takes or returns a record that only a compiler can pass by value"
            )
        made = _Making(self._declarations, self._layouts)
        for index, parameter in enumerate(function.parameters):
            why = made.parameter(index, parameter.name or f"arg{index + 1}", parameter.type)
            if why:
                return Uncallable(function.name, why)
        returns = self._declarations.resolve(function.returns)
        target = returns.to if isinstance(returns, Pointer) else None
        return Subject(
            function,
            signature,
            tuple(made.memories),
            tuple(sorted(made.numbers, key=lambda each: each.parameter is None)),
            tuple(made.handles),
            tuple(made.functions),
            tuple(made.reals),
            target is not None,
            target is not None and self._declarations.resolve(target) == Basic("char"),
            self._signed(returns),
            self.handle_type(target) if target is not None else "",
        )

    def handle_type(self, target: Type) -> str:
        """Return the key of an opaque type that a pointer points at; nothing for another."""
        return _opaque(target, self._declarations)

    def _signed(self, type_: Type) -> bool:
        number = self._layouts.number(type_)
        return number is not None and number.signed


class _Making:
    """The memory and the numbers of one function, parameter by parameter."""

    def __init__(self, declarations: Declarations, layouts: Layouts) -> None:
        self._declarations = declarations
        self._layouts = layouts
        self.memories: list[MemoryArgument] = []
        self.numbers: list[NumberArgument] = []
        self.handles: list[HandleArgument] = []
        self.functions: list[FunctionArgument] = []
        self.reals: list[int] = []

    def parameter(self, index: int, name: str, type_: Type) -> str:
        """Take in one parameter; return why it cannot be given anything, if so."""
        bare = self._declarations.resolve(type_)
        match bare:
            case Pointer(to):
                return self._pointer(index, name, to)
            case RecordRef():
                return f"`{name}` is a record by value"
        scalar = self._layouts.number(bare)
        if scalar is None:
            return f"`{name}` is of a type that is not experimented with"
        if scalar.kind in ("int", "bool"):
            self.numbers.append(
                NumberArgument(
                    name, scalar.size, scalar.signed, parameter=index, values=self._values(bare, scalar.kind)
                )
            )
        elif scalar.kind == "float" and scalar.size in (4, 8):
            self.reals.append(index)
        else:
            return f"`{name}` is of a type that is not experimented with"
        return ""

    def _values(self, bare: Type, kind: str) -> tuple[int, ...]:
        if kind == "bool":
            return (0, 1)
        if not isinstance(bare, EnumRef) or bare.key not in self._declarations.enums:
            return ()
        names = [each.name for each in self._declarations.enums[bare.key].enumerators]
        return tuple(dict.fromkeys(v for n in names if (v := self._layouts.constants.get(n)) is not None))

    def _pointer(self, index: int, name: str, to: Type) -> str:
        bare = self._declarations.resolve(to)
        if isinstance(bare, FunctionType):
            self.functions.append(FunctionArgument(name, index))
            return ""
        if opaque := _opaque(to, self._declarations):
            self.handles.append(HandleArgument(name, index, opaque))
            return ""
        return self._memory(name, to, parameter=index)

    def _memory(
        self, name: str, to: Type, *, parameter: int | None = None, inside: int | None = None, offset: int = 0
    ) -> str:
        bare = self._declarations.resolve(to)
        const = self._declarations.is_const(to)
        element, align, handle, record = 1, 1, "", ""
        element_type = to
        while isinstance(bare, Array):
            element_type = bare.of
            bare = self._declarations.resolve(bare.of)
        match bare:
            case Void():
                content = MemoryContent.BYTES
            case Basic(spelling) if spelling in _BYTES:
                content = MemoryContent.BYTES
            case Pointer(of):
                content, element, align = MemoryContent.POINTERS, 8, 8
                handle = _opaque(of, self._declarations)
            case RecordRef(key):
                layout = self._layouts.records.get(key)
                if layout is None or not 0 < layout.size <= _LARGEST_RECORD:
                    return f"`{name}` points at a record whose size is not known"
                content, element, align, record = MemoryContent.RECORD, layout.size, layout.align, key
            case _:
                scalar = self._layouts.number(bare)
                if scalar is None:
                    return f"`{name}` points at a type that is not experimented with"
                content = MemoryContent.NUMBERS if scalar.kind in ("int", "bool") else MemoryContent.REALS
                if scalar.size == 1 and scalar.kind == "int":
                    content = MemoryContent.BYTES
                element, align = scalar.size, scalar.align
        at = len(self.memories)
        self.memories.append(
            MemoryArgument(
                name,
                parameter,
                content,
                element,
                align,
                const,
                type=type_name(element_type, self._declarations),
                char=bare == Basic("char"),
                sized=not isinstance(bare, Void),
                inside=inside,
                offset=offset,
                record=record,
                handle=handle,
            )
        )
        if content is MemoryContent.NUMBERS:
            scalar = self._layouts.number(bare)
            assert scalar is not None
            values = self._values(bare, scalar.kind)
            self.numbers.append(NumberArgument(name, scalar.size, scalar.signed, inside=at, values=values))
        elif content is MemoryContent.RECORD and inside is None:
            whole = self._fields(at, name, record)
            self.memories[at] = replace(self.memories[at], described=whole)
        return ""

    def _fields(self, at: int, name: str, key: str) -> bool:
        """Take in what the fields of a record are: numbers, and pointers to memory of their own.

        Return whether that is all of it.
        """
        record, layout = self._declarations.records[key], self._layouts.records[key]
        whole = record.kind != "union" and all(each.name for each in record.fields or ())
        for field in self._declarations.named_fields(record) if record.kind != "union" else ():
            place = layout.fields.get(field.name)
            if place is None or place.bit_offset is not None:
                whole = False
                continue
            bare, path = self._declarations.resolve(field.type), f"{name}.{field.name}"
            scalar = self._layouts.number(bare)
            if isinstance(bare, Pointer):
                target = self._declarations.resolve(bare.to)
                known = not isinstance(target, FunctionType) and not _opaque(bare.to, self._declarations)
                if not known or self._memory(path, bare.to, inside=at, offset=place.offset):
                    whole = False
            elif scalar is not None and scalar.kind in ("int", "bool"):
                values = self._values(bare, scalar.kind)
                self.numbers.append(
                    NumberArgument(
                        path, scalar.size, scalar.signed, inside=at, offset=place.offset, values=values
                    )
                )
            elif scalar is None:
                whole = False
        return whole


def _opaque(to: Type, declarations: Declarations) -> str:
    bare = declarations.resolve(to)
    if not isinstance(bare, RecordRef):
        return ""
    record = declarations.records.get(bare.key)
    return bare.key if record is None or record.fields is None else ""


def type_name(type_: Type, declarations: Declarations) -> str:
    """Return how a contract names a type."""
    return spell(unqualified(type_), "", declarations)


def pointers_to(declarations: Declarations, function: Function) -> Iterator[tuple[int, Type]]:
    """Yield the index of each parameter that is a pointer, and what it points at."""
    for index, parameter in enumerate(function.parameters):
        bare = declarations.resolve(parameter.type)
        if isinstance(bare, Pointer):
            yield index, bare.to
