"""What a callback writes to memory that it is given: how much room there is, and who is told how much was used."""

from __future__ import annotations

import ast
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import pointee
from abidance.boundary.model.types import Member, PointerShape, ScalarShape, What
from abidance.boundary.values.memory import pack
from abidance.contract.expression import EvaluationError, declared
from abidance.plan import callback_script as p

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.types import Shape
    from abidance.boundary.model.values import Script, Value
    from abidance.contract.expression import Expression

RESULT = "result"


@dataclass(frozen=True, slots=True)
class Written:
    """A parameter of a callback that it writes to.

    `told` names what says how much: the callback's ``result``, another parameter that it writes, or nothing.
    """

    index: int
    member: Member
    shape: PointerShape
    told: str = ""

    @property
    def lends(self) -> PointerShape | None:
        """Return the pointer that is written, where memory is lent by one; None where it is memory that is written."""
        inner = self.shape.element
        return inner if self.shape.what is What.ONE and isinstance(inner, PointerShape) else None

    @property
    def memory(self) -> PointerShape:
        """Return the memory that is written, or lent."""
        return self.lends or self.shape

    def count(self, value: Value) -> int:
        """Return how many elements are lent, as `told` tells it."""
        return len(value) if isinstance(value, bytes | list) else 0

    @property
    def size(self) -> int:
        """Return the size of one element in bytes."""
        return self.memory.element.size if self.memory.what in (What.ONE, What.ARRAY) else 1

    def raw(self, value: Value) -> bytes:
        """Return the bytes of what is written, or lent."""
        if isinstance(value, bytes):
            return value
        items = value if self.memory.what is What.ARRAY and isinstance(value, list) else [value]
        raw = bytearray(len(items) * self.size)
        for n, item in enumerate(items):
            pack(self.memory.element, item, raw, n * self.size, self.member.name, no_pointer)
        return bytes(raw)


def written_by(callback: CallbackShape) -> tuple[Written, ...]:
    """Return what a callback's script says the contents of: not the numbers that tell how much that is."""
    out = {
        m.name: (n, m, m.shape)
        for n, m in enumerate(callback.members)
        if isinstance(m.shape, PointerShape) and m.shape.direction.written
    }
    counts = _counts(callback)
    found = []
    for name, (index, member, shape) in out.items():
        told = ""
        memory = shape.element if isinstance(shape.element, PointerShape) else shape
        if memory.what is not What.ONE and memory.length is not None:
            names = {declared(each) for each in memory.length.names}
            told = next((each for each in (RESULT, *sorted(counts - {name})) if each in names), "")
        found.append(Written(index, member, shape, told))
    tellers = {each.told for each in found} | {counted_answer(callback), told_of_file(callback)}
    return tuple(each for each in found if each.member.name not in tellers)


def told_of_file(callback: CallbackShape) -> str:
    """Return the parameter to which a callback writes a number of what another reads; empty where there is none."""
    return "" if callback.file is None or callback.file.told == RESULT else callback.file.told


def _counts(callback: CallbackShape) -> set[str]:
    """Return the parameters behind which a callback writes a whole number."""
    return {m.name for m in callback.members if written_number(m.shape)}


def written_number(shape: Shape) -> bool:
    """Tell whether a parameter is a pointer to a whole number that a callback writes."""
    if not isinstance(shape, PointerShape) or not shape.direction.written or shape.what is not What.ONE:
        return False
    return isinstance(shape.element, ScalarShape) and shape.element.kind != "float"


def counted_answer(callback: CallbackShape) -> str:
    """Return the parameter that a callback writes how much its answer points at to; empty where there is none."""
    answer = callback.result
    if not isinstance(answer, PointerShape) or answer.what is What.ONE or answer.length is None:
        return ""
    name = declared(answer.length.sole_name) if answer.length.sole_name else ""
    return name if name in _counts(callback) else ""


def reading(callback: CallbackShape) -> tuple[int | None, Written]:
    """Return what a callback reads that is told where, and which of what it writes that is; None for its answer."""
    if counted := counted_answer(callback):
        assert isinstance(callback.result, PointerShape)
        answer = Member(RESULT, callback.result, callback.result.span)
        return None, Written(0, answer, callback.result, counted)
    found = enumerate(written_by(callback))
    return next((number, each) for number, each in found if each.memory.what in _CONTENTS)


def places_read(callback: CallbackShape) -> tuple[str, ...]:
    """Return where a callback puts bytes or elements that it reads: its parameters, or the result."""
    found = tuple(each.member.name for each in written_by(callback) if each.memory.what in _CONTENTS)
    return (*found, RESULT) if counted_answer(callback) else found


_CONTENTS = (What.BYTES, What.ARRAY)


def reads_contents(callback: CallbackShape) -> bool:
    """Tell whether a callback hands out contents that come to an end, all of them in however many pieces."""
    ends = callback.whole or bool(counted_answer(callback)) or any(e.told for e in written_by(callback))
    return callback.has_contents and ends


def contents(callback: CallbackShape, script: Script) -> Value:
    """Return all that there is for a callback to read, in whatever order; of what is repeated, one round."""
    number, read = reading(callback)
    turns = script.answers if number is None else tuple(t.get(read.member.name) for t in script.written)
    parts = [each for each in turns if isinstance(each, bytes | list)]
    parts = parts if read.told or callback.whole else parts[:1]
    if any(isinstance(each, list) for each in parts):
        return [item for each in parts if isinstance(each, list) for item in each]
    return b"".join(each for each in parts if isinstance(each, bytes))


def counted_by_result(callback: CallbackShape) -> bool:
    """Tell whether a callback's answer says how much it has written."""
    return any(each.told == RESULT for each in written_by(callback))


