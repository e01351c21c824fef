"""A stand-alone ctypes module for a boundary: typed, readable, importing nothing but the standard library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.binding.function_texts import FunctionTexts, text_of
from abidance.binding.record_classes import RecordClasses
from abidance.binding.spelling import STUB_SUPPORT, SUPPORT, Spelling, identifier, record_name, top_name
from abidance.ir.traversal import parts
from abidance.ir.types import EnumRef, RecordRef, Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abidance.binding.binding_method import VariablePart
    from abidance.binding.stub_source import StubSubject
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
# What a module may import, each with the names by which its text uses it.
_IMPORTS = (
    ("import ctypes", ()),
    ("import enum", ("enum.",)),
    ("import math", ("math.",)),
    ("import os", ("os.",)),
)
_FROM = (
    ("collections.abc", ("Callable", "Sequence")),
    ("ctypes", ("CFUNCTYPE", "POINTER", "Structure")),
    ("decimal", ("MAX_EMAX", "MIN_EMIN", "Context", "Decimal")),
    ("fractions", ("Fraction",)),
    ("typing", ("TYPE_CHECKING", "Any", "NamedTuple", "TypeAlias", "TypeVar")),
)
_CHECKED = """\
if TYPE_CHECKING:
    from ctypes import _CArgObject, _Pointer

    _T = TypeVar("_T", bound=ctypes._CData)
    _To: TypeAlias = _Pointer[_T] | ctypes.Array[_T] | _CArgObject | _T | None
"""
# What Python's enums keep for themselves: private names, names between underscores, and a method.
_NO_MEMBER = re.compile(r"__\w*|_\w*_|mro")
_NEEDS_STUB_SUPPORT = re.compile(r"\b_(?:Stub|Packed)\(")
_NOT_WRITTEN = "write it anew with `abidance bindings CONTRACT -o MODULE.py --stubs DIR`"


@dataclass(frozen=True, slots=True)
class BoundCallable:
    """A function or macro to write, and how a call of it goes on after what the header names."""

    declaration: Function
    ending: VariablePart | None = None
    is_macro: bool = False


@dataclass(frozen=True, slots=True)
class CompanionPlace:
    """Where a module finds its companion: a path from its own folder, what both have in common, and what makes it."""

    path: str
    key: str
    remedy: str


@dataclass(slots=True)
class ModuleWriter:
    """Writes one module: what only a compiler passes goes through the `companion`, if there is one."""

    declarations: Declarations
    layouts: Layouts
    header: str
    compiler: str
    target: str
    companion: CompanionPlace | None = None

    def write(
        self, functions: Iterable[BoundCallable], constants: Mapping[str, object], unbound: Mapping[str, str]
    ) -> str:
        """Return the module's text.

        `constants` are enumerators and macros to carry over, by name; `unbound` says why others are not.
        """
        listed = list(functions)
        enums: dict[str, str] = {}
        for key in self._enums(listed):
            enums[key] = self._enum(key)
        spelling = Spelling(self.declarations, self.layouts)
        records = RecordClasses(self.declarations, self.layouts, spelling)
        records.write(spelling.leads(*_types(listed)))
        calls = FunctionTexts(spelling)
        for each in listed:
            calls.add(each)
        parts = []
        if constants:
            inside = {e.name for key in enums for e in self.declarations.enums[key].enumerators}
            parts.append(
                "\n".join(
                    f"{top_name(n)} = {_constant(v)}" for n, v in sorted(constants.items()) if n not in inside
                )
            )
        parts += enums.values()
        parts += records.written.values()
        parts.append("\n".join(self._aliases(records.written, enums)))
        if unbound:
            parts.append("\n".join(f"# not bound: `{name}`: {why}" for name, why in sorted(unbound.items())))
        parts += [_CHECKED + "\n" + calls.declarations(), calls.library(), self._load(calls)]
        body = "\n\n\n".join(part.strip("\n") for part in parts if part.strip())
        support = [SUPPORT, *([STUB_SUPPORT] if _NEEDS_STUB_SUPPORT.search(body) else [])]
        body = "\n\n\n".join((*support, body))
        head = HEAD.format(
            header=self.header, compiler=self.compiler, target=self.target, imports=_imports(body)
        )
        return f"{head}\n\n{body}\n" if body.startswith(("class ", "def ")) else f"{head}\n{body}\n"

    def stubbed(self, functions: Iterable[BoundCallable]) -> list[StubSubject]:
        """Return what call stubs are made of for those functions that need one."""
        calls = FunctionTexts(Spelling(self.declarations, self.layouts))
        for each in functions:
            calls.add(each)
        return calls.through_stubs

    def _load(self, calls: FunctionTexts) -> str:
        """Return the function that loads the library."""
        lines = ["    library = Library(path, use_errno=True)"]
        if calls.through_stubs:
            place = self.companion or CompanionPlace("", "", _NOT_WRITTEN)
            lines += [
                "    companion = _Companion(",
                "        library,",
                "        stubs," if self.companion else '        "",',
                f"        key={text_of(place.key)},",
                f"        remedy={text_of(place.remedy)},",
                "    )",
            ]
        lines += ["    bind: Any = library", *calls.lines] if calls.lines else calls.nothing
        if self.companion and calls.through_stubs:
            head = (
                "def load(path: str, stubs: str = STUBS) -> Library:\n"
                '    """Load the shared object at `path` and type every function; raises OSError.\n\n'
                "    What takes a call stub has it in the shared object `stubs`. Where that is not\n"
                "    there, those functions alone raise StubsMissingError when they are called.\n"
                '    """\n'
            )
            head = f"STUBS = _beside({text_of(self.companion.path)})\n\n\n{head}"
        else:
            head = (
                "def load(path: str) -> Library:\n"
                '    """Load the shared object at `path` and type every function; raises OSError."""\n'
            )
        return head + "\n".join([*lines, "    return library"])

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

    def _enums(self, functions: list[BoundCallable]) -> Iterator[str]:
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


def _types(functions: Iterable[BoundCallable]) -> list[Type]:
    """Return the types that functions take and return."""
    declared = [each.declaration for each in functions]
    return [type_ for each in declared for type_ in (each.returns, *(p.type for p in each.parameters))]


def _constant(value: object) -> str:
    """Return a constant as formatters write it."""
    text = repr(value)
    plain = text.startswith("b'") and '"' not in text
    return f'b"{text[2:-1]}"' if plain else text


def _imports(body: str) -> str:
    """Return the imports of a module's body."""
    lines = [
        line
        for line, uses in _IMPORTS
        if not uses or any(re.search(rf"\b{re.escape(use)}", body) for use in uses)
    ]
    for module, names in _FROM:
        used = [name for name in names if re.search(rf"(?<![\w.]){name}\b", body)]
        lines += [f"from {module} import {', '.join(used)}"] if used else []
    return "\n".join(lines)
