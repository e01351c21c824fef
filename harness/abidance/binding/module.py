"""A stand-alone ctypes module for a boundary: typed, readable, importing nothing but the standard library."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.binding.binding_method import BindingKind, how_called
from abidance.binding.line_wrapping import wrapped
from abidance.binding.record_classes import RecordClasses
from abidance.binding.spelling import SUPPORT, Spelling, identifier, record_name, top_name
from abidance.binding.value_passing import PassingRefusal
from abidance.ir.declarations import spell
from abidance.ir.traversal import parts
from abidance.ir.types import Basic, EnumRef, FunctionType, RecordRef, Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abidance.ir.declarations import Declarations, Function
    from abidance.ir.layout import Layouts

HEAD = '''\
"""ctypes bindings of `{header}`, written by `abidance bindings`: do not edit, regenerate them.

Layouts are those that {compiler} gives for {target}; they are asserted when this module is imported.
An integer that does not fit its field is an OverflowError, as an argument ctypes' ArgumentError that says so.
Elements of arrays are ctypes' own, which cuts what does not fit.
"""
# ruff: noqa

from __future__ import annotations

{imports}
'''
_FROM_CTYPES = ("CFUNCTYPE", "POINTER", "Structure")
# What Python's enums keep for themselves: private names, names between underscores, and a method.
_NO_MEMBER = re.compile(r"__\w*|_\w*_|mro")


@dataclass(slots=True)
class ModuleWriter:
    """Writes one module. `constants` are enumerators and integer macros to carry over, by name."""

    declarations: Declarations
    layouts: Layouts
    header: str
    compiler: str
    target: str
    _refused: list[PassingRefusal] = field(default_factory=list)

    def write(self, functions: Iterable[Function], constants: Mapping[str, int]) -> str:
        """Return the module's text."""
        listed = list(functions)
        enums: dict[str, str] = {}
        for key in self._enums(listed):
            enums[key] = self._enum(key)
        spelling = Spelling(self.declarations, self.layouts)
        records = RecordClasses(self.declarations, self.layouts, spelling)
        records.write(spelling.leads(*_types(listed)))
        calls = [text for function in listed if (text := self._function(function, spelling))]
        parts = [SUPPORT]
        if constants:
            inside = {e.name for key in enums for e in self.declarations.enums[key].enumerators}
            parts.append(
                "\n".join(f"{top_name(n)} = {v!r}" for n, v in sorted(constants.items()) if n not in inside)
            )
        parts += enums.values()
        parts += records.written.values()
        parts.append("\n".join(self._aliases(records.written, enums)))
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

    def _aliases(self, records: Mapping[str, str], enums: Mapping[str, str]) -> Iterator[str]:
        """Yield the typedef names of the classes that are written, which a header's users know them by."""
        names: dict[Type, str] = {
            RecordRef(key): record_name(self.declarations.records.get(key), key)
            for key in records
            if key in self.declarations.records
        }
        for key, text in enums.items():
            if text.startswith("class "):
                names[EnumRef(key)] = top_name(self.declarations.enums[key].spelling)
        taken = set(names.values())  # a typedef may have the tag of another type
        for typedef in self.declarations.typedefs.values():
            name = names.get(self.declarations.resolve(typedef.type))
            if name is not None and top_name(typedef.name) not in taken:
                yield f"{top_name(typedef.name)} = {name}"

    def _enums(self, functions: list[Function]) -> Iterator[str]:
        seen: set[Type] = set()
        todo = _types(functions)
        while todo:
            type_ = self.declarations.resolve(todo.pop(0))
            if isinstance(type_, EnumRef | RecordRef):
                if type_ in seen:
                    continue
                seen.add(type_)
            if isinstance(type_, EnumRef) and type_.key in self.declarations.enums:
                yield type_.key
            todo += parts(type_, self.declarations)

    def _enum(self, key: str) -> str:
        enum = self.declarations.enums[key]
        known = {
            e.name: value
            for e in enum.enumerators
            if (value := self.layouts.constants.get(e.name)) is not None
        }
        members = {name for name in known if enum.spelling and not _NO_MEMBER.fullmatch(name)}
        inside = "\n".join(f"    {identifier(name)} = {known[name]}" for name in known if name in members)
        others = "\n".join(f"{top_name(name)} = {known[name]}" for name in known if name not in members)
        if not members:
            return others
        text = f"class {top_name(enum.spelling)}(enum.IntEnum):\n{inside}"
        return f"{text}\n\n\n{others}" if others else text

    def _function(self, function: Function, spelling: Spelling) -> str:
        binding = how_called(function, self.declarations, self.layouts)
        if binding.kind is not BindingKind.CTYPES:
            through = binding.kind is BindingKind.STUB
            words = f"{binding.reason}, which takes a call stub in C" if through else binding.reason
            self._refused.append(PassingRefusal(function.name, words))
            return ""
        types = ", ".join(self._parameter(p.type, spelling) for p in function.parameters)
        declared = spell(
            FunctionType(function.returns, tuple(p.type for p in function.parameters)),
            function.name,
            self.declarations,
        )
        calls = f"    # {declared}\n"
        name = f"library.{function.name}"
        if keyword.iskeyword(function.name):
            name = identifier(function.name)
            calls += f'    {name} = library["{function.name}"]\n    setattr(library, "{name}", {name})\n'
        restype = wrapped(f"{name}.restype = {spelling.spell(function.returns)}", "    ")
        return f"{calls}{wrapped(f'{name}.argtypes = [{types}]', '    ')}\n{restype}"

    def _parameter(self, type_: Type, spelling: Spelling) -> str:
        """Return a parameter's type; integers are checked."""
        spelled = spelling.spell(type_, parameter=True)
        match self.declarations.resolve(type_):
            case Basic(name) if self.layouts.scalars[name].kind == "int" and name != "char":
                return f"_checked({spelled})"
            case EnumRef():
                return f"_checked({spelled})"
        return spelled


def _types(functions: Iterable[Function]) -> list[Type]:
    """Return the types that functions take and return."""
    return [type_ for each in functions for type_ in (each.returns, *(p.type for p in each.parameters))]


def _imports(body: str) -> str:
    """Return the imports of a module's body."""
    used = [name for name in _FROM_CTYPES if re.search(rf"\b{name}\b", body)]
    lines = ["import ctypes", *(["import enum"] if "(enum.IntEnum)" in body else [])]
    lines += ["from collections.abc import Callable", f"from ctypes import {', '.join(used)}"]
    return "\n".join([*lines, "from typing import Any"])
