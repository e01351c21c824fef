"""Lengths and room that another function tells, `length: st_value_size(st, i)`, joined with that function.

It is called right after the one that left the pointer, or right before the one that is given the room, so it must not
change what that one has left or finds: it only reads.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.boundary import AskedLength, AskedRoom
from abidance.boundary.resolve.calls_after import arguments_after
from abidance.boundary.values.inner_pointers import BEHIND
from abidance.contract.expression import EvaluationError
from abidance.contract.language.clauses import Name
from abidance.contract.model.places import TargetPromise
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.boundary import BoundaryFunction, FollowUpArgument, HandleLife
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.expression import Expression
    from abidance.contract.expression.expression import CallInside
    from abidance.contract.model import Contract, FunctionPromise
    from abidance.core.span import Span


def asked_functions(contract: Contract) -> Iterator[Name]:
    """Yield the functions that tell how much others have left, or how much room they are given."""
    for promise in contract.functions.values():
        for told in (*_lengths_to_ask(promise).values(), *_rooms(promise)):
            yield from (Name(call.function, call.span) for call in told.calls)


def _lengths_to_ask(promise: FunctionPromise) -> dict[str, Expression]:
    """Return the lengths that functions tell, by the paths of the pointers."""
    found = {s.RESULT_NAME: promise.returns.length} if promise.returns is not None else {}
    for name, param in promise.params.items():
        if isinstance(param.points_at, TargetPromise):
            found[f"{name}{BEHIND}"] = param.points_at.length
    return {path: length for path, length in found.items() if length is not None and length.calls}


def _rooms(promise: FunctionPromise) -> list[Expression]:
    """Return the capacities that functions tell."""
    found = (param.capacity for param in promise.params.values())
    return [each for each in found if each is not None and each.calls]


class AskedLengths:
    """Reads which functions tell how much the calls of others leave or have room for; `problems` has what is wrong."""

    def __init__(
        self,
        functions: Mapping[str, BoundaryFunction],
        handles: Mapping[str, HandleLife],
        constants: Mapping[str, int],
        problems: Problems,
    ) -> None:
        self._functions = functions
        self._handles = handles
        self._constants = constants
        self._problems = problems

    def read(self, function: BoundaryFunction) -> BoundaryFunction:
        """Return a function with those that tell how much it leaves."""
        if function.promise is None:
            return function
        asks = [
            self._one(function, path, length) for path, length in _lengths_to_ask(function.promise).items()
        ]
        rooms = [self._room(function, call) for each in _rooms(function.promise) for call in each.calls]
        if rooms:
            self._check_is_no_maker(function)
        found = {each.text: each for each in rooms if each is not None}
        return replace(
            function,
            asks=tuple(each for each in asks if each is not None),
            rooms=tuple(found.values()),
        )

    def _room(self, function: BoundaryFunction, call: CallInside) -> AskedRoom | None:
        asked = self._functions.get(call.function)
        if asked is None:
            return None  # which is told where functions are looked for
        refusal = self._no_length(call, asked)
        if refusal is not None:
            self._problems.add(refusal)
            return None
        arguments = self._arguments(function, asked, call, before=True)
        if arguments is None:
            return None
        return AskedRoom(asked.name, arguments, _shape_of_answer(asked), call.name, call.span)

    def _arguments(
        self, function: BoundaryFunction, asked: BoundaryFunction, call: CallInside, *, before: bool = False
    ) -> tuple[FollowUpArgument, ...] | None:
        """Return what a function is asked with after a call, or before it; complain where it cannot be asked."""
        written = [(None if name is None else Name(*name), each) for name, each in call.arguments]
        arguments = arguments_after(function, asked, written, call.span, self._constants, self._problems)
        if arguments is None:
            return None
        late = _late(function, arguments) if before else ""
        if late:
            message = f"`{late}` is known only after the call, and `{asked.name}` is asked before it"
            self._problems.add(_refused(message, call.span, asked))
            return None
        why = self._changes(asked) or self._out_of_order(function, asked, before=before)
        why = why or _misfit(function, asked, arguments)
        if why:
            self._problems.add(_refused(why, call.span, asked, _READS))
            return None
        return arguments

    def _check_is_no_maker(self, function: BoundaryFunction) -> None:
        """Complain about a call that handles are made, prepared or destroyed with: nobody is asked before those."""
        for life in self._handles.values():
            prepares = (name for name, _ in life.prepare)
            if function.name in (*life.creates, life.destroy, life.acquire, *prepares):
                message = (
                    f"`{function.name}` makes, prepares or destroys a `{life.name}`, and nobody is asked how much room "
                    "that is given"
                )
                self._problems.add(_refused(message, function.span, remedy="say `capacity` as a number"))

    def _one(self, function: BoundaryFunction, path: str, length: Expression) -> AskedLength | None:
        call = length.calls[0]
        asked, scale = self._functions.get(call.function), self._scale(length)
        if asked is None:
            return None  # which is told where functions are looked for
        refusal = self._refusal(function, path, length, asked)
        if refusal is not None or scale is None:
            self._problems.add(refusal or _refused(_no_product(length), length.span, remedy=_PRODUCT))
            return None
        arguments = self._arguments(function, asked, call)
        if arguments is None:
            return None
        return AskedLength(
            path, asked.name, arguments, scale, _shape_of_answer(asked), call.name, length.span
        )

    def _refusal(
        self, function: BoundaryFunction, path: str, length: Expression, asked: BoundaryFunction
    ) -> Diagnostic | None:
        """Return why nobody is asked for a length here, or not this function."""
        call = length.calls[0]
        if not _is_left(function, path):
            name = path.removesuffix(BEHIND)
            message = (
                f"`{name}` is no memory that the call leaves behind a pointer, so nobody is asked its length"
            )
            return _refused(message, length.span)
        return self._no_length(call, asked)

    def _no_length(self, call: CallInside, asked: BoundaryFunction) -> Diagnostic | None:
        """Return why a function tells no length, wherever that is."""
        shape = asked.result.shape
        if call.library is not None:
            return _refused("a library has no place here: both are of one", call.library[1])
        if not isinstance(shape, s.ScalarShape) or shape.kind not in ("int", "enum"):
            message = f"`{asked.name}` returns `{asked.result.spelling}`, which is no length"
            return _refused(message, call.span, asked)
        return None

    def _scale(self, length: Expression) -> int | None:
        """Return what the length is for each that the function tells; None where it is not just multiplied."""
        tree, call = length.tree, length.calls[0].name
        if len(length.calls) > 1:
            return None
        factor = None
        if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult):
            sides = [each for each in (tree.left, tree.right) if not _is_call(each, call)]
            factor = sides[0] if len(sides) == 1 else tree
        elif not _is_call(tree, call):
            factor = tree
        if factor is not None and any(isinstance(n, ast.Name) and n.id == call for n in ast.walk(factor)):
            return None
        if not length.names <= {call, *self._constants}:
            return None
        try:
            scale = length.evaluate({**self._constants, call: {s.RESULT_NAME: 1}})
        except EvaluationError:
            return None
        return scale if isinstance(scale, int) and 0 < scale <= _MOST else None

    def _changes(self, asked: BoundaryFunction) -> str:
        """Return what a function does that is more than to read, empty where it does nothing else."""
        name = asked.name
        for life in self._handles.values():
            if name in (*life.creates, life.destroy, life.acquire):
                return (
                    f"`{name}` makes, keeps or destroys a `{life.name}`, and what tells a length only reads"
                )
            moved = life.machine.transitions.get(name) if life.machine is not None else None
            if moved is not None and (moved.once or moved.targets):
                return f"`{name}` may change the state of a `{life.name}`, and what tells a length only reads"
        for member in asked.members:
            shape = member.shape
            if isinstance(shape, s.HandleShape) and (shape.owner or shape.made or shape.into):
                return f"`{name}` decides whose `{member.name}` is, and what tells a length only reads"
            if isinstance(shape, s.PointerShape) and (shape.direction.written or shape.handed):
                return f"`{name}` writes `{member.name}`, and what tells a length only reads"
            if isinstance(shape, s.CallbackShape | s.RecordShape):
                return (
                    f"`{member.name}` of `{name}` is neither a number, nor a handle, nor memory that is read"
                )
        return ""

    def _out_of_order(
        self, function: BoundaryFunction, asked: BoundaryFunction, *, before: bool = False
    ) -> str:
        """Return where a handle may be after a call, or before it, in which a function may not be called on it."""
        for life in self._handles.values():
            machine = life.machine
            if machine is None or asked.name not in machine.transitions:
                continue
            moved = machine.transitions.get(function.name) if not before else None
            after = machine.lawful(function.name) if moved is None or not moved.targets else frozenset[str]()
            after |= {each.state for each in moved.targets} if moved is not None else frozenset()
            for state in sorted(after - machine.lawful(asked.name)):
                when = "before" if before else "after"
                return f"a `{life.name}` may be in `{state}` {when} `{function.name}`, where `{asked.name}` is unlawful"
        return ""


def _shape_of_answer(asked: BoundaryFunction) -> s.ScalarShape:
    shape = asked.result.shape
    assert isinstance(shape, s.ScalarShape)  # what returns anything else was refused
    return shape


def _late(function: BoundaryFunction, arguments: tuple[FollowUpArgument, ...]) -> str:
    """Return an argument that is known only after the call, empty where all are known before."""
    members = {member.name: member.shape for member in function.members}
    for given in arguments:
        shape = members.get(given.parameter)
        written = isinstance(shape, s.PointerShape) and not shape.direction.read
        if written or (isinstance(shape, s.HandleShape) and shape.made):
            return given.parameter
    return ""


def _refused(
    message: str, span: Span, asked: BoundaryFunction | None = None, remedy: str | None = None
) -> Diagnostic:
    labels = (Label(span), *((Label(asked.declaration.span),) if asked is not None else ()))
    return Diagnostic(WRONG_VALUE, message, labels, help=remedy)


def _no_product(length: Expression) -> str:
    return f"`{length.text}` is more than one call and a number that it is multiplied by"


_MOST = 1 << 16
_PRODUCT = "say `length: f(x)`, or `length: 4 * f(x)`"
_READS = (
    "a function that tells a length is given parameters of this call as they are, its `result` or constants, and "
    "leaves everything as it was"
)


def _is_call(node: ast.expr, call: str) -> bool:
    """Tell whether a part of a length is what a call returns."""
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=s.RESULT_NAME):
            return name == call
    return False


def _is_left(function: BoundaryFunction, path: str) -> bool:
    """Tell whether the pointer at a path is the library's own, in its result or behind an out parameter."""
    shape: s.Shape | None = function.result.shape
    if path != s.RESULT_NAME:
        member = next((m for m in function.members if f"{m.name}{BEHIND}" == path), None)
        outer = member.shape if member is not None else None
        if not isinstance(outer, s.PointerShape) or outer.direction is not s.Direction.OUT:
            return False
        shape = outer.element
    return isinstance(shape, s.PointerShape) and shape.what in (s.What.BYTES, s.What.ARRAY)


