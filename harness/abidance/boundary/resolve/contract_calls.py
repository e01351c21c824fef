"""Calls that a contract writes out: explicit examples, and invalid calls with a promised answer."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from abidance.boundary.model import types as s
from abidance.boundary.model.callbacks import EarlierCallbackShape
from abidance.boundary.model.functions import Example, OutOfMemory, Reject
from abidance.boundary.model.questions import condition_text
from abidance.boundary.model.traversal import fields_of, pointee, walk
from abidance.boundary.model.values import ANOTHER, DESTROYED, InState
from abidance.boundary.resolve.contract_values import MISSING
from abidance.contract.expression import EvaluationError, spelling
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.states import StateMachine
    from abidance.boundary.model.values import Values
    from abidance.boundary.resolve.contract_values import LiteralConverter
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.language.literals import Literal
    from abidance.contract.model.functions import ExampleCall, MayFail, RejectedCall
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class CallReader:
    """Reads written calls of one boundary; what is wrong with them goes to `problems`."""

    writer: LiteralConverter
    problems: Problems
    constants: Mapping[str, int]
    mortal: frozenset[str]
    """The handles that the contract says how to destroy."""
    states: Mapping[str, StateMachine]
    """By handle, its states where the contract names any."""
    records: Mapping[str, s.RecordShape]
    """Those of handles that the caller allocates."""

    def example(self, function: BoundaryFunction, example: ExampleCall) -> Example:
        """Return an explicit example: what it gives, and what it expects of the result and of out parameters."""
        given: Values = {}
        expected: Values = {}
        written = {name.text: literal for name, literal in example.arguments.items()}
        known = {member.name: member for member in self.writer.told_arguments(function, written)}
        for name, literal in example.arguments.items():
            member = known.get(name.text)
            if member is None:
                places: dict[str, Span | None] = {m.name: m.declared for m in function.members}
                names = ", ".join(f"`{each}`" for each in (*places, "returns"))
                self.problems.unknown(
                    "parameter",
                    name.text,
                    name.span,
                    places | {"returns": None},
                    f"`{function.name}`",
                    f"an example gives values by name: {names}",
                )
                continue
            before, after = self._twice(member, literal)
            record = self._record(member)
            if record is not None and (before or after):
                self._state(record, member, (before, after), given, expected)
                continue
            if after is not None:
                then = self.writer.value(member.shape, after, member.declared)
                if then is not MISSING:
                    expected[spelling(name.text)] = then
            if before is None:
                continue
            value = self.writer.value(member.shape, before, member.declared)
            if value is MISSING:
                continue
            out = (
                isinstance(member.shape, s.PointerShape)
                and not member.shape.direction.read
                and value is not None
            )
            if out:
                expected[spelling(name.text)] = value
            else:
                given[name.text] = value
        self._expect(function, example.returns, expected)
        return Example(given, expected, _first_line(example.places.body))

    def _record(self, member: s.Member) -> s.RecordShape | None:
        """Return the record of a handle that the caller allocates, where a parameter is one that is there already."""
        shape = member.shape
        return self.records.get(shape.handle) if isinstance(shape, s.HandleShape) and not shape.made else None

    def _state(
        self,
        record: s.RecordShape,
        member: s.Member,
        literals: tuple[Literal | None, Literal | None],
        given: Values,
        expected: Values,
    ) -> None:
        """Note what fields of a handle an example gives and expects: memory that is only written is expected."""
        fields, then = (
            {} if each is None else self.writer.record(record.members, each, record.spelling, member.declared)
            for each in literals
        )
        if fields is MISSING or then is MISSING:
            return
        written = {
            m.name
            for m in record.members
            if isinstance(m.shape, s.PointerShape) and not m.shape.direction.read
        }
        given[member.name] = {n: v for n, v in fields.items() if n not in written or v is None}
        then = {**{n: v for n, v in fields.items() if n in written and v is not None}, **then}
        if then:
            expected[spelling(member.name)] = {spelling(n): v for n, v in then.items()}

    def reject(self, function: BoundaryFunction, reject: RejectedCall) -> Reject:
        """Return an invalid call: what replaces valid arguments, and what it expects."""
        given: Values = {}
        words = []
        for name, literal in reject.values.items():
            words.append(f"`{name}: {_literal_text(literal)}`")
            self._replace(function.members, name.text.split("."), name.span, literal, given, function.name)
        expected: Values = {}
        self._expect(function, reject.returns, expected)
        condition = reject.condition
        if condition is not None:
            words.append(condition_text(condition))
        text = " and ".join(words)
        to = reject.to.text if reject.to is not None else ""
        where = _first_line(reject.places.body)
        return Reject(given, expected, where, text, reject.ensures, condition, to=to)

    def out_of_memory(self, function: BoundaryFunction, may_fail: MayFail | None) -> OutOfMemory | None:
        """Return what a call answers that is refused memory, if it may be."""
        answer = may_fail.memory if may_fail is not None else None
        if may_fail is None or answer is None:
            return None
        expected: Values = {}
        self._expect(function, answer.returns, expected)
        result = function.result
        told = function.has_status or isinstance(result.shape, s.AddressShape) or answer.returns is not None
        if not told and not (isinstance(result.shape, s.ScalarShape) and result.shape.kind == "bool"):
            message = f"nothing tells when `{function.name}` has failed for want of memory"
            labels = (Label(may_fail.key_span("memory")), Label(function.declaration.span))
            help_ = "say what it returns then: `memory: {returns: VALUE}`"
            self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=help_))
        return OutOfMemory(expected, may_fail.key_span("memory"))

    def _replace(
        self,
        members: tuple[s.Member, ...],
        path: list[str],
        span: Span,
        literal: Literal,
        given: dict[str, Any],
        owner: str,
    ) -> None:
        member = next((m for m in members if m.name == path[0]), None)
        if member is None:
            places: dict[str, Span | None] = {m.name: m.declared for m in members}
            self.problems.unknown("parameter or field", path[0], span, places, f"`{owner}`")
            return
        inner: s.Shape = pointee(member.shape)
        record = inner if isinstance(inner, s.RecordShape) else self._record(member)
        if len(path) > 1 or (literal.entries is not None and record is not None):
            if record is None:
                message = f"`{member.name}` has no fields"
                self.problems.add(Diagnostic(WRONG_VALUE, message, (Label(span), Label(member.declared))))
                return
            nested = given.setdefault(member.name, {})
            if len(path) > 1:
                self._replace(record.members, path[1:], span, literal, nested, record.spelling)
            else:
                members = self.writer.told(record, literal).members
                for name, value in (literal.entries or {}).items():
                    self._replace(members, [name.text], name.span, value, nested, record.spelling)
            return
        if literal.entries is not None and _is_text(member.shape):
            words = f"one value is written here for `{member.name}`, which is text"
            remedy = (
                f'of several, `when` is a condition: `when: not matches({spelling(member.name)}, "REGEX")`'
            )
            labels = (Label(next((name.span for name in literal.entries), span)),)
            self.problems.add(Diagnostic(WRONG_VALUE, words, labels, help=remedy))
            return
        number = inner.number if isinstance(inner, s.NumberHandle) else inner
        if literal.entries is not None and isinstance(number, s.ScalarShape):
            given[member.name] = self._constrained(number, literal)
            return
        if isinstance(inner, s.HandleShape) and literal.text == DESTROYED.value and not literal.quoted:
            self._destroyed(member, inner, span, given)
            return
        if isinstance(inner, EarlierCallbackShape) and literal.text == ANOTHER.value and not literal.quoted:
            given[member.name] = ANOTHER
            return
        if isinstance(inner, s.HandleShape) and (states := self._states(inner, literal)):
            given[member.name] = InState(states)
            return
        value = self.writer.value(member.shape, literal, member.declared)
        if value is not MISSING:
            given[member.name] = value

    def _states(self, handle: s.HandleShape, literal: Literal) -> tuple[str, ...]:
        """Return the states that a literal names, or nothing where it names anything else."""
        machine = self.states.get(handle.handle)
        if machine is None:
            return ()
        items = literal.items if literal.items is not None else (literal,)
        found = [
            ()
            if item.quoted or item.items is not None or item.entries is not None
            else machine.called(item.text)
            for item in items
        ]
        if all(found):
            return tuple(state for each in found for state in each)
        if len(items) != 1 or not machine.counted or not literal.text or literal.null:
            return ()
        return self._counted(machine, literal)

    def _counted(self, machine: StateMachine, literal: Literal) -> tuple[str, ...]:
        """Return the states in which a condition holds on what a handle counts, nothing where it is none."""
        try:
            condition = literal.expression()
        except UsageError:
            return ()
        if not condition.names & {*next(iter(machine.counted.values()))}:
            return ()
        with suppress(EvaluationError):
            return tuple(
                state
                for state, numbers in machine.counted.items()
                if condition.holds({**self.constants, **numbers})
            )
        return ()

    def _twice(self, member: s.Member, literal: Literal) -> tuple[Literal | None, Literal | None]:
        """Return what an example gives and what it expects afterwards, of a parameter that is read and written.

        Where that is a record with a field of one of these names, the mapping is the record.
        """
        shape, entries, record = member.shape, literal.entries, self._record(member)
        both = isinstance(shape, s.PointerShape) and any(
            isinstance(each, s.PointerShape) and each.direction is s.Direction.INOUT for each in walk(shape)
        )
        if not (both or record is not None) or not entries:
            return literal, None
        words = {name.text: inner for name, inner in entries.items()}
        names = {m.name for m in fields_of(record or shape)}
        if not words.keys() <= BOTH or names & words.keys():
            return literal, None
        return words.get("before"), words.get("after")

    def _destroyed(
        self, member: s.Member, handle: s.HandleShape, span: Span, given: dict[str, object]
    ) -> None:
        """Note that a handle is to be one that was destroyed before the call."""
        if handle.made:
            message, remedy = f"`{member.name}` receives a new `{handle.handle}`", ""
        elif handle.handle not in self.mortal:
            message = f"the contract does not say what destroys a `{handle.handle}`"
            remedy = f"`handles: {{{handle.handle}: {{..., destroy: FUNCTION}}}}`"
        else:
            given[member.name] = DESTROYED
            return
        labels = (Label(span), Label(member.declared))
        self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy or None))

    def _constrained(self, shape: s.ScalarShape, literal: Literal) -> object:
        """Return a shape with the invalid values of ``{range: [..]}`` or ``{one_of: [..]}``."""
        bounds: dict[str, list[float | None]] = {}
        for name, inner in (literal.entries or {}).items():
            if name.text not in ("range", "one_of") or inner.items is None:
                message = f"`{name}` is not a value here; `range: [lowest, highest]` and `one_of: [...]` do"
                self.problems.add(Diagnostic(WRONG_VALUE, message, (Label(name.span),)))
                return 0
            bounds[name.text] = [
                self.problems.constant(item.expression(), self.constants) for item in inner.items
            ]
        bits = (shape.width or shape.size * 8) - shape.signed
        full = replace(
            shape, kind="int", members=(), flags=(), closed=False, open=False,
            lowest=-(1 << bits) if shape.signed else 0, highest=(1 << bits) - 1,
        )  # fmt: skip
        if shape.kind != "float" and not self._passable(shape, full, literal, bounds):
            return 0
        if "one_of" in bounds:
            return replace(full, members=tuple(b for b in bounds["one_of"] if b is not None), closed=True)
        ends = bounds.get("range", [])
        if len(ends) == 2 and (low := ends[0]) is not None and (high := ends[1]) is not None:
            return replace(full, lowest=max(low, full.lowest), highest=min(high, full.highest))
        return 0

    def _passable(
        self,
        shape: s.ScalarShape,
        full: s.ScalarShape,
        literal: Literal,
        bounds: Mapping[str, list[float | None]],
    ) -> bool:
        """Tell whether the C type holds each value of a list, and some of a range; complain where it does not."""
        for name, inner in (literal.entries or {}).items():
            items, numbers = inner.items or (), bounds[name.text]
            if name.text == "range" and len(numbers) == 2 and None not in numbers:
                low, high = (number or 0 for number in numbers)
                outside = [inner.span] if low > full.highest or high < full.lowest else []
            else:
                outside = [
                    item.span
                    for item, number in zip(items, numbers, strict=True)
                    if name.text == "one_of"
                    and number is not None
                    and not full.lowest <= number <= full.highest
                ]
            for span in outside:
                message = f"this must be a number that fits `{shape.spelling}`"
                help_ = (
                    "-1 of an unsigned type is the largest number that it has" if not shape.signed else None
                )
                self.problems.add(Diagnostic(WRONG_VALUE, message, (Label(span),), help=help_))
            if outside:
                return False
        return True

    def _expect(self, function: BoundaryFunction, returns: Literal | None, expected: Values) -> None:
        if returns is None:
            return
        if isinstance(function.result.shape, s.NothingShape):
            message = f"`{function.name}` returns nothing"
            self.problems.contradiction(message, returns.span, function.declaration.span)
            return
        value = self.writer.value(function.result.shape, returns, function.declaration.span)
        if value is not MISSING:
            expected["result"] = value


def _literal_text(literal: Literal) -> str:
    if literal.items is not None:
        return f"[{', '.join(_literal_text(item) for item in literal.items)}]"
    if literal.entries is not None:
        return f"{{{', '.join(f'{name}: {_literal_text(v)}' for name, v in literal.entries.items())}}}"
    return literal.text or "null"


def _first_line(span: Span) -> Span:
    """Return a span that can be underlined: the mapping's own, or its first line."""
    return (
        span if span.line == span.end_line else replace(span, end_line=span.line, end_column=span.column + 1)
    )


BOTH = {"before", "after"}
"""What an example gives, and what it expects then, of what is read and written."""


def _is_text(shape: s.Shape) -> bool:
    return isinstance(shape, s.PointerShape) and shape.what in (s.What.STRING, s.What.BYTES)
