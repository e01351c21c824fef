"""Writes down what a callback answers and writes, turn by turn: what a script of a run says (`generate/scripts.py`)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import (
    RESULT_NAME,
    ArrayShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.values.callback_writes import (
    RESULT,
    counted_answer,
    counted_by_result,
    no_pointer,
    written_by,
)
from abidance.boundary.values.memory import pack
from abidance.generate.scope import LONG, ROOMY
from abidance.generate.scripts import ending, failures, highest, scripts
from abidance.native.target.input_format import CallbackAnswers, Length, TurnMemory
from abidance.native.target.memory_steps import is_plain
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.texts import codec_check

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.types import Shape, TaggedUnion
    from abidance.boundary.values.callback_writes import Written
    from abidance.native.target.input_format import Frame, Path

    ElementPlan = Callable[[Shape, str], Frame]
    """What writes down the steps of one element, by its shape and by what the contract calls it."""

_MANY = 16
"""Elements that are made one by one, and stored with the script, are at most so many."""


def plan_script(path: Path, shape: CallbackShape, name: str, element: ElementPlan) -> CallbackAnswers:
    """Return the step of a callback, which the contract calls `name`; raises NotCompiledError."""
    result = shape.result
    if shape.allocates is not None:
        return CallbackAnswers(path, shape, None)
    if shape.by:
        return CallbackAnswers(path, shape, None, by_content=tuple(scripts(shape)))
    written = written_by(shape)
    if shape.whole:  # what turns there are, it succeeds in, and then there is no more
        return CallbackAnswers(
            path, shape, None, written=tuple(_written(each, shape, name, element) for each in written)
        )
    by_result, counted = counted_by_result(shape), counted_answer(shape)
    frame = None
    if isinstance(result, ScalarShape | RecordShape) and not by_result:
        frame = element(_filled(result), f"{name}.result")
    return CallbackAnswers(
        path,
        shape,
        frame,
        returns=_pointed_at(result, RESULT_NAME, name, element, counted=bool(counted))
        if isinstance(result, PointerShape)
        else None,
        written=tuple(_written(each, shape, name, element) for each in written),
        failures=tuple(failures(result)) if by_result and isinstance(result, ScalarShape) else (),
        ending=_ending(shape, written) if counted or any(each.told for each in written) else None,
    )


def _pointed_at(
    shape: PointerShape, place: str, name: str, element: ElementPlan, *, counted: bool
) -> TurnMemory:
    """Return what an answer, or a pointer that is written, leads to.

    Of what is `counted`, the callback tells how many elements that are.
    """
    if is_plain(shape) and shape.what is not What.ONE:
        frame = None
    else:
        frame = element(_filled(shape.element), f"{name}.{place}[]")
    if shape.what is What.ONE:
        length = Length(1, 1)
    elif (shape.what is What.STRING or shape.codec) and codec_check(shape.codec) is None:
        raise NotCompiledError(f"a callback that hands out text in {shape.encoding}")
    elif shape.what is What.STRING:
        length = Length(0, LONG if shape.limit is None else shape.limit)
    elif counted:
        length = Length(1, ROOMY if frame is None else _MANY)
    elif shape.length is None:
        raise NotCompiledError("a callback that hands out memory of no known length")
    else:
        length = Length(exactly=shape.length)
    size = shape.element.size if shape.what in (What.ONE, What.ARRAY) else 1
    return TurnMemory(place, shape, size, length, frame, shape.nullable)


def _written(written: Written, callback: CallbackShape, name: str, element: ElementPlan) -> TurnMemory:
    """Return what is written in one turn, or lent."""
    shape, result = written.memory, callback.result
    by_result = written.told == RESULT
    if written.lends is not None and not written.told:
        return replace(_pointed_at(shape, written.member.name, name, element, counted=False), lent=True)
    plain = is_plain(shape) and shape.what is not What.ONE
    most = min(ROOMY if plain else _MANY, highest(result) if by_result else ROOMY)
    least = max(int(result.lowest), 0) if by_result and isinstance(result, ScalarShape) else 1
    least = 0 if callback.whole else least
    length = Length(1, 1) if shape.what is What.ONE else Length(min(least, most), most)
    frame = None if plain else element(_filled(shape.element), f"{name}.{written.member.name}[]")
    lent = written.lends is not None
    return TurnMemory(written.member.name, shape, written.size, length, frame, answered=by_result, lent=lent)


def _ending(callback: CallbackShape, written: tuple[Written, ...]) -> tuple[bytes, tuple[bytes | None, ...]]:
    """Return the answer, and the bytes of each part, of the turn in which nothing is left to write."""
    answer, contents = ending(callback, written)
    result = callback.result
    if isinstance(result, PointerShape) and result.nullable is not True and not counted_answer(callback):
        raise NotCompiledError("a callback that writes to memory and returns some")
    parts = tuple(
        each.raw(contents[each.member.name]) if each.member.name in contents else None for each in written
    )
    answered = bytearray(result.size if isinstance(result, ScalarShape | RecordShape) else 0)
    if answered:
        pack(result, answer, answered, 0, RESULT, no_pointer)
    return bytes(answered), parts


def _filled(shape: Shape, told: tuple[TaggedUnion, ...] = ()) -> Shape:
    """Return the parts of an element that scripts fill: not the unions of which no tag tells what lives in them."""
    match shape:
        case RecordShape(members=members):
            told = (*told, *shape.variants)
            unions = {each.union for each in told if not each.path}
            kept = []
            for member in members:
                if unions >= {union for union, _ in member.within}:
                    inside = tuple(replace(e, path=e.path[1:]) for e in told if e.path[:1] == (member.name,))
                    kept.append(replace(member, shape=_filled(member.shape, inside)))
            return replace(shape, members=tuple(kept))
        case ArrayShape(of=of):
            return replace(shape, of=_filled(of))
    return shape
