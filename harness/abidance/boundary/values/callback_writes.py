"""What a callback writes to memory that it is given: how much room there is, and who is told how much was used."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import pointee
from abidance.boundary.model.types import PointerShape, ScalarShape, What
from abidance.boundary.values.memory import pack
from abidance.contract.expression import EvaluationError, declared
from abidance.plan import callback_script as p

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abidance.boundary.model.types import CallbackShape, Member, Shape
    from abidance.boundary.model.values import Value
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
    def size(self) -> int:
        """Return the size of one element in bytes."""
        return 1 if self.shape.what is What.BYTES else self.shape.element.size

    def raw(self, value: Value) -> bytes:
        """Return the bytes of what is written."""
        if isinstance(value, bytes):
            return value
        items = value if self.shape.what is What.ARRAY and isinstance(value, list) else [value]
        raw = bytearray(len(items) * self.size)
        for n, item in enumerate(items):
            pack(self.shape.element, item, raw, n * self.size, self.member.name, _no_pointer)
        return bytes(raw)


def written_by(callback: CallbackShape) -> tuple[Written, ...]:
    """Return what a callback's script says the contents of: not the numbers that tell how much that is."""
    out = {
        m.name: (n, m, m.shape)
        for n, m in enumerate(callback.members)
        if isinstance(m.shape, PointerShape) and m.shape.direction.written
    }
    counts = {
        name
        for name, (_, _, shape) in out.items()
        if shape.what is What.ONE and isinstance(shape.element, ScalarShape) and shape.element.kind != "float"
    }
    found = []
    for name, (index, member, shape) in out.items():
        told = ""
        if shape.what is not What.ONE and shape.length is not None:
            names = {declared(each) for each in shape.length.names}
            told = next((each for each in (RESULT, *sorted(counts - {name})) if each in names), "")
        found.append(Written(index, member, shape, told))
    tellers = {each.told for each in found}
    return tuple(each for each in found if each.member.name not in tellers)


def counted_by_result(callback: CallbackShape) -> bool:
    """Tell whether a callback's answer says how much it has written."""
    return any(each.told == RESULT for each in written_by(callback))


def writes(
    callback: CallbackShape, turns: Sequence[Mapping[str, Value]], outer: Mapping[str, object]
) -> Iterator[p.Write]:
    """Yield the plan's writes; raises EvaluationError for room that is no product of numbers."""
    for each in written_by(callback):
        contents = tuple(
            each.raw(turn[each.member.name]) if each.member.name in turn else None for turn in turns
        )
        clause = each.shape.capacity or (None if each.told else each.shape.length)
        scale, room = (1, ()) if clause is None else product(callback, clause, outer)
        unit, units = 1, tuple[p.CallbackNumber, ...]()
        told: int | None = None
        width = 0
        if each.told and each.shape.length is not None:
            unit, units = product(callback, each.shape.length, outer, without=each.told)
            told = p.RESULT_TOLD
            if each.told != RESULT:
                told, member = next((n, m) for n, m in enumerate(callback.members) if m.name == each.told)
                assert isinstance(member.shape, PointerShape)
                width = member.shape.element.size
        yield p.Write(
            each.index, contents, scale * each.size, room, told, width, max(unit, 1) * each.size, units
        )


def shown(written: Written, value: Value, size: int) -> Value:
    """Return what came to stand in memory: `size` bytes of a value that was repeated, or cut."""
    if written.shape.what is What.ONE:
        return value
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


def _no_pointer(_shape: Shape, _value: Value, _at: int, _path: str, _around: object) -> None:
    """Leave a pointer NULL: a callback writes none."""
