"""From pycparser's type nodes to the types, records and enums of `ir`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pycparser import c_ast

from abidance.header import attributes, dialect
from abidance.header.expressions import fold
from abidance.ir.declarations import (
    BASIC_SPELLINGS,
    Attribute,
    Declarations,
    Enum,
    Enumerator,
    Field,
    Parameter,
    Record,
    spell,
)
from abidance.ir.types import (
    Array,
    Basic,
    EnumRef,
    FunctionType,
    Named,
    Pointer,
    Qualified,
    RecordRef,
    Type,
    Unsupported,
    Void,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.core.span import Span
    from abidance.header.unit import Unit

# Specifiers may come in any order (C11 6.7.2p2), so the words are compared sorted.
_BASIC = {" ".join(sorted(form.split())): name for form, name in BASIC_SPELLINGS.items()} | {
    "__int128 signed": "__int128",
    "__int128 int": "__int128",
}
_DEEPEST = 200  # derivations of one type; C11 5.2.4.1 promises 12, clang stops at 256 brackets
_DECLARATORS = (c_ast.TypeDecl, c_ast.PtrDecl, c_ast.ArrayDecl, c_ast.FuncDecl)


class TypeLowering:
    """Lowers types and collects the records and enums that they define or mention on the way.

    `declarations` is under construction: its typedefs are looked up, its records and enums written.
    """

    def __init__(
        self, unit: Unit, declarations: Declarations, records: dict[str, Record], enums: dict[str, Enum]
    ) -> None:
        self._unit = unit
        self._declarations = declarations
        self._records = records
        self._enums = enums
        self._depth = 0
        # Declarators that share one specifier share its node: `struct { int x; } a, b;`.
        self._lowered: dict[Any, RecordRef | EnumRef] = {}
        self._conventions = dialect.CALLING_CONVENTIONS | (
            dialect.I386_CALLING_CONVENTIONS if unit.i386 else frozenset()
        )

    def lower(self, node: Any, found: tuple[Attribute, ...] = ()) -> Type:
        """Return the type of a declarator or specifier; `found` are the attributes of its declaration.

        Raises RecursionError for a type that is nested so deeply that its readers could not follow.
        """
        if self._depth > _DEEPEST:
            raise RecursionError
        self._depth += 1
        try:
            return self._lower(node, found)
        finally:
            self._depth -= 1

    def _lower(self, node: Any, found: tuple[Attribute, ...]) -> Type:
        match node:
            case c_ast.TypeDecl():
                return _qualified(self._specified(node.type, found), node.quals)
            case c_ast.PtrDecl():
                return _qualified(Pointer(self.lower(node.type, found)), node.quals)
            case c_ast.ArrayDecl():
                text = getattr(node.dim, "value", "")
                count = fold(text) if text else None
                return Array(self.lower(node.type, found), count, "" if count is not None else text)
            case c_ast.FuncDecl():
                return self._function(node, found)
            case c_ast.Typename():
                return self.lower(node.type, (*found, *attributes_of(node)))
            case _:
                return self._specified(node, found)

    def parameters(self, node: Any) -> tuple[tuple[Parameter, ...], bool, bool]:
        """Return a declarator's parameters, whether more may follow, and whether it is a prototype."""
        if node.args is None:
            return (), False, self._unit.c23
        listed: list[Parameter] = []
        variadic = False
        for parameter in node.args.params:
            match parameter:
                case c_ast.EllipsisParam():
                    variadic = True
                case c_ast.ID():
                    return (), False, False
                case _:
                    listed.append(self._parameter(parameter))
        if len(listed) == 1 and not listed[0].name and self._declarations.resolve(listed[0].type) == Void():
            listed = []
        return tuple(listed), variadic, True

    def foreign_convention(self, found: tuple[Attribute, ...]) -> str | None:
        """Return the name of a calling convention that is not the platform's C one, or None."""
        attribute = attributes.find(found, self._conventions)
        return attribute.name if attribute else None

    def span(self, node: Any, word: str = "") -> Span:
        """Return where the node's name, or failing that its first word, stands."""
        return self._unit.span(offset_of(node), word)

    def _function(self, node: Any, found: tuple[Attribute, ...]) -> Type:
        parameters, variadic, prototype = self.parameters(node)
        types = tuple(parameter.type for parameter in parameters)
        type_ = FunctionType(self.lower(node.type, found), types, variadic, prototype)
        convention = self.foreign_convention(found)
        if convention:
            return Unsupported(spell(type_, "", self._declarations), f"calling convention `{convention}`")
        return type_

    def _parameter(self, node: Any) -> Parameter:
        type_ = self.lower(node.type, attributes_of(node))
        extent = ""
        match self._declarations.resolve(type_):
            case Array(of, count, text):
                inside = getattr(node.type, "dim_quals", None) or []
                extent = f"{'static ' if 'static' in inside else ''}{text if count is None else count}"
                # Qualifiers of an array are its elements'; those inside the brackets the pointer's.
                element = _qualified(of, ["const"] if self._declarations.is_const(type_) else [])
                type_ = _qualified(Pointer(element), getattr(node.type, "dim_quals", []))
            case FunctionType():
                type_ = Pointer(type_)
        return Parameter(node.name or "", type_, self.span(node, node.name or ""), extent)

    def _specified(self, node: Any, found: tuple[Attribute, ...]) -> Type:
        behind: tuple[Attribute, ...] = ()
        if isinstance(node, c_ast.AttributedType):
            behind = _flat(node.attributes)
            node = node.type
        match node:
            case c_ast.Struct() | c_ast.Union():
                return _remade(self._record(node, behind), found, self._declarations)
            case c_ast.Enum():
                return _remade(self._enum(node, behind), found, self._declarations)
            case c_ast.IdentifierType():
                return _remade(self._named(node.names), (*found, *behind), self._declarations)
            case c_ast.TypeOf(expr=c_ast.Typename()):
                type_ = self.lower(node.expr)
                return self._declarations.resolve(type_) if node.op == "typeof_unqual" else type_
            case c_ast.TypeOf():
                return Unsupported(f"__typeof__({node.expr.value})", "the type of an expression")
            case c_ast.BitIntType():
                sign = f"{node.signedness} " if node.signedness else ""
                return Unsupported(f"{sign}_BitInt({node.width.value})", "a bit-precise integer")
            case _ if isinstance(node, (c_ast.Typename, *_DECLARATORS)):
                return self.lower(node, found)
            case _:
                return Unsupported("auto", "a type that the compiler infers")

    def _named(self, names: list[str]) -> Type:
        text = " ".join(names)
        if text in self._declarations.typedefs:
            return Named(text)
        if text == "void":
            return Void()
        if (basic := _BASIC.get(" ".join(sorted(names)))) or (basic := dialect.BUILTIN_INTEGERS.get(text)):
            return Basic(basic)
        if "_Complex" in names:
            return Unsupported(text, "a complex type")
        return Unsupported(text, dialect.BUILTIN_TYPES.get(text, "an unknown type"))

    def _record(self, node: Any, behind: tuple[Attribute, ...]) -> RecordRef:
        if node in self._lowered:
            return RecordRef(self._lowered[node].key)
        kind = "struct" if isinstance(node, c_ast.Struct) else "union"
        span = self.span(node, node.name or "")
        key = f"{kind} {node.name}" if node.name else _anonymous(kind, span, self._records)
        self._lowered[node] = ref = RecordRef(key)
        record = Record(key, kind, node.name or "", key if node.name else "", None, span)
        if key not in self._records or node.decls is not None:
            self._records[key] = record
        if node.decls is not None:
            fields = tuple(field for decl in node.decls if (field := self._field(decl)))
            self._records[key] = replace(record, fields=fields, attributes=(*_flat(node.attributes), *behind))
        return ref

    def _field(self, node: Any) -> Field | None:
        if not isinstance(node, c_ast.Decl):  # a pragma or static assertion
            return None
        found = attributes_of(node)
        type_ = self.lower(node.type, found)
        if node.name is None and node.bitsize is None:
            # Only a record without a tag is an anonymous member (C11 6.7.2.1p13).
            anonymous = isinstance(type_, RecordRef) and not self._records[type_.key].tag
            return Field("", type_, self.span(node), None, found) if anonymous else None
        bits = None if node.bitsize is None else fold(node.bitsize.value) or 0
        return Field(node.name or "", type_, self.span(node, node.name or ""), bits, found)

    def _enum(self, node: Any, behind: tuple[Attribute, ...]) -> EnumRef:
        if node in self._lowered:
            return EnumRef(self._lowered[node].key)
        # pycparser keeps the place of the word `enum` only.
        place = (
            re.compile(rf"\b{re.escape(node.name)}\b").search(self._unit.text, offset_of(node))
            if node.name
            else None
        )
        span = self._unit.span(place.start() if place else offset_of(node), node.name or "enum")
        key = f"enum {node.name}" if node.name else _anonymous("enum", span, self._enums)
        self._lowered[node] = ref = EnumRef(key)
        listed = (
            [each for each in node.values.enumerators if isinstance(each, c_ast.Enumerator)]
            if node.values
            else []
        )
        enumerators = tuple(Enumerator(each.name, self.span(each, each.name)) for each in listed)
        if key not in self._enums or enumerators:
            found = (*_flat(node.attributes), *behind)
            self._enums[key] = Enum(key, node.name or "", key if node.name else "", enumerators, span, found)
        return ref


