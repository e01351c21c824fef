"""Compiles what is judged of memory that a call writes: all that it must write, and nothing after a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.status_place import POINTER
from abidance.boundary.model.traversal import has_pointers
from abidance.boundary.model.types import (
    Direction,
    HandleShape,
    NumberHandle,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.values.memory import extent
from abidance.boundary.values.significant_bytes import MOST, meaningful, status_range
from abidance.contract.expression import spelling
from abidance.native.target.c_text import load, string, words
from abidance.native.target.domains import in_ranges
from abidance.native.target.moved_pointers import is_moved_on
from abidance.native.target.overlaps import WHETHER
from abidance.native.target.variants import living_ranges

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.boundary.model.types import Shape
    from abidance.boundary.values.significant_bytes import Range
    from abidance.contract.expression import Expression
    from abidance.native.target.after_call import AfterCall
    from abidance.native.target.memory_drawing import Pointee
    from abidance.native.target.places import ArgumentSlot
    from abidance.native.target.variants import TaggedUnionPlace


def left_alone(call: AfterCall, when: str, code: str, what: str, said: Iterable[Expression]) -> None:
    """Compile that handles in the caller's memory are as before, but for fields of which something is said."""
    paths = [path.split(".") for expression in said for path, _ in expression.paths]
    for path, record in call.places.records.items():
        slot, name = call.places.slots.get(path), path[0]  # one that comes back has none
        if slot is None or len(path) > 1 or not slot.was or call.on_failure(name) != "untouched":
            continue
        but = {each[1] for each in paths if len(each) > 1 and each[0] == spelling(name)}
        ranges = [(0, record.size)]
        for first, end in sorted(extent(member) for member in record.members if member.name in but):
            start, last = ranges.pop()
            ranges += [(start, first), (end, last)]
        changed = " || ".join(
            f"memcmp({slot.block} + {first}, {slot.was} + {first}, {end - first}) != 0"
            for first, end in ranges
            if end > first
        )
        there = f"!({slot.null}) && " if slot.null else ""
        call.report(f"{when}{there}({changed or '0'})", code, f"{what}{name}")


