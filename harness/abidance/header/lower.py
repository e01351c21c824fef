"""From pycparser's tree of one declaration to the entries of `ir.declarations` that it brings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pycparser import c_ast

from abidance.header import attributes
from abidance.header.entries import Ranked
from abidance.header.lower_types import INFERRED, TypeLowering
from abidance.header.nodes import attributes_of, offset_of
from abidance.ir.declarations import Attribute, Function, Macro, Parameter, Typedef, Variable, spell
from abidance.ir.types import EnumRef, FunctionType, Qualified, RecordRef, Unsupported

if TYPE_CHECKING:
    from abidance.core.span import Span
    from abidance.header.entries import DeclarationEntries
    from abidance.header.surroundings import Surroundings
    from abidance.ir.types import Type

_ASM = frozenset((attributes.ASM_LABEL,))
_VISIBILITY = frozenset(("visibility",))
_GNU_INLINE = frozenset(("gnu_inline",))


def lower(tree: Any, surroundings: Surroundings, entries: DeclarationEntries) -> None:
    """Add what the tree declares to `entries`, to which `surroundings.declarations` looks already."""
    lowering = _Lowering(surroundings, entries)
    for node in tree.ext:
        match node:
            case c_ast.FuncDef():
                lowering.declare(node.decl, body=True)
            case c_ast.Decl():
                lowering.declare(node, body=False)
            case c_ast.Typedef():
                lowering.typedef(node)


class _Lowering:
    def __init__(self, surroundings: Surroundings, entries: DeclarationEntries) -> None:
        self._unit = surroundings.unit
        self._declarations = surroundings.declarations
        self._symbols = surroundings.symbols
        self._visibility = surroundings.visibility
        self._pushed = surroundings.pushed
        self._entries = entries
        self._types = TypeLowering(surroundings, entries)

    def typedef(self, node: Any) -> None:
        """Add a typedef; a record or enum without a tag goes by it (C11 6.7.8p3)."""
        found = (*attributes_of(node), *self._pushed.attributes(offset_of(node)))
        type_ = self._types.lower(node.type, found)
        if node.name not in self._entries.typedefs:
            self._entries.typedefs[node.name] = Typedef(
                node.name, type_, self._types.span(node, node.name), found
            )
        records, enums = self._entries.records, self._entries.enums
        match type_.of if isinstance(type_, Qualified) else type_:
            case RecordRef(key) if key in records and not records[key].spelling:
                records[key] = replace(records[key], spelling=node.name)
            case EnumRef(key) if key in enums and not enums[key].spelling:
                enums[key] = replace(enums[key], spelling=node.name)

    def declare(self, node: Any, *, body: bool) -> None:
        """Add a function, an object, or only the types that a declaration without a name defines."""
        found = (*attributes_of(node), *self._pushed.attributes(offset_of(node)))
        type_ = self._types.lower(node.type, found)
        if node.name is None:
            return
        seen_by = self._visibility(offset_of(node))
        if seen_by and attributes.find(found, _VISIBILITY) is None:
            found = (*found, Attribute("visibility", f'"{seen_by}"'))
        match type_:
            case Unsupported(spelling, _) | Qualified(Unsupported(spelling, _)) if spelling == INFERRED:
                type_ = self._types.typeof(node.name)
        convention = self._types.foreign_convention(found)
        match self._declarations.resolve(type_):
            case FunctionType() as signature:
                self._function(node, signature, found, body=body)
            case Unsupported() if isinstance(node.type, c_ast.FuncDecl) and convention:
                returns = self._types.lower(node.type.type)
                refused = Unsupported(
                    spell(returns, "", self._declarations), f"calling convention `{convention}`"
                )
                self._function(node, FunctionType(refused, ()), found, body=body)
            case _ if "constexpr" in node.storage or self._is_static_const(node, type_):
                span = self._types.span(node, node.name)
                text = getattr(node.init, "value", "")
                static = "constexpr" not in node.storage
                self._entries.constants[node.name] = Macro(node.name, text, span, static=static)
            case _ if "static" not in node.storage and node.name not in self._entries.variables:
                label = attributes.find(found, _ASM)
                self._entries.variables[node.name] = Variable(
                    node.name,
                    type_,
                    self._types.span(node, node.name),
                    (label.arguments if label else None) or self._symbols.get(node.name, ""),
                    "_Thread_local" in node.storage,
                    tuple(each for each in found if each.name not in _ASM),
                )

    def _is_static_const(self, node: Any, type_: Type) -> bool:
        """Tell whether each reader of the header has an object of its own that keeps the value told here."""
        return "static" in node.storage and node.init is not None and self._declarations.is_const(type_)

    def _function(
        self, node: Any, signature: FunctionType, found: tuple[Attribute, ...], *, body: bool
    ) -> None:
        span = self._types.span(node, node.name)
        parameters, variadic, prototype = self._parameters(node, signature, span)
        label = attributes.find(found, _ASM)
        kept = tuple(attribute for attribute in found if attribute.name not in _ASM)
        function = Function(
            node.name,
            (label.arguments if label else None) or self._symbols.get(node.name, node.name),
            signature.returns,
            parameters,
            span,
            variadic,
            prototype,
            _is_inline(node, found, body=body),
            (*kept, *([Attribute("noreturn")] if "_Noreturn" in node.funcspec else [])),
        )
        rank = (
            function.prototype,
            all(parameter.name for parameter in function.parameters),
            not self._unit.in_system_header(offset_of(node)),
        )
        self._entries.functions.append(Ranked(function, rank))

    def _parameters(
        self, node: Any, signature: FunctionType, span: Span
    ) -> tuple[tuple[Parameter, ...], bool, bool]:
        if isinstance(node.type, c_ast.FuncDecl):
            return self._types.parameters(node.type)
        # `typedef int callback(int); callback on_event;` declares a function without a parameter list.
        listed = tuple(Parameter("", type_, span) for type_ in signature.parameters)
        return listed, signature.variadic, signature.prototype


def _is_inline(node: Any, found: tuple[Attribute, ...], *, body: bool) -> bool:
    """Tell whether this declaration promises no exported symbol (C11 6.7.4p7; not so in GNU inline)."""
    if "static" in node.storage:
        return True
    gnu = attributes.find(found, _GNU_INLINE) is not None
    return body and not gnu and "inline" in node.funcspec and "extern" not in node.storage
