"""A header and one of its functions, as the rules look at them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from abidance.draft import across_functions
from abidance.draft.assertion_texts import (
    NumberLimit,
    are_others,
    asked_conditions,
    called_in,
    null_checks,
    number_limit,
)
from abidance.draft.documentation.header import HeaderDocumentation
from abidance.draft.documentation.statements import returns_new
from abidance.draft.library_calls import OPENS, OUTSIDE
from abidance.draft.readiness import readiness
from abidance.draft.record_heads import record_heads
from abidance.header.name_words import words_of
from abidance.ir.references import named_references
from abidance.ir.spelling import spell
from abidance.ir.traversal import unqualified
from abidance.ir.types import Array, Basic, EnumRef, FunctionType, Pointer, RecordRef, TypedefRef, Void

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from abidance.draft.documentation.markup import Documentation
    from abidance.draft.handle_pairs import HandleFacts
    from abidance.draft.readiness import Readiness
    from abidance.draft.source import DraftSource
    from abidance.ir.declarations import Declarations, Enum, Function, Parameter, Record
    from abidance.ir.types import Type

BYTES = frozenset(("char", "signed char", "unsigned char"))
"""Types of which a buffer is `bytes`."""
_EIGHT_BITS = re.compile(r"(?:int_?|^[su])8(?!\d)", re.IGNORECASE)
_BIT = re.compile(r"\(*\s*(?P<number>0[xX][0-9a-fA-F]+|[1-9]\d*)[uUlL]*\s*(?:<<\s*(?P<shift>\d{1,2}))?\s*\)*")
_COMPARES = re.compile(r"[!=<>]=|[<>]|&&|\|\|")
_IMPOSSIBLE = frozenset(("0", "false"))
"""Assertions of what is never reached."""
_NO_NUMBERS = ("_Bool", "float", "double", "_Decimal", "va_list", "_Complex")


@dataclass(frozen=True)
class HeaderView:
    """What the header declares. `functions` are its own, in order; those that the library lacks are `missing`.

    `handles` are by the key of their record.
    """

    source: DraftSource
    declarations: Declarations
    functions: tuple[str, ...]
    missing: tuple[str, ...] = ()
    documentation: HeaderDocumentation = field(default_factory=lambda: HeaderDocumentation({}))
    handles: Mapping[str, tuple[HandleFacts, ...]] = field(default_factory=dict)

    @cached_property
    def destructive(self) -> Mapping[int, str]:
        """The addresses of functions whose code leads to an import that changes what is outside of the process."""
        return self.source.calls.reaching(OUTSIDE)

    @cached_property
    def opening(self) -> Mapping[int, str]:
        """The addresses of functions whose code leads to an import that takes the name of a file."""
        return self.source.calls.reaching(OPENS)

    def symbol(self, name: str) -> str:
        """Return the symbol of one of the header's functions."""
        return self.declarations.functions[name].symbol

    @cached_property
    def creators(self) -> frozenset[str]:
        """The functions that make handles."""
        return frozenset(n for several in self.handles.values() for facts in several for n in facts.creators)

    @cached_property
    def readiness(self) -> Mapping[str, Readiness]:
        """What is known, by their names, of handles that their creators leave unready."""
        return readiness(self)

    def assertions(self, symbol: str) -> tuple[tuple[str, str], ...]:
        """Return what a function asserts beside that pointers are not NULL, itself or by those of the header it calls.

        Each with the function that asserts it, which may be one of the header's that was made part of another.
        """
        found = []
        for each in self.source.calls.exported_within(symbol, self.functions_by_symbol):
            view = self.view(self.functions_by_symbol[each]) if each in self.functions_by_symbol else None
            asserted = view.asserted if view is not None else self.source.calls.asserted_by(each)
            names = view.parameters if view is not None else ()
            own = view if each == symbol else None
            found += [
                (self.source.calls.asserts_in(each, text), text)
                for text in asserted
                if not (own.is_met(text) if own else text in _IMPOSSIBLE or null_checks(text, names))
            ]
        return tuple(found)

    @cached_property
    def needed_first(self) -> Mapping[str, str]:
        """The functions before which, by the documentation of another, that other has to be called."""
        return across_functions.needed_first(self)

    @cached_property
    def least_elsewhere(self) -> Mapping[str, tuple[int, str]]:
        """The large least values that are documented of numbers, by the names that they have in other functions too."""
        return across_functions.least_elsewhere(self)

    @cached_property
    def read_before(self) -> Mapping[str, str]:
        """The enums of what functions leave where what is passed counts as well, each with such a function."""
        return across_functions.read_before(self)

    @cached_property
    def makers(self) -> Mapping[str, str]:
        """The functions that return a new object, by the key of its record or the name of what stands for it."""
        return across_functions.makers(self)

    @cached_property
    def record_heads(self) -> Mapping[str, str]:
        """The functions that lead to what lies behind a record, by the key of the record."""
        return record_heads(self)

    @cached_property
    def functions_by_symbol(self) -> Mapping[str, str]:
        """The functions of the header, by the symbols that they have in the library."""
        return {self.declarations.functions[name].symbol: name for name in self.functions}

    @cached_property
    def telling(self) -> frozenset[str]:
        """The functions of the header that read what they are given, and return a number: others may ask them."""
        return frozenset(
            name
            for name in self.functions
            if self._is_whole(self.declarations.functions[name].returns)
            and self.declarations.functions[name].parameters
            and all(
                self.is_integer(each.type)
                or ((target := self.target(each.type)) is not None and self.is_const(target))
                for each in self.declarations.functions[name].parameters
            )
        )

    def _is_whole(self, type_: Type) -> bool:
        return self.is_integer(type_) or self.is_bool(type_) or self.is_enum(type_)

    @cached_property
    def predicates(self) -> frozenset[str]:
        """Those that others ask in assertions before all else: they may be asked of any kind of object."""
        first = (
            next(
                (
                    called
                    for text in self.source.calls.asserted_by(self.symbol(n))
                    if (called := called_in(text))
                ),
                (),
            )
            for n in self.functions
        )
        return self.telling & frozenset(name for called in first for name in called)

    @cached_property
    def variants(self) -> Mapping[str, tuple[str, str]]:
        """The keys of records of which a function asserts a kind, with that function and the assertion."""
        return across_functions.variants(self)

    @cached_property
    def asserted_alike(self) -> Mapping[str, tuple[frozenset[str], str]]:
        """What several functions assert of the kind of an object, with words of all their names, and one of them."""
        return across_functions.asserted_alike(self)

    def view(self, name: str) -> FunctionView:
        """Return the view of one function."""
        return FunctionView.of(self, self.declarations.functions[name])

    def bare(self, type_: Type) -> Type:
        """Return a type without typedefs and qualifiers; of `objects_behind_void`, a pointer to what it stands for."""
        named = unqualified(type_)
        if isinstance(named, TypedefRef) and named.name in self.objects_behind_void:
            return Pointer(RecordRef(named.name))
        return self.declarations.resolve(type_)

    @cached_property
    def references(self) -> Mapping[str, str]:
        """The types that are a pointer to a `const` record by a name of their own, by the key of the record."""
        own = map(self.declarations.functions.__getitem__, self.functions)
        return named_references(self.declarations, own)

    @cached_property
    def objects_behind_void(self) -> frozenset[str]:
        """The types that are `void *` by another name, of which one function makes an object and another ends it."""
        return across_functions.objects_behind_void(self.declarations, self.functions)

    def target(self, type_: Type) -> Type | None:
        """Return what a pointer points to, as it is written; None for what is no pointer."""
        bare = self.bare(type_)
        return bare.to if isinstance(bare, Pointer) else None

    def record_key(self, type_: Type | None) -> str | None:
        """Return the key of the record that a type is."""
        bare = self.bare(type_) if type_ is not None else None
        return bare.key if isinstance(bare, RecordRef) else None

    def record(self, type_: Type) -> Record | None:
        """Return the record that a type is."""
        key = self.record_key(type_)
        return self.declarations.records.get(key) if key else None

    def is_opaque(self, type_: Type) -> bool:
        """Tell whether a type is a record whose fields the header does not show, or that no caller makes."""
        key = self.record_key(type_)
        record = self.declarations.records.get(key) if key else None
        return key is not None and (record is None or record.fields is None or key in self.references)

    def is_void(self, type_: Type) -> bool:
        """Tell whether a type is `void`."""
        return isinstance(self.bare(type_), Void)

    def is_const(self, type_: Type) -> bool:
        """Tell whether an object of this type may not be written."""
        return self.declarations.is_const(type_) and self.record_key(type_) not in self.references

    def is_bool(self, type_: Type) -> bool:
        """Tell whether a type is C's bool."""
        return self.bare(type_) == Basic("_Bool")

    def is_enum(self, type_: Type) -> bool:
        """Tell whether a type is an enum."""
        return isinstance(self.bare(type_), EnumRef)

    def enum(self, type_: Type) -> Enum | None:
        """Return the enum that a type is, None for any other type, and where it is not defined."""
        bare = self.bare(type_)
        return self.declarations.enums.get(bare.key) if isinstance(bare, EnumRef) else None

    def is_integer(self, type_: Type) -> bool:
        """Tell whether a type is an integer other than a bool or an enum."""
        bare = self.bare(type_)
        return isinstance(bare, Basic) and not any(word in bare.spelling for word in _NO_NUMBERS)

    def stands_for_pointer(self, type_: Type) -> bool:
        """Tell whether a type is an integer as wide as a pointer by its name: `intptr_t`, `uintptr_t`."""
        named = unqualified(type_)
        while isinstance(named, TypedefRef) and named.name in self.declarations.typedefs:
            if named.name in ("intptr_t", "uintptr_t"):
                return True
            named = unqualified(self.declarations.typedefs[named.name].type)
        return False

    def is_float(self, type_: Type) -> bool:
        """Tell whether a type is a real floating type."""
        bare = self.bare(type_)
        return isinstance(bare, Basic) and bare.spelling in ("float", "double", "long double")

    def is_byte(self, type_: Type) -> bool:
        """Tell whether a pointer to this type points to bytes: a character type, or `void` by that name.

        A `typedef void NAME` stands for something that only the library knows.
        """
        bare = self.bare(type_)
        if isinstance(bare, Void) and isinstance(unqualified(type_), TypedefRef):
            return False
        return isinstance(bare, Void) or (isinstance(bare, Basic) and bare.spelling in BYTES)

    def is_character(self, type_: Type) -> bool:
        """Tell whether a type is one of characters; what is called a number of eight bits, as `uint8_t`, is none."""
        named = unqualified(type_)
        while isinstance(named, TypedefRef) and named.name in self.declarations.typedefs:
            if _EIGHT_BITS.search(named.name):
                return False
            named = unqualified(self.declarations.typedefs[named.name].type)
        return self.is_byte(type_)

    def is_char(self, type_: Type) -> bool:
        """Tell whether a type is plain `char`, of which strings are made."""
        return self.bare(type_) == Basic("char")

    def is_function(self, type_: Type) -> bool:
        """Tell whether a type is a pointer to a function, or a function."""
        return self.function_type(type_) is not None

    def function_type(self, type_: Type) -> FunctionType | None:
        """Return the type of the function that a type is or points to."""
        bare = self.bare(type_)
        if isinstance(bare, Pointer):
            bare = self.bare(bare.to)
        return bare if isinstance(bare, FunctionType) else None

    def is_plain_data(self, type_: Type) -> bool:
        """Tell whether a type is numbers through and through, so that any bytes of it lead nowhere."""
        bare = self.bare(type_)
        match bare:
            case Basic() | EnumRef():
                return "va_list" not in getattr(bare, "spelling", "")
            case Array(of, count, text):
                return (count is not None or bool(text)) and self.is_plain_data(of)
            case RecordRef(key):
                record = self.declarations.records.get(key)
                return (
                    record is not None
                    and record.kind == "struct"
                    and bool(record.fields)
                    and all(self.is_plain_data(each.type) for each in record.fields or ())
                )
        return False

    def is_complete(self, type_: Type) -> bool:
        """Tell whether a type is an object of a known size."""
        bare = self.bare(type_)
        return isinstance(bare, Basic | EnumRef | Pointer | Array) or (
            isinstance(bare, RecordRef) and not self.is_opaque(type_)
        )

    def type_name(self, type_: Type) -> str:
        """Return how a contract names a type; the one that a pointer points to is named without `const`."""
        bare = self.bare(type_)
        if isinstance(bare, RecordRef) and bare.key in self.objects_behind_void:
            return bare.key
        if isinstance(bare, Pointer):
            to = unqualified(bare.to)
            inner = unqualified(type_)
            if isinstance(inner, TypedefRef):
                return inner.name
            return f"{self.type_name(to)} *" if not self.is_void(to) else "void *"
        return spell(unqualified(type_), "", self.declarations)

    def points(self, function: str, parameter: str) -> bool:
        """Tell whether a parameter of a function is a pointer."""
        found = self.view(function).parameters.get(parameter)
        return found is not None and self.target(found.type) is not None

    def flags_among(self, words: Collection[str]) -> tuple[str, ...]:
        """Return the constants of one bit that words name: themselves, or the enum that they are of."""
        found: list[str] = []
        typedefs = self.declarations.typedefs
        types = [self.bare(typedefs[name].type) for name in words if name in typedefs]
        enums = {each.key for each in types if isinstance(each, EnumRef)}
        for enum in self.declarations.enums.values():
            whole = enum.tag in words or enum.key in enums
            named = (each for each in enum.enumerators if whole or each.name in words)
            found += [each.name for each in named if _is_one_bit(self.documentation.initializer(each))]
        macros = (each for name, each in self.declarations.macros.items() if name in words)
        found += [each.name for each in macros if _is_one_bit(each.text)]
        return tuple(found)

    def macro_value(self, name: str) -> int | None:
        """Return the value of a macro that is written as a number."""
        macro = self.declarations.macros.get(name)
        if macro is None:
            return None
        text = macro.text.strip().strip("()").strip().rstrip("uUlL")
        try:
            return int(text, 0)
        except ValueError:
            return None


