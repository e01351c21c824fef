"""A stand-alone ctypes module for a boundary: typed, readable, importing nothing but the standard library."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.binding.how import Kind, how, how_called
from abidance.binding.passing import Refusal
from abidance.binding.wrapped import wrapped
from abidance.ir.declarations import spell
from abidance.ir.types import (
    Array,
    Basic,
    EnumRef,
    FunctionType,
    Pointer,
    RecordRef,
    Type,
    Unsupported,
    Vector,
    Void,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abidance.ir.declarations import Declarations, Function, Record
    from abidance.ir.layout import FieldLayout, Layouts, RecordLayout, Scalar

HEAD = '''\
"""ctypes bindings of `{header}`, written by `abidance bindings`: do not edit, write them again.

Layouts are those that {compiler} gives for {target}; they are asserted when this module is imported.
An integer that does not fit its field is an OverflowError, as an argument ctypes' ArgumentError that says so.
Elements of arrays are ctypes' own, which cuts what does not fit.
"""
# ruff: noqa

from __future__ import annotations

{imports}
'''
_FROM_CTYPES = ("CFUNCTYPE", "POINTER", "Structure")
_SUPPORT = Path(__file__).with_name("written_support.py")


@dataclass(slots=True)
class ModuleWriter:
    """Writes one module. `constants` are enumerators and integer macros to carry over, by name."""

    declarations: Declarations
    layouts: Layouts
    header: str
    compiler: str
    target: str
    _records: dict[str, str] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)
    _cyclic: set[str] = field(default_factory=set)
    _refused: list[Refusal] = field(default_factory=list)

    def write(self, functions: Iterable[Function], constants: Mapping[str, int]) -> str:
        """Return the module's text."""
        listed = list(functions)
        enums: dict[str, str] = {}
        for key in self._enums(listed):
            enums[key] = self._enum(key)
        for function in listed:
            for type_ in (function.returns, *(p.type for p in function.parameters)):
                self._reach(type_)
        calls = [text for function in listed if (text := self._function(function))]
        parts = [_support()]
        if constants:
            inside = {e.name for key in enums for e in self.declarations.enums[key].enumerators}
            parts.append(
                "\n".join(
                    f"{_identifier(n)} = {v!r}" for n, v in sorted(constants.items()) if n not in inside
                )
            )
        parts += enums.values()
        parts += self._records.values()
        parts.append("\n".join(self._aliases(enums)))
        if self._refused:
            told = dict.fromkeys(f"# refused: `{r.subject}`: {r.reason}" for r in self._refused)
            parts.append("\n".join(told))
        body = "\n".join(calls) or "    # the boundary has no function that ctypes can call"
        parts.append(
            "def load(path: str) -> ctypes.CDLL:\n"
            '    """Load the shared object at `path` and type every function of the boundary; raises OSError."""\n'
            "    library = ctypes.CDLL(path, use_errno=True)\n"
            f"{body}\n"
            "    return library\n"
        )
        body = "\n\n\n".join(part.strip("\n") for part in parts if part.strip())
        head = HEAD.format(
            header=self.header, compiler=self.compiler, target=self.target, imports=_imports(body)
        )
        return f"{head}\n\n{body}\n" if body.startswith(("class ", "def ")) else f"{head}\n{body}\n"

    def _aliases(self, enums: Mapping[str, str]) -> Iterator[str]:
        """Yield the typedef names of the classes that are written, which a header's users know them by."""
        for typedef in self.declarations.typedefs.values():
            match self.declarations.resolve(typedef.type):
                case RecordRef(key) if key in self._records:
                    name = _record_name(self.declarations.records.get(key), key)
                case EnumRef(key) if enums.get(key, "").startswith("class "):
                    enum = self.declarations.enums[key]
                    name = _identifier(enum.spelling or enum.tag)
                case _:
                    continue
            if _identifier(typedef.name) != name:
                yield f"{_identifier(typedef.name)} = {name}"

    def _enums(self, functions: list[Function]) -> Iterator[str]:
        seen: set[str] = set()
        todo = [t for f in functions for t in (f.returns, *(p.type for p in f.parameters))]
        visited: set[str] = set()
        while todo:
            match self.declarations.resolve(todo.pop(0)):
                case EnumRef(key) if key in self.declarations.enums and key not in seen:
                    seen.add(key)
                    yield key
                case Pointer(to):
                    todo.append(to)
                case Array(of, _, _):
                    todo.append(of)
                case RecordRef(key) if key not in visited:
                    visited.add(key)
                    record = self.declarations.records.get(key)
                    todo.extend(f.type for f in (record.fields if record and record.fields else ()))

    def _enum(self, key: str) -> str:
        enum = self.declarations.enums[key]
        name = _identifier(enum.spelling or enum.tag)
        lines = [
            f"    {_identifier(e.name)} = {self.layouts.constants[e.name]}"
            for e in enum.enumerators
            if e.name in self.layouts.constants
        ]
        if not name or not lines:
            return "\n".join(line.strip() for line in lines)
        return f"class {name}(enum.IntEnum):\n" + "\n".join(lines)

    def _reach(self, type_: Type) -> None:
        match self.declarations.resolve(type_):
            case Pointer(to):
                self._reach(to)
            case Array(of, _, _):
                self._reach(of)
            case RecordRef(key) if key not in self._records:
                self._record(key)
            case RecordRef(key) if key in self._open:
                self._cyclic.add(key)

    def _record(self, key: str) -> None:
        record = self.declarations.records.get(key)
        name = _record_name(record, key)
        self._records[key] = ""
        layout = self.layouts.records.get(key)
        if record is None or record.fields is None or layout is None:
            self._records[key] = f'class {name}(Structure):\n    """`{key}`: opaque."""'
            return
        binding = how(RecordRef(key), self.declarations, self.layouts)
        if binding.kind is not Kind.CTYPES:
            self._raw(key, record, layout, name, binding.reason)
            return
        self._open.add(key)
        for f in record.fields:
            self._reach(f.type)
        self._open.remove(key)
        if key not in self._cyclic:
            self._records.pop(key)  # those that it is made of come first
        names = [_identifier(f.name) for f in record.fields]
        rows = zip(names, record.fields, strict=True)
        listing = [f'("{n}", {self.spell(f.type)})' for n, f in rows]
        checks = "\n".join(
            f"assert {name}.{n}.offset == {layout.fields[f.name].offset}"
            for n, f in zip(names, record.fields, strict=True)
        )
        head = f'class {name}(Record):\n    """`{key}`: {layout.size} bytes, aligned to {layout.align}."""'
        size = f"assert ctypes.sizeof({name}) == {layout.size}"
        if key in self._cyclic:
            # It leads back to itself: the class comes first, its fields when all that they name is there.
            self._records[key] = head
            listed = "\n".join(wrapped(row, "    ", ",") for row in listing)
            self._records[f"{key} fields"] = f"{name}._fields_ = [\n{listed}\n]\n{size}\n{checks}"
        else:
            fields = "\n".join(wrapped(row, "        ", ",") for row in listing)
            self._records[key] = f"{head}\n\n    _fields_ = [\n{fields}\n    ]\n\n\n{size}\n{checks}"

    def _raw(self, key: str, record: Record, layout: RecordLayout, name: str, reason: str) -> None:
        """Write a record as bytes, aligned as far as ctypes can, with an accessor for each field."""
        unit = max(n for n in (1, 2, 4, 8) if layout.align % n == 0 and layout.size % n == 0)
        told = f", of which ctypes aligns it to {unit}" if unit < layout.align else ""
        places = list(self._places(record, layout, 0))
        inside, behind = [], []
        for path, type_, place in places:
            field_, accessor = _identifier(path), self._accessor(type_, place)
            if field_.startswith("__"):  # which Python would mangle inside the class
                behind.append(f'setattr({name}, "{field_}", {accessor})')
            else:
                inside.append(f"    {field_} = {accessor}")
        self._records[key] = "\n".join(
            (
                f"class {name}(Raw):",
                f'    """`{key}`: {layout.size} bytes, aligned to {layout.align}{told}; {reason}."""\n',
                f'    _fields_ = [("_raw", ctypes.c_uint{8 * unit} * {layout.size // unit})]',
                *inside,
                f"\n\nassert ctypes.sizeof({name}) == {layout.size}",
                *behind,
            )
        )
        # Nothing of it is looked at before it is used, so what it leads to may come later.
        for _, type_, _ in places:
            self._reach(type_)

    def _places(
        self, record: Record, layout: RecordLayout, base: int
    ) -> Iterator[tuple[str, Type, FieldLayout]]:
        """Yield the named fields with their places, those of anonymous members among them."""
        for number, each in enumerate(record.fields or ()):
            place = layout.fields.get(each.name or f"<{number}>")
            if place is None:
                continue
            bits = None if place.bit_offset is None else place.bit_offset + 8 * base
            moved = replace(place, offset=place.offset + base, bit_offset=bits)
            inner = self.declarations.resolve(each.type)
            if each.name:
                yield each.name, each.type, moved
            elif isinstance(inner, RecordRef) and inner.key in self.layouts.records:
                below = self.declarations.records[inner.key]
                yield from self._places(below, self.layouts.records[inner.key], moved.offset)

    def _accessor(self, type_: Type, place: FieldLayout) -> str:
        """Return what reads and writes a field of a record of raw bytes."""
        resolved = self.declarations.resolve(type_)
        scalar = None
        if isinstance(resolved, Basic):
            scalar = self.layouts.scalars.get(resolved.spelling)
        elif isinstance(resolved, EnumRef):
            scalar = self.layouts.enums.get(resolved.key)
        if place.bit_offset is not None:
            return f"_Bits({place.bit_offset}, {place.bit_width}, signed={bool(scalar and scalar.signed)})"
        if scalar is not None and scalar.kind == "int" and scalar.size > 8:
            return f"_Bits({8 * place.offset}, {8 * scalar.size}, signed={scalar.signed})"
        element = resolved
        while isinstance(element, Array):
            element = self.declarations.resolve(element.of)
        known = how(element, self.declarations, self.layouts).kind
        if place.size == 0 or (known is not Kind.CTYPES and not isinstance(element, RecordRef)):
            return f"_Bytes({place.offset}, {place.size})"
        return f"_Member({place.offset}, lambda: {self.spell(type_)})"

    def _function(self, function: Function) -> str:
        binding = how_called(function, self.declarations, self.layouts)
        if binding.kind is not Kind.CTYPES:
            through = binding.kind is Kind.STUB
            words = f"{binding.reason}, which takes a call stub in C" if through else binding.reason
            self._refused.append(Refusal(function.name, words))
            return ""
        types = ", ".join(self._parameter(p.type) for p in function.parameters)
        declared = spell(
            FunctionType(function.returns, tuple(p.type for p in function.parameters)),
            function.name,
            self.declarations,
        )
        calls = f"    # {declared}\n"
        name = f"library.{function.name}"
        if keyword.iskeyword(function.name):
            name = _identifier(function.name)
            calls += f'    {name} = library["{function.name}"]\n    setattr(library, "{name}", {name})\n'
        restype = wrapped(f"{name}.restype = {self.spell(function.returns)}", "    ")
        return f"{calls}{wrapped(f'{name}.argtypes = [{types}]', '    ')}\n{restype}"

    def _parameter(self, type_: Type) -> str:
        """Return a parameter's type; integers are checked."""
        spelled = self.spell(type_, parameter=True)
        match self.declarations.resolve(type_):
            case Basic(spelling) if self.layouts.scalars[spelling].kind == "int" and spelling != "char":
                return f"_checked({spelled})"
            case EnumRef():
                return f"_checked({spelled})"
        return spelled

    def spell(self, type_: Type, *, parameter: bool = False) -> str:
        """Return a type in ctypes' terms; `parameter` allows bytes for ``const char *``."""
        match self.declarations.resolve(type_):
            case Void():
                return "None"
            case Basic(spelling):
                return _scalar(spelling, self.layouts.scalars[spelling])
            case EnumRef(key):
                return _scalar(key, self.layouts.enums[key])
            case RecordRef(key):
                return _record_name(self.declarations.records.get(key), key)
            case Array(of, count, text):
                return f"{self.spell(of)} * {self.layouts.arrays[text] if count is None else count}"
            case Pointer(to):
                return self._pointer(to, parameter=parameter)
            case FunctionType() as function:
                return self._callback(function)
            case Unsupported(spelling, _):
                raise AssertionError(spelling)
            case Vector():
                pass
        raise AssertionError(type_)

    def _pointer(self, to: Type, *, parameter: bool) -> str:
        target = self.declarations.resolve(to)
        match target:
            case Void() | Unsupported() | Vector():
                return "ctypes.c_void_p"
            case Basic() if how(target, self.declarations, self.layouts).kind is not Kind.CTYPES:
                return "ctypes.c_void_p"
            case FunctionType():
                return self._callback(target)
            case Basic("char") if parameter and self.declarations.is_const(to):
                return "ctypes.c_char_p"
            case Array(_, None, _):
                return "ctypes.c_void_p"
        return f"POINTER({self.spell(to)})"

    def _callback(self, function: FunctionType) -> str:
        types = (function.returns, *function.parameters)
        if function.variadic or any(
            how(t, self.declarations, self.layouts).kind is not Kind.CTYPES for t in types
        ):
            return "ctypes.c_void_p"
        return f"CFUNCTYPE({', '.join(self.spell(t) for t in types)})"