def _misfit(
    function: BoundaryFunction, asked: BoundaryFunction, arguments: tuple[FollowUpArgument, ...]
) -> str:
    """Return which argument is none that the function takes, empty where all fit."""
    members = {member.name: member for member in function.members}
    for member, given in zip(asked.members, arguments, strict=True):
        wanted, where = member.shape, f"`{member.name}` of `{asked.name}`"
        if not given.parameter:
            if not isinstance(wanted, s.ScalarShape):
                return f"{where} is no number, so no constant is given for it"
            continue
        passed = members[given.parameter].shape if given.parameter != s.RESULT_NAME else function.result.shape
        if isinstance(wanted, s.HandleShape) or isinstance(passed, s.HandleShape):
            kinds = [each.handle if isinstance(each, s.HandleShape) else "" for each in (wanted, passed)]
            if kinds[0] != kinds[1]:
                return (
                    f"`{given.parameter}` is no `{kinds[0]}`, which {where} is"
                    if kinds[0]
                    else (f"`{given.parameter}` is a `{kinds[1]}`, and {where} is none")
                )
            if isinstance(passed, s.HandleShape) and passed.owner == "callee":
                return f"`{given.parameter}` is not the caller's any more when `{asked.name}` is called"
            continue
        if isinstance(wanted, s.ScalarShape) != isinstance(passed, s.ScalarShape):
            return f"`{given.parameter}` is not what {where} is"
        if isinstance(passed, s.PointerShape) and passed.handed:
            return f"`{given.parameter}` is not the caller's any more when `{asked.name}` is called"
    return ""
