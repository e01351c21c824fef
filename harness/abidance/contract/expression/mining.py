"""Values worth trying: the constants of an expression, each with what it is compared with."""

from __future__ import annotations

import ast
from itertools import islice
from typing import TYPE_CHECKING

from abidance.contract.expression.facts import MinedLiteral, Operand
from abidance.contract.expression.folding import ConstantFolder, with_loops
from abidance.contract.expression.functions import pattern
from abidance.contract.expression.references import Elements, join, path_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_WAYS = 8
"""So many texts of a form are tried."""


def literals(node: ast.expr, folder: ConstantFolder, elements: Elements) -> Iterator[MinedLiteral]:
    """Yield every constant, folded: ``LIMIT - 1`` is one value."""
    constant = folder.constant(node, elements)
    if constant:
        yield from _values(constant[0], None)
        return
    match node:
        case ast.Compare(left=left, comparators=others):
            sides = [left, *others]
            for before, after in zip(sides, others, strict=False):
                yield from _compared(before, after, folder, elements)
                yield from _compared(after, before, folder, elements)
            for side in sides:
                if folder.constant(side, elements) is None:
                    yield from literals(side, folder, elements)
        case ast.Call(func=ast.Name(id="is_utf8"), args=[asked]):
            operand = folder.operand(asked, elements)
            yield from (MinedLiteral(edge, operand) for edge in UTF8_EDGES)
            yield from literals(asked, folder, elements)
        case ast.Call(func=ast.Name(id="matches"), args=[asked, ast.Constant(value=str() | bytes() as form)]):
            operand = folder.operand(asked, elements)
            yield from (MinedLiteral(text, operand) for text in _of_form(form))
            yield from literals(asked, folder, elements)
        case ast.Subscript(value=owner, slice=index):
            yield from _needed_length(owner, index, folder, elements)
            yield from literals(owner, folder, elements)
        case ast.GeneratorExp(generators=loops, elt=element) | ast.ListComp(generators=loops, elt=element):
            inner = with_loops(loops, elements)
            for part in (
                *(loop.iter for loop in loops),
                *(test for loop in loops for test in loop.ifs),
                element,
            ):
                yield from literals(part, folder, inner)
        case _:
            yield from _children(node, folder, elements)


def _of_form(form: str | bytes) -> Iterator[bytes]:
    """Yield short texts of the form, which together take its first steps, and what is near to one and not of it."""
    texts = [
        "".join(next((each for each in letters if each.isalnum()), letters[0]) for letters in way).encode(
            "latin-1"
        )
        for way in islice(pattern(form).walks(), _WAYS)
    ]
    yield from dict.fromkeys(
        (*texts, *(near for text in texts[:1] for near in (text[:-1], text + text[-1:])))
    )


def _children(node: ast.AST, folder: ConstantFolder, elements: Elements) -> Iterator[MinedLiteral]:
    children = node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
    for child in children:
        if isinstance(child, ast.expr):
            yield from literals(child, folder, elements)


def _compared(
    side: ast.expr, other: ast.expr, folder: ConstantFolder, elements: Elements
) -> Iterator[MinedLiteral]:
    constant = folder.constant(side, elements)
    if constant:
        operand = folder.operand(other, elements)
        if operand is None and isinstance(other, ast.Subscript) and _is_start(other):
            # `buf[:4] == b"\x89PNG"`: the buffer that is this value keeps the condition.
            operand = folder.operand(other.value, elements)
        yield from _values(constant[0], operand)


def _is_start(node: ast.Subscript) -> bool:
    cut = node.slice
    return isinstance(cut, ast.Slice) and cut.lower is None and cut.step is None


def _needed_length(
    owner: ast.expr, index: ast.expr, folder: ConstantFolder, elements: Elements
) -> Iterator[MinedLiteral]:
    """Yield the lengths at which an index or the ends of a slice are just inside, and what is in them."""
    path = path_of(owner, elements)
    ends = (index.lower, index.upper) if isinstance(index, ast.Slice) else (index,)
    for end in ends:
        constant = folder.constant(end, elements) if end else None
        if end and constant is None:
            yield from literals(end, folder, elements)
        elif constant and path and isinstance(constant[0], int) and constant[0] >= 0:
            yield MinedLiteral(constant[0] + (end is index), Operand(join(path), length=True))


def _values(value: object, operand: Operand | None) -> Iterator[MinedLiteral]:
    match value:
        case bool() | None:
            return
        case int() | float() | bytes():
            yield MinedLiteral(value, operand)
        case range() if value:
            yield MinedLiteral(value[0], operand)
            yield MinedLiteral(value[-1], operand)
        case list():
            for item in value:
                yield from _values(item, operand)


UTF8_EDGES = (
    b"\xed\xa0\x80",  # a surrogate: U+D800
    b"\xed\x9f\xbf",  # the last character before them
    b"\xc0\x80",  # NUL, longer than it has to be
    b"\xe0\x80\x80",
    b"\xe0\xa0\x80",  # the first character of three bytes
    b"\xf0\x80\x80\x80",
    b"\xf0\x90\x80\x80",  # the first one of four
    b"\xf4\x8f\xbf\xbf",  # the last one of all
    b"\xf4\x90\x80\x80",  # one past it
    b"\xf8\x88\x80\x80\x80",
    b"\x80",  # a byte that continues nothing
    b"\xe2\x82",  # a character that is cut short
)
