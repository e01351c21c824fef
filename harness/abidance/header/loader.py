"""Reads of a header what is asked for: each declaration once, when it is first looked up, its types before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from abidance.core.catalogue import HEADER_NOT_PARSED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.span import Span
from abidance.header.codec import decode, decode_entries, encode, encode_entries
from abidance.header.entries import Entries, merged
from abidance.header.index import Index, index_of
from abidance.header.names import declared_in
from abidance.header.pragmas import Packing, renamed
from abidance.header.scan import Piece
from abidance.header.surroundings import Surroundings
from abidance.header.syntax import NOTHING_DECLARED, HeaderSyntaxError
from abidance.header.unit import Marker, Unit, read_unit
from abidance.ir.declarations import Declarations, Record
from abidance.ir.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from abidance.header.parser import GnuParser
    from abidance.ir.declarations import Enum, Function, Macro, Typedef, Variable

_WORD = re.compile(r"[^\W\d][\w$]*+")
_NOT_SPACE = re.compile(r"\S")
_BLOCK = re.compile(r"\(\s*+\^")
V = TypeVar("V")
_HELP = "a compiler that accepts it makes this a limit of abidance: please report the line"


@dataclass(frozen=True, slots=True)
class Reader:
    """How a header becomes a loader, from the preprocessor's text or from what another process stored.

    `type_of` returns the type of a pointer to a C expression as the compiler spells it, or None.
    """

    path: Path
    type_of: Callable[[str], str | None]
    tagged_members: bool

    def read(self, text: str) -> Loader:
        """Return a loader of what the preprocessor printed."""
        unit = read_unit(text, self.path)
        index, code = index_of(unit.code, c23=unit.c23)
        return Loader(self, unit, code, index)

    def restored(self, content: Any) -> Loader:
        """Return a loader that goes on from `Loader.content`."""
        unit, code, index, entries, macros = content
        text, defined, predefined, pragmas, markers = unit
        made = Unit(text, "", defined, predefined, pragmas, tuple(Marker(*each) for each in markers))
        return Loader(self, made, code, Index(*index), dict(entries), dict(macros))


class Loader:
    """The declarations of one header, of which only what is looked up is parsed.

    `stored` and `macros` have, encoded, what was parsed before.
    """

    def __init__(
        self,
        reader: Reader,
        unit: Unit,
        code: str,
        index: Index,
        stored: dict[int, Any] | None = None,
        macros: dict[str, Any] | None = None,
    ) -> None:
        self._unit = unit
        self._code = code
        self._index = index
        self._type_of = reader.type_of
        self._stored = stored or {}
        self._stored_macros = macros or {}
        self._entries: dict[int, Entries] = {}
        self._unfinished: set[int] = set()
        self._functions: dict[str, Function] = {}
        self._read_macros: dict[str, Macro] = {}
        self._untagged: dict[str, int] = {}
        for number, (_, records, enums, *_, lost) in self._stored.items():
            self._note_untagged(number, (key for key, _ in (*records, *enums, *lost)))
        self.declarations = Declarations(
            Span.at(reader.path, 1),
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
        self._surroundings = Surroundings(
            unit,
            self.declarations,
            reader.tagged_members,
            renamed(unit.pragmas),
            self._ask_type,
            Packing(unit.pragmas).at,
        )

    @property
    def files(self) -> tuple[str, ...]:
        """Return the files that the preprocessor read, as it spelled them."""
        return self._unit.files

    @property
    def read_so_far(self) -> int:
        """Return a number that grows with what was read of the header; it is not 0."""
        return (
            1
            + len(self._entries.keys() | self._stored.keys())
            + len(self._read_macros.keys() | self._stored_macros.keys())
        )

    def content(self) -> Any:
        """Return all that was read, as numbers, strings and collections of them."""
        unit, index = self._unit, self._index
        entries = self._stored | {number: encode_entries(each) for number, each in self._entries.items()}
        macros = self._stored_macros | {name: encode(macro) for name, macro in self._read_macros.items()}
        return (
            (unit.text, unit.macros, unit.predefined, unit.pragmas, [tuple(each) for each in unit.markers]),
            self._code,
            (
                [tuple(each) for each in index.pieces],
                *(getattr(index, each.name) for each in fields(index)[1:]),
            ),
            entries,
            macros,
        )

    @cached_property
    def _parser(self) -> GnuParser:
        from abidance.header.parser import GnuParser  # noqa: PLC0415 - what is stored needs no parser

        return GnuParser(c23=self._unit.c23)

    def _note_untagged(self, number: int, keys: Iterable[str]) -> None:
        for key in keys:
            if key.endswith(">"):  # a place stands for the name
                self._untagged[key] = number

    def _load(self, number: int) -> Entries:
        """Return what a piece declares, after the pieces with the types that its words name."""
        if number in self._stored and number not in self._entries:
            self._entries[number] = decode_entries(self._stored[number])
        # A list of its own rather than recursion: a chain of typedefs may be as long as it likes.
        waiting = [number]
        opened: set[int] = set()
        while waiting:
            each = waiting[-1]
            known = each in self._entries or each in self._stored or each in opened
            needed = [] if known else self._needed(each)
            opened.add(each)
            missing = [other for other in needed if other not in self._entries and other not in opened]
            if missing:
                waiting += missing
                continue
            waiting.pop()
            if each not in self._entries and each not in self._stored:
                self._read(each)
        return self._entries[number]

    def _needed(self, number: int) -> list[int]:
        piece = Piece(*self._index.pieces[number])
        words = set(_WORD.findall(self._code, piece.start, piece.end))
        typedefs = self._index.typedefs
        return sorted({typedefs[word][0] for word in words & typedefs.keys()} - {number})

    def _read(self, number: int) -> None:
        from abidance.header.lower import lower  # noqa: PLC0415 - what is stored needs no parser

        piece = Piece(*self._index.pieces[number])
        entries = self._entries[number] = Entries()
        self._unfinished.add(number)
        try:
            types = _Before(self._index.typedefs, number)
            tree = self._parser.parse_piece(self._code, piece, types, self._own_types(number))
            lower(tree, self._surroundings, entries)
        except HeaderSyntaxError as error:
            entries = self._entries[number] = self._failed(number, error.words, error.offset)
        except RecursionError:
            entries = self._entries[number] = self._failed(number, "types are nested too deeply", piece.start)
        finally:
            self._unfinished.discard(number)
        self._note_untagged(number, (*entries.records, *entries.enums, *entries.lost))

    def _own_types(self, number: int) -> dict[str, int]:
        """Return the typedefs of a piece with their offsets, if another declarator of it can use one."""
        listed = (
            declared_in(self._code, Piece(*self._index.pieces[number]))
            if number in self._index.several
            else ()
        )
        return {each.name: each.offset for each in listed if each.typedef}

    def _failed(self, number: int, words: str, offset: int) -> Entries:
        piece = Piece(*self._index.pieces[number])
        braces = [found.start() for found in re.finditer(r"[{}]", self._code[piece.start : piece.end])]
        text = self._code[piece.start : piece.end]
        names = [each.name for each in declared_in(self._code, piece)]
        names += [key for key, at in self._index.tags.items() if at == number]
        if not names and words == NOTHING_DECLARED:
            return Entries()  # `int;` is no error (C11 6.7p2 is a constraint that compilers warn about)
        if block := _BLOCK.search(text):
            words, offset = "blocks are not modelled", piece.start + block.end() - 1
        if text.count("{") - text.count("}") > piece.body:
            words, offset = "this brace is never closed", piece.start + braces[0]
        span = self._unit.span(offset)
        diagnostic = Diagnostic(
            HEADER_NOT_PARSED,
            f"`{span.path.name}` does not parse: {words}",
            labels=(Label(span, words),),
            help=_HELP,
        )
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

    def _table(
        self, name: str, find: Callable[[str], V | None], candidates: Callable[[], Iterable[str]]
    ) -> Table[V]:
        return Table(find, candidates, lambda wanted: self._within(name, wanted))

    def _within(self, table: str, wanted: Callable[[str], bool]) -> Iterator[str]:
        """Yield the keys of a table that pieces in wanted files declare."""
        for number, piece in enumerate(self._index.pieces):
            # A piece begins where the one before it ended, which may be in another file.
            first = _NOT_SPACE.search(self._code, piece[0])
            if first is None or not wanted(self._unit.marker(first.start()).file):
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
            stored = self._stored_macros.get(name)
            self._read_macros[name] = self._unit.macro(name) if stored is None else decode(stored)
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
