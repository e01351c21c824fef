"""From pycparser's tree of a header to `ir.declarations`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pycparser import c_ast

from abidance.header import attributes
from abidance.header.lower_types import TypeLowering, attributes_of, offset_of
from abidance.ir.declarations import (
    Attribute,
    Declarations,
    Enum,
    Function,
    Parameter,
    Record,
    Typedef,
    Variable,
    spell,
)
from abidance.ir.types import EnumRef, FunctionType, Qualified, RecordRef, Unsupported

if TYPE_CHECKING:
    from abidance.core.span import Span
    from abidance.header.unit import Unit

_ASM = frozenset((attributes.ASM_LABEL,))
_GNU_INLINE = frozenset(("gnu_inline",))


def lower(tree: Any, unit: Unit, header: Span) -> Declarations:
    """Return what the tree declares."""
    return _Lowering(unit, header).lower(tree)


class _Lowering:
    def __init__(self, unit: Unit, header: Span) -> None:
        self._unit = unit
        self._functions: dict[str, Function] = {}
        self._ranks: dict[str, tuple[bool, bool, bool]] = {}
        self._records: dict[str, Record] = {}
        self._enums: dict[str, Enum] = {}
        self._typedefs: dict[str, Typedef] = {}
        self._variables: dict[str, Variable] = {}
        self._declarations = Declarations(
            header, self._functions, self._records, self._enums, self._typedefs, self._variables, unit.macros
        )
        self._types = TypeLowering(unit, self._declarations, self._records, self._enums)

    def lower(self, tree: Any) -> Declarations:
        for node in tree.ext:
            match node:
                case c_ast.FuncDef():
                    self._declare(node.decl, body=True)
                case c_ast.Decl():
                    self._declare(node, body=False)
                case c_ast.Typedef():
                    self._typedef(node)
        return self._declarations

    def _typedef(self, node: Any) -> None:
        found = attributes_of(node)
        type_ = self._types.lower(node.type, found)
        if node.name not in self._typedefs:
            self._typedefs[node.name] = Typedef(node.name, type_, self._types.span(node, node.name), found)
        match type_.of if isinstance(type_, Qualified) else type_:
            case RecordRef(key) if not self._records[key].spelling:
                self._records[key] = replace(self._records[key], spelling=node.name)
            case EnumRef(key) if not self._enums[key].spelling:
                self._enums[key] = replace(self._enums[key], spelling=node.name)

    def _declare(self, node: Any, *, body: bool) -> None:
        found = attributes_of(node)
        type_ = self._types.lower(node.type, found)
        if node.name is None:
            return
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
            case _ if "static" not in node.storage and node.name not in self._variables:
                label = attributes.find(found, _ASM)
                self._variables[node.name] = Variable(
                    node.name,
                    type_,
                    self._types.span(node, node.name),
                    (label.arguments if label else None) or "",
                    "_Thread_local" in node.storage,
                    tuple(each for each in found if each.name not in _ASM),
                )

    def _function(
        self, node: Any, signature: FunctionType, found: tuple[Attribute, ...], *, body: bool
    ) -> None:
        span = self._types.span(node, node.name)
        parameters, variadic, prototype = self._parameters(node, signature, span)
        label = attributes.find(found, _ASM)
        kept = tuple(attribute for attribute in found if attribute.name not in _ASM)
        function = Function(
            node.name,
            (label.arguments if label else None) or node.name,
            signature.returns,
            parameters,
            span,
            variadic,
            prototype,
            _is_inline(node, found, body=body),
            (*kept, *([Attribute("noreturn")] if "_Noreturn" in node.funcspec else [])),
        )
        # Redeclarations agree on the type (C11 6.7p4), so the one that tells a reader most is kept.
        rank = (
            function.prototype,
            all(parameter.name for parameter in function.parameters),
            not self._unit.in_system_header(offset_of(node)),
        )
        before = self._functions.get(node.name)
        if before is None:
            self._functions[node.name], self._ranks[node.name] = function, rank
            return
        best = function if rank > self._ranks[node.name] else before
        self._ranks[node.name] = max(rank, self._ranks[node.name])
        self._functions[node.name] = replace(
            best,
            symbol=before.symbol if before.symbol != before.name else function.symbol,
            inline=before.inline and function.inline,
            attributes=tuple(dict.fromkeys((*before.attributes, *function.attributes))),
        )

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
