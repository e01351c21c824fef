"""How much memory a pointer of a call points at, and which of it may be any bytes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import number_of, single
from abidance.boundary.model.types import (
    AddressShape,
    PointerShape,
    ScalarShape,
    What,
)
from abidance.boundary.values.length_parameters import ends_at_nul, lengths_of_terminated
from abidance.boundary.values.memory import is_byte, pack_scalar, tail_of
from abidance.contract.expression import spelling
from abidance.generate.scalars import sizes_listed
from abidance.generate.scope import LONG, ROOMY
from abidance.native.target.input_format import (
    LARGEST,
    BoundArgument,
    Length,
)
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.types import Member, Shape
    from abidance.generate.hints import Hints
    from abidance.native.target.scope import PlanScope

_MANY = 64
"""Elements that are made one by one are at most so many."""
_MOST_SIZES = 64
"""Of so many lengths at most, of which a list has all, the target chooses one."""


class Lengths:
    """Makes the lengths of buffers that `hints` limit."""

    def __init__(self, hints: Hints) -> None:
        self._hints = hints

    def tied(
        self,
        members: tuple[Member, ...],
        name: str,
        groups: Mapping[str, tuple[Member, ...]],
        scope: PlanScope,
    ) -> Length:
        """Return the length of the buffers that one number is the length of."""
        number = number_of(next(m for m in members if m.name == name).shape)
        assert number is not None
        if number.kind == "float" or number.size > 8:
            raise NotCompiledError(f"`{name}` is no length that C can hold")
        path = f"{scope.prefix}{name}"
        low, high = self._hints.bounds(path).narrow(int(number.lowest), int(number.highest))
        terminated, counted = _terminated(groups[name], low, high), high >= 0
        low, high, roof = max(low, 0), high if counted else LARGEST, LARGEST
        for member in groups[name]:
            shape = member.shape
            assert isinstance(shape, PointerShape)
            inner = f"{scope.prefix}{member.name}"
            low, high = self._hints.bounds(f"len({inner})").narrow(low, high)
            if only := self._hints.only(inner):
                counts = [len(contents) // unit(shape) for contents in only]
                low, high = max(low, min(counts)), min(high, max(counts))
            if shape.limit is not None:
                roof = min(roof, shape.limit)
            else:
                roof = min(roof, ROOMY if is_byte(shape.element) else max(ROOMY // max(unit(shape), 1), 64))
            if not is_plain(shape):
                roof = min(roof, _MANY)
        most = max(min(high, roof), low)
        if low > high:
            raise NotCompiledError(f"`{path}` has no valid value")
        sizes = sizes_listed(number, low, most) if counted else None
        if sizes is not None:
            if not 0 < len(sizes) <= _MOST_SIZES:
                raise NotCompiledError(f"`{path}` is one of so many lengths, or of such large ones")
            if any(isinstance(m.shape, PointerShape) and m.shape.ended_by is not None for m in groups[name]):
                raise NotCompiledError(f"`{path}` is one of a few lengths, and an element ends the array")
            low, most = sizes[0], sizes[-1]
        return Length(
            low, most, tied=(*scope.path, name), terminated=terminated, counted=counted, sizes=sizes or ()
        )

    def own(self, member: Member, shape: PointerShape, scope: PlanScope) -> Length:
        """Return the length of a buffer that no number beside it is tied to."""
        name = f"{scope.prefix}{member.name}"
        clause = shape.length
        length = Length()
        if clause is not None and shape.may_end_at_nul:
            told = scope.given.get(shape.length_name)
            if not isinstance(told, int):
                raise NotCompiledError(
                    f"`{shape.length_name}` says how long a text is, or that its NUL ends it"
                )
            if not ends_at_nul(shape, told):
                return Length(exactly=told if 0 <= told <= LARGEST else 0, terminated=())
            length = Length(terminated=(told,), counted=False)
        elif clause is not None:
            told = shape.length_name
            if told in scope.given and not isinstance(scope.given[told], ScalarShape):
                number = scope.given[told]
                # No memory is as long as an invalid length may be; what is there has nothing in it then.
                return Length(
                    exactly=int(number) if isinstance(number, int) and 0 <= number <= LARGEST else 0
                )
            if clause.names <= scope.names:
                return Length(exactly=clause)
        roof = shape.limit if shape.limit is not None else LONG if shape.what is What.STRING else ROOMY
        if not is_plain(shape):
            roof = min(roof, _MANY)
        low, high = self._hints.bounds(f"len({name})").narrow(0, roof)
        return replace(length, least=low, most=max(low, high))

    def given(self, shape: PointerShape, scope: PlanScope) -> Length:
        """Return the length of memory whose contents are given: a number is set to it, or must be it."""
        clause, name = shape.length, shape.length_name
        if clause is not None and shape.may_end_at_nul:
            return _of_given_text(shape, name, scope)
        if clause is None or name in scope.given:
            return Length()
        if name in scope.lengths:
            return Length(tied=(*scope.path, name))
        return Length(exactly=clause) if clause.names <= scope.names else Length()


def _of_given_text(shape: PointerShape, name: str, scope: PlanScope) -> Length:
    """Return what a text that is given says of its length, where that may tell that its NUL ends it."""
    if name not in scope.given:  # as of text that may be any, but for what its length is
        return Length(tied=(*scope.path, name), terminated=())
    told = scope.given[name]
    if isinstance(told, BoundArgument):
        return Length(exactly=shape.length, terminated=())
    if isinstance(told, int) and ends_at_nul(shape, told):
        return Length(terminated=(told,), counted=False)
    return Length(terminated=())


def _terminated(group: tuple[Member, ...], low: int, high: int) -> tuple[int, ...] | None:
    """Return lengths between two that say that a NUL ends it; None where none ever does."""
    first = group[0].shape
    assert isinstance(first, PointerShape)
    if not any(isinstance(each.shape, PointerShape) and each.shape.may_end_at_nul for each in group):
        return None
    if len(group) > 1:
        raise NotCompiledError("several texts of one length, that their NULs may end")
    return lengths_of_terminated(first, low, high)


def measured_first(members: tuple[Member, ...]) -> Iterator[Member]:
    """Return members in such an order that memory comes behind what its length is worked out of.

    Raises NotCompiledError where two of them are waiting for each other.
    """
    shapes = {spelling(m.name): m for m in members if isinstance(m.shape, PointerShape)}
    done: dict[str, bool] = {}

    def visit(member: Member) -> Iterator[Member]:
        if done.setdefault(member.name, False):
            return
        length = member.shape.length if isinstance(member.shape, PointerShape) else None
        for name in sorted(length.names & shapes.keys()) if length is not None else ():
            other = shapes[name]
            if other is member or isinstance(single(other.shape), ScalarShape):
                continue
            if done.get(other.name) is False:
                raise NotCompiledError(
                    f"the lengths of `{member.name}` and `{other.name}` wait for each other"
                )
            yield from visit(other)
        done[member.name] = True
        yield member

    for each in members:
        yield from visit(each)


def unit(shape: PointerShape) -> int:
    """Return the size of one element in bytes."""
    return shape.element.size if shape.what is What.ARRAY else 1


def bytes_of(shape: PointerShape, value: object) -> bytes | None:
    """Return the bytes of plain memory; None for memory that is not given."""
    if isinstance(value, bytes):
        return value
    if not isinstance(value, list):
        return None
    of = shape.element
    assert isinstance(of, ScalarShape)
    return b"".join(pack_scalar(of, item) for item in value)


def takes_any_bytes(shape: Shape) -> bool:
    """Tell whether every pattern of bytes is a valid element."""
    if (
        not isinstance(shape, ScalarShape)
        or shape.generate is not None
        or shape.width
        or shape.format is not None
    ):
        return False
    if shape.kind == "float":
        return shape.lowest == -math.inf and shape.highest == math.inf
    if shape.kind != "int" or shape.listed or shape.size > 8:
        return False
    bits = 8 * shape.size
    least = -(1 << (bits - 1)) if shape.signed else 0
    return shape.lowest <= least and shape.highest >= least + (1 << bits) - 1


def is_plain(shape: PointerShape) -> bool:
    """Tell whether what a pointer points at is bytes that may be any."""
    return shape.what in (What.BYTES, What.STRING) or takes_any_bytes(shape.element)


def refuse_ownership(shape: PointerShape) -> None:
    """Raise NotCompiledError for memory whose owner, or whose contents, are more than C keeps account of."""
    if shape.owned:
        raise NotCompiledError("whose the memory behind a field is depends on the record")
    if shape.handed and shape.direction.written:
        raise NotCompiledError("memory that is written and taken over")
    element = shape.element
    if isinstance(element, AddressShape) and (shape.direction.read or shape.what is not What.ONE):
        if shape.what is not What.ARRAY or not isinstance(element, PointerShape):
            raise NotCompiledError("a pointer to pointers")
        if element.handed or element.owned or element.free:
            raise NotCompiledError("an array of pointers to memory that is given away")
    if shape.tail or tail_of(shape.element) is not None:
        raise NotCompiledError("a flexible array member")
    if shape.initially and shape.what is not What.ONE:
        raise NotCompiledError("an array that the library writes, and that holds something before")
