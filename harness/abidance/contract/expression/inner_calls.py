"""Calls of C functions inside of an expression, such as `st_parse(st_print(x)) == x`: each becomes a name.

A library may stand before one: `rust.st_parse(c.st_print(x)) == x`.
A call stands for its `result`; `f(x).out` is what it leaves in an out parameter. One that depends on a loop around it,
`all(f(x, i) > 0 for i in range(n))`, stands for as many calls as that goes through; the name knows which variables
tell.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.contract.expression.functions import FUNCTIONS
from abidance.contract.expression.written_lists import is_unrolled

if TYPE_CHECKING:
    from abidance.contract.expression.positions import ExpressionPositions


@dataclass(frozen=True, slots=True)
class InnerCall:
    """A call as it is written. `name` is what stands for what it leaves, in the expression and in later calls.

    `library` is what stands before the function, if something does.
    `arguments` are as written, each with the keyword that it has or None; calls inside of them are names already.
    """

    name: str
    call: ast.Call
    function: str
    library: ast.Name | None
    arguments: tuple[tuple[ast.keyword | None, ast.expr], ...]
    in_loop: bool = False
    loops: tuple[ast.comprehension, ...] = ()
    """The loops that it depends on, the outermost first."""


_VARIABLES = "loop_variables"


def loop_variables(name: ast.Name) -> tuple[ast.Name, ...]:
    """Return the loop variables that tell which of several calls a name stands for."""
    found: tuple[ast.Name, ...] = getattr(name, _VARIABLES, ())
    return found


@dataclass(slots=True)
class CallLifter(ast.NodeTransformer):
    """Takes the calls of C functions out of a tree, the innermost first."""

    where: ExpressionPositions
    text: str
    found: list[InnerCall] = field(default_factory=list)
    _loops: list[ast.comprehension] = field(default_factory=list)
    """Those around what is visited."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Return the result of a call."""
        return self.generic_visit(node) if not _is_inner(node) else self._field(node, node, "result")

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Return what a call leaves in a parameter."""
        if isinstance(node.value, ast.Call) and _is_inner(node.value):
            return self._field(node, node.value, node.attr)
        return self.generic_visit(node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        """Look inside of a loop."""
        return self._loop(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        """Look inside of a loop."""
        return self._loop(node)

    def _loop(self, node: ast.ListComp | ast.GeneratorExp) -> ast.AST:
        outside = len(self._loops)
        for generator in node.generators:
            generator.iter = self.visit(generator.iter)
            self._loops.append(generator)
            generator.ifs = [self.visit(test) for test in generator.ifs]
        node.elt = self.visit(node.elt)
        del self._loops[outside:]
        return node

    def _field(self, node: ast.expr, call: ast.Call, attribute: str) -> ast.AST:
        written = [(None, each) for each in call.args] + [(each, each.value) for each in call.keywords]
        arguments = tuple((keyword, self.visit(each)) for keyword, each in written)
        source = self.text[slice(*self.where.offsets(call))]
        text = ast.unparse(call) if is_unrolled(call) else " ".join(source.split())
        alike = sum(each.name.partition("#")[0] == text for each in self.found)
        name = text if not alike else f"{text}#{alike + 1}"
        library, function = _called(call)
        loops = self._depends_on([each for _, each in arguments])
        self.found.append(InnerCall(name, call, function, library, arguments, bool(self._loops), loops))
        owner = ast.copy_location(ast.Name(name, ast.Load()), call)
        targets = [each.target for each in loops if isinstance(each.target, ast.Name)]
        setattr(owner, _VARIABLES, tuple(sorted(targets, key=lambda each: each.id)))
        return ast.copy_location(ast.Attribute(owner, attribute, ast.Load()), node)

    def _depends_on(self, arguments: list[ast.expr]) -> tuple[ast.comprehension, ...]:
        """Return the loops around whose variables arguments name, and those that these loops depend on themselves."""
        names = {name for each in arguments for name in _names(each)}
        found: list[ast.comprehension] = []
        for loop in reversed(self._loops):
            if isinstance(loop.target, ast.Name) and loop.target.id in names:
                found.insert(0, loop)
                names = (names - {loop.target.id}) | _names(loop.iter)
        return tuple(found)


def _names(tree: ast.expr) -> set[str]:
    """Return the names in a tree, and the loop variables that its calls depend on."""
    found = [each for each in ast.walk(tree) if isinstance(each, ast.Name)]
    return {each.id for name in found for each in (name, *loop_variables(name))}


def _is_inner(node: ast.Call) -> bool:
    if isinstance(node.func, ast.Attribute):
        return isinstance(node.func.value, ast.Name)
    return isinstance(node.func, ast.Name) and node.func.id not in FUNCTIONS


def _called(call: ast.Call) -> tuple[ast.Name | None, str]:
    """Return the library that stands before a function, if one does, and the function."""
    if isinstance(call.func, ast.Attribute):
        assert isinstance(call.func.value, ast.Name)
        return call.func.value, call.func.attr
    assert isinstance(call.func, ast.Name)
    return None, call.func.id