def attributes_of(node: Any) -> tuple[Attribute, ...]:
    """Return every attribute that a declaration, typedef or parameter gives to what it declares."""
    groups = list(node.attributes)
    inner = node.type
    while isinstance(inner, _DECLARATORS):
        groups += inner.attributes
        inner = inner.type
    # Behind a record's or enum's closing brace an attribute is the type's own.
    defines = getattr(getattr(inner, "type", None), "decls", None) or getattr(
        getattr(inner, "type", None), "values", None
    )
    if isinstance(inner, c_ast.AttributedType) and defines is None:
        groups += inner.attributes
    alignments = [Attribute("aligned", each.alignment.value) for each in getattr(node, "align", None) or []]
    return (*_flat(groups), *alignments)


def offset_of(node: Any) -> int:
    """Return the offset of the name that a node declares, or of the first word that it has."""
    inner = node
    while isinstance(inner, (c_ast.Decl, c_ast.Typedef, c_ast.PtrDecl, c_ast.ArrayDecl, c_ast.FuncDecl)):
        inner = inner.type
    for each in (inner, node, getattr(inner, "type", None)):
        if each is not None and each.coord is not None:
            return int(each.coord.column)
    return 0


def _flat(groups: Iterable[Any]) -> tuple[Attribute, ...]:
    return tuple(attribute for group in groups for attribute in group.attributes)


