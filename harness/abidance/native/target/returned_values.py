"""Compiles which values may not come back, in the result and in memory that a call writes (ABD322)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.status_place import TOLD
from abidance.boundary.model.types import (
    AddressShape,
    ArrayShape,
    Direction,
    NumberHandle,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.native.target.c_text import at_offset, load
from abidance.native.target.call_status import strange_status
from abidance.native.target.domains import in_domain, in_ranges
from abidance.native.target.forms import form_table
from abidance.native.target.last_errors import judge_why
from abidance.native.target.places import in_memory, length_beside
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.texts import bytes_check, codec_check
from abidance.native.target.variants import living, unions_below, unions_told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.types import Shape
    from abidance.native.target.after_call import AfterCall
    from abidance.native.target.memory_drawing import Pointee
    from abidance.native.target.variants import TaggedUnionPlace


class ReturnedValues:
    """What one call has left where the contract, or C, says what may be there."""

    def __init__(self, call: AfterCall) -> None:
        self._call = call

    def outside(self) -> None:
        """Compile what may not come back (ABD322)."""
        result = self._call.function.result
        if self._call.reject is not None and "result" in self._call.expectation.values:
            if not any(TOLD in each.names for each in self._call.expectation.ensures):
                judge_why(self._call, "1 && ")
            return
        if strange := strange_status(self._call):
            assert self._call.function.status is not None
            self._call.report(strange, "ABD322", self._call.function.status.path)
        when = self._call.answers()
        if isinstance(result.shape, ScalarShape):
            self._domain(result.shape, "result", "result", when)
            if allowed := self._call.allowed():
                self._call.report(f"!({allowed})", "ABD322", "result")
        elif isinstance(result.shape, NumberHandle) and result.shape.invalid and result.nullable is False:
            valid = in_ranges(load(result.shape.number, "result"), result.shape.valid.each)
            self._call.report(f"{when} && !({valid})", "ABD322", "result")
        elif isinstance(result.shape, RecordShape):
            self._inside(result.shape, "result", "result", when, closed_only=False)
        elif isinstance(result.shape, PointerShape):
            self._behind_result(result.shape)
        if self._call.reject is None:
            for pointee in self._call.drawer.pointees:
                if pointee.shape.direction.written:
                    self._written_domain(pointee)
            for condition, name in self._call.texts:
                self._call.report(condition, "ABD322", name)
        self._encodings()
        judge_why(self._call)
        if isinstance(result.shape, AddressShape):
            null = f"{when} && ABIDANCE_LOAD(void *, result) == NULL"
            if result.nullable is False:
                self._call.report(null, "ABD322", "result")
            elif result.nullable is not True:
                holds = self._call.clauses.promise(result.nullable, self._call.now(), self._call.before())
                if holds is not None:
                    self._call.report(f"{null} && ({holds}) == 0", "ABD322", "result")
            returns = self._call.function.promise.returns if self._call.function.promise else None
            align = (returns.align if returns and isinstance(result.shape, PointerShape) else None) or 1
            if align > 1:
                askew = f"{when} && ABIDANCE_LOAD(uintptr_t, result) % {align} != 0"
                self._call.report(askew, "ABD322", "result")

    def _written_domain(self, pointee: Pointee) -> None:
        shape, slot = pointee.shape, self._call.places.slots[pointee.path]
        self._written_records(pointee)
        if slot.opaque or shape.what in (What.BYTES, What.STRING) or shape.records is not None:
            return
        status = self._call.function.status
        if status is not None and status.path == pointee.name:
            return  # what may be passed there says nothing of what may come back
        left = self._call.left(pointee)
        when = left if not slot.null else f"{left} && !{slot.null}"
        element = shape.element
        if isinstance(element, PointerShape) and shape.what is What.ONE and element.nullable is False:
            success, failure = self._call.known  # else nobody knows whether there is to be anything
            promise = self._call.function.promise
            param = promise.params.get(pointee.path[0]) if promise else None
            # What a success writes may be nothing after a failure; what tells of one is there.
            on_success = param is not None and param.after_success == "written"
            known = success if on_success else f"{success} || {failure}"
            null = f"ABIDANCE_LOAD(void *, {slot.block}) == NULL"
            self._call.report(f"({known}) && {when} && {null}", "ABD322", pointee.name)
            return
        closed_only = shape.direction is Direction.INOUT
        if not any(_narrow(each, closed_only=closed_only) for each in _scalars(shape.element)):
            return
        if shape.what is What.ONE:
            told = self._call.places.told.get(pointee.path, ())
            self._inside(shape.element, slot.block, pointee.name, when, told, closed_only=closed_only)
            return
        index = self._call.out.fresh("i")
        with self._call.out.block(f"if ({when}) for (size_t {index} = 0; {index} < {slot.count}; {index}++)"):
            at = f"({slot.block} + {index} * {shape.element.size})"
            self._inside(shape.element, at, f"{pointee.name}[]", "1", closed_only=closed_only)

    def _written_records(self, pointee: Pointee) -> None:
        """Compile that records that fill memory end where one can: there, behind a pointer there, or a field's."""
        shape, slot, call = pointee.shape, self._call.places.slots[pointee.path], self._call
        left = call.left(pointee)
        when = left if not slot.null else f"{left} && !{slot.null}"
        if slot.opaque:
            return
        if shape.records is not None:
            past = next((flag for each, flag in call.past if each is pointee), "0")
            self._records(shape, slot.block, slot.count, pointee.name, f"{when} && !{past}")
        elif isinstance(shape.element, PointerShape) and shape.what is What.ONE:
            self._records_behind(shape.element, slot.block, slot.behind, pointee.name, when)
        else:
            self._records_in(shape, slot.block, pointee.name, when)

    def _records_in(self, shape: PointerShape, at: str, path: str, when: str) -> None:
        """Compile the same of what the fields of a record lead to."""
        of = shape.element
        if shape.what is What.ONE and isinstance(of, RecordShape):
            for member in of.members:
                if isinstance(member.shape, PointerShape) and not member.within:
                    beside = length_beside(member.shape, of, at)
                    there = at_offset(at, member)
                    self._records_behind(member.shape, there, beside, f"{path}.{member.name}", when)

    def _records_behind(self, shape: PointerShape, at: str, length: str, path: str, when: str) -> None:
        """Compile the same of what a pointer leads to, which lies `at` a place."""
        target = in_memory(shape, at, length, left=True) if shape.records is not None else None
        if target is not None:
            there = f"{when} && !abidance_is_lost({at}) && ABIDANCE_LOAD(void *, {at})"
            self._records(shape, target.at, target.count, path, there)

    def _records(self, shape: PointerShape, at: str, count: str, path: str, when: str) -> None:
        runs, unit = self._call.places.runs, max(shape.unit, 1)
        assert shape.records is not None
        assert runs is not None
        try:
            found = runs.count(shape.records, at, f"(size_t)({count}) * {unit}")
        except NotCompiledError as error:
            self._call.clauses.leave(error.reason)
            return
        readable = f"abidance_all_readable({at}, (uint64_t)({count}), {unit})"
        self._call.report(f"{when} && {readable} && {found} < 0", "ABD322", path)

    def _behind_result(self, shape: PointerShape) -> None:
        """Compile which numbers may be in memory that the call returned."""
        if shape.records is not None and self._call.returned_elements:
            self._records(shape, "returned", self._call.returned_elements, "result", "returned")
            return
        self._records_in(shape, "returned", "result", "returned")
        if not any(_narrow(each, closed_only=False) for each in _scalars(shape.element)):
            return
        if shape.what is What.ONE:
            self._inside(shape.element, "returned", "result", "returned", closed_only=False)
        elif shape.what is What.ARRAY and self._call.returned_elements:
            index = self._call.out.fresh("i")
            with self._call.out.block(
                f"if (returned) for (abidance_int {index} = 0; {index} < {self._call.returned_elements}; {index}++)"
            ):
                at = f"(returned + {index} * {shape.element.size})"
                self._inside(shape.element, at, "result[]", "1", closed_only=False)

    def _inside(
        self,
        shape: Shape,
        at: str,
        path: str,
        when: str,
        around: tuple[TaggedUnionPlace, ...] = (),
        *,
        closed_only: bool,
    ) -> None:
        match shape:
            case ScalarShape():
                if _narrow(shape, closed_only=closed_only):
                    self._domain(shape, at, path, when)
            case RecordShape():
                told = (*around, *unions_told(shape, at))
                for member in shape.members:
                    alive = living(member, told, None)
                    if not alive:
                        continue
                    lives = when if alive == "1" else f"{when} && {alive}"
                    inner, there = f"{path}.{member.name}", at_offset(at, member)
                    if isinstance(member.shape, ScalarShape):
                        if _narrow(member.shape, closed_only=closed_only):
                            self._domain(member.shape, there, inner, lives, member.bits)
                    else:
                        below = unions_below(told, member.name)
                        self._inside(member.shape, there, inner, lives, below, closed_only=closed_only)
            case ArrayShape(of=of, count=count):
                if any(_narrow(each, closed_only=closed_only) for each in _scalars(of)):
                    index = self._call.out.fresh("i")
                    with self._call.out.block(f"for (size_t {index} = 0; {index} < {count}; {index}++)"):
                        self._inside(
                            of, f"({at} + {index} * {of.size})", f"{path}[]", when, closed_only=closed_only
                        )

    def _domain(
        self, shape: ScalarShape, at: str, path: str, when: str, bits: tuple[int, int] | None = None
    ) -> None:
        allowed = in_domain(shape, at, bits)
        if allowed:
            self._call.report(f"{when} && !({allowed})", "ABD322", path)

    def _encodings(self) -> None:
        promise = self._call.function.promise
        if promise is None:
            return
        checked: list[tuple[str, str, str, PointerShape, str]] = []
        result = self._call.function.result.shape
        if isinstance(result, PointerShape):
            if result.encoded and result.what is What.STRING:
                checked.append(("returned", "returned", "returned_count", result, "result"))
            elif result.encoded:
                self._call.clauses.leave(f"whether `result` is text in {result.encoding}")
            if result.what is What.STRING:
                self._form(result, "returned", "returned", "returned_count", "result")
            elif result.like is not None:
                self._call.clauses.leave(f"whether `result` is `like: {result.like}`")
        for pointee in self._call.drawer.pointees if self._call.reject is None else ():
            place = promise.params.get(pointee.path[0])
            slot = self._call.places.slots[pointee.path]
            if place is None or not place.out or len(pointee.path) > 1:
                continue
            if pointee.shape.what in (What.ONE, What.ARRAY) or slot.opaque:
                continue
            left = self._call.left(pointee)
            when = left if not slot.null else f"{left} && !{slot.null}"
            self._form(pointee.shape, when, slot.block, slot.count, pointee.path[0])
            if pointee.shape.encoded and not pointee.shape.mostly:
                checked.append((when, slot.block, slot.count, pointee.shape, pointee.path[0]))
        for when, block, count, text, name in checked:
            check = bytes_check(text.encoding) if text.what is What.BYTES else codec_check(text.encoding)
            if check is None:
                self._call.clauses.leave(f"whether `{name}` is text in {text.encoding}")
                continue
            self._call.report(
                f"{when} && {check.broken(self._call.drawer.tables, block, count)}", "ABD322", name
            )

    def _form(self, shape: PointerShape, when: str, at: str, count: str, name: str) -> None:
        """Compile that text which came back has its form."""
        if shape.like is None:
            return
        try:
            form = form_table(shape, self._call.drawer.tables)
        except NotCompiledError as error:
            self._call.clauses.leave(error.reason)
            return
        self._call.report(f"{when} && !abidance_has_form({form}, {at}, {count})", "ABD322", name)


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
                yield from _scalars(member.shape)
        case ArrayShape():
            yield from _scalars(shape.of)
