"""Reads of a header what is asked for: each declaration once, when it is first looked up, its types before it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from abidance.core.catalogue import HEADER_NOT_PARSED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.header.entries import Entries
from abidance.header.lower import lower, merged
from abidance.header.lower_types import Surroundings
from abidance.header.names import declared_in
from abidance.header.parser import GnuParser, HeaderSyntaxError
from abidance.header.pragmas import Packing, renamed
from abidance.ir.declarations import Declarations, Record
from abidance.ir.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from abidance.core.span import Span
    from abidance.header.index import Index
    from abidance.header.unit import Unit
    from abidance.ir.declarations import Enum, Function, Macro, Typedef, Variable

_WORD = re.compile(r"[^\W\d][\w$]*+")
_HELP = "a compiler that accepts it makes this a limit of abidance: please report the line"


class Loader:
    """The declarations of one header, of which only what is looked up is parsed."""

    def __init__(
        self, unit: Unit, code: str, index: Index, header: Span, type_of: Callable[[str], str | None]
    ) -> None:
        self._unit = unit
        self._code = code
        self._index = index
        self._type_of = type_of
        self._entries: dict[int, Entries] = {}
        self._unfinished: set[int] = set()
        self._functions: dict[str, Function] = {}
        self._read_macros: dict[str, Macro] = {}
        self._untagged: dict[str, int] = {}
        self._parser = GnuParser(c23=unit.c23)
        self.declarations = Declarations(
            header,
            functions=Table(self._function, lambda: index.functions | index.variables),
            records=Table(self._record, lambda: self._keys("records")),
            enums=Table(self._enum, lambda: self._keys("enums")),
            typedefs=Table(self._typedef, lambda: index.typedefs),
            variables=Table(self._variable, lambda: index.variables),
            macros=Table(self._macro, lambda: [*self._macros(parameters=False), *index.constants]),
            function_macros=Table(self._function_macro, lambda: self._macros(parameters=True)),
            enumerators=Table(self._enumerator, lambda: index.enumerators),
            lost=Table(self._lost, lambda: self._keys("lost")),
        )
        self._surroundings = Surroundings(
            unit, self.declarations, renamed(unit.pragmas), self._ask_type, Packing(unit.pragmas).at
        )

    def _load(self, number: int) -> Entries:
        """Return what a piece declares, after the pieces with the types that its words name."""
        # A list of its own rather than recursion: a chain of typedefs may be as long as it likes.
        waiting = [number]
        opened: set[int] = set()
        while waiting:
            each = waiting[-1]
            needed = [] if each in self._entries or each in opened else self._needed(each)
            opened.add(each)
            missing = [other for other in needed if other not in self._entries and other not in opened]
            if missing:
                waiting += missing
                continue
            waiting.pop()
            if each not in self._entries:
                self._read(each)
        return self._entries[number]

    def _needed(self, number: int) -> list[int]:
        piece = self._index.pieces[number]
        words = set(_WORD.findall(self._code, piece.start, piece.end))
        typedefs = self._index.typedefs
        return sorted({typedefs[word][0] for word in words & typedefs.keys()} - {number})

    def _read(self, number: int) -> None:
        piece = self._index.pieces[number]
        entries = self._entries[number] = Entries()
        self._unfinished.add(number)
        try:
            types = _Before(self._index.typedefs, number)
            lower(self._parser.parse_piece(self._code, piece, types), self._surroundings, entries)
        except HeaderSyntaxError as error:
            entries = self._entries[number] = self._failed(number, error.words, error.offset)
        except RecursionError:
            entries = self._entries[number] = self._failed(number, "types are nested too deeply", piece.start)
        finally:
            self._unfinished.discard(number)
        for key in (*entries.records, *entries.enums, *entries.lost):
            if key.endswith(">"):  # a place stands for the name
                self._untagged[key] = number

    def _failed(self, number: int, words: str, offset: int) -> Entries:
        piece = self._index.pieces[number]
        braces = [found.start() for found in re.finditer(r"[{}]", self._code[piece.start : piece.end])]
        text = self._code[piece.start : piece.end]
        if text.count("{") - text.count("}") > piece.body:
            words, offset = "this brace is never closed", piece.start + braces[0]
        span = self._unit.span(offset)
        diagnostic = Diagnostic(
            HEADER_NOT_PARSED,
            f"`{span.path.name}` does not parse: {words}",
            labels=(Label(span, words),),
            help=_HELP,
        )
        names = [each.name for each in declared_in(self._code, piece)]
        names += [key for key, at in self._index.tags.items() if at == number]
        return Entries(
            lost=dict.fromkeys(names or [f"<{span.path.name}:{span.line}:{span.column}>"], diagnostic)
        )

    def _ask_type(self, expression: str) -> Any:
        """Return the tree of the type of a pointer to what `expression` is, as the compiler spells it."""
        spelling = self._type_of(expression)
        if spelling is None:
            return None
        try:
            return self._parser.parse_type(spelling, self._index.typedefs)
        except HeaderSyntaxError:  # such as `struct <anonymous> *`
            return None

    def _all(self) -> Iterator[Entries]:
        return (self._load(number) for number in range(len(self._index.pieces)))

    def _keys(self, table: str) -> Iterable[str]:
        return dict.fromkeys(key for entries in self._all() for key in getattr(entries, table))

    def _declaring(self, name: str, *tables: dict[str, list[int]]) -> Iterator[Entries]:
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
        if not self._unfinished:
            self._functions[name] = function
        return function

    def _variable(self, name: str) -> Variable | None:
        found = self._declaring(name, self._index.variables)
        return next((entries.variables[name] for entries in found if name in entries.variables), None)

    def _typedef(self, name: str) -> Typedef | None:
        found = self._declaring(name, self._index.typedefs)
        return next((entries.typedefs[name] for entries in found if name in entries.typedefs), None)

    def _piece_of(self, key: str) -> Entries | None:
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
        enums = self._load(number).enums.values() if number is not None else ()
        return next((enum.key for enum in enums if any(name == each.name for each in enum.enumerators)), None)

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


class _Before:
    """The typedefs that stand before a piece, which are those that it may use (C11 6.2.1p7)."""

    def __init__(self, typedefs: dict[str, list[int]], number: int) -> None:
        self._typedefs = typedefs
        self._number = number

    def __contains__(self, name: object) -> bool:
        numbers = self._typedefs.get(name) if isinstance(name, str) else None
        return numbers is not None and numbers[0] < self._number
