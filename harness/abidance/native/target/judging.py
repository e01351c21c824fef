"""Compiles what is judged after a call: the rules of `abidance.checks`, as far as C can see what they look at.

Each rule here reports the code of its check and never more than that; what it leaves out, `abidance run` judges.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import has_pointers, writes
from abidance.boundary.model.types import (
    AddressShape,
    ArrayShape,
    Direction,
    HandleShape,
    NothingShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.resolve.transfers import tells_success
from abidance.boundary.values.significant_bytes import MOST, meaningful
from abidance.checks.evidence.expectation import Expectation
from abidance.contract.expression import spelling
from abidance.native.expressions.values import CBytes, CInt, CNullable, COpaque
from abidance.native.target.c_text import at_offset, integer, load, real, words
from abidance.native.target.callbacks import alone
from abidance.native.target.domains import in_domain, in_ranges
from abidance.native.target.input_format import Elements
from abidance.native.target.places import chained, elements, number
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.texts import codec_check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.boundary import BoundaryFunction, Reject
    from abidance.boundary.model.types import Shape
    from abidance.boundary.values.significant_bytes import Range
    from abidance.native.expressions.values import CValue
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.drawing import Drawer, Pointee
    from abidance.native.target.places import Slot

_SMALL = 16
"""In memory of up to so many bytes one that holds the fill is looked at again; in more, several side by side."""


class Judge:
    """What is judged of one call; `reject` is the clause that says that it is refused."""

    def __init__(self, drawer: Drawer, reject: Reject | None) -> None:
        self._drawer = drawer
        self._function: BoundaryFunction = drawer.function
        self._out = drawer.out
        self._clauses = drawer.clauses
        self._places = drawer.places
        self._reject = reject
        self._expectation = Expectation.of(reject) if reject is not None else Expectation()
        self._suspicions = 0

    # ------------------------------------------------------------------ before the call

    def copy(self) -> None:
        """Compile the copies of memory that is compared after the call, or that `old` looks at."""
        for pointee in self._drawer.pointees:
            slot = self._places.slots[pointee.path]
            if pointee.shape.direction is Direction.OUT or pointee.shape.handed:
                continue
            slot.was = self._out.fresh("was")
            self._out(f"unsigned char *{slot.was} = abidance_copy({slot.block}, {pointee.size});")
            self._out(f"if (!{slot.was}) goto unlawful;")
        for path, record in self._places.records.items():
            slot = self._places.slots[path]
            slot.was = self._out.fresh("was")
            self._out(f"unsigned char *{slot.was} = abidance_copy({slot.block}, {record.size});")
            self._out(f"if (!{slot.was}) goto unlawful;")

    # ------------------------------------------------------------------ after the call

    def all(self) -> None:
        """Compile all that is judged, in the order of the checks."""
        self._beside()
        self._inputs()
        self._values()
        self._out("if (suspected) goto judged;")
        self._outside()
        if self._reject is None:
            self._overruns()
            self._invariants()
            self._postconditions()
            self._called_back()
        else:
            self._refusal()
            self._after_rejection()
        self._effects()
        self._out("judged: __attribute__((unused));")

    def report(self, condition: str, code: str, what: str) -> None:
        """Compile one finding."""
        function = words(self._function.name)
        self._out(f'if (judges && ({condition})) abidance_report("{code}", {function}, {words(what)});')

    def _beside(self) -> None:
        self.report("abidance_beside()", "ABD311", "wrote beside a block")

    def _inputs(self) -> None:
        for pointee in self._drawer.pointees:
            slot = self._places.slots[pointee.path]
            if pointee.shape.direction is Direction.IN and not pointee.shape.handed:
                self.report(
                    f"memcmp({slot.block}, {slot.was}, {pointee.size}) != 0", "ABD313", _name(pointee)
                )

        if any(isinstance(step, Elements) for step in self._drawer.steps):
            name = words(self._function.name)
            self._out("const char *changed = judges ? abidance_changed() : NULL;")
            self._out(f'if (changed) abidance_report("ABD313", {name}, changed);')

    # ------------------------------------------------------------------ values

    def _values(self) -> None:
        """Compile the values after the call: the result, whether it is a success, how much memory has a meaning."""
        result, out = self._function.result, self._out
        self._places.called = True
        self._result: CValue | None = None
        match result.shape:
            case NothingShape():
                success = "1"
            case ScalarShape() as shape:
                self._result = number(shape, "result")
                success = "1"
                if result.ok:
                    success = in_ranges(load(shape, "result"), result.ok.each)
                elif shape.kind == "bool":
                    success = f"{load(shape, 'result')} != 0"
            case AddressShape():
                success = "ABIDANCE_LOAD(void *, result) != NULL"
            case shape:
                self._result = self._places.seen(shape, "result", ("result?",))
                success = "1"
        out(f"int success = {success}; (void)success;")
        if isinstance(result.shape, AddressShape):
            self._result = self._pointer_result()
        self.known = self._known()
        self._texts: list[tuple[str, str]] = []
        self._lengths()
        self._answers()
        if self._reject is None:
            self._unwritten()

    def _known(self) -> tuple[str, str]:
        """Return the conditions under which it is known that the call succeeded, and that it failed."""
        function = self._function
        shape = function.result.shape
        failed = bool(function.result.ok) or not isinstance(shape, ScalarShape | NothingShape)
        return ("success" if tells_success(function) else "0"), ("!success" if failed else "0")

    def _pointer_result(self) -> CValue:
        """Return what is seen of a pointer that comes back; what the contract describes is read, as a caller would."""
        shape, out = self._function.result.shape, self._out
        null = "(ABIDANCE_LOAD(void *, result) == NULL)"
        if not isinstance(shape, PointerShape):
            return COpaque(null)
        out("unsigned char *returned = ABIDANCE_LOAD(unsigned char *, result); (void)returned;")
        inner: CValue = COpaque()
        if shape.what is What.STRING:
            out(
                "size_t returned_count = returned ? strlen((const char *)returned) : 0; (void)returned_count;"
            )
            inner = CBytes("returned", "returned_count")
        elif shape.what is What.ONE:
            inner = self._places.seen(shape.element, "returned", ("result?",))
        elif shape.length is not None:
            count = out.fresh("count")
            out(f"abidance_int {count} = 0;")
            try:
                told = self._clauses.number(shape.length, self._now(), count, self._before())
            except NotCompiledError as error:
                self._clauses.leave(str(error), shape.length)
                return CNullable(null, inner)
            out(f"if (({told}) != 1 || {count} < 0 || {count} > 1 << 24) {count} = 0;")
            if shape.what is What.BYTES:
                inner = CBytes("returned", f"(size_t){count}")
            else:
                inner = elements(shape.element, "returned", f"(size_t){count}", whole=False)
        return CNullable(null, inner)

    def _now(self) -> dict[str, CValue]:
        now = self._places.values(self._function.members)
        own: dict[str, CValue] = {"errno": CInt("(abidance_int)told")}
        if self._result is not None:
            own["result"] = self._result
        elif isinstance(self._function.result.shape, NothingShape):
            own["result"] = COpaque("1")
        return {**now, **own}

    def _before(self) -> dict[str, CValue]:
        called, self._places.called = self._places.called, False
        before = self._places.values(self._function.members, old=True)
        self._places.called = called
        return before

    def _lengths(self) -> None:
        """Compile how many elements of written memory have a meaning: after a failure, or without a length, all."""
        now, before, out = self._now(), self._before(), self._out
        self._past: list[tuple[Pointee, str, str]] = []
        for pointee in self._drawer.pointees:
            shape, slot = pointee.shape, self._places.slots[pointee.path]
            if not shape.direction.written or shape.what is What.ONE:
                continue
            count = out.fresh("length")
            room = f"({slot.room})"
            if shape.what is What.STRING:
                size = f"({pointee.size})"
                out(f"size_t {count} = strnlen((const char *){slot.block}, {size}); (void){count};")
                slot.count = count
                there = f"!{slot.null} && " if slot.null else ""
                self._texts.append((f"{there}success && {count} == {size}", _name(pointee)))
                continue
            out(f"abidance_int {count} = (abidance_int){room}; (void){count};")
            out(f"int past_{count} = 0; (void)past_{count};")
            if shape.length is not None and (shape.length.names & {*now} or not shape.length.names):
                told = out.fresh("told")
                try:
                    asked = self._clauses.number(
                        shape.length, now, told, before, null=f"(abidance_int){room}"
                    )
                except NotCompiledError as error:
                    self._clauses.leave(str(error), shape.length)
                    slot.opaque = True
                    continue
                there = f" && !{slot.null}" if slot.null else ""
                out(f"abidance_int {told} = {count};")
                with out.block(f"if (success{there})"):
                    out(f"if (({asked}) != 1) {told} = {count};")
                    past = f"({told} < 0 || {told} > {count})"
                    out(f"if {past} past_{count} = 1; else {count} = {told};")
                if self._reject is None:
                    self._past.append((pointee, f"past_{count}", count))
            slot.count = f"(size_t){count}"

    def _overruns(self) -> None:
        for pointee, flag, _ in self._past:
            self.report(flag, "ABD324", _name(pointee))

    # ------------------------------------------------------------------ unwritten memory

    def _unwritten(self) -> None:
        """Compile the look at memory that a successful call must have written (ABD325)."""
        success, failure = self.known
        for pointee in self._drawer.pointees:
            shape, slot = pointee.shape, self._places.slots[pointee.path]
            if shape.direction is not Direction.OUT or len(pointee.path) > 1 or slot.opaque:
                continue
            by_result = shape.length is not None and "result" in shape.length.names
            conditions = [success] if success != "0" else []
            if failure != "0" and self._on_failure(pointee.path[0]) == "written":
                conditions.append(failure)
            if by_result and not self._function.result.ok:
                conditions.append("success")
            if not conditions:
                continue
            there = f" && !{slot.null}" if slot.null else ""
            with self._out.block(f"if (({' || '.join(dict.fromkeys(conditions))}){there})"):
                if shape.what is What.ONE:
                    if not isinstance(shape.element, HandleShape):
                        for each in meaningful(shape.element, pointers=True):
                            self._range(slot.block, each, pointee)
                elif shape.what is not What.STRING and shape.length is not None:
                    self._range_of_elements(shape.element, slot, pointee)

    def _range_of_elements(self, of: Shape, slot: Slot, pointee: Pointee) -> None:
        past = next((flag for each, flag, _ in self._past if each is pointee), "0")
        if isinstance(of, ScalarShape) and of.size == 1:
            self._suspect(slot.block, "0", slot.count, pointee, "", past)
            return
        index = self._out.fresh("i")
        with self._out.block(
            f"for (size_t {index} = 0; !{past} && {index} < {slot.count} && {index} < {MOST}; {index}++)"
        ):
            for each in meaningful(of, pointers=True):
                self._range(f"({slot.block} + {index} * {of.size})", each, pointee, f"{index} * {of.size}")

    def _range(self, base: str, each: Range, pointee: Pointee, shift: str = "0") -> None:
        end = str(each.end)
        if each.text:
            end = f"{each.start} + abidance_text_end({base} + {each.start}, {each.end - each.start})"
        self._suspect(base, str(each.start), end, pointee, each.path, "0", shift)

    def _suspect(
        self, base: str, start: str, end: str, pointee: Pointee, inner: str, unless: str, shift: str = "0"
    ) -> None:
        self._suspicions += 1
        name = words(f"{_name(pointee)}{inner}")
        self._out(
            f"if (judges && !{unless}) suspected |= abidance_look({self._suspicions}, {base}, {start}, {end}, {shift}, "
            f"{words(self._function.name)}, {name});"
        )

    def _on_failure(self, name: str) -> str:
        """Return what is said about an out parameter after a failure; a postcondition that names it may say more."""
        promise = self._function.promise
        param = promise.params.get(name) if promise else None
        said = (param.on_failure or "") if param else ""
        if said:
            return said
        asked = (
            e
            for e in self._function.ensures
            if spelling(name) in e.names and (self._reject is None or e.chooses)
        )
        return "unspecified" if next(asked, None) is not None else ""

    # ------------------------------------------------------------------ domains

    def _outside(self) -> None:
        """Compile what may not come back (ABD322)."""
        result = self._function.result
        if self._reject is not None and "result" in self._expectation.values:
            return
        if isinstance(result.shape, ScalarShape):
            self._domain(result.shape, "result", "result", "1")
        elif isinstance(result.shape, RecordShape):
            self._inside(result.shape, "result", "result", "1", closed_only=False)
        if self._reject is None:
            for pointee in self._drawer.pointees:
                if pointee.shape.direction.written:
                    self._written_domain(pointee)
            for condition, name in self._texts:
                self.report(condition, "ABD322", name)
        self._encodings()
        if isinstance(result.shape, AddressShape):
            null = "ABIDANCE_LOAD(void *, result) == NULL"
            if result.nullable is False:
                self.report(null, "ABD322", "result")
            elif result.nullable is not True:
                holds = self._clauses.promise(result.nullable, self._now(), self._before())
                if holds is not None:
                    self.report(f"{null} && ({holds}) == 0", "ABD322", "result")
            returns = self._function.promise.returns if self._function.promise else None
            align = (returns.align if returns and isinstance(result.shape, PointerShape) else None) or 1
            if align > 1:
                self.report(f"ABIDANCE_LOAD(uintptr_t, result) % {align} != 0", "ABD322", "result")

    def _written_domain(self, pointee: Pointee) -> None:
        shape, slot = pointee.shape, self._places.slots[pointee.path]
        if slot.opaque or shape.what in (What.BYTES, What.STRING):
            return
        when = "success" if not slot.null else f"success && !{slot.null}"
        closed_only = shape.direction is Direction.INOUT
        if not any(_narrow(each, closed_only=closed_only) for each in _scalars(shape.element)):
            return
        if shape.what is What.ONE:
            self._inside(shape.element, slot.block, _name(pointee), when, closed_only=closed_only)
            return
        index = self._out.fresh("i")
        with self._out.block(f"if ({when}) for (size_t {index} = 0; {index} < {slot.count}; {index}++)"):
            at = f"({slot.block} + {index} * {shape.element.size})"
            self._inside(shape.element, at, f"{_name(pointee)}[]", "1", closed_only=closed_only)

    def _inside(self, shape: Shape, at: str, path: str, when: str, *, closed_only: bool) -> None:
        match shape:
            case ScalarShape():
                if _narrow(shape, closed_only=closed_only):
                    self._domain(shape, at, path, when)
            case RecordShape():
                for member in shape.members:
                    if member.within:
                        continue
                    inner, there = f"{path}.{member.name}", at_offset(at, member)
                    if isinstance(member.shape, ScalarShape):
                        if _narrow(member.shape, closed_only=closed_only):
                            self._domain(member.shape, there, inner, when, member.bits)
                    else:
                        self._inside(member.shape, there, inner, when, closed_only=closed_only)
            case ArrayShape(of=of, count=count):
                if any(_narrow(each, closed_only=closed_only) for each in _scalars(of)):
                    index = self._out.fresh("i")
                    with self._out.block(f"for (size_t {index} = 0; {index} < {count}; {index}++)"):
                        self._inside(
                            of, f"({at} + {index} * {of.size})", f"{path}[]", when, closed_only=closed_only
                        )

    def _domain(
        self, shape: ScalarShape, at: str, path: str, when: str, bits: tuple[int, int] | None = None
    ) -> None:
        allowed = in_domain(shape, at, bits)
        if allowed:
            self.report(f"{when} && !({allowed})", "ABD322", path)

    def _encodings(self) -> None:
        promise = self._function.promise
        if promise is None:
            return
        checked: list[tuple[str, str, str, str, str]] = []
        if (
            promise.returns is not None
            and promise.returns.encoding
            and isinstance(self._function.result.shape, PointerShape)
            and self._function.result.shape.what is What.STRING
        ):
            checked.append(("returned", "returned", "returned_count", promise.returns.encoding, "result"))
        for pointee in self._drawer.pointees if self._reject is None else ():
            place = promise.params.get(pointee.path[0])
            slot = self._places.slots[pointee.path]
            if place is None or not place.encoding or not (place.out or place.inout) or len(pointee.path) > 1:
                continue
            if (
                pointee.shape.what is not What.ONE
                and pointee.shape.what is not What.ARRAY
                and not slot.opaque
            ):
                when = "success" if not slot.null else f"success && !{slot.null}"
                checked.append((when, slot.block, slot.count, place.encoding, pointee.path[0]))
        for when, block, count, encoding, name in checked:
            check = codec_check(encoding)
            if check is None:
                self._clauses.leave(f"whether `{name}` is text in {encoding}")
                continue
            self.report(f"{when} && {check.broken(self._drawer.tables, block, count)}", "ABD322", name)

    # ------------------------------------------------------------------ promises

    def _invariants(self) -> None:
        """Compile the invariants of records that the call wrote or returned (ABD329)."""
        result = self._function.result.shape
        inner = result.element if isinstance(result, PointerShape) else result
        if isinstance(inner, RecordShape):
            if isinstance(result, RecordShape):
                self._record_invariants(inner, "result", "result", "1")
            elif isinstance(result, PointerShape) and result.what is What.ONE:
                self._record_invariants(inner, "returned", "result", "returned")
        for pointee in self._drawer.pointees:
            shape, slot = pointee.shape, self._places.slots[pointee.path]
            if not shape.direction.written or slot.opaque or len(pointee.path) > 1:
                continue
            when = "success" if not slot.null else f"success && !{slot.null}"
            if shape.what is What.ONE:
                self._record_invariants(shape.element, slot.block, _name(pointee), when)
            elif shape.what is What.ARRAY and _has_invariants(shape.element):
                index = self._out.fresh("i")
                with self._out.block(
                    f"if ({when}) for (size_t {index} = 0; {index} < {slot.count}; {index}++)"
                ):
                    at = f"({slot.block} + {index} * {shape.element.size})"
                    self._record_invariants(shape.element, at, f"{_name(pointee)}[]", "1")

    def _record_invariants(self, shape: Shape, at: str, path: str, when: str) -> None:
        match shape:
            case RecordShape():
                fields = self._places.fields(shape, at, ("invariant?",))
                for expression in shape.invariants:
                    holds = self._clauses.promise(expression, fields)
                    if holds is not None:
                        self.report(f"({when}) && ({holds}) == 0", "ABD329", f"{path}:{expression.text}")
                for member in shape.members:
                    if not member.within and not member.bits:
                        inner = f"{path}.{member.name}"
                        self._record_invariants(member.shape, at_offset(at, member), inner, when)
            case ArrayShape(of=of, count=count) if _has_invariants(of):
                index = self._out.fresh("i")
                with self._out.block(f"for (size_t {index} = 0; {index} < {count}; {index}++)"):
                    self._record_invariants(of, f"({at} + {index} * {of.size})", f"{path}[]", when)

    def _postconditions(self) -> None:
        now, before = self._now(), self._before()
        handles = [m.shape.handle for m in self._function.members if isinstance(m.shape, HandleShape)]
        # They may rely on the state that `prepare` sets up, which a sequence may have left.
        prepared = any(self._drawer.boundary.handles[handle].prepare for handle in handles)
        judged = "!abidance_sequence && " if prepared else ""
        for index, expression in enumerate(self._function.ensures):
            holds = self._clauses.promise(expression, now, before)
            if holds is not None:
                self.report(f"{judged}({holds}) == 0", "ABD321", f"ensures[{index}]: {expression.text}")

    def _called_back(self) -> None:
        """Compile how often callbacks are invoked (ABD341), and what is promised of each invocation (ABD346)."""
        untouched = {spelling(m.name) for m in self._function.members if not writes(m.shape)}
        untouched |= {*self._drawer.boundary.constants}
        for path, made in self._places.callbacks.items():
            if made.lasting or made.shape.allocator:
                continue
            name, null = ".".join(path), self._places.slots[path].null
            now = chained(self._drawer.environment(path[:-1]) if path[1:] else {}, self._now())
            there = f"!{null} && " if null else ""
            for clause, sign in ((made.shape.most, ">"), (made.shape.least, "<")):
                if clause is None:
                    continue
                when = "success && " if sign == "<" or not clause.names <= untouched else ""
                when += f"!{made.name}.more && " if sign == "<" else ""
                limit = self._out.fresh("limit")
                try:
                    told = self._clauses.number(clause, now, limit, self._before())
                except NotCompiledError as error:
                    self._clauses.leave(error.reason, clause)
                    continue
                self._out(f"abidance_int {limit} = 0;")
                wrong = f"({told}) == 1 && (abidance_int){made.name}.count {sign} {limit}"
                self.report(f"{there}{when}{wrong}", "ABD341", name)
            self._invocations(made, name)

    def _invocations(self, made: CompiledCallback, name: str) -> None:
        around = self._before()
        for index, expression in enumerate(made.shape.ensures):
            each = self._out.fresh("i")
            record = made.arguments(f"{made.name}.calls[{each}]", answered=False)
            own = {spelling(key): value for key, value in record.items()}
            if alone(expression, own, self._clauses):
                continue
            holds = self._clauses.promise(expression, chained(own, around))
            if holds is not None:
                with self._out.block(f"for (unsigned {each} = 0; {each} < {made.name}.count; {each}++)"):
                    self.report(f"({holds}) == 0", "ABD346", f"{name}:ensures[{index}]")

    def _refusal(self) -> None:
        """Compile what is promised of a call that is refused (ABD323)."""
        assert self._reject is not None
        now, before = self._now(), self._before()
        text = self._reject.text
        for index, expression in enumerate(self._expectation.ensures):
            holds = self._clauses.promise(expression, now, before)
            if holds is not None:
                self.report(f"({holds}) == 0", "ABD323", f"{text}: ensures[{index}]")
        for name, expected in self._expectation.values.items():
            equal = self._equals(name, expected)
            if equal is None:
                self._clauses.leave(f"what `{name}` is after {text}")
            else:
                self.report(f"!({equal})", "ABD323", f"{text}: {name}")

    def _equals(self, name: str, expected: object) -> str | None:
        """Return the condition under which a value is the one that is promised; None for what C does not compare."""
        shape: Shape = self._function.result.shape
        at = "result"
        if name != "result":
            slot = self._places.slots.get((name,))
            member = next((m for m in self._function.members if m.name == name), None)
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

    # ------------------------------------------------------------------ memory after a failure

    def _after_rejection(self) -> None:
        """Compile what a refused call may not write to (ABD328)."""
        assert self._reject is not None
        for pointee in self._top_level():
            name, shape, slot = pointee.path[0], pointee.shape, self._places.slots[pointee.path]
            if not shape.direction.written or name in self._expectation.written:
                continue
            said = self._on_failure(name)
            told_back = (
                shape.direction is Direction.INOUT
                and shape.what is What.ONE
                and isinstance(shape.element, ScalarShape)
            )
            if said in ("written", "unspecified") or (not said and told_back) or has_pointers(shape.element):
                continue
            there = f"!{slot.null} && " if slot.null else ""
            changed = f"memcmp({slot.block}, {slot.was}, {pointee.size}) != 0"
            if shape.direction is Direction.OUT:
                changed = f"!abidance_filled({slot.block}, {pointee.size})"
            self.report(f"{there}{changed}", "ABD328", f"{self._reject.text}: {name}")

    def _after_failure(self) -> None:
        """Compile what a failed call may not write to (ABD326)."""
        _, failure = self.known
        if failure == "0":
            return
        for pointee in self._top_level():
            name, shape, slot = pointee.path[0], pointee.shape, self._places.slots[pointee.path]
            if shape.direction is not Direction.OUT:
                continue
            said = self._on_failure(name)
            if said in ("written", "unspecified") or (not said and not self._is_plain(name, shape)):
                continue
            there = f"!{slot.null} && " if slot.null else ""
            changed = f"!abidance_filled({slot.block}, {pointee.size})"
            self.report(f"{failure} && {there}{changed}", "ABD326", name)

    def _top_level(self) -> Iterator[Pointee]:
        return (pointee for pointee in self._drawer.pointees if len(pointee.path) == 1)

    def _is_plain(self, name: str, shape: PointerShape) -> bool:
        """Tell whether a parameter points at one thing, and that is no length of a buffer."""
        told = {
            word
            for buffer in (self._function.result.shape, *(m.shape for m in self._function.members))
            if isinstance(buffer, PointerShape) and buffer.length is not None
            for word in buffer.length.names
        }
        return shape.what is What.ONE and spelling(name) not in told

    # ------------------------------------------------------------------ effects

    def _effects(self) -> None:
        if self._reject is None:
            self._after_failure()
        promise = self._function.promise
        returns = promise.returns if promise else None
        if returns is not None and returns.errno is not None:
            self.report("!success && told == 0", "ABD361", "errno")
        effects = {effect.text for effect in promise.effects} if promise else set()
        if "errno_unchanged" in effects:
            self.report("told != before_errno", "ABD362", "errno")
        if effects & {"no_alloc", "async_signal_safe"}:
            self.report("abidance_asked != asked", "ABD369", "heap memory")

    # ------------------------------------------------------------------ another library

    def _answers(self) -> None:
        """Compile what is noted of the answers, to be compared with those of another library (ABD331)."""
        result, out = self._function.result, self._out
        with out.block("if (judges && abidance_answers_to >= 0)"):
            match result.shape:
                case ScalarShape():
                    self._note(result.shape, "result", "result")
                case AddressShape():
                    out("unsigned char there = ABIDANCE_LOAD(void *, result) != NULL;")
                    out(f'abidance_note(&there, 1, {words(self._function.name)}, "result");')
                    if isinstance(self._result, CNullable) and isinstance(self._result.inner, CBytes):
                        inner = self._result.inner
                        name = words(self._function.name)
                        out(f'if (there) abidance_note({inner.pointer}, {inner.length}, {name}, "result");')
                case RecordShape() | ArrayShape():
                    self._note(result.shape, "result", "result")
            returns = self._function.promise.returns if self._function.promise else None
            if returns is not None and returns.errno is not None:
                out(
                    f'if (!success) abidance_note(&told, sizeof told, {words(self._function.name)}, "errno");'
                )
            with out.block("if (success)"):
                for pointee in self._drawer.pointees:
                    self._note_pointee(pointee)

    def _note_pointee(self, pointee: Pointee) -> None:
        shape, slot = pointee.shape, self._places.slots[pointee.path]
        if not shape.direction.written or slot.opaque:
            return
        there = f"if (!{slot.null})" if slot.null else ""
        with self._out.block(there):
            if shape.what is What.ONE:
                self._note(shape.element, slot.block, _name(pointee))
            elif shape.what in (What.BYTES, What.STRING):
                if shape.what is What.STRING or shape.length is not None:
                    name = words(_name(pointee))
                    self._out(
                        f"abidance_note({slot.block}, {slot.count}, {words(self._function.name)}, {name});"
                    )
            elif shape.length is not None:
                index = self._out.fresh("i")
                with self._out.block(f"for (size_t {index} = 0; {index} < {slot.count}; {index}++)"):
                    self._note(
                        shape.element, f"({slot.block} + {index} * {shape.element.size})", _name(pointee)
                    )

    def _note(self, shape: Shape, at: str, path: str) -> None:
        out, function = self._out, words(self._function.name)
        if isinstance(shape, ScalarShape) and shape.kind == "float":
            if shape.format is None:
                kind = "float" if shape.size == 4 else "double"
                out(
                    f'{{ {kind} noted = ABIDANCE_LOAD({kind}, {at}); if (noted != noted) noted = __builtin_nan(""); '
                )
                out(f"abidance_note(&noted, sizeof noted, {function}, {words(path)}); }}")
            return
        if isinstance(shape, ScalarShape) and not shape.width:
            out(f"abidance_note({at}, {shape.size}, {function}, {words(path)});")
            return
        for each in meaningful(shape, pointers=False):
            end = f"{each.end - each.start}"
            if each.text:
                end = f"abidance_text_end({at} + {each.start}, {end})"
            inner = _scalar_at(shape, each)
            if inner is not None and inner.kind == "float":
                self._note(inner, f"({at} + {each.start})", f"{path}{each.path}")
            else:
                out(f"abidance_note({at} + {each.start}, {end}, {function}, {words(path + each.path)});")


def _narrow(shape: ScalarShape, *, closed_only: bool) -> bool:
    """Tell whether a number that is written is judged: one that was read as well only where its type is closed."""
    if closed_only and not (shape.kind == "bool" or (shape.kind == "enum" and shape.closed)):
        return False
    return bool(in_domain(shape, "at"))


def _scalars(shape: Shape) -> Iterator[ScalarShape]:
    match shape:
        case ScalarShape():
            yield shape
        case RecordShape():
            for member in shape.members:
                if not member.within:
                    yield from _scalars(member.shape)
        case ArrayShape():
            yield from _scalars(shape.of)


def _has_invariants(shape: Shape) -> bool:
    match shape:
        case RecordShape():
            return bool(shape.invariants) or any(_has_invariants(m.shape) for m in shape.members)
        case ArrayShape():
            return _has_invariants(shape.of)
    return False


def _scalar_at(shape: Shape, each: Range) -> ScalarShape | None:
    """Return the number that a range of a record is, where it is one."""
    match shape:
        case ScalarShape():
            return shape
        case RecordShape():
            for member in shape.members:
                if not member.bits and member.offset <= each.start < member.offset + member.shape.size:
                    moved = type(each)(
                        each.path, each.start - member.offset, each.end - member.offset, each.text
                    )
                    return _scalar_at(member.shape, moved)
        case ArrayShape(of=of):
            first = each.start % of.size if of.size else 0
            moved = type(each)(each.path, first, first + each.end - each.start, each.text)
            return _scalar_at(of, moved) if each.end - each.start <= of.size else None
    return None


def _name(pointee: Pointee) -> str:
    return ".".join(pointee.path)
