"""Pieces of C: lines, literals, the types of numbers."""

from __future__ import annotations

import math
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from abidance.plan.signature import ArrayClass, MemoryClass, RecordClass, ScalarClass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.boundary.model.types import Member, PointerShape, ScalarShape
    from abidance.plan.array_end import ArrayEnd
    from abidance.plan.signature import CallSignature, Class

_CLASSES = {
    "v": "void", "i8": "int8_t", "u8": "uint8_t", "i16": "int16_t", "u16": "uint16_t", "i32": "int32_t",
    "u32": "uint32_t", "i64": "int64_t", "u64": "uint64_t", "f32": "float", "f64": "double", "p": "void *",
}  # fmt: skip


class Lines:
    """Lines of C, with a fresh name for whatever asks for one."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = 1
        self._names = 0

    def __call__(self, text: str) -> None:
        """Add lines."""
        self._lines += [f"{'    ' * self._depth}{line}" for line in text.splitlines()]

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Put what is added meanwhile into a block."""
        self(f"{head} {{")
        self._depth += 1
        yield
        self._depth -= 1
        self("}")

    def fresh(self, stem: str) -> str:
        """Return a name that nothing has here."""
        self._names += 1
        return f"{re.sub(r'[^A-Za-z0-9]', '_', stem)}_{self._names}"

    @property
    def text(self) -> str:
        """Return all lines."""
        return "\n".join(self._lines)


def integer(value: int) -> str:
    """Return a whole number of at most 128 bits as a C expression of the widest type."""
    size = abs(value)
    if size < 1 << 63:
        text = f"(abidance_int){size}" if size < 1 << 31 else f"(abidance_int)INT64_C({size})"
    elif size < 1 << 64:
        text = f"(abidance_int)UINT64_C({size})"
    else:
        high, low = size >> 64, size & ((1 << 64) - 1)
        text = f"(abidance_int)((unsigned __int128)UINT64_C({high}) << 64 | UINT64_C({low}))"
    return f"(-{text})" if value < 0 else f"({text})"


def real(value: float) -> str:
    """Return a floating-point number as a C expression."""
    if math.isnan(value):
        return '__builtin_nan("")'
    if math.isinf(value):
        return "__builtin_inf()" if value > 0 else "(-__builtin_inf())"
    return f"({value.hex()})"


def string(raw: bytes) -> str:
    """Return bytes as a string literal; every byte in three octal digits where it is no plain character."""
    plain = {*range(0x20, 0x7F)} - {*b'"\\?'}
    return '"' + "".join(chr(b) if b in plain else f"\\{b:03o}" for b in raw) + '"'


def words(text: str) -> str:
    """Return what a finding is called as a string literal: without what separates findings from each other."""
    return string(text.replace(";", ",").replace("\n", " ").encode())


def number_type(shape: ScalarShape) -> str:
    """Return the C type of the bytes of a number."""
    if shape.kind == "float":
        return {4: "float", 8: "double"}.get(shape.size, "long double")
    if shape.size == 16:
        return "__int128" if shape.signed else "unsigned __int128"
    return f"{'' if shape.signed and not shape.width else 'u'}int{8 * shape.size}_t"


def load(shape: ScalarShape, at: str, bits: tuple[int, int] | None = None) -> str:
    """Return the number at an address; with `bits`, that of a bit-field of the record there."""
    if bits is not None:
        raw = f"abidance_bits({at}, {bits[0]}, {bits[1]})"
        return f"abidance_widened({raw}, {bits[1]})" if shape.signed else raw
    value = f"ABIDANCE_LOAD({number_type(shape)}, {at})"
    if not shape.width:
        return value
    if shape.signed:
        return f"abidance_widened({value}, {shape.width})"
    return f"({value} & (~UINT64_C(0) >> {64 - shape.width}))"


def store(shape: ScalarShape, at: str, value: str, bits: tuple[int, int] | None = None) -> str:
    """Return the statement that puts a number at an address."""
    if bits is not None:
        return f"abidance_set_bits({at}, {bits[0]}, {bits[1]}, (uint64_t){value});"
    return f"ABIDANCE_STORE({number_type(shape)}, {at}, {value});"


def point(at: str, value: str) -> str:
    """Return the statement that puts a pointer at an address."""
    return f"ABIDANCE_STORE(void *, {at}, {value});"


def ending(end: ArrayEnd) -> str:
    """Return what the functions are told that look for the end of an array."""
    return f"{end.unit}, {end.offset}, {string(end.value)}, {len(end.value)}"


def says_nul(shape: PointerShape, number: str) -> str:
    """Return the condition that a length says that a NUL ends a text or an array, as `ends_at_nul` tells it."""
    return f"{number} < 0" if shape.terminated is None else f"{number} == {integer(shape.terminated)}"


def bound_functions(
    name: str, returns: str, first: str, parameters: Sequence[str], text: str, arguments: Sequence[str]
) -> list[str]:
    """Return the declarations of a function, and of a table `NAMEs`: one for each of the `arguments` for its first.

    Those take the other parameters, of which the n-th is named `xN`.
    """
    listed = ", ".join(parameters)
    taken = "".join(f", {each}" for each in parameters)
    passed = "".join(f", x{n}" for n, _ in enumerate(parameters))
    table = ", ".join(f"{name}_{n}" for n, _ in enumerate(arguments))
    return [
        f"static {returns} {name}({first}{taken})\n{{\n{text}\n}}",
        *(
            f"static {returns} {name}_{n}({listed or 'void'}) {{ return {name}({argument}{passed}); }}"
            for n, argument in enumerate(arguments)
        ),
        f"static {returns} (*const {name}s[])({listed or 'void'}) = {{{table}}};",
    ]


def at_offset(base: str, member: Member) -> str:
    """Return the address of a field; of a bit-field, that of its record."""
    return base if member.bits or not member.offset else f"({base} + {member.offset})"


class PassedTypes:
    """The C types in which calls pass values; those of records are declared as they are asked for."""

    def __init__(self) -> None:
        self._records: dict[str, str] = {}
        self.declarations: list[str] = []

    def name(self, class_: Class) -> str:
        """Return the type of a value."""
        match class_:
            case ScalarClass(name):
                return _CLASSES[name]
            case RecordClass():
                return self._record(class_)
            case MemoryClass(size):
                return self._memory(size)
            case ArrayClass():
                raise ValueError(class_)

    def call(self, signature: CallSignature, callee: str, arguments: Sequence[str]) -> str:
        """Return the call of a function, through a pointer to functions of that signature."""
        taken = ", ".join(map(self.name, signature.parameters)) or "void"
        return f"(({self.name(signature.returns)} (*)({taken})){callee})({', '.join(arguments)})"

    def _memory(self, size: int) -> str:
        """Return the type of what a stub alone passes: so many bytes."""
        text, name = f"{{ unsigned char bytes[{size}]; }}", f"abidance_bytes{size}"
        if text not in self._records:
            self._records[text] = name
            self.declarations.append(f"typedef struct {text} {name};")
        return self._records[text]

    def _record(self, record: RecordClass) -> str:
        fields = []
        for index, member in enumerate(record.members):
            of: Class = member
            count = ""
            while isinstance(of, ArrayClass):
                count += f"[{of.count}]"
                of = of.of
            fields.append(f"{self.name(of)} m{index}{count};")
        text = f"{{ {' '.join(fields)} }}"
        if text not in self._records:
            name = self._records[text] = f"abidance_record{len(self._records)}"
            self.declarations += [
                f"typedef struct {text} {name};",
                f'_Static_assert(sizeof({name}) == {record.size}, "a record that is passed by value");',
            ]
        return self._records[text]
