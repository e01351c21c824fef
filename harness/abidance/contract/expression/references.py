"""The names and fields that an expression looks at, and which of them nobody declared."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.contract.expression.environment import CONSTANTS, declared
from abidance.core.catalogue import UNKNOWN_NAME
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.nearest import did_you_mean, nearest

if TYPE_CHECKING:
    from abidance.contract.expression.positions import ExpressionPositions
    from abidance.core.span import Span

ELEMENT = "[]"


@dataclass(frozen=True, slots=True)
class Reference:
    """One place that looks at a value: ``request.route`` has the parts ``request`` and ``route``.

    The part ``[]`` stands for any element; a loop variable is written as the elements it runs over, so in
    ``all(x.n > 0 for x in xs)`` there is a reference ``xs[].n``. The first part is as expressions spell
    it, the others are C names. `spans` has one span a part; `old` tells that it is inside ``old(...)``.
    """

    parts: tuple[str, ...]
    spans: tuple[Span, ...]
    span: Span
    old: bool = False

    @property
    def path(self) -> str:
        """Return the parts as one text, such as ``xs[].n``."""
        return join(self.parts)


def join(parts: tuple[str, ...]) -> str:
    """Return parts as one text, such as ``xs[].n``."""
    return ".".join(parts).replace(f".{ELEMENT}", ELEMENT)


@dataclass(frozen=True, slots=True)
class FieldReferences:
    """The fields at a path. `owner` is what has them in words; `places` says where each is declared, if known."""

    owner: str
    names: Collection[str]
    places: Mapping[str, Span] = field(default_factory=dict)


Resolve = Callable[[tuple[str, ...]], FieldReferences | None]
"""From the parts of a path to what fields it has; None when that is not known, which is no error."""

Elements = Mapping[str, tuple[str, ...] | None]
"""Loop variables in sight, each with the path of the elements it runs over, where they have one."""


def path_of(node: ast.expr, elements: Elements) -> tuple[str, ...] | None:
    """Return the path that a node looks at, or None when it is no path or begins at an unnamed element."""
    match node:
        case ast.Name(id=name) if name in elements:
            return elements[name]
        case ast.Name(id=name) if name not in CONSTANTS:
            return (name,)
        case ast.Attribute(value=owner, attr=name):
            base = path_of(owner, elements)
            return None if base is None else (*base, declared(name))
        case ast.Subscript(value=owner, slice=ast.Slice()):
            return path_of(owner, elements)
        case ast.Subscript(value=owner):
            base = path_of(owner, elements)
            return None if base is None else (*base, ELEMENT)
        case ast.Call(func=ast.Name(id="old"), args=[argument]):
            return path_of(argument, elements)
    return None


def references(
    node: ast.AST, where: ExpressionPositions, elements: Elements, *, old: bool = False
) -> Iterator[Reference]:
    """Yield what the tree looks at, in the order written."""
    match node:
        case ast.Name() | ast.Attribute() | ast.Subscript():
            path = path_of(node, elements)
            if path is not None:
                spans = _part_spans(node, where, elements)
                yield Reference(path, spans, where.span(node), old or isinstance(_root(node), ast.Call))
            yield from _indexes(node, where, elements, old=old, whole=path is None)
        case ast.GeneratorExp() | ast.ListComp():
            inner = dict(elements)
            for generator in node.generators:
                yield from references(generator.iter, where, inner, old=old)
                if isinstance(generator.target, ast.Name):
                    base = path_of(generator.iter, inner)
                    inner[generator.target.id] = None if base is None else (*base, ELEMENT)
                for test in generator.ifs:
                    yield from references(test, where, inner, old=old)
            yield from references(node.elt, where, inner, old=old)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            for argument in arguments:
                yield from references(argument, where, elements, old=old or name == "old")
        case _:
            for child in ast.iter_child_nodes(node):
                yield from references(child, where, elements, old=old)


def _indexes(
    node: ast.expr, where: ExpressionPositions, elements: Elements, *, old: bool, whole: bool
) -> Iterator[Reference]:
    """Yield what stands inside the brackets of a path, and its owner when it is no path."""
    root = _root(node)
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        if isinstance(node, ast.Subscript):
            yield from references(node.slice, where, elements, old=old)
        node = node.value
    match root:
        case ast.Call(func=ast.Name(id="old"), args=[argument]) if not whole:
            yield from _indexes(argument, where, elements, old=True, whole=False)
        case ast.expr() if whole and not isinstance(root, ast.Name):
            yield from references(root, where, elements, old=old)


def _root(node: ast.expr) -> ast.expr:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node


def _part_spans(node: ast.expr, where: ExpressionPositions, elements: Elements) -> tuple[Span, ...]:
    match node:
        case ast.Attribute(value=owner, attr=name):
            _, end = where.offsets(node)
            return (*_part_spans(owner, where, elements), where.between(end - len(name), end))
        case ast.Subscript(value=owner, slice=ast.Slice()):
            return _part_spans(owner, where, elements)
        case ast.Subscript(value=owner):
            return (*_part_spans(owner, where, elements), where.span(node))
        case ast.Call(args=[argument]):
            return _part_spans(argument, where, elements)
        case ast.Name(id=name):
            return (where.span(node),) * len(elements.get(name) or (name,))
    return ()


def unknown(reference: Reference, known: Collection[str], resolve: Resolve | None) -> Diagnostic | None:
    """Return the complaint about the first part of a reference that nobody declares."""
    root = reference.parts[0]
    if root not in known:
        label = Label(reference.spans[0], did_you_mean(root, known))
        return Diagnostic(UNKNOWN_NAME, f"unknown name `{root}`", (label,))
    for at, name in enumerate(reference.parts[1:] if resolve else (), 1):
        members = resolve(reference.parts[:at]) if resolve and name != ELEMENT else None
        if members is None or name in members.names:
            continue
        close = nearest(name, members.names)
        labels = [Label(reference.spans[at], did_you_mean(name, members.names))]
        declared_at = members.places.get(close) if close else None
        if declared_at is not None:
            labels.append(Label(declared_at))
        message = f"`{name}` is not a field of {members.owner}"
        if not members.names:
            message = f"`{join(reference.parts[:at])}` has no fields, so no `{name}`"
        return Diagnostic(UNKNOWN_NAME, message, tuple(labels))
    return None
