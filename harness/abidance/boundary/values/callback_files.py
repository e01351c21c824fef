"""Where a callback reads in a plan, and what it does with the position at which another one reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import RESULT_NAME, NothingShape, PointerShape, ScalarShape
from abidance.boundary.values.callback_writes import counted_by_result, length_of, product, reading, succeeds
from abidance.boundary.values.memory import pack_scalar
from abidance.plan.callback_script import CallbackNumber, FileAnswer, Position

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.values import Script


def position(
    callback: CallbackShape, script: Script, outer: Mapping[str, object], cursor: int | None = None
) -> Position | None:
    """Return where what a callback reads begins, and in which turn; raises EvaluationError for no product of numbers.

    What there is are its turns, one after the other. Where nobody is told how much it was, the first is all there is,
    over and over. With a `cursor`, that is where it begins, or that of its file where it is told where to.
    """
    if not callback.reads_in_place:
        return None
    scale, numbers = (1, ()) if callback.at is None else product(callback, callback.at, outer)
    number, read = reading(callback)
    name = read.member.name
    lengths: tuple[int | None, ...] = tuple(map(length_of, script.answers))
    if number is not None:
        lengths = tuple(length_of(turn[name]) if name in turn else None for turn in script.written)
    count = 0 if number is None else None
    return Position(
        scale,
        numbers,
        read.memory.unit,
        lengths,
        number,
        count,
        repeats=not (read.told or callback.whole),
        cursor=cursor,
        stored=callback.reads_file,
        placed=cursor is not None and callback.at is not None,
        whole=callback.whole,
        fails=failure(callback) if callback.whole and not callback.until_end else None,
    )


def file_answer(
    callback: CallbackShape, script: Script, outer: Mapping[str, object], cursor: int | None
) -> FileAnswer | None:
    """Return what a callback does with position number `cursor` of the plan; None where that is not its own to move.

    Raises EvaluationError where how much it writes is no product of numbers.
    """
    use = callback.file
    if use is None or cursor is None:
        return None
    turns = script.answers or ((None,) if isinstance(callback.result, NothingShape) else ())
    if use.data is not None:
        memory = callback.members[use.data].shape
        assert isinstance(memory, PointerShape)
        assert memory.length is not None
        scale, numbers = product(callback, memory.length, outer)
        return FileAnswer(
            cursor,
            use.action,
            tuple(succeeds(callback, each) for each in turns),
            failure(callback),
            data=use.data,
            scale=scale * memory.unit,
            numbers=numbers,
            counted=callback.at_most is not None,
            size=memory.unit,
            own=use.own,
            begin=product(callback, callback.at, outer) if callback.at is not None else None,
        )
    return FileAnswer(
        cursor,
        use.action,
        tuple(succeeds(callback, each) for each in turns),
        failure(callback),
        _number(callback, use.place),
        _number(callback, use.whence),
        use.relative,
        use.bounded,
        in_result=use.told == RESULT_NAME,
        written=use.told not in ("", RESULT_NAME),
    )


def failure(callback: CallbackShape) -> bytes:
    """Return what a callback answers that is asked for what it cannot do."""
    shape = callback.result
    if not isinstance(shape, ScalarShape):
        return b""
    others = [each for each in shape.listed if not succeeds(callback, each)]
    if others:
        return pack_scalar(shape, others[0])
    counts = (callback.at_most is not None or counted_by_result(callback)) and shape.lowest >= 0  # 0: nothing
    return bytes(shape.size) if shape.kind == "bool" or counts else b"\xff" * shape.size


def success(callback: CallbackShape) -> int:
    """Return what a callback answers that does as it is asked, where that tells no number besides."""
    shape = callback.result
    assert isinstance(shape, ScalarShape)
    return int(shape.listed[0]) if shape.listed else 1 if shape.kind == "bool" else max(int(shape.lowest), 0)


def can_fail(callback: CallbackShape) -> bool:
    """Tell whether a callback has an answer that says that it has failed."""
    shape = callback.result
    if not isinstance(shape, ScalarShape):
        return False
    if shape.listed:
        return not all(succeeds(callback, each) for each in shape.listed)
    return shape.kind == "bool" or shape.lowest < 0 or counted_by_result(callback)


def _number(callback: CallbackShape, index: int | None) -> CallbackNumber | None:
    if index is None:
        return None
    shape = callback.members[index].shape
    assert isinstance(shape, ScalarShape)
    return CallbackNumber(index, shape.size, signed=shape.signed or shape.size == _WIDEST)


_WIDEST = 8
"""A number of so many bytes is one below 0 where its highest bit is set, whatever its type, as of `lseek`."""
