"""What an editor needs to know of a contract's header, as plain data that a process can send."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from abidance.header.own import Own
from abidance.ir.header_subset import portion
from abidance.ir.tables import matching
from abidance.ir.types import (
    Array,
    EnumRef,
    FunctionType,
    Pointer,
    Qualified,
    RecordRef,
    Type,
    TypedefRef,
    Void,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from abidance.ir.declarations import Declarations, Enum, Function, Record


@dataclass(frozen=True, slots=True)
class KnownHeader:
    """The declarations of the files that are the boundary's own (`own`), and all that these reach.

    `patterns` are those of the names that belong to the boundary; without any, all that its own files declare belongs
    to it. `values` has those of enumerators and macros that the compiler was asked for, `comments` what the header's
    own comments say of functions, as they are written.
    """

    declarations: Declarations
    own: frozenset[str]
    patterns: tuple[str, ...] = ()
    values: Mapping[str, int] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)

    def functions(self) -> Iterator[Function]:
        """Yield the functions that belong to the boundary."""
        for name, function in self.declarations.functions.items():
            if self._owns(name, str(function.span.path)):
                yield function

    def constants(self) -> Iterator[str]:
        """Yield the enumerators and the macros with a text that belong to the boundary."""
        declarations = self.declarations
        for key in self.declarations.enums:
            enum = declarations.enums[key]
            for each in enum.enumerators:
                if self._owns_constant(each.name, str(each.span.path)):
                    yield each.name
        for name, macro in declarations.macros.items():
            if macro.text.strip() and self._owns_constant(name, str(macro.span.path)):
                yield name

    def types(self, *, opaque: bool | None = None) -> Iterator[str]:
        """Yield how contracts name the records and enums of the boundary's own files.

        With `opaque`, only the records without fields, or everything but those.
        """
        seen = set()
        for name, typedef in self.declarations.typedefs.items():
            target = self.bare(TypedefRef(name))
            if self._is_own(str(typedef.span.path)) and self._fits(target, opaque=opaque):
                seen.add(target)
                yield name
        for record in self.declarations.records.values():
            named = record.tag and RecordRef(record.key) not in seen
            if (
                named
                and self._is_own(str(record.span.path))
                and self._fits(RecordRef(record.key), opaque=opaque)
            ):
                yield record.key
        for enum in self.declarations.enums.values():
            named = enum.tag and EnumRef(enum.key) not in seen
            if named and self._is_own(str(enum.span.path)) and self._fits(EnumRef(enum.key), opaque=opaque):
                yield enum.key

    def _fits(self, type_: Type, *, opaque: bool | None) -> bool:
        match type_:
            case RecordRef(key):
                record = self.declarations.records.get(key)
                return record is not None and opaque in (None, record.fields is None)
            case EnumRef():
                return not opaque
        return False

    def _is_own(self, path: str) -> bool:
        return path in self.own

    def _owns(self, name: str, path: str) -> bool:
        if not self.patterns:
            return self._is_own(path)
        return any(fnmatchcase(name, pattern) for pattern in self.patterns)

    def _owns_constant(self, name: str, path: str) -> bool:
        by_name = any(fnmatchcase(name.lower(), pattern.lower()) for pattern in self.patterns)
        return by_name or self._is_own(path)

    def bare(self, type_: Type) -> Type:
        """Return a type without typedefs and qualifiers at its outermost level."""
        return self.declarations.resolve(type_)

    def inner(self, type_: Type) -> Type:
        """Return what a pointer or array leads to in the end, without typedefs and qualifiers."""
        resolved = self.bare(type_)
        while isinstance(resolved, Pointer | Array):
            resolved = self.bare(resolved.to if isinstance(resolved, Pointer) else resolved.of)
        return resolved

    def pointee(self, type_: Type) -> Type | None:
        """Return what a pointer points to, without qualifiers; None for what is no pointer, or one to nothing."""
        bare = self.bare(type_)
        to = bare.to if isinstance(bare, Pointer) else None
        to = to.of if isinstance(to, Qualified) else to
        return None if isinstance(to, Void) else to

    def record(self, type_: Type) -> Record | None:
        """Return the record that a type is or leads to."""
        match self.inner(type_):
            case RecordRef(key):
                return self.declarations.records.get(key)
        return None

    def enum(self, type_: Type) -> Enum | None:
        """Return the enum that a type is or leads to."""
        match self.inner(type_):
            case EnumRef(key):
                return self.declarations.enums.get(key)
        return None

    def called(self, type_: Type) -> FunctionType | None:
        """Return the function type that a pointer leads to."""
        inner = self.inner(type_)
        return inner if isinstance(inner, FunctionType) else None

    def fields(self, type_: Type) -> dict[str, Type]:
        """Return the fields of the record that a type is or leads to."""
        record = self.record(type_)
        named = self.declarations.named_fields(record) if record and record.fields else ()
        return {each.name: each.type for each in named}


def facts_of(
    declarations: Declarations,
    include_dirs: Sequence[Path],
    patterns: tuple[str, ...],
    values: Mapping[str, int] | None = None,
) -> KnownHeader:
    """Return what is needed of a header: what its own files declare, and what that reaches.

    Where `patterns` tell what belongs to the boundary, those files are enough that declare functions of such names: a
    large library has hundreds, and each header of it includes many.
    """
    own = Own(declarations.header.path, include_dirs)
    part = portion(declarations, _wanted(declarations, own, patterns))
    constants = {
        name: declarations.macros[name] for name in matching(declarations.macros, _by_case(patterns))
    }
    tables: tuple[Mapping[str, Any], ...] = (
        part.functions,
        part.records,
        part.enums,
        part.typedefs,
        part.variables,
        part.macros,
        part.function_macros,
    )
    paths = {
        str(declarations.header.path),
        *(str(each.span.path) for table in tables for each in table.values()),
    }
    files = frozenset(path for path in paths if own.has(path))
    plain = replace(part, lost={}, macros={**constants, **part.macros})
    return KnownHeader(plain, files, patterns, dict(values or {}))


def _wanted(declarations: Declarations, own: Own, patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Return what tells the files whose declarations are wanted, by their paths."""
    functions = declarations.functions
    named = matching(functions, lambda name: any(fnmatchcase(name, each) for each in patterns))
    if not named:
        return own.has
    files = {str(functions[name].span.path) for name in named}
    return {str(declarations.header.path), *filter(own.has, files)}.__contains__


def _by_case(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Return what tells the constants of a boundary: their names may be in the other case."""
    lower = [each.lower() for each in patterns]
    return lambda name: any(fnmatchcase(name.lower(), each) for each in lower)
