"""Declarations of the forms that nearly all have, read without a parser of the whole language.

A prototype, a function's definition or a typedef, of types that are a few words, a tag or a typedef, with pointers,
plain arrays and pointers to functions. What has anything else, such as a brace, an attribute that could make another
type, or a word that is not known to be a type, is left to the parser, and so is whatever is wrong. The two give the
same for what both read (`tests/header/test_common_forms.py`), and this takes a tenth of the time.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from abidance.core.span import Span
from abidance.header import attributes, dialect
from abidance.header.entries import DeclarationEntries, Ranked
from abidance.header.foreign import is_harmless
from abidance.header.lexer import AttributeText
from abidance.header.patterns import GROUP
from abidance.ir.arithmetic import canonical
from abidance.ir.declarations import Attribute, Function, Parameter, Record, Typedef
from abidance.ir.types import (
    Array,
    Basic,
    FunctionType,
    Pointer,
    Qualified,
    RecordRef,
    Type,
    TypedefRef,
    Void,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from abidance.header.scan import Piece
    from abidance.header.surroundings import Surroundings

_TOKEN = re.compile(
    rf"\s*+(?:(__attribute(?:__)?\s*+{GROUP})|([A-Za-z_$][\w$]*+)|(\.\.\.|[*(),;{{\]])|\[\s*+([0-9]*+)|(\S))"
)
_ATTRIBUTE, _WORD, _MARK, _BRACKET = 1, 2, 3, 4
_INSIDE = re.compile(r"__attribute(?:__)?\s*+\((.*)\)", re.DOTALL)


def _spelled(words: str) -> dict[str, str]:
    """Return keywords by each of their spellings."""
    wanted = frozenset(words.split())
    return {spelling: word for spelling, (_, word) in dialect.KEYWORDS.items() if word in wanted}


_QUALIFIERS = _spelled("const volatile restrict")
_STORAGE = _spelled("extern static inline") | dict.fromkeys(dialect.DROPPED, "")
_BASICS = _spelled("void char short int long float double signed unsigned _Bool __int128")
_TAGGED = frozenset(("struct", "union"))
_NO_NAMES = frozenset(
    (
        *dialect.KEYWORDS,
        *dialect.WORDS_AS_ATTRIBUTES,
        *dialect.ATTRIBUTE_WORDS,
        *dialect.ALIGN_WORDS,
        *dialect.ASM_WORDS,
        *dialect.DROPPED,
        *dialect.BUILTIN_TYPES,
        "_Pragma",
    )
)
_CONST = ("const",)
_NONE: frozenset[str] = frozenset()
_NOWHERE = Span.at(Path(), 1)


class _NotCommonError(Exception):
    """The parser must read it."""


class CommonForms:
    """Reads the pieces of one header. `typedefs` has the numbers of the pieces that declare each typedef."""

    def __init__(self, surroundings: Surroundings, typedefs: Mapping[str, list[int]], code: str) -> None:
        self.surroundings = surroundings
        self.declarations = surroundings.declarations
        self.unit = surroundings.unit
        self._typedefs = typedefs
        self._code = code
        # Rare enough not to be worth a second way of reading.
        self._off = surroundings.unit.c23 or surroundings.pushed.adds_attributes
        self._attributes: dict[str, tuple[Attribute, ...] | None] = {}
        self._basics: dict[tuple[str, ...], Type] = {}
        self._named: dict[str, TypedefRef | None] = {}
        self._adjusted: dict[str, bool] = {}
        self._records: dict[str, RecordRef] = {}
        # By what each is made of, which is one object wherever it stands: whoever goes through types meets it once.
        self._qualified: dict[tuple[int, tuple[str, ...]], Type] = {}
        self._pointed: dict[tuple[int, tuple[frozenset[str], ...]], Type] = {}

    def read(self, number: int, piece: Piece) -> DeclarationEntries | None:
        """Return what a piece declares, or None where the parser must tell."""
        if self._off:
            return None
        reading = _Reading(self, number, [*_TOKEN.finditer(self._code, piece.start, piece.end)])
        try:
            reading.declaration(body=piece.body)
        except (_NotCommonError, IndexError, RecursionError):
            return None
        return reading.entries

    def attributes(self, text: str) -> tuple[Attribute, ...]:
        """Return what one attribute says, of which it is known that it makes no other type."""
        if text not in self._attributes:
            inside = _INSIDE.fullmatch(text)
            found = attributes.decode(AttributeText("__attribute__", inside[1])) if inside else ()
            harmless = inside is not None and all(is_harmless(each.name) for each in found)
            self._attributes[text] = found if harmless else None
        known = self._attributes[text]
        if known is None:
            raise _NotCommonError
        return known

    def basic(self, words: tuple[str, ...]) -> Type:
        """Return the type that specifiers name together."""
        if words not in self._basics:
            spelling = canonical(words)
            if spelling is None and words != ("void",):
                raise _NotCommonError
            self._basics[words] = Basic(spelling) if spelling is not None else Void()
        return self._basics[words]

    def typedef(self, name: str, number: int) -> TypedefRef:
        """Return a typedef that the piece may use."""
        first = self._typedefs.get(name)
        if first is None or first[0] >= number:
            raise _NotCommonError
        if name not in self._named:
            self._named[name] = TypedefRef(name) if name in self.declarations.typedefs else None
        found = self._named[name]
        if found is None:
            raise _NotCommonError
        return found

    def record(self, key: str) -> RecordRef:
        """Return a record by its key."""
        if key not in self._records:
            self._records[key] = RecordRef(key)
        return self._records[key]

    def qualified(self, type_: Type, qualifiers: tuple[str, ...]) -> Type:
        """Return a type that this object made, with qualifiers."""
        found = self._qualified.get((id(type_), qualifiers))
        if found is None:
            found = self._qualified[id(type_), qualifiers] = _qualified(type_, qualifiers)
        return found

    def pointed(self, type_: Type, stars: tuple[frozenset[str], ...]) -> Type:
        """Return a type that this object made, behind pointers with these qualifiers."""
        found = self._pointed.get((id(type_), stars))
        if found is None:
            found = type_
            for qualifiers in stars:
                found = _qualified(Pointer(found), qualifiers)
            self._pointed[id(type_), stars] = found
        return found

    def adjusts(self, name: str) -> bool:
        """Tell whether a parameter of this type has another one (C11 6.7.6.3p7, p8), or `void` is behind the name."""
        if name not in self._adjusted:
            type_ = self.declarations.resolve(TypedefRef(name))
            self._adjusted[name] = isinstance(type_, Array | FunctionType | Void)
        return self._adjusted[name]


class _Specified(NamedTuple):
    """A type by its specifiers. `tag` has what a record is mentioned by: its key, its tag and the tag's offset."""

    type: Type
    tag: tuple[str, str, int] | None


