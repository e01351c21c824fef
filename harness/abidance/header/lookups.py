"""What is asked of a header by name: the tables of `Declarations` over the pieces that have the answers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from abidance.header.entries import merged
from abidance.ir.declarations import Declarations, Record
from abidance.ir.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from abidance.core.diagnostic import Diagnostic
    from abidance.core.span import Span
    from abidance.header.entries import DeclarationEntries
    from abidance.header.index import Index
    from abidance.header.unit import HeaderUnit
    from abidance.ir.declarations import Enum, Function, Macro, Typedef, Variable

V = TypeVar("V")


class Lookups:
    """Finds pieces by what they declare, has them loaded, and puts their entries together.

    `busy` tells whether a piece is being read, which may ask for what it declares itself.
    """

    def __init__(
        self,
        unit: HeaderUnit,
        code: str,
        index: Index,
        *,
        load: Callable[[int], DeclarationEntries],
        busy: Callable[[], bool],
    ) -> None:
        self._unit = unit
        self._code = code
        self._index = index
        self._load = load
        self._busy = busy
        self._functions: dict[str, Function] = {}
        self._typedefs: dict[str, Typedef] = {}
        self._read_macros: dict[str, Macro] = {}
        self._untagged: dict[str, int] = {}
        self._enum_keys: dict[int, dict[str, str]] = {}

    def declarations(self, header: Span) -> Declarations:
        """Return what the header declares."""
        index = self._index
        return Declarations(
            header,
            functions=self._table("functions", self._function, lambda: index.functions | index.variables),
            records=self._table("records", self._record, lambda: self._keys("records")),
            enums=self._table("enums", self._enum, lambda: self._keys("enums")),
            typedefs=self._table("typedefs", self._typedef, lambda: index.typedefs),
            variables=self._table("variables", self._variable, lambda: index.variables),
            macros=Table(
                self._macro, lambda: [*self._macros(parameters=False), *index.constants], self._macros_within
            ),
            function_macros=Table(
                self._function_macro, lambda: self._macros(parameters=True), self._macros_within
            ),
            enumerators=self._table("enumerators", self._enumerator, lambda: index.enumerators),
            lost=self._table("lost", self._lost, lambda: self._keys("lost")),
        )

    def note_untagged(self, number: int, keys: Iterable[str]) -> None:
        """Remember the piece of those keys that no index has."""
        for key in keys:
            if key.endswith(">"):  # a place stands for the name
                self._untagged[key] = number

    @cached_property
    def _files(self) -> list[str]:
        """The file of each piece."""
        return [self._unit.marker(start).file for start, *_ in self._index.pieces]

    def _all(self) -> Iterator[DeclarationEntries]:
        return (self._load(number) for number in range(len(self._index.pieces)))

    def _keys(self, table: str) -> Iterable[str]:
        return dict.fromkeys(key for entries in self._all() for key in getattr(entries, table))

    def _table(
        self, name: str, find: Callable[[str], V | None], candidates: Callable[[], Iterable[str]]
    ) -> Table[V]:
        return Table(find, candidates, lambda wanted: self._within(name, wanted))

    def _within(self, table: str, wanted: Callable[[str], bool]) -> Iterator[str]:
        """Yield the keys of a table that pieces in wanted files declare."""
        for number, file in enumerate(self._files):
            if not wanted(file):
                continue
            entries = self._load(number)
            if table == "functions":
                yield from (each.function.name for each in entries.functions)
            elif table == "enumerators":
                yield from (each.name for enum in entries.enums.values() for each in enum.enumerators)
            else:
                tags = self._index.tags
                yield from (key for key in getattr(entries, table) if tags.get(key, number) == number)

    def _macros_within(self, wanted: Callable[[str], bool]) -> Iterator[str]:
        macros = self._unit.macros.items()
        yield from (name for name, (_, offset) in macros if wanted(self._unit.marker(offset).file))
        yield from (name for name in self._within("constants", wanted) if name in self._index.constants)

    def _declaring(self, name: str, *tables: dict[str, list[int]]) -> Iterator[DeclarationEntries]:
        return (self._load(n) for n in sorted({n for table in tables for n in table.get(name, ())}))

    def _function(self, name: str) -> Function | None:
        if name in self._functions:
            return self._functions[name]
        ranked = [
            each
            for entries in self._declaring(name, self._index.functions, self._index.variables)
            for each in entries.functions
            if each.function.name == name
        ]
        if not ranked:
            return None
        function = merged(ranked)
        if not self._busy():
            self._functions[name] = function
        return function

    def _variable(self, name: str) -> Variable | None:
        found = self._declaring(name, self._index.variables)
        return next((entries.variables[name] for entries in found if name in entries.variables), None)

    def _typedef(self, name: str) -> Typedef | None:
        known = self._typedefs.get(name)  # they are looked up more often than anything else
        if known is None:
            declaring = self._declaring(name, self._index.typedefs)
            known = next((entries.typedefs[name] for entries in declaring if name in entries.typedefs), None)
            if known is not None and not self._busy():
                self._typedefs[name] = known
        return known

    def _piece_of(self, key: str) -> DeclarationEntries | None:
        number = self._index.tags.get(key, self._untagged.get(key))
        return None if number is None else self._load(number)

    def _record(self, key: str) -> Record | None:
        entries = self._piece_of(key)
        if entries is None or not key.startswith(("struct", "union")):
            return None
        if key in entries.lost:  # pointers to it are as good as to any opaque type
            kind, _, tag = key.partition(" ")
            span = entries.lost[key].span
            return Record(key, kind, tag, key, None, span) if span else None
        return entries.records.get(key)

    def _enum(self, key: str) -> Enum | None:
        entries = self._piece_of(key)
        return entries.enums.get(key) if entries else None

    def _enumerator(self, name: str) -> str | None:
        number = self._index.enumerators.get(name)
        if number is None:
            return None
        keys = self._enum_keys.get(number)
        if keys is None:
            enums = reversed(self._load(number).enums.values())  # of two with one name, the first counts
            keys = {each.name: enum.key for enum in enums for each in enum.enumerators}
            if not self._busy():
                self._enum_keys[number] = keys
        return keys.get(name)

    def _macros(self, *, parameters: bool) -> list[str]:
        macros = self._unit.macros
        return [
            name
            for name, (text, _) in macros.items()
            if (text[len(name) : len(name) + 1] == "(") is parameters
        ]

    def _any_macro(self, name: str) -> Macro:
        if name not in self._read_macros:
            self._read_macros[name] = self._unit.macro(name)
        return self._read_macros[name]

    def _macro(self, name: str) -> Macro | None:
        if name in self._unit.macros:
            macro = self._any_macro(name)
            return macro if macro.parameters is None else None
        number = self._index.constants.get(name)
        return None if number is None else self._load(number).constants.get(name)

    def _function_macro(self, name: str) -> Macro | None:
        macro = self._any_macro(name) if name in self._unit.macros else None
        return macro if macro is not None and macro.parameters is not None else None

    def _lost(self, name: str) -> Diagnostic | None:
        tables = (self._index.functions, self._index.variables, self._index.typedefs)
        found = [*self._declaring(name, *tables)]
        if tagged := self._piece_of(name):
            found.append(tagged)
        return next((entries.lost[name] for entries in found if name in entries.lost), None)
