"""From pycparser's type nodes to the types, records and enums of `ir`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pycparser import c_ast

from abidance.header import attributes, dialect
from abidance.header.expressions import fold
from abidance.header.foreign import foreign
from abidance.header.nodes import DECLARATORS, attributes_of, flat, offset_of
from abidance.header.type_attributes import UNKNOWN, with_attributes
from abidance.ir.arithmetic import bit_int, canonical
from abidance.ir.declarations import (
    FOREIGN,
    STORAGE_ORDER,
    Attribute,
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
    Pointer,
    Qualified,
    RecordRef,
    Type,
    TypedefRef,
    Unsupported,
    Void,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.core.span import Span
    from abidance.header.entries import DeclarationEntries
    from abidance.header.surroundings import Surroundings

INFERRED = "auto"
"""The spelling of what stands for the type of an object that its initializer decides (C23 6.7.10)."""
_NOT_EVEN_BY_POINTER = ("calling convention", "an address space", UNKNOWN)
_WORD = re.compile(r"[^\W\d][\w$]*+")
_DEEPEST = 200  # derivations of one type; C11 5.2.4.1 promises 12, clang stops at 256 brackets


class TypeLowering:
    """Lowers types and adds the records and enums that they define or mention on the way to `entries`."""

    def __init__(self, surroundings: Surroundings, entries: DeclarationEntries) -> None:
        self._unit = unit = surroundings.unit
        self._surroundings = surroundings
        self._declarations = surroundings.declarations
        self._records = entries.records
        self._enums = entries.enums
        self._parameters: dict[str, Type] = {}
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
                to = self.lower(node.type, found)
                if isinstance(to, Unsupported) and to.reason.startswith(_NOT_EVEN_BY_POINTER):
                    return Unsupported(spell(Pointer(to), "", self._declarations), to.reason)
                return _qualified(Pointer(to), node.quals)
            case c_ast.ArrayDecl():
                text = getattr(node.dim, "value", "")
                if text and not self._parameters.keys().isdisjoint(_WORD.findall(text)):
                    text = ""  # of variable length: it is known when the function is called (C11 6.7.6.2p4)
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
        outer, self._parameters = self._parameters, dict(self._parameters)
        for parameter in node.args.params:
            match parameter:
                case c_ast.EllipsisParam():
                    variadic = True
                case c_ast.ID():
                    return (), False, False
                case _:
                    listed.append(self._parameter(parameter))
                    self._parameters[listed[-1].name] = listed[-1].type
        self._parameters = outer
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
        names = tuple(parameter.name for parameter in parameters)
        type_ = FunctionType(self.lower(node.type, found), types, variadic, prototype, names)
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
        return Parameter(
            node.name or "", type_, self.span(node, node.name or ""), attributes_of(node), extent
        )

    def _specified(self, node: Any, found: tuple[Attribute, ...]) -> Type:
        behind: tuple[Attribute, ...] = ()
        if isinstance(node, c_ast.AttributedType):
            behind = flat(node.attributes)
            node = node.type
        match node:
            case c_ast.Struct() | c_ast.Union():
                return with_attributes(self._record(node, behind), found, self._surroundings)
            case c_ast.Enum():
                return with_attributes(self._enum(node, behind), found, self._surroundings)
            case c_ast.IdentifierType():
                return with_attributes(self._named(node.names), (*found, *behind), self._surroundings)
            case c_ast.TypeOf(expr=c_ast.Typename()):
                type_ = self.lower(node.expr)
                return self._declarations.resolve(type_) if node.op == "typeof_unqual" else type_
            case c_ast.TypeOf():
                return self.typeof(node.expr.value, unqualified=node.op == "typeof_unqual")
            case c_ast.BitIntType():
                width = node.width.value
                return Basic(bit_int(str(fold(width) or width), unsigned=node.signedness == "unsigned"))
            case _ if isinstance(node, (c_ast.Typename, *DECLARATORS)):
                return self.lower(node, found)
            case _:
                return Unsupported(INFERRED, "a type that the compiler infers")

    def typeof(self, text: str, *, unqualified: bool = False) -> Type:
        """Return the type of an expression, from what is declared or as the compiler tells it."""
        name = text.strip("() ")
        type_: Type | None = self._parameters.get(name)
        if type_ is None and name in self._declarations.functions:
            function = self._declarations.functions[name]
            types = tuple(parameter.type for parameter in function.parameters)
            type_ = FunctionType(function.returns, types, function.variadic, function.prototype)
        if type_ is None and name in self._declarations.variables:
            type_ = self._declarations.variables[name].type
        if type_ is None and (tree := self._surroundings.ask_type(text)) is not None:
            match self.lower(tree):
                case Pointer(to):
                    type_ = to
        if type_ is None:
            return Unsupported(
                f"__typeof__({text})", "the type of an expression that the compiler does not name"
            )
        return self._declarations.resolve(type_) if unqualified else type_

    def _named(self, names: list[str]) -> Type:
        text = " ".join(names)
        if text in self._declarations.typedefs:
            return TypedefRef(text)
        if text == "void":
            return Void()
        if text == "__auto_type":
            return Unsupported(INFERRED, "a type that the compiler infers")
        if basic := canonical(names):
            return Basic(basic)
        return Unsupported(text, dialect.UNMODELLED.get(text, "an unknown type"))

    def _record(self, node: Any, behind: tuple[Attribute, ...]) -> RecordRef:
        if node in self._lowered:
            return RecordRef(self._lowered[node].key)
        kind = "struct" if isinstance(node, c_ast.Struct) else "union"
        span = self.span(node, node.name or "")
        key = f"{kind} {node.name}" if node.name else self._anonymous(kind, node, span, self._records)
        self._lowered[node] = ref = RecordRef(key)
        record = Record(key, kind, node.name or "", key if node.name else "", None, span)
        if key not in self._records or node.decls is not None:
            self._records[key] = record
        if node.decls is not None:
            fields = tuple(field for decl in node.decls if (field := self._field(decl)))
            packing = self._surroundings.packing(offset_of(node))
            packed = (Attribute("pragma_pack", packing),) if packing else ()
            pushed = self._surroundings.pushed
            found = (*flat(node.attributes), *behind, *packed, *pushed.attributes(offset_of(node)))
            other = self._of_another_kind(found) or pushed.order(offset_of(node))
            found = (*found, Attribute(FOREIGN, other)) if other else found
            self._records[key] = replace(record, fields=fields, attributes=found)
        return ref

    def _of_another_kind(self, found: tuple[Attribute, ...]) -> str:
        """Return the attribute that makes a record one whose values are not known here; nothing where none does."""
        own = (
            "little"
            if "__ORDER_LITTLE_ENDIAN__" in self._unit.predefined.get("__BYTE_ORDER__", "")
            else "big"
        )
        # Another order of bytes is understood, so what is not comes first.
        others = [each for each in found if each.name != STORAGE_ORDER]
        orders = (each for each in found if each.name == STORAGE_ORDER and own not in (each.arguments or ""))
        name = foreign((*others, *orders), self._surroundings.has_attribute)
        return f"__attribute__(({name}))" if name else ""

    def _field(self, node: Any) -> Field | None:
        if not isinstance(node, c_ast.Decl):  # a pragma or static assertion
            return None
        found = attributes_of(node)
        type_ = self.lower(node.type, found)
        if node.name is None and node.bitsize is None:
            # Only a record without a tag is an anonymous member (C11 6.7.2.1p13), but for the extensions.
            member = self._declarations.resolve(type_)
            if isinstance(member, RecordRef) and (
                self._surroundings.tagged_members
                or (member == type_ and member.key in self._records and not self._records[member.key].tag)
            ):
                return Field("", member, self.span(node), None, found)
            return None
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
        key = f"enum {node.name}" if node.name else self._anonymous("enum", node, span, self._enums)
        self._lowered[node] = ref = EnumRef(key)
        listed = (
            [each for each in node.values.enumerators if isinstance(each, c_ast.Enumerator)]
            if node.values
            else []
        )
        enumerators = tuple(
            Enumerator(each.name, self.span(each, each.name), flat(each.attributes)) for each in listed
        )
        fixed = node.underlying_type
        underlying = self.lower(fixed.type) if fixed is not None else None
        if key not in self._enums or enumerators:
            found = (*flat(node.attributes), *behind)
            self._enums[key] = Enum(
                key, node.name or "", key if node.name else "", enumerators, span, found, underlying
            )
        return ref

    def _anonymous(self, kind: str, node: Any, span: Span, taken: Iterable[str]) -> str:
        """Return a key from the place; a file that is included again brings the same place once more.

        It must not depend on what else was read, so only the text before the place decides.
        """
        offset = offset_of(node)
        place = f"{span.path.name}:{span.line}:{span.column}"
        if (entered := self._unit.marker(offset).entered) > 1:
            place += f"#{entered}"
        if (nth := self._unit.nth_of_macro(offset, span)) > 0:
            place += f"+{nth}"
        key, again = f"{kind} <{place}>", 1
        while key in taken:
            again += 1
            key = f"{kind} <{place}/{again}>"
        return key


def _qualified(type_: Type, qualifiers: Iterable[str]) -> Type:
    kept = frozenset(qualifiers) - {"static"}
    match type_:
        case _ if not kept:
            return type_
        case Qualified(of, already):
            return Qualified(of, already | kept)
        case _:
            return Qualified(type_, kept)