class _Reading:
    """Reads one piece, token by token."""

    def __init__(self, forms: CommonForms, number: int, tokens: list[re.Match[str]]) -> None:
        self._forms = forms
        self._number = number
        self._span = forms.unit.late_span
        self._tokens = tokens
        self._kinds = [found.lastindex or 0 for found in tokens]
        self._texts = [found[kind] for found, kind in zip(tokens, self._kinds, strict=True)]
        self._at = 0
        self.entries = DeclarationEntries()

    def declaration(self, *, body: bool) -> None:
        """Read the piece; raises _NotCommonError and IndexError for what the parser must read."""
        before = self._own_attributes()
        typedef = self._texts[self._at] == "typedef"
        self._at += typedef
        storage: set[str] = set()
        between: list[Attribute] = []
        base = self._specifiers(storage, between)
        if (before and between) or (typedef and (storage or before or between or body)):
            raise _NotCommonError
        if self._texts[self._at] == ";" and base.tag and not (typedef or storage or before or between):
            self._end(";")
            self._mention(base)
            return
        stars = self._stars()
        if self._texts[self._at] == "(":
            self._typedef_of_function_pointer(base, stars, typedef=typedef)
            return
        name, offset = self._name()
        if self._texts[self._at] == "(":
            self._at += 1
            listed = self._parameters()
            returns = self._pointed(base, stars)
            if typedef:
                self._typedef(name, offset, _function_type(returns, listed))
                return
            behind = self._own_attributes()
            self._end("{" if body else ";")
            self._function(name, offset, returns, listed, storage, (*behind, *before, *between), body=body)
        elif typedef:
            type_ = self._pointed(base, stars)
            if self._kinds[self._at] == _BRACKET:
                type_ = Array(type_, self._count())
            self._typedef(name, offset, type_)
        else:
            raise _NotCommonError

    def _function(
        self,
        name: str,
        offset: int,
        returns: Type,
        listed: _Parameters,
        storage: set[str],
        found: tuple[Attribute, ...],
        *,
        body: bool,
    ) -> None:
        surroundings = self._forms.surroundings
        names = {each.name for each in found}
        seen_by = surroundings.visibility(offset)
        if seen_by and "visibility" not in names:
            found = (*found, Attribute("visibility", f'"{seen_by}"'))
        # As in `lower`: C11 6.7.4p7.
        outer = body and "gnu_inline" not in names and "inline" in storage and "extern" not in storage
        function = Function(
            name,
            surroundings.symbols.get(name, name),
            returns,
            listed.parameters,
            self._span(offset, name),
            listed.variadic,
            listed.prototype,
            "static" in storage or outer,
            found,
        )
        named = all(each.name for each in listed.parameters)
        rank = listed.prototype, named, not self._forms.unit.in_system_header(offset)
        self.entries.functions.append(Ranked(function, rank))

    def _typedef_of_function_pointer(
        self, base: _Specified, stars: tuple[frozenset[str], ...], *, typedef: bool
    ) -> None:
        """Read ``typedef T (*name)(...);`` or ``typedef T (name)(...);`` from the first parenthesis on."""
        if not typedef:
            raise _NotCommonError
        self._at += 1
        pointers = self._stars()
        name, offset = self._name()
        self._typedef(name, offset, self._function_pointer(base, stars, pointers))

    def _typedef(self, name: str, offset: int, type_: Type) -> None:
        self._end(";")
        self.entries.typedefs[name] = Typedef(name, type_, self._span(offset, name))

    def _function_pointer(
        self, base: _Specified, stars: tuple[frozenset[str], ...], pointers: tuple[frozenset[str], ...]
    ) -> Type:
        """Read ``)(...)`` of a pointer to a function, or of a function: parameters, and then what is returned."""
        self._expect(")")
        self._expect("(")
        listed = self._parameters(places=False)
        type_: Type = _function_type(self._pointed(base, stars), listed)
        for qualifiers in pointers:
            type_ = _qualified(Pointer(type_), qualifiers)
        return type_

    def _parameters(self, *, places: bool = True) -> _Parameters:
        """Read parameters, behind their parenthesis."""
        texts = self._texts
        if texts[self._at] == ")":
            self._at += 1
            return _Parameters((), variadic=False, prototype=False)
        if texts[self._at] == "void" and texts[self._at + 1] == ")":
            self._at += 2
            return _Parameters((), variadic=False, prototype=True)
        listed: list[Parameter] = []
        while True:
            if texts[self._at] == "..." and listed:
                self._at += 1
                self._expect(")")
                return _Parameters(tuple(listed), variadic=True, prototype=True)
            listed.append(self._parameter(places=places))
            text = texts[self._at]
            self._at += 1
            if text == ")":
                return _Parameters(tuple(listed), variadic=False, prototype=True)
            if text != ",":
                raise _NotCommonError

    def _parameter(self, *, places: bool) -> Parameter:
        start = self._tokens[self._at].start(self._kinds[self._at])
        base = self._specifiers(None, None)
        stars = self._stars()
        name, extent = "", ""
        if self._texts[self._at] == "(":
            self._at += 1
            pointers = self._stars()
            if self._kinds[self._at] == _WORD:
                name, start = self._name()
            if not pointers:  # a function, which a parameter cannot be
                raise _NotCommonError
            type_ = self._function_pointer(base, stars, pointers)
        else:
            type_ = self._pointed(base, stars)
            if self._kinds[self._at] == _WORD:
                name, start = self._name()
            if self._kinds[self._at] == _BRACKET:
                count = self._count()
                extent = "" if count is None else str(count)
                const = self._forms.declarations.is_const(type_)
                type_ = Pointer(_qualified(type_, _CONST) if const else type_)
            elif not stars:
                bare = type_.of if isinstance(type_, Qualified) else type_
                if isinstance(bare, Void) or (
                    isinstance(bare, TypedefRef) and self._forms.adjusts(bare.name)
                ):
                    raise _NotCommonError
        return Parameter(name, type_, self._span(start, name) if places else _NOWHERE, (), extent)

    def _specifiers(self, storage: set[str] | None, found: list[Attribute] | None) -> _Specified:
        """Read what comes before a declarator; `storage` and `found` take what parameters have none of."""
        kinds, texts, at = self._kinds, self._texts, self._at
        qualifiers: list[str] = []
        words: list[str] = []
        type_: Type | None = None
        tag: tuple[str, str, int] | None = None
        while True:
            kind, text = kinds[at], texts[at]
            if kind == _ATTRIBUTE and found is not None:
                found += self._forms.attributes(text)
            elif kind != _WORD:
                break
            elif text in _QUALIFIERS:
                qualifiers.append(_QUALIFIERS[text])
            elif text in _BASICS:
                if type_ is not None:
                    raise _NotCommonError
                words.append(_BASICS[text])
            elif text in _STORAGE:
                if storage is None:
                    raise _NotCommonError
                storage.add(_STORAGE[text])
            elif words or type_ is not None:
                break
            elif text in _TAGGED:
                if kinds[at + 1] != _WORD or texts[at + 1] in _NO_NAMES:
                    raise _NotCommonError
                at += 1
                if "\n" in self._tokens[at][0]:  # the tag is on another line than the word before it
                    raise _NotCommonError
                key = f"{text} {texts[at]}"
                tag = key, texts[at], self._tokens[at].start(_WORD)
                type_ = self._forms.record(key)
            else:
                type_ = self._forms.typedef(text, self._number)
            at += 1
        self._at = at
        if type_ is None:
            type_ = self._forms.basic(tuple(words))
        if qualifiers:
            type_ = self._forms.qualified(type_, tuple(qualifiers))
        return _Specified(type_, tag)

    def _own_attributes(self) -> list[Attribute]:
        found: list[Attribute] = []
        while self._kinds[self._at] == _ATTRIBUTE:
            found += self._forms.attributes(self._texts[self._at])
            self._at += 1
        return found

    def _stars(self) -> tuple[frozenset[str], ...]:
        """Return the qualifiers of each pointer here."""
        texts, at = self._texts, self._at
        if texts[at] != "*":
            return ()
        found: list[frozenset[str]] = []
        while texts[at] == "*":
            at += 1
            qualifiers = []
            while texts[at] in _QUALIFIERS:
                qualifiers.append(_QUALIFIERS[texts[at]])
                at += 1
            found.append(frozenset(qualifiers) if qualifiers else _NONE)
        self._at = at
        return tuple(found)

    def _pointed(self, base: _Specified, stars: tuple[frozenset[str], ...]) -> Type:
        """Return a type behind pointers; a record is known to be there from now on."""
        if base.tag is not None:
            self._mention(base)
        return self._forms.pointed(base.type, stars) if stars else base.type

    def _mention(self, base: _Specified) -> None:
        assert base.tag is not None
        key, tag, offset = base.tag
        if key not in self.entries.records:
            kind = key.partition(" ")[0]
            self.entries.records[key] = Record(key, kind, tag, key, None, self._span(offset, tag))

    def _name(self) -> tuple[str, int]:
        """Return the name that is declared here, with its offset."""
        name = self._texts[self._at]
        if self._kinds[self._at] != _WORD or name in _NO_NAMES:
            raise _NotCommonError
        offset = self._tokens[self._at].start(_WORD)
        self._at += 1
        return name, offset

    def _count(self) -> int | None:
        """Return the number in the brackets here, if there is one."""
        text = self._texts[self._at]
        self._at += 1
        self._expect("]")
        if text[:1] == "0" or self._kinds[self._at] == _BRACKET:
            raise _NotCommonError
        return int(text) if text else None

    def _expect(self, text: str) -> None:
        if self._texts[self._at] != text:
            raise _NotCommonError
        self._at += 1

    def _end(self, text: str) -> None:
        if self._texts[self._at] != text or self._at != len(self._texts) - 1:
            raise _NotCommonError


class _Parameters(NamedTuple):
    """Parameters, whether more may follow, and whether they are those of a prototype."""

    parameters: tuple[Parameter, ...]
    variadic: bool
    prototype: bool


def _function_type(returns: Type, listed: _Parameters) -> FunctionType:
    types = tuple(each.type for each in listed.parameters)
    names = tuple(each.name for each in listed.parameters)
    return FunctionType(returns, types, listed.variadic, listed.prototype, names)


def _qualified(type_: Type, qualifiers: Collection[str]) -> Type:
    if not qualifiers:
        return type_
    if isinstance(type_, Qualified):
        return Qualified(type_.of, type_.qualifiers.union(qualifiers))
    return Qualified(type_, frozenset(qualifiers))