class WrittenMemory:
    """Memory that the library is to fill, after one call."""

    def __init__(self, call: AfterCall) -> None:
        self._call = call
        self._suspicions = 0

    def unwritten(self) -> None:
        """Compile the look at memory that a successful call must have written (ABD325)."""
        success, failure = self._call.known
        for pointee in self._call.drawer.pointees:
            shape, slot = pointee.shape, self._call.places.slots[pointee.path]
            if shape.direction is not Direction.OUT or len(pointee.path) > 1 or slot.opaque:
                continue
            if shape.initially:  # what it holds may be the answer
                continue
            if shape.records is not None:  # between them is what nobody has to write
                continue
            by_result = shape.length is not None and "result" in shape.length.names
            leaves = {
                succeeded: self._call.function.leaves(pointee.path[0], success=succeeded)
                for succeeded in (True, False)
            }
            conditions = [success] if success != "0" and leaves[True] else []
            if failure != "0" and leaves[False]:
                conditions.append(failure)
            if by_result and leaves[True] and not self._call.function.has_status:
                conditions.append("success")
            if self._tells(pointee, slot, conditions):
                continue
            if not conditions:
                continue
            # Where the length comes back through NULL, nobody knows it.
            told_by = (
                self._call.places.slots.get((name,)) for name in (shape.length.names if shape.length else ())
            )
            nulls = (slot.null, *(each.null for each in told_by if each is not None))
            there = "".join(f" && !{null}" for null in nulls if null)
            with self._call.out.block(f"if (({' || '.join(dict.fromkeys(conditions))}){there})"):
                if shape.what is What.ONE:
                    if not isinstance(shape.element, HandleShape):
                        for each in meaningful(shape.element, pointers=True):
                            self._range(slot.block, each, pointee)
                        told = self._call.places.told.get(pointee.path, ())
                        self._living(shape.element, slot.block, pointee, told)
                elif shape.what is not What.STRING and shape.length is not None:
                    self._range_of_elements(shape.element, slot, pointee)

    def _tells(self, pointee: Pointee, slot: ArgumentSlot, conditions: list[str]) -> bool:
        """Compile the look at what tells whether a call has succeeded, which each has to write; whether it is all."""
        status = self._call.function.status
        if status is None or status.parameter != pointee.path[0]:
            return False
        number = status_range(status)
        if number is None:
            return False
        with self._call.out.block(f"if ({f'!{slot.null}' if slot.null else '1'})"):
            self._range(slot.block, number, pointee)
        return not conditions or isinstance(pointee.shape.element, ScalarShape)

    def _range_of_elements(self, of: Shape, slot: ArgumentSlot, pointee: Pointee) -> None:
        past = next((flag for each, flag in self._call.past if each is pointee), "0")
        if isinstance(of, ScalarShape) and of.size == 1:
            self._suspect(slot.block, "0", slot.count, pointee, "", past)
            return
        index = self._call.out.fresh("i")
        with self._call.out.block(
            f"for (size_t {index} = 0; !{past} && {index} < {slot.count} && {index} < {MOST}; {index}++)"
        ):
            for each in meaningful(of, pointers=True):
                self._range(f"({slot.block} + {index} * {of.size})", each, pointee, f"{index} * {of.size}")
            at = f"({slot.block} + {index} * {of.size})"
            self._living(of, at, pointee, (), f"{index} * {of.size}")

    def _living(
        self, of: Shape, base: str, pointee: Pointee, told: tuple[TaggedUnionPlace, ...], shift: str = "0"
    ) -> None:
        """Compile the look at what lives in unions of which a tag tells it."""
        for condition, each in living_ranges(of, base, told) if isinstance(of, RecordShape) else ():
            with self._call.out.block(f"if ({condition})"):
                self._range(base, each, pointee, shift)

    def _range(self, base: str, each: Range, pointee: Pointee, shift: str = "0") -> None:
        end = str(each.end)
        if each.text:
            end = f"{each.start} + abidance_text_end({base} + {each.start}, {each.end - each.start})"
        self._suspect(base, str(each.start), end, pointee, each.path, "0", shift)

    def _suspect(
        self, base: str, start: str, end: str, pointee: Pointee, inner: str, unless: str, shift: str = "0"
    ) -> None:
        self._suspicions += 1
        name = words(f"{pointee.name}{inner}")
        self._call.out(
            f"if (judges && !{unless}) suspected |= abidance_look({self._suspicions}, {base}, {start}, {end}, {shift}, "
            f"{words(self._call.function.name)}, {name});"
        )

    def after_rejection(self) -> None:
        """Compile what a refused call may not write to (ABD328)."""
        assert self._call.reject is not None
        self._handles_left("", "ABD328", f"{self._call.reject.text}: ")
        left_alone(self._call, "", "ABD328", f"{self._call.reject.text}: ", self._call.reject.ensures)
        for pointee in self._call.top_level():
            name, shape, slot = pointee.path[0], pointee.shape, self._call.places.slots[pointee.path]
            if name in self._call.expectation.written:
                continue
            if not shape.direction.written and not is_moved_on(shape):
                continue
            said = self._call.on_failure(name)
            told_back = (
                shape.direction is Direction.INOUT
                and shape.what is What.ONE
                and isinstance(shape.element, ScalarShape)
            )
            if said in ("written", "unspecified") or (not said and told_back):
                continue
            there = f"!{slot.null} && " if slot.null else ""
            self._behind(pointee, there, "ABD328", f"{self._call.reject.text}: ")
            if not shape.direction.written:
                continue
            if shape.direction is Direction.INOUT and has_pointers(shape.element):
                continue
            changed = f"memcmp({slot.block}, {slot.was}, {pointee.size}) != 0"
            if shape.direction is Direction.OUT:
                changed = self._changed(slot, pointee)
            self._call.report(f"{there}{changed}", "ABD328", f"{self._call.reject.text}: {name}")

    def _handles_left(self, when: str, code: str, what: str) -> None:
        """Compile that a call which makes no handle leaves nothing for one: neither a pointer nor a valid number."""
        for member in self._call.function.members:
            shape, slot = member.shape, self._call.places.slots.get((member.name,))
            if not isinstance(shape, HandleShape) or not shape.made or shape.replaced:
                continue
            if slot is None or not slot.room or member.name in self._call.expectation.written:
                continue
            said = self._call.on_failure(member.name)
            if said and said != "untouched":
                continue
            size = shape.number.size if isinstance(shape, NumberHandle) else POINTER
            changed = f"!abidance_filled({slot.block}, {size})"
            if shape.initially:
                changed = f"memcmp({slot.block}, {string(shape.initially)}, {len(shape.initially)}) != 0"
            if not said and isinstance(shape, NumberHandle):
                changed += f" && !({in_ranges(load(shape.number, slot.block), shape.invalid.each)})"
            elif not said:
                changed += f" && ABIDANCE_LOAD(void *, {slot.block}) != NULL"
            there = f"!{slot.null} && " if slot.null else ""
            self._call.report(f"{when}{there}{changed}", code, f"{what}{member.name}")

    def overwritten(self) -> None:
        """Compile what a call may not write to when it fails, or when it succeeds (ABD326)."""
        success, failure = self._call.known
        if failure != "0":
            self._handles_left(f"{failure} && ", "ABD326", "")
            left_alone(self._call, f"{failure} && ", "ABD326", "", self._call.function.ensures)
        promise = self._call.function.promise
        for pointee in self._call.top_level():
            name, shape, slot = pointee.path[0], pointee.shape, self._call.places.slots[pointee.path]
            param = promise.params.get(name) if promise else None
            ends = []
            if success != "0" and param is not None and param.after_success == "untouched":
                ends.append(success)
            if failure != "0" and self._must_keep(name, shape):
                ends.append(failure)
            if not ends or not (shape.direction.written or is_moved_on(shape)):
                continue
            changed = self._changed(slot, pointee)
            there = f"!{slot.null} && " if slot.null else ""
            self._behind(pointee, f"({' || '.join(ends)}) && {there}", "ABD326", "")
            if not shape.direction.written:
                continue
            if shape.direction is Direction.INOUT:
                if has_pointers(shape.element):
                    continue
                changed = f"memcmp({slot.block}, {slot.was}, {pointee.size}) != 0"
            self._call.report(f"({' || '.join(ends)}) && {there}{changed}", "ABD326", name)

    def _behind(self, pointee: Pointee, when: str, code: str, what: str) -> None:
        """Compile that pointers to windows lead to where they did, and that memory behind a record is as it was."""
        for each in self._call.drawer.pointees:
            if each.path[0] != pointee.path[0]:
                continue
            slot, shape = self._call.places.slots[each.path], each.shape
            if not is_moved_on(shape):
                plain = len(each.path) > 1 and shape.direction.written and not has_pointers(shape.element)
                if plain and not (slot.lost or slot.never or slot.opaque):
                    changed = self._changed(slot, each)
                    if shape.direction is Direction.INOUT:
                        changed = f"memcmp({slot.block}, {slot.was}, {each.size}) != 0"
                    there = f"!({slot.null}) && " if slot.null else ""
                    self._call.report(f"{when}{there}{changed}", code, f"{what}{pointee.path[0]}")
                continue
            there = f"!({slot.null}) && " if slot.null and each is not pointee else ""
            elsewhere = f"ABIDANCE_LOAD(unsigned char *, {slot.at}) != {slot.block}"
            self._call.report(f"{when}{there}{elsewhere}", code, f"{what}{pointee.path[0]}")

    def _must_keep(self, name: str, shape: PointerShape) -> bool:
        """Tell whether a failed call must leave a parameter alone."""
        said = self._call.on_failure(name)
        return (
            said == "untouched" if said else shape.direction is Direction.OUT and self._is_plain(name, shape)
        )

    def _is_plain(self, name: str, shape: PointerShape) -> bool:
        """Tell whether a parameter points at one thing, and that is no length of a buffer."""
        told = {
            word
            for buffer in (self._call.function.result.shape, *(m.shape for m in self._call.function.members))
            if isinstance(buffer, PointerShape) and buffer.length is not None
            for word in buffer.length.names
        }
        return shape.what is What.ONE and spelling(name) not in told

    def _changed(self, slot: ArgumentSlot, pointee: Pointee) -> str:
        """Return the condition under which memory that is only written holds something else than before the call."""
        initially = pointee.shape.initially
        if initially:
            changed = f"memcmp({slot.block}, {string(initially)}, {len(initially)}) != 0"
        else:
            changed = f"!abidance_filled({slot.block}, {pointee.size})"
        # Where it lies in the memory of another, it holds what that one does.
        return f"!{WHETHER} && {changed}" if self._call.drawer.overlap_way else changed
