"""Compiles the promises of a contract that are held against one call: postconditions, invariants, effects, refusals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import writes
from abidance.boundary.model.types import (
    AddressShape,
    ArrayShape,
    HandleShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.contract.expression import spelling
from abidance.native.target.c_text import at_offset, integer, load, real
from abidance.native.target.call_status import success_told
from abidance.native.target.callbacks import alone
from abidance.native.target.places import chained
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from abidance.boundary.model.types import Shape
    from abidance.native.target.after_call import AfterCall
    from abidance.native.target.callbacks import CompiledCallback


class Promises:
    """What is promised of one call."""

    def __init__(self, call: AfterCall) -> None:
        self._call = call

    def invariants(self) -> None:
        """Compile the invariants of records that the call wrote or returned (ABD329)."""
        result = self._call.function.result.shape
        inner = result.element if isinstance(result, PointerShape) else result
        if isinstance(inner, RecordShape):
            if isinstance(result, RecordShape):
                self._record_invariants(inner, "result", "result", "1")
            elif isinstance(result, PointerShape) and result.what is What.ONE:
                self._record_invariants(inner, "returned", "result", "returned")
        for pointee in self._call.drawer.pointees:
            shape, slot = pointee.shape, self._call.places.slots[pointee.path]
            if not shape.direction.written or slot.opaque or len(pointee.path) > 1:
                continue
            left = self._call.left(pointee)
            when = left if not slot.null else f"{left} && !{slot.null}"
            if shape.what is What.ONE:
                self._record_invariants(shape.element, slot.block, pointee.name, when)
            elif shape.what is What.ARRAY and _has_invariants(shape.element):
                index = self._call.out.fresh("i")
                with self._call.out.block(
                    f"if ({when}) for (size_t {index} = 0; {index} < {slot.count}; {index}++)"
                ):
                    at = f"({slot.block} + {index} * {shape.element.size})"
                    self._record_invariants(shape.element, at, f"{pointee.name}[]", "1")

    def _record_invariants(self, shape: Shape, at: str, path: str, when: str) -> None:
        match shape:
            case RecordShape():
                fields = self._call.places.fields(shape, at, ("invariant?",))
                for expression in shape.invariants:
                    holds = self._call.clauses.promise(expression, fields)
                    if holds is not None:
                        self._call.report(
                            f"({when}) && ({holds}) == 0", "ABD329", f"{path}:{expression.text}"
                        )
                for member in shape.members:
                    if not member.within and not member.bits:
                        inner = f"{path}.{member.name}"
                        self._record_invariants(member.shape, at_offset(at, member), inner, when)
            case ArrayShape(of=of, count=count) if _has_invariants(of):
                index = self._call.out.fresh("i")
                with self._call.out.block(f"for (size_t {index} = 0; {index} < {count}; {index}++)"):
                    self._record_invariants(of, f"({at} + {index} * {of.size})", f"{path}[]", when)

    def postconditions(self) -> None:
        now, before = self._call.now(), self._call.before()
        handles = [m.shape.handle for m in self._call.function.members if isinstance(m.shape, HandleShape)]
        # They may rely on the state that `prepare` sets up, which a sequence may have left.
        prepared = any(self._call.drawer.boundary.handles[handle].prepare for handle in handles)
        judged = "!abidance_sequence && " if prepared else ""
        for index, expression in enumerate(self._call.function.ensures):
            holds = self._call.clauses.promise(expression, now, before)
            if holds is not None:
                self._call.report(f"{judged}({holds}) == 0", "ABD321", f"ensures[{index}]: {expression.text}")

    def called_back(self) -> None:
        """Compile how often callbacks are invoked (ABD341), and what is promised of each invocation (ABD346).

        A call that is refused may invoke one less often, and its bound may go by what makes the call invalid.
        """
        refused = self._call.reject is not None
        untouched = {spelling(m.name) for m in self._call.function.members if not writes(m.shape)}
        untouched |= {*self._call.drawer.boundary.constants}
        for path, made in self._call.places.callbacks.items():
            if made.lasting or made.shape.allocator:
                continue
            name, null = ".".join(path), self._call.places.slots[path].null
            now = chained(self._call.drawer.environment(path[:-1]) if path[1:] else {}, self._call.now())
            there = f"!{null} && " if null else ""
            for clause, sign in ((made.shape.most, ">"), (made.shape.least, "<")):
                if clause is None or (refused and sign == "<"):
                    continue
                when = "success && " if sign == "<" or not clause.names <= untouched else ""
                when += f"!{made.name}.more && " if sign == "<" else ""
                limit = self._call.out.fresh("limit")
                try:
                    told = self._call.clauses.number(clause, now, limit, self._call.before())
                except NotCompiledError as error:
                    self._call.clauses.leave(error.reason, clause)
                    continue
                self._call.out(f"abidance_int {limit} = 0;")
                least = f"({limit} < 0 ? 0 : {limit})" if refused else limit
                wrong = f"({told}) == 1 && (abidance_int){made.name}.count {sign} {least}"
                self._call.report(f"{there}{when}{wrong}", "ABD341", name)
            self._invocations(made, name)

    def _invocations(self, made: CompiledCallback, name: str) -> None:
        around = self._call.before()
        for index, expression in enumerate(made.shape.ensures):
            each = self._call.out.fresh("i")
            record = made.arguments(f"{made.name}.calls[{each}]", answered=False)
            own = {spelling(key): value for key, value in record.items()}
            if alone(expression, own, self._call.clauses):
                continue
            holds = self._call.clauses.promise(expression, chained(own, around))
            if holds is not None:
                with self._call.out.block(f"for (unsigned {each} = 0; {each} < {made.name}.count; {each}++)"):
                    self._call.report(f"({holds}) == 0", "ABD346", f"{name}:ensures[{index}]")

    def refusal(self) -> None:
        """Compile what is promised of a call that is refused (ABD323)."""
        assert self._call.reject is not None
        now, before, text = self._call.now(), self._call.before(), self._call.reject.text
        otherwise = self._fails_otherwise()
        if self._call.reject.is_failure_of(self._call.function):
            self._call.report(success_told(self._call), "ABD323", f"{text}: success")
        for index, expression in enumerate(self._call.expectation.ensures):
            holds = self._call.clauses.promise(expression, now, before)
            if holds is not None:
                self._call.report(f"{otherwise}({holds}) == 0", "ABD323", f"{text}: ensures[{index}]")
        for name, expected in self._call.expectation.values.items():
            equal = self._equals(name, expected)
            if equal is None:
                self._call.clauses.leave(f"what `{name}` is after {text}")
            else:
                self._call.report(f"{otherwise}!({equal})", "ABD323", f"{text}: {name}")

    def _fails_otherwise(self) -> str:
        """Return the condition that spares a call of a sequence that fails, but not as promised; it ends in `&&`.

        Its handle may have been beyond any call. One on a destroyed handle, or on none, is promised one answer.
        """
        used = " || ".join(ident for _, _, ident in self._call.drawer.handles)
        _, failure = self._call.known
        if not used or failure == "0" or "result" not in self._call.expectation.values:
            return ""
        equal = self._equals("result", self._call.expectation.values["result"])
        return f"!(abidance_sequence && ({used}) && {failure} && !({equal or '1'})) && "

    def _equals(self, name: str, expected: object) -> str | None:
        """Return the condition under which a value is the one that is promised; None for what C does not compare."""
        shape: Shape = self._call.function.result.shape
        at = "result"
        if name != "result":
            slot = self._call.places.slots.get((name,))
            member = next((m for m in self._call.function.members if m.name == name), None)
            if slot is None or member is None or slot.never or not isinstance(member.shape, PointerShape):
                return None
            if member.shape.what is not What.ONE or slot.null:
                return None
            shape, at = member.shape.element, slot.block
        if isinstance(shape, AddressShape):
            return f"ABIDANCE_LOAD(void *, {at}) == NULL" if expected is None else None
        if not isinstance(shape, ScalarShape) or not isinstance(expected, int | float):
            return None
        value = load(shape, at)
        if shape.kind == "float" and not math.isnan(expected) and expected != 0:
            return f"{value} == {real(float(expected))}"
        return f"(abidance_int){value} == {integer(int(expected))}" if shape.kind != "float" else None

    def effects(self) -> None:
        promise = self._call.function.promise
        returns = promise.returns if promise else None
        if returns is not None and returns.errno is not None:
            self._call.report("!success && told == 0", "ABD361", "errno")
        effects = {effect.text for effect in promise.effects} if promise else set()
        if "errno_unchanged" in effects:
            self._call.report("told != before_errno", "ABD362", "errno")
        if effects & {"no_alloc", "async_signal_safe"}:
            self._call.report("abidance_asked != asked", "ABD369", "heap memory")


def _has_invariants(shape: Shape) -> bool:
    match shape:
        case RecordShape():
            return bool(shape.invariants) or any(_has_invariants(m.shape) for m in shape.members)
        case ArrayShape():
            return _has_invariants(shape.of)
    return False