def _qualified(type_: Type, qualifiers: Iterable[str]) -> Type:
    kept = frozenset(qualifiers) - {"static"}
    match type_:
        case _ if not kept:
            return type_
        case Qualified(of, already):
            return Qualified(of, already | kept)
        case _:
            return Qualified(type_, kept)


def _anonymous(kind: str, span: Span, taken: Iterable[str]) -> str:
    """Return a key from the place; a header without a guard may bring the same place twice."""
    place = f"{span.path.name}:{span.line}:{span.column}"
    key, again = f"{kind} <{place}>", 1
    while key in taken:
        again += 1
        key = f"{kind} <{place}#{again}>"
    return key


def _remade(type_: Type, found: tuple[Attribute, ...], declarations: Declarations) -> Type:
    """Return the type after the attributes that make another type of it."""
    vector = attributes.find(found, dialect.VECTOR_ATTRIBUTES)
    if vector:
        spelling = f"{spell(type_, '', declarations)} __attribute__(({vector.name}({vector.arguments})))"
        return Unsupported(spelling, "a vector type")
    mode = attributes.find(found, frozenset(("mode",)))
    if mode is None:
        return type_
    basic = dialect.MODES.get((mode.arguments or "").strip("_"))
    match type_:
        case Basic(spelling) if basic and spelling in {
            "int",
            "unsigned int",
            "char",
            "long",
            "unsigned long",
        }:
            unsigned = spelling.startswith("unsigned")
            return Basic(f"unsigned {basic}" if unsigned else "signed char" if basic == "char" else basic)
        case _:
            spelling = f"{spell(type_, '', declarations)} __attribute__((mode({mode.arguments})))"
            return Unsupported(spelling, "a type of its own machine mode")