def _imports(body: str) -> str:
    """Return the imports of a module's body."""
    used = [name for name in _FROM_CTYPES if re.search(rf"\b{name}\b", body)]
    lines = ["import ctypes", *(["import enum"] if "(enum.IntEnum)" in body else [])]
    lines += ["from collections.abc import Callable", f"from ctypes import {', '.join(used)}"]
    return "\n".join([*lines, "from typing import Any"])


def _support() -> str:
    """Return the text that every module has: what fields and arguments are made of."""
    text = _SUPPORT.read_text(encoding="utf-8")
    return text.partition("# <- all above is written anew\n")[2].strip("\n")


def _scalar(spelling: str, scalar: Scalar) -> str:
    named = {"char": "c_char", "_Bool": "c_bool", "float": "c_float", "double": "c_double"}
    if spelling in named:
        return f"ctypes.{named[spelling]}"
    return f"ctypes.c_{'' if scalar.signed else 'u'}int{scalar.size * 8}"


def _record_name(record: Record | None, key: str) -> str:
    return _identifier(record.spelling if record and record.spelling else key)


def _identifier(name: str) -> str:
    """Return a Python name for a C one: ``struct tm`` is ``tm``, characters of anonymous keys become ``_``."""
    bare = name.removeprefix("struct ").removeprefix("union ").removeprefix("enum ")
    safe = "".join(c if c.isalnum() or c == "_" else "_" for c in bare)
    return f"{safe}_" if keyword.iskeyword(safe) else safe
