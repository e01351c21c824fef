"""Callbacks that are an allocator's: `allocates` and `frees`, joined with the function's type, and put into a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.values import SOMEWHERE
from abidance.boundary.values.callback_writes import product
from abidance.core.catalogue import TYPE_REFUSED, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c
from abidance.plan import callback_script as p

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.values import Value
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.model import Callback
    from abidance.core.span import Span

_LONGER = ("to", "range", "one_of", "flags", "bool", "enum", "length")


def allocated_result(
    shaper: Shaper, function: c.FunctionType, callback: Callback, declared: Span
) -> tuple[s.Shape, Diagnostic | None]:
    """Return what an allocating callback answers: memory, or NULL where that is valid."""
    assert callback.allocates is not None
    returns, text = callback.returns, shaper.text(function.returns)
    nullable = returns.nullable if returns is not None and returns.nullable is not None else False
    if not isinstance(shaper.declarations.resolve(function.returns), c.Pointer):
        words = f"`allocates` needs a function that returns a pointer, and this one returns `{text}`"
        shaper.problems.contradiction(words, callback.key_span("allocates"), declared)
    for clause in _LONGER:
        if returns is not None and returns.says(clause):
            words = f"`{clause}` does not apply to memory that a callback allocates"
            places = (Label(returns.key_span(clause)), Label(declared))
            shaper.problems.add(Diagnostic(WRONG_VALUE, words, places))
    return s.OpaqueShape(text, nullable=nullable, said=True), _refused(callback, declared)


def _refused(callback: Callback, declared: Span) -> Diagnostic | None:
    """Return why there can be no such allocator: what a plan gives is gone with it."""
    if callback.lifetime is None or callback.lifetime.text != "static":
        return None
    words = "an allocator with `lifetime: static` cannot be tested: its memory ends with the test case"
    return Diagnostic(TYPE_REFUSED, words, (Label(callback.key_span("lifetime")), Label(declared)))


def freed_parameter(
    shaper: Shaper, function: c.FunctionType, callback: Callback, members: Sequence[s.Member], declared: Span
) -> tuple[int | None, Diagnostic | None]:
    """Return the number of the parameter in which memory comes back, and why that cannot be."""
    if callback.frees is None:
        return None, None
    name = callback.frees
    known: dict[str, Span | None] = {member.name: member.declared for member in members}
    if name.text not in known:
        shaper.problems.unknown("parameter", name.text, name.span, known, f"`{shaper.text(function)}`")
        return None, None
    number = next(n for n, member in enumerate(members) if member.name == name.text)
    if not isinstance(shaper.declarations.resolve(function.parameters[number]), c.Pointer):
        text = shaper.text(function.parameters[number])
        shaper.problems.contradiction(f"`{name}` is not a pointer: it is a `{text}`", name.span, declared)
    return number, _refused(callback, declared)


def part_of(shape: CallbackShape, number: int, outer: Mapping[str, object]) -> p.Allocator | None:
    """Return what makes a callback part of an allocator; raises EvaluationError for a size that is no product."""
    if not shape.allocator:
        return None
    scale, room = product(shape, shape.allocates, outer) if shape.allocates is not None else (1, ())
    return p.Allocator(number, shape.allocates is not None, scale, room, shape.zeroed, shape.frees)


def answers(script: Sequence[Value]) -> tuple[bytes, ...]:
    """Return the answers of an allocating callback as a plan has them."""
    return tuple(int(answer is SOMEWHERE).to_bytes(8, "little") for answer in script)
