"""The parts of an expression that are constants, once the header's constants are known."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.contract.expression.environment import CONSTANTS
from abidance.contract.expression.errors import EvaluationError
from abidance.contract.expression.evaluation import EvaluationFrame, build
from abidance.contract.expression.facts import Operand
from abidance.contract.expression.references import Elements, join, path_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.expression.positions import ExpressionPositions

_STEPS = 10_000  # for one constant part; evaluation itself has many more
_WIDEST = 1000  # bits; each number of no more is a finite `double`
_NEVER = (ast.Attribute, ast.GeneratorExp, ast.ListComp)


@dataclass(frozen=True, slots=True)
class ConstantFolder:
    """Tells constants from operands."""

    where: ExpressionPositions
    constants: Mapping[str, object]

    def constant(self, node: ast.expr, elements: Elements) -> tuple[object] | None:
        """Return the value, in a tuple, of a part that depends on nothing but constants."""
        if not self._depends_on_constants(node, elements):
            return None
        try:
            value = build(node, self.where, {})(EvaluationFrame(self.constants, None, steps=_STEPS))
        except EvaluationError:
            return None
        return (value,) if _is_near(value) else None

    def operand(self, node: ast.expr, elements: Elements) -> Operand | None:
        """Return the path that a part is, or the path whose `len` it is."""
        match node:
            case ast.Call(func=ast.Name(id="len"), args=[inner]):
                operand = self.operand(inner, elements)
                return None if operand is None or operand.length else Operand(operand.path, length=True)
            case ast.Name() | ast.Attribute():
                path = path_of(node, elements)
                return Operand(join(path)) if path and path[0] not in self.constants else None
        return None

    def _depends_on_constants(self, node: ast.AST, elements: Elements) -> bool:
        match node:
            case ast.Name(id=name):
                return name not in elements and (name in CONSTANTS or name in self.constants)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return name != "old" and all(self._depends_on_constants(part, elements) for part in arguments)
        if isinstance(node, _NEVER):
            return False
        return all(
            self._depends_on_constants(child, elements)
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.expr)
        )


def _is_near(value: object) -> bool:
    """Tell whether what a constant says of values is worth following: no number that is beyond every type."""
    if isinstance(value, list):
        return all(map(_is_near, value))
    ends = (value.start, value.stop, value.step) if isinstance(value, range) else (value,)
    return not any(isinstance(end, int) and end.bit_length() > _WIDEST for end in ends)


def with_loops(generators: list[ast.comprehension], elements: Elements) -> Elements:
    """Return the loop variables in sight inside a comprehension."""
    inner = dict(elements)
    for generator in generators:
        if isinstance(generator.target, ast.Name):
            base = path_of(generator.iter, inner)
            inner[generator.target.id] = None if base is None else (*base, "[]")
    return inner