def _is_one_bit(text: str) -> bool:
    """Tell whether a constant is written as one bit: 4, 0x10, 1 << 3."""
    found = _BIT.fullmatch(text.strip())
    return found is not None and (int(found["number"], 0) << int(found["shift"] or 0)).bit_count() == 1


@dataclass(frozen=True)
class FunctionView:
    """A function with its parameters by the names that the contract gives them, and the header around it."""

    header: HeaderView
    function: Function
    parameters: Mapping[str, Parameter]

    @classmethod
    def of(cls, header: HeaderView, function: Function) -> FunctionView:
        """Return the view of a function; parameters without a name are `arg1`, `arg2`, as contracts have it."""
        named = {p.name or f"arg{i}": p for i, p in enumerate(function.parameters, 1)}
        return cls(header, function, named)

    @property
    def name(self) -> str:
        """Return the function's name."""
        return self.function.name

    @property
    def named(self) -> frozenset[str]:
        """Return the parameters to which the header gives names."""
        return frozenset(each.name for each in self.function.parameters if each.name)

    @cached_property
    def documentation(self) -> tuple[Documentation, ...]:
        """Return what is written about the function, the best first."""
        return self.header.documentation.about(self.name)

    @cached_property
    def returns_new(self) -> tuple[Documentation, str] | None:
        """Return the text by which the result is new and the caller's, with its words."""
        said = ((text, returns_new(f"{text.prose} {text.returns}")) for text in self.documentation)
        return next(((text, words) for text, words in said if words is not None), None)

    @property
    def takes_nothing(self) -> bool:
        """Tell whether a function that is declared with `()` is documented, and none of its parameters is."""
        declared = not self.function.prototype and not self.function.variadic and not self.parameters
        return declared and bool(self.documentation) and not any(text.params for text in self.documentation)

    @cached_property
    def asserted(self) -> tuple[str, ...]:
        """Return what the function asserts, and what of its parameters is asserted where it goes on."""
        calls, symbol = self.header.source.calls, self.function.symbol
        named = (
            re.compile(rf"\b(?:{'|'.join(map(re.escape, self.parameters))})\b") if self.parameters else None
        )
        below = [each for each in calls.asserted_below(symbol) if named is not None and named.search(each)]
        return tuple(dict.fromkeys((*calls.asserted_by(symbol), *below)))

    def is_met(self, text: str) -> bool:
        """Tell whether what is asserted holds in every call that is drafted: no NULL, and numbers within limits."""
        return (
            text in _IMPOSSIBLE
            or bool(null_checks(text, self.parameters))
            or self._limit(text) is not None
            or bool(self.asked(text))
            or are_others(text, [name for name, _, target in self.pointers() if self.handle_of(target)])
        )

    @property
    def asserted_of_its_kind(self) -> tuple[tuple[str, str], ...]:
        """Return what functions so named assert of an object's kind, and this one does not, each with one of them."""
        words, own = {*words_of(self.name)}, {" ".join(text.split()) for text in self.asserted}
        known = self.header.asserted_alike.items()
        return tuple((text, one) for text, (shared, one) in known if shared <= words and text not in own)

    def asked(self, text: str) -> tuple[str, ...]:
        """Return the preconditions that an assertion is which asks functions of the header, as contracts have them."""
        return asked_conditions(text, self.parameters, self.header.telling)

    def is_condition(self, text: str) -> bool:
        """Tell whether a text in the function's code is one of its checks, and no message or name."""
        return text in self.parameters or (_COMPARES.search(text) is not None and "%" not in text)

    def limits(self) -> Iterator[NumberLimit]:
        """Yield what is asserted of numbers among the parameters."""
        for text in self.asserted:
            limit = self._limit(text)
            if limit is not None:
                yield limit
            for name in null_checks(text, self.parameters):
                if self.header.is_integer(self.parameters[name].type):
                    yield NumberLimit(name, 1)

    def _limit(self, text: str) -> NumberLimit | None:
        found = number_limit(text, self.parameters)
        return (
            found if found is not None and self.header.is_integer(self.parameters[found.name].type) else None
        )

    def sentences(self, parameter: str) -> Iterator[tuple[Documentation, list[str]]]:
        """Yield, for each text about the function, what it says of one parameter."""
        for text in self.documentation:
            said = list(text.about(parameter))
            if said:
                yield text, said

    def direction(self, name: str) -> tuple[str, Documentation] | None:
        """Return the direction that documentation gives a parameter, and which one that is."""
        for text in self.documentation:
            own = text.params.get(name)
            if own is not None and own.direction:
                return own.direction, text
        return None

    def before(self, name: str) -> tuple[str, Parameter] | None:
        """Return the parameter before one."""
        return self._beside(name, -1)

    def after(self, name: str) -> tuple[str, Parameter] | None:
        """Return the parameter after one."""
        return self._beside(name, 1)

    def own_pointer_type(self, parameter: Parameter) -> str:
        """Return the typedef by which a parameter is a pointer to bytes: such a type stands for more than bytes."""
        named = unqualified(parameter.type)
        target = self.header.target(parameter.type)
        if isinstance(named, TypedefRef) and target is not None and self.header.is_byte(target):
            return named.name
        return ""

    def pointers(self) -> Iterator[tuple[str, Parameter, Type]]:
        """Yield the parameters that point to data, each with what it points to."""
        for name, parameter in self.parameters.items():
            target = self.header.target(parameter.type)
            if target is not None and not self.header.is_function(parameter.type):
                yield name, parameter, target

    @cached_property
    def taken(self) -> frozenset[str]:
        """Return the keys of the records that it is given pointers to."""
        keys = (self.header.record_key(target) for _, _, target in self.pointers())
        return frozenset(key for key in keys if key is not None)

    def handle_of(self, type_: Type) -> HandleFacts | None:
        """Return the handle that a pointer to `type_` is in this function.

        Of several with one type it is the one whose functions' names this one's begins like.
        """
        known = self.header.handles.get(self.header.record_key(type_) or "", ())
        fitting = [each for each in known if not each.stem or self.name.lower().startswith(each.stem)]
        return max(fitting, key=lambda each: len(each.stem), default=known[0] if len(known) == 1 else None)

    def _beside(self, name: str, step: int) -> tuple[str, Parameter] | None:
        listed = list(self.parameters.items())
        place = next(i for i, (each, _) in enumerate(listed) if each == name) + step
        return listed[place] if 0 <= place < len(listed) else None