def writes(
    callback: CallbackShape,
    turns: Sequence[Mapping[str, Value]],
    outer: Mapping[str, object],
    lend: Callable[[PointerShape, Value, str], int],
    answers: Sequence[Value] = (),
) -> Iterator[p.Write]:
    """Yield the plan's writes; raises EvaluationError for room that is no product of numbers.

    `lend` returns the block that memory which is lent lies in.
    """
    if name := told_of_file(callback):
        number, one = _behind(callback, name)
        wrote = [bytes(one.size) if succeeds(callback, each) else None for each in answers or (None,)]
        yield p.Write(number, tuple(wrote), one.size)
    if counted := counted_answer(callback):
        number, one = _behind(callback, counted)
        told = tuple(length_of(answer).to_bytes(8, "little")[: one.size] for answer in answers)
        yield p.Write(number, told, one.size)
    for each in written_by(callback):
        if (lent := each.lends) is not None:
            index, width = None, 0
            if each.told == RESULT:
                index = p.RESULT_TOLD
            elif each.told:
                index, one = _behind(callback, each.told)
                width = one.size
            name = each.member.name
            blocks = tuple(
                struct.pack("<QQ", lend(lent, turn[name], f"{name}[{n}]"), each.count(turn[name]))
                if name in turn
                else None
                for n, turn in enumerate(turns)
            )
            yield p.Write(each.index, blocks, 8, (), index, width, lends=True)
            continue
        contents = tuple(
            each.raw(turn[each.member.name]) if each.member.name in turn else None for turn in turns
        )
        clause = each.shape.capacity or (None if each.told else each.shape.length)
        scale, room = (1, ()) if clause is None else product(callback, clause, outer)
        unit, units = 1, tuple[p.CallbackNumber, ...]()
        goes: int | None = None
        width = 0
        if each.told and each.shape.length is not None:
            unit, units = product(callback, each.shape.length, outer, without=each.told)
            goes = p.RESULT_TOLD
            if each.told != RESULT:
                goes, one = _behind(callback, each.told)
                width = one.size
        yield p.Write(
            each.index, contents, scale * each.size, room, goes, width, max(unit, 1) * each.size, units
        )


def succeeds(callback: CallbackShape, answer: Value) -> bool:
    """Tell whether a callback does as it is asked in a turn: of what it may return only the first says so.

    Where that is a range and no list, all that is not below 0 does.
    """
    shape = callback.result
    if not isinstance(shape, ScalarShape) or not isinstance(answer, int | float):
        return True
    if shape.kind == "bool":
        return bool(answer)
    return answer == shape.listed[0] if shape.listed else answer >= 0


def most_answered(callback: CallbackShape, outer: Mapping[str, object]) -> p.Most | None:
    """Return what a callback answers at most; raises EvaluationError for what is no product of numbers."""
    if callback.at_most is None:
        return None
    signed = isinstance(callback.result, ScalarShape) and callback.result.signed
    return p.Most(*product(callback, callback.at_most, outer), signed)


def _behind(callback: CallbackShape, name: str) -> tuple[int, ScalarShape]:
    """Return which parameter has a name, and the number that it leads to."""
    index, member = next((n, m) for n, m in enumerate(callback.members) if m.name == name)
    assert isinstance(member.shape, PointerShape)
    assert isinstance(member.shape.element, ScalarShape)
    return index, member.shape.element


def length_of(answer: Value) -> int:
    """Return how many elements an answer has, or leads to."""
    return len(answer) if isinstance(answer, bytes | list) else 0


def shown(written: Written, value: Value, size: int, skipped: int = 0) -> Value:
    """Return what came to stand in memory: `size` bytes of a value that was repeated, or cut.

    Of its elements, so many were `skipped` first.
    """
    if written.shape.what is What.ONE:
        return value
    if skipped and isinstance(value, bytes):
        value = value[skipped:] + value[:skipped]
    elif skipped and isinstance(value, list):
        value = [*value[skipped:], *value[:skipped]]
    count = size // written.size
    assert isinstance(value, bytes | list)
    if not value:
        return bytes(count) if isinstance(value, bytes) else []
    return (value * (count // len(value) + 1))[:count]


def product(
    callback: CallbackShape, clause: Expression, outer: Mapping[str, object], without: str = ""
) -> tuple[int, tuple[p.CallbackNumber, ...]]:
    """Return a clause as a number times what the callback is given; `without` is left out of it."""
    own = {m.name: (n, m.shape) for n, m in enumerate(callback.members)}
    scale, numbers = 1, []
    for factor in _factors(ast.parse(clause.text.strip(), mode="eval").body):
        match factor:
            case ast.Name(id=name) if declared(name) == without:
                continue
            case ast.Name(id=name) if declared(name) in own:
                index, shape = own[declared(name)]
                behind = isinstance(shape, PointerShape)
                inner = pointee(shape)
                if isinstance(inner, ScalarShape) and inner.kind != "float" and inner.size <= 8:
                    numbers.append(p.CallbackNumber(index, inner.size, behind, inner.signed))
                    continue
            case ast.Name(id=name) if isinstance(number := outer.get(name), int):
                scale *= max(int(number), 0)
                continue
            case ast.Constant(value=int(value)):
                scale *= value
                continue
        message = f"`{clause.text}` is neither a number nor a product of the callback's numbers"
        raise EvaluationError(message, clause.span)
    return scale, tuple(numbers)


def _factors(tree: ast.expr) -> Iterator[ast.expr]:
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult):
        yield from _factors(tree.left)
        yield from _factors(tree.right)
    else:
        yield tree


def no_pointer(_shape: Shape, _value: Value, _at: int, _path: str, _around: object) -> None:
    """Leave a pointer NULL: a callback writes none."""
