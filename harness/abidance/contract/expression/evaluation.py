"""A checked syntax tree to closures, built once: no code object, no builtins, every step bounded."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from abidance.contract.expression.environment import (
    CALLS,
    CONSTANTS,
    EachAnswer,
    Environment,
    RecordWithBefore,
    field_of,
)
from abidance.contract.expression.errors import EvaluationError, NotAskedError, OperationError
from abidance.contract.expression.functions import FUNCTIONS, Apply
from abidance.contract.expression.inner_calls import loop_variables
from abidance.contract.expression.operations import (
    COMPARE,
    MAX_STEPS,
    UNARY,
    binary,
    integer,
    length,
    plain,
    sequence,
    truth,
)
from abidance.contract.expression.show import show

if TYPE_CHECKING:
    from abidance.contract.expression.positions import ExpressionPositions


@dataclass(slots=True)
class EvaluationFrame:
    """One evaluation: the environment now and before the call, the loop variables, the steps left.

    Within ``old(x)`` the environment is that before the call, and `after` is the other one.
    """

    now: Environment
    before: Environment | None
    after: Environment | None = None
    loops: dict[int, object] = field(default_factory=dict)
    steps: int = MAX_STEPS

    def spend(self, steps: int) -> None:
        """Count elements that were looked at."""
        self.steps -= steps
        if self.steps < 0:
            raise OperationError(f"this looks at more than {MAX_STEPS} elements")


Code = Callable[[EvaluationFrame], object]
Scope = Mapping[str, int]
"""Loop variables in sight, each with the slot that holds it: an inner one may shadow an outer one."""


def build(node: ast.expr, where: ExpressionPositions, scope: Scope) -> Code:
    """Return what evaluates `node`."""
    match node:
        case ast.Constant(value=value):
            return _constant(plain(value))
        case ast.Name():
            return _name(node, where, scope)
        case ast.Attribute():
            return _field(node, where, scope)
        case ast.Subscript():
            return _subscript(node, where, scope)
        case ast.UnaryOp():
            return _unary(node, where, scope)
        case ast.BinOp():
            return _binary(node, where, scope)
        case ast.BoolOp():
            return _bool(node, where, scope)
        case ast.Compare():
            return _compare(node, where, scope)
        case ast.IfExp():
            test = condition(node.test, where, scope)
            then, other = build(node.body, where, scope), build(node.orelse, where, scope)
            return lambda frame: then(frame) if test(frame) else other(frame)
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            items = [build(part, where, scope) for part in parts]
            return lambda frame: [item(frame) for item in items]
        case ast.ListComp() | ast.GeneratorExp():
            loop = comprehension(node, where, scope)
            return lambda frame: list(loop(frame))
        case ast.Call(func=ast.Name(id=name)):
            return _call(name, node, where, scope)
        case _:
            raise AssertionError(ast.dump(node))


def condition(node: ast.expr, where: ExpressionPositions, scope: Scope) -> Callable[[EvaluationFrame], bool]:
    """Return what evaluates `node` to true or false, or refuses its value."""
    code = build(node, where, scope)

    def run(frame: EvaluationFrame) -> bool:
        try:
            return truth(code(frame))
        except OperationError as error:
            raise where.failure(node, error) from None

    return run


def _constant(value: object) -> Code:
    return lambda _frame: value


def _name(node: ast.Name, where: ExpressionPositions, scope: Scope) -> Code:
    name = node.id
    if name in scope:
        return _loop_variable(scope[name])
    if name in CONSTANTS:
        return _constant(CONSTANTS[name])
    if variables := loop_variables(node):
        return _one_of_several(node, [build(each, where, scope) for each in variables], where)

    def run(frame: EvaluationFrame) -> object:
        try:
            return plain(frame.now[name])
        except KeyError:
            raise where.failure(node, f"`{name}` has no value here") from None
        except OperationError as error:
            raise where.failure(node, error) from None

    return run


def _one_of_several(node: ast.Name, variables: list[Code], where: ExpressionPositions) -> Code:
    """Return what gives what one call of several has left: that for the values which loop variables have."""

    def run(frame: EvaluationFrame) -> object:
        values = tuple(variable(frame) for variable in variables)
        try:
            several = frame.now[node.id]
        except KeyError:
            several = None
        numbers = tuple(value for value in values if isinstance(value, int))
        if not isinstance(several, EachAnswer) or numbers not in several.answers:
            raise NotAskedError(where.span(node), node.id)
        try:
            return plain(several.answers[numbers])
        except OperationError as error:
            raise where.failure(node, error) from None

    return run


def _loop_variable(slot: int) -> Code:
    def run(frame: EvaluationFrame) -> object:
        value = frame.loops[slot]
        return value.before if frame.after is not None and isinstance(value, RecordWithBefore) else value

    return run


def _field(node: ast.Attribute, where: ExpressionPositions, scope: Scope) -> Code:
    owner, name = build(node.value, where, scope), node.attr
    text = ast.unparse(node.value)

    def run(frame: EvaluationFrame) -> object:
        record = _invoked(owner, frame) if name == CALLS and frame.after is not None else owner(frame)
        try:
            return plain(field_of(record, name))
        except OperationError as error:
            message = f"`{text}` is null, so it has no `{name}`" if record is None else error
            raise where.failure(node, message) from None

    return run


def _invoked(owner: Code, frame: EvaluationFrame) -> object:
    """Return a callback as it was before: the call has invoked it, so nothing before the call knows of that."""
    before, after = frame.now, frame.after
    assert after is not None
    frame.now, frame.after = after, None
    try:
        found = owner(frame)
    except EvaluationError:
        found = None
    finally:
        frame.now, frame.after = before, after
    return found.before if isinstance(found, RecordWithBefore) else owner(frame)


def _subscript(node: ast.Subscript, where: ExpressionPositions, scope: Scope) -> Code:
    owner, text = build(node.value, where, scope), ast.unparse(node.value)
    if isinstance(node.slice, ast.Slice):
        return _slice(node, node.slice, where, scope)
    index = build(node.slice, where, scope)

    def run(frame: EvaluationFrame) -> object:
        try:
            items, at = sequence(owner(frame)), integer(index(frame))
            return plain(items[at])
        except IndexError:
            raise where.failure(
                node, f"index {show(at)} is outside `{text}`, which has {_many(items)}"
            ) from None
        except OperationError as error:
            raise where.failure(node, error) from None

    return run


def _many(items: Sequence[object]) -> str:
    try:
        return "1 element" if length(items) == 1 else f"{length(items)} elements"
    except OperationError:
        return "too many elements"


def _slice(node: ast.Subscript, cut: ast.Slice, where: ExpressionPositions, scope: Scope) -> Code:
    owner = build(node.value, where, scope)
    limits = [build(part, where, scope) if part else None for part in (cut.lower, cut.upper, cut.step)]

    def run(frame: EvaluationFrame) -> object:
        try:
            items = sequence(owner(frame))
            low, high, step = (integer(limit(frame)) if limit else None for limit in limits)
            if step == 0:
                raise OperationError("the step of a slice is zero")
            part = items[low:high:step]
            if not isinstance(part, range):
                frame.spend(len(part))
        except OperationError as error:
            raise where.failure(node, error) from None
        else:
            return part

    return run


def _unary(node: ast.UnaryOp, where: ExpressionPositions, scope: Scope) -> Code:
    operand, operation = build(node.operand, where, scope), UNARY[type(node.op)]

    def run(frame: EvaluationFrame) -> object:
        try:
            return operation(operand(frame))
        except OperationError as error:
            raise where.failure(node.operand, error) from None

    return run


def _binary(node: ast.BinOp, where: ExpressionPositions, scope: Scope) -> Code:
    left, right, kind = build(node.left, where, scope), build(node.right, where, scope), type(node.op)

    def run(frame: EvaluationFrame) -> object:
        try:
            return binary(kind, left(frame), right(frame), frame.spend)
        except OperationError as error:
            raise where.failure(node, error) from None

    return run


def _bool(node: ast.BoolOp, where: ExpressionPositions, scope: Scope) -> Code:
    parts = [condition(value, where, scope) for value in node.values]
    if isinstance(node.op, ast.And):
        return lambda frame: all(part(frame) for part in parts)
    return lambda frame: any(part(frame) for part in parts)


def _compare(node: ast.Compare, where: ExpressionPositions, scope: Scope) -> Code:
    first = build(node.left, where, scope)
    rest = [
        (COMPARE[type(operator)], build(operand, where, scope))
        for operator, operand in zip(node.ops, node.comparators, strict=True)
    ]

    def run(frame: EvaluationFrame) -> object:
        left = first(frame)
        for operation, operand in rest:
            right = operand(frame)
            try:
                if not operation(left, right, frame.spend):
                    return False
            except OperationError as error:
                raise where.failure(node, error) from None
            left = right
        return True

    return run


def _call(name: str, node: ast.Call, where: ExpressionPositions, scope: Scope) -> Code:
    if name == "old":
        return _old(node, where, scope)
    if name == "implies":
        given, then = (condition(argument, where, scope) for argument in node.args)
        return lambda frame: not given(frame) or then(frame)
    loop = node.args[0]
    if name in {"all", "any"} and isinstance(loop, (ast.GeneratorExp, ast.ListComp)):
        pick = all if name == "all" else any
        run_loop = comprehension(loop, where, scope, as_condition=True)
        return lambda frame: pick(cast("Iterator[bool]", run_loop(frame)))
    apply = cast("Apply", FUNCTIONS[name].apply)  # the two without are handled above
    arguments = [build(argument, where, scope) for argument in node.args]

    def run(frame: EvaluationFrame) -> object:
        values = [argument(frame) for argument in arguments]
        try:
            return apply(values, frame.spend)
        except OperationError as error:
            raise where.failure(node, error) from None

    return run


def _old(node: ast.Call, where: ExpressionPositions, scope: Scope) -> Code:
    argument = build(node.args[0], where, scope)

    def run(frame: EvaluationFrame) -> object:
        if frame.before is None:
            raise where.failure(node, "there are no values from before the call here")
        now, after = frame.now, frame.after
        frame.now, frame.after = frame.before, now if after is None else after
        try:
            return argument(frame)
        finally:
            frame.now, frame.after = now, after

    return run


def comprehension(
    node: ast.GeneratorExp | ast.ListComp,
    where: ExpressionPositions,
    scope: Scope,
    *,
    as_condition: bool = False,
) -> Callable[[EvaluationFrame], Iterator[object]]:
    """Return what yields the values of a comprehension; each loop variable gets a slot of its own."""
    inner = dict(scope)
    loops: list[tuple[ast.expr, Code, int, list[Callable[[EvaluationFrame], bool]]]] = []
    for generator in node.generators:
        source = build(generator.iter, where, inner)
        slot = id(generator)
        inner[cast("ast.Name", generator.target).id] = slot
        loops.append(
            (generator.iter, source, slot, [condition(test, where, inner) for test in generator.ifs])
        )
    element = condition(node.elt, where, inner) if as_condition else build(node.elt, where, inner)

    def run(frame: EvaluationFrame, depth: int = 0) -> Iterator[object]:
        if depth == len(loops):
            yield element(frame)
            return
        written, source, slot, tests = loops[depth]
        try:
            items = iter(sequence(source(frame)))
            for item in items:
                frame.spend(1)
                frame.loops[slot] = plain(item)
                if all(test(frame) for test in tests):
                    yield from run(frame, depth + 1)
        except OperationError as error:
            raise where.failure(written, error) from None

    return run
