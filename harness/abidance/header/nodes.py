"""What pycparser's nodes say of themselves: their place, and the attributes on all parts of a declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pycparser import c_ast

from abidance.ir.declarations import Attribute

if TYPE_CHECKING:
    from collections.abc import Iterable

DECLARATORS = (c_ast.TypeDecl, c_ast.PtrDecl, c_ast.ArrayDecl, c_ast.FuncDecl)


def attributes_of(node: Any) -> tuple[Attribute, ...]:
    """Return every attribute that a declaration, typedef or parameter gives to what it declares."""
    groups = list(node.attributes)
    inner = node.type
    while isinstance(inner, DECLARATORS):
        groups += inner.attributes
        inner = inner.type
    # Behind a record's or enum's closing brace an attribute is the type's own.
    defines = getattr(getattr(inner, "type", None), "decls", None) or getattr(
        getattr(inner, "type", None), "values", None
    )
    if isinstance(inner, c_ast.AttributedType) and defines is None:
        groups += inner.attributes
    alignments = [Attribute("aligned", each.alignment.value) for each in getattr(node, "align", None) or []]
    return (*flat(groups), *alignments)


def offset_of(node: Any) -> int:
    """Return the offset of the name that a node declares, or of the first word that it has."""
    inner = node
    while isinstance(inner, (c_ast.Decl, c_ast.Typedef, c_ast.PtrDecl, c_ast.ArrayDecl, c_ast.FuncDecl)):
        inner = inner.type
    for each in (inner, node, getattr(inner, "type", None)):
        if each is not None and each.coord is not None:
            return int(each.coord.column)
    return 0


def flat(groups: Iterable[Any]) -> tuple[Attribute, ...]:
    """Return the attributes of several groups in their order."""
    return tuple(attribute for group in groups for attribute in group.attributes)
