"""Reads of a header what is asked for: each declaration once, when it is first looked up, its types before it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

from abidance.core.catalogue import HEADER_NOT_PARSED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.span import Span
from abidance.header.codec import decode_entries, encode_entries
from abidance.header.common_forms import CommonForms
from abidance.header.cplusplus import GUARD, refuse_cplusplus, seems_cplusplus
from abidance.header.entries import DeclarationEntries
from abidance.header.foreign import Pushed
from abidance.header.index import Index, index_of
from abidance.header.lookups import Lookups
from abidance.header.names import declared_in
from abidance.header.pragmas import Packing, Visibility, renamed
from abidance.header.scan import Piece, closed_braces
from abidance.header.surroundings import Surroundings
from abidance.header.syntax import NOTHING_DECLARED, HeaderSyntaxError
from abidance.header.unit import HeaderUnit, Marker, read_unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from abidance.header.parser import GnuParser

_WORD = re.compile(r"[^\W\d][\w$]*+")
_BLOCK = re.compile(r"\(\s*+\^")
_HELP = "a compiler that accepts it makes this a limit of abidance: please report the line"


@dataclass(frozen=True, slots=True)
class HeaderReader:
    """How a header becomes a loader, from the preprocessor's text or from what another process stored.

    `type_of` returns the type of a pointer to a C expression as the compiler spells it, or None; `has_attribute` tells
    whether the compiler has an attribute of that name.
    """

    path: Path
    type_of: Callable[[str], str | None]
    tagged_members: bool
    has_attribute: Callable[[str], bool]

    def read(self, text: str) -> Loader:
        """Return a loader of what the preprocessor printed; raises UsageError for a header of C++."""
        unit = read_unit(text, self.path)
        index, code = index_of(unit.code, c23=unit.c23)
        refuse_cplusplus(unit, code, index.pieces, index.typedefs)
        return Loader(self, unit, code, index)

    def restored(self, content: Any) -> Loader:
        """Return a loader that goes on from `Loader.content`."""
        unit, code, index, entries = content
        text, pragmas, markers = unit
        made = HeaderUnit(text, "", pragmas, tuple(Marker(*each) for each in markers))
        return Loader(self, made, code, Index(*index), dict(entries))


class Loader:
    """The declarations of one header, of which only what is looked up is parsed.

    `stored` has, encoded, what was parsed before.
    """

    def __init__(
        self,
        reader: HeaderReader,
        unit: HeaderUnit,
        code: str,
        index: Index,
        stored: dict[int, Any] | None = None,
    ) -> None:
        self._unit = unit
        self._code = code
        self._index = index
        self._type_of = reader.type_of
        self._stored = stored or {}
        self._entries: dict[int, DeclarationEntries] = {}
        self._common: set[int] = set()
        self._unfinished: set[int] = set()
        self._lookups = Lookups(unit, code, index, load=self._load, busy=lambda: bool(self._unfinished))
        for number, (_, records, enums, *_, lost) in self._stored.items():
            self._lookups.note_untagged(number, (key for key, _ in (*records, *enums, *lost)))
        self.declarations = self._lookups.declarations(Span.at(reader.path, 1))
        self._surroundings = Surroundings(
            unit,
            self.declarations,
            reader.tagged_members,
            renamed(unit.pragmas),
            self._ask_type,
            Packing(unit.pragmas).at,
            Visibility(unit.pragmas).at,
            reader.has_attribute,
            Pushed(unit.pragmas),
        )

    @property
    def files(self) -> tuple[str, ...]:
        """Return the files that the preprocessor read, as it spelled them."""
        return self._unit.files

    @property
    def read_so_far(self) -> int:
        """Return a number that grows with what was read of the header; it is not 0."""
        parsed = self._entries.keys() - self._common
        return 1 + len(parsed | self._stored.keys())

    @cached_property
    def content_digest(self) -> str:
        """Return what stands for the text that the preprocessor made, and for the names of the files in it."""
        return hashlib.blake2b(self._unit.text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def content(self) -> Any:
        """Return all that was read, as numbers, strings and collections of them."""
        unit, index = self._unit, self._index
        # What is read without a parser is read as fast as it would be restored.
        parsed = {n: encode_entries(each) for n, each in self._entries.items() if n not in self._common}
        entries = self._stored | parsed
        return (
            (unit.text, unit.pragmas, list(map(tuple, unit.markers))),
            self._code,
            (
                list(map(tuple, index.pieces)),
                *(getattr(index, each.name) for each in fields(index)[1:]),
            ),
            entries,
        )

    @cached_property
    def _parser(self) -> GnuParser:
        from abidance.header.parser import GnuParser  # noqa: PLC0415 - what is stored needs no parser

        return GnuParser(c23=self._unit.c23)

    @cached_property
    def _common_forms(self) -> CommonForms:
        return CommonForms(self._surroundings, self._index.typedefs, self._code)

    @cached_property
    def _tags(self) -> dict[int, list[str]]:
        """Return the tags by the numbers of their pieces."""
        found: dict[int, list[str]] = {}
        for key, number in self._index.tags.items():
            found.setdefault(number, []).append(key)
        return found

    def _load(self, number: int) -> DeclarationEntries:
        """Return what a piece declares, after the pieces with the types that its words name."""
        if number in self._entries:
            return self._entries[number]
        if number in self._stored:
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
        # A typedef counts from its declaration on (C11 6.2.1p7): before that, the word is a tag or another name.
        return sorted({first for word in words & typedefs.keys() if (first := typedefs[word][0]) < number})

    def _read(self, number: int) -> None:
        piece = Piece(*self._index.pieces[number])
        common = self._common_forms.read(number, piece)
        if common is not None:
            self._entries[number] = common
            self._common.add(number)
            return
        entries = self._entries[number] = DeclarationEntries()
        self._unfinished.add(number)
        from abidance.header.lower import lower  # noqa: PLC0415 - what is common needs no parser

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
        self._lookups.note_untagged(number, (*entries.records, *entries.enums, *entries.lost))

    def _own_types(self, number: int) -> dict[str, int]:
        """Return the typedefs of a piece with their offsets, if another declarator of it can use one."""
        listed = (
            declared_in(self._code, Piece(*self._index.pieces[number]), self._index.typedefs)
            if number in self._index.several
            else ()
        )
        return {each.name: each.offset for each in listed if each.typedef}

    def _failed(self, number: int, words: str, offset: int) -> DeclarationEntries:
        piece = Piece(*self._index.pieces[number])
        braces = [found.start() for found in re.finditer(r"[{}]", self._code[piece.start : piece.end])]
        text = self._code[piece.start : piece.end]
        names = [each.name for each in declared_in(self._code, piece, self._index.typedefs)]
        # What the brace opens was misread, perhaps, and another declaration taken for a part of this one.
        for end in closed_braces(self._code, piece):
            behind = Piece(end, piece.end)
            names += [each.name for each in declared_in(self._code, behind, self._index.typedefs)]
        names += self._tags.get(number, ())
        # A word that is no word of C stands where the name would: the index may have found that behind it.
        tables = (self._index.functions, self._index.variables, self._index.typedefs)
        names += [name for table in tables for name, numbers in table.items() if number in numbers]
        if not names and words == NOTHING_DECLARED:
            return (
                DeclarationEntries()
            )  # `int;` is no error (C11 6.7p2 is a constraint that compilers warn about)
        if block := _BLOCK.search(text):
            words, offset = "blocks are not modelled", piece.start + block.end() - 1
        if text.count("{") - text.count("}") > piece.body:
            words, offset = "this brace is never closed", piece.start + braces[0]
        span = self._unit.span(offset)
        diagnostic = Diagnostic(
            HEADER_NOT_PARSED,
            f"`{span.path.name}` does not parse: {words}",
            labels=(Label(span, words),),
            help=GUARD if seems_cplusplus(text) else _HELP,
        )
        return DeclarationEntries(
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


class _Before:
    """The typedefs that stand before a piece, which are those that it may use (C11 6.2.1p7)."""

    def __init__(self, typedefs: dict[str, list[int]], number: int) -> None:
        self._typedefs = typedefs
        self._number = number

    def __contains__(self, name: object) -> bool:
        numbers = self._typedefs.get(name) if isinstance(name, str) else None
        return numbers is not None and numbers[0] < self._number
