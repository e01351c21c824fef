"""Which addresses cross a boundary, at which places, and whose the memory behind them is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.callbacks import CallbackShape
from abidance.contract.expression import Expression
from abidance.evidence.facts import Crossing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.core.span import Span
    from abidance.evidence.facts import CrossingKind


def crossings(function: BoundaryFunction, handles: Mapping[str, HandleLife]) -> Iterator[Crossing]:
    """Yield the addresses that a call hands over or gives back: parameters, fields that they lead to, the result."""
    reader = _CrossingReader(function, handles)
    for member in function.members:
        yield from reader.of(member.name, member.shape, member.promised)
    yield from reader.result()


class _CrossingReader:
    """Reads one function's places. A record is looked into once on each path, so that one that holds itself ends."""

    def __init__(self, function: BoundaryFunction, handles: Mapping[str, HandleLife]) -> None:
        self._function = function
        self._handles = handles

    def of(self, place: str, shape: s.Shape, span: Span) -> Iterator[Crossing]:
        """Yield what crosses at a place, and at those that it leads to."""
        match shape:
            case s.PointerShape():
                yield self._pointer(place, shape, span)
                yield from self._behind(place, shape.element, span)
            case s.HandleShape():
                life = self._handles.get(shape.handle)
                destroyed = life is not None and life.destroy == self._function.name
                yield Crossing(
                    place,
                    "handle",
                    shape.handle,
                    "out" if shape.made else "in",
                    span,
                    nullable=_condition(shape.nullable),
                    transfers=shape.made or destroyed,
                    free=(life.destroy or "") if life is not None and shape.made else "",
                )
                shown = life.shown if life is not None else None
                if shown is not None:
                    yield from self._behind(place, shown, span)
            case CallbackShape():
                yield Crossing(
                    place,
                    "callback",
                    shape.spelling,
                    "in",
                    span,
                    nullable=_condition(shape.nullable),
                    lifetime=shape.lifetime,
                )
            case s.UserDataShape():
                yield Crossing(place, "user data", shape.spelling, "in", span)
            case s.OpaqueShape():
                kind: CrossingKind = "pointer" if shape.said else "untold"
                nullable = _condition(shape.nullable) if shape.said else ""
                yield Crossing(place, kind, shape.spelling, "", span, nullable=nullable)
            case s.RecordShape() | s.ArrayShape():
                yield from self._behind(place, shape, span)
            case _:
                pass

    def _behind(self, place: str, shape: s.Shape, span: Span) -> Iterator[Crossing]:
        match shape:
            case s.RecordShape():
                for member in shape.members:
                    yield from self.of(f"{place}.{member.name}", member.shape, member.promised)
            case s.ArrayShape():
                yield from self._behind(f"{place}[]", shape.of, span)
            case s.ScalarShape() | s.NothingShape():
                pass
            case _:
                yield from self.of(f"*{place}", shape, span)

    def _pointer(self, place: str, shape: s.PointerShape, span: Span) -> Crossing:
        promise = self._function.promise
        param = promise.params.get(place) if promise is not None else None
        # What a callee hands out through a pointer to a pointer is the caller's from then on.
        given = param is not None and param.out is not None and param.owner == "caller"
        freed = param.free.text if param is not None and param.free is not None else ""
        transfers = shape.handed or given
        return Crossing(
            place,
            "pointer",
            _pointee(shape),
            shape.direction.value,
            span,
            nullable=_condition(shape.nullable),
            length=shape.length.text if shape.length is not None else "",
            capacity=shape.capacity.text if shape.capacity is not None else "",
            lifetime=shape.lifetime,
            transfers=transfers,
            alloc=(shape.alloc or "malloc") if shape.handed else "",
            free=(shape.free or freed or "free") if transfers else "",
        )

    def result(self) -> Iterator[Crossing]:
        """Yield what comes back as the result."""
        result, shape = self._function.result, self._function.result.shape
        span = result.span or self._function.declaration.span
        for each in self.of(s.RESULT_NAME, shape, span):
            if each.place != s.RESULT_NAME:
                yield each
                continue
            nullable = _condition(result.nullable) if result.span else each.nullable
            owned = result.owned or each.transfers or result.free is not None or self._is_given()
            free = (result.free or each.free or "free") if owned else ""
            yield replace(each, direction="out", nullable=nullable, transfers=owned, free=free)

    def _is_given(self) -> bool:
        """Tell whether the contract says that the caller owns the result, whoever frees it."""
        promise = self._function.promise
        returns = promise.returns if promise is not None else None
        return returns is not None and returns.owner == "caller"


def _pointee(shape: s.PointerShape) -> str:
    element = shape.element
    match shape.what:
        case s.What.BYTES | s.What.STRING:
            return shape.what.value
        case s.What.ARRAY:
            return f"array of {_spelling(element)}"
    return _spelling(element)


def _spelling(shape: s.Shape) -> str:
    match shape:
        case s.ScalarShape() | s.RecordShape() | s.OpaqueShape():
            return shape.spelling
        case s.HandleShape():
            return shape.handle
        case s.PointerShape():
            return f"pointer to {_pointee(shape)}"
        case s.ArrayShape():
            return f"{_spelling(shape.of)}[{shape.count}]"
    return "void"


def _condition(value: Expression | bool) -> str:
    if isinstance(value, Expression):
        return value.text
    return "yes" if value else "no"
