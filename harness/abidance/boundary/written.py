"""Values that a contract writes out (`examples`, `rejects`, `prepare`), to values of their C types."""

from __future__ import annotations

import contextlib
import math
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from abidance.boundary.memory import rounded
from abidance.boundary.shapes import (
    Array,
    Callback,
    Handle,
    Member,
    Nothing,
    Opaque,
    Pointer,
    Record,
    Scalar,
    What,
)
from abidance.boundary.values import SOMEWHERE, Script
from abidance.boundary.writing import written_by
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.problems import Problems
    from abidance.boundary.reals import Real
    from abidance.boundary.shapes import Shape
    from abidance.contract.language.literals import Literal
    from abidance.core.span import Span

_THERE = "there"
MISSING = object()


class Writer:
    """Turns literals into values; complains and returns MISSING for those that do not fit."""

    def __init__(self, constants: Mapping[str, int], problems: Problems) -> None:
        self._constants = constants
        self._problems = problems

    def _wrong(self, literal: Literal, words: str, declared: Span | None) -> Any:
        labels = (Label(literal.span), *((Label(declared),) if declared else ()))
        self._problems.add(Diagnostic(WRONG_VALUE, f"this must be {words}", labels))
        return MISSING

    def value(self, shape: Shape, literal: Literal, declared: Span | None = None) -> Any:
        """Return the value of `shape` that a literal stands for."""
        match shape:
            case Scalar():
                return self._number(shape, literal, declared)
            case Pointer() | Handle() | Opaque() if literal.null:
                return None
            case Callback():
                return self._script(shape, literal, declared)
            case Pointer(what=What.BYTES | What.STRING):
                return self._memory(shape, literal, declared)
            case Pointer(what=What.ARRAY, element=element) | Array(of=element):
                if literal.items is None:
                    if isinstance(element, Scalar) and element.size == 1 and isinstance(shape, Array):
                        raw = self._memory(shape, literal, declared)
                        return raw if raw is MISSING else raw.ljust(shape.count, b"\0")[: shape.count]
                    return self._wrong(literal, "a list", declared)
                items = [self.value(element, item, declared) for item in literal.items]
                return MISSING if MISSING in items else items
            case Pointer(element=element):
                return self.value(element, literal, declared)
            case Record():
                return self.record(shape.members, literal, shape.spelling, declared)
            case Handle():
                words = "null: a handle is made by its create function, and `destroyed` only under `rejects`"
                return self._wrong(literal, words, declared)
        return self._wrong(literal, "left out: nothing can be given here", declared)

    def _script(self, shape: Callback, literal: Literal, declared: Span | None) -> Any:
        """Return what a callback answers: a list, or the one answer that it always gives."""
        if isinstance(shape.result, Nothing) and not written_by(shape):
            return (
                Script()
                if literal.items == ()
                else self._wrong(literal, "`[]`: it returns nothing", declared)
            )
        items = literal.items if literal.items is not None else (literal,)
        if not items:
            return self._wrong(literal, "a list of at least one answer", declared)
        if shape.allocates is not None:
            return self._allocating(items, declared)
        if written_by(shape):
            return self._turns(shape, items, declared)
        answers = [self.value(shape.result, item, declared) for item in items]
        return MISSING if MISSING in answers else Script(tuple(answers))

    def _allocating(self, items: tuple[Literal, ...], declared: Span | None) -> Any:
        """Return what an allocator answers: `there` for memory, `null` for none."""
        for item in items:
            if not item.null and item.text != _THERE:
                return self._wrong(item, f"`{_THERE}` or `null`: it gives memory, or has none", declared)
        return Script(tuple(None if item.null else SOMEWHERE for item in items))

    def _turns(self, shape: Callback, turns: tuple[Literal, ...], declared: Span | None) -> Any:
        """Return what a callback writes and answers, turn by turn: a mapping each, the answer as `returns`."""
        members = [written.member for written in written_by(shape)]
        silent = isinstance(shape.result, Nothing)
        if not silent:
            members.append(Member("returns", shape.result, members[0].declared))
        answers, written = [], []
        for literal in turns:
            turn = self.record(tuple(members), literal, "the callback", declared)
            if turn is MISSING or (not silent and "returns" not in turn):
                return self._wrong(literal, "a mapping with `returns`", declared)
            answers.append(turn.pop("returns", None))
            written.append(turn)
        return Script(() if silent else tuple(answers), tuple(written))

    def record(self, members: tuple[Member, ...], literal: Literal, owner: str, declared: Span | None) -> Any:
        """Return fields by name; those that the literal leaves out are left out."""
        if literal.entries is None:
            return self._wrong(literal, f"a mapping from fields of `{owner}` to values", declared)
        known = {member.name: member for member in members}
        found: dict[str, Any] = {}
        for name, inner in literal.entries.items():
            if name.text not in known:
                places: dict[str, Span | None] = {m.name: m.declared for m in members}
                self._problems.unknown("field", name.text, name.span, places, f"`{owner}`")
                continue
            value = self.value(known[name.text].shape, inner, known[name.text].declared)
            if value is not MISSING:
                found[name.text] = value
        return found

    def _memory(self, shape: Pointer | Array, literal: Literal, declared: Span | None) -> Any:
        encoding = shape.encoding if isinstance(shape, Pointer) else "utf-8"
        if literal.items is not None:
            values = [item.value for item in literal.items]
            numbers = [v for v in values if isinstance(v, int) and not isinstance(v, bool) and 0 <= v <= 255]
            if len(numbers) != len(values):
                return self._wrong(literal, "text or a list of bytes from 0 to 255", declared)
            return bytes(numbers)
        if literal.entries is not None:
            return self._wrong(literal, "text or a list of bytes from 0 to 255", declared)
        if not literal.quoted and literal.text.startswith(('b"', "b'")):
            try:
                made = literal.expression().evaluate({})
            except UsageError as error:
                for diagnostic in error.diagnostics:
                    self._problems.add(diagnostic)
                return MISSING
            if isinstance(made, bytes):
                return made
        try:
            return literal.text.encode(encoding)
        except UnicodeEncodeError:
            return self._wrong(literal, f"text that `{encoding}` can hold", declared)

    def _number(self, shape: Scalar, literal: Literal, declared: Span | None) -> Any:
        value: Any = literal.value
        if literal.items is not None or literal.entries is not None or literal.null:
            return self._wrong(literal, f"a `{shape.spelling}`", declared)
        if isinstance(value, bool):
            value = int(value)
        elif isinstance(value, str):
            try:
                expression = literal.expression()
            except UsageError as error:
                for diagnostic in error.diagnostics:
                    self._problems.add(diagnostic)
                return MISSING
            value = self._problems.constant(expression, self._constants)
            if value is None:
                return MISSING
        bits = (shape.width or shape.size * 8) - shape.signed
        fits = shape.kind == "float" or (
            isinstance(value, int) and (-(1 << bits) if shape.signed else 0) <= value < 1 << bits
        )
        if not fits:
            return self._wrong(literal, f"a number that fits `{shape.spelling}`", declared)
        return self._real(shape, value, literal, declared) if shape.kind == "float" else value

    def _real(self, shape: Scalar, value: Real, literal: Literal, declared: Span | None) -> Any:
        """Return the number that a type holds for what is written: decimals are read exactly, then rounded once."""
        with contextlib.suppress(InvalidOperation):
            written = Decimal(literal.text.strip())
            # Beyond every format, and a Fraction of it could fill the memory.
            if written.is_finite() and abs(written.adjusted()) < 20_000:
                value = Fraction(written)
        exact = rounded(shape, value)
        if isinstance(exact, float) and math.isinf(exact) and value not in (math.inf, -math.inf):
            return self._wrong(literal, f"a number that fits `{shape.spelling}`", declared)
        return exact
