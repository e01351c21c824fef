"""Compiles what is noted of a call's answers, to be compared with those of another library (ABD331)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import (
    AddressShape,
    ArrayShape,
    NothingShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.values.significant_bytes import meaningful
from abidance.checks.agreement.known_differences import handles_of
from abidance.native.expressions.values import CBytes, CNullable
from abidance.native.target.c_text import words

if TYPE_CHECKING:
    from abidance.boundary.model.types import Shape
    from abidance.boundary.values.significant_bytes import Range
    from abidance.native.target.after_call import AfterCall
    from abidance.native.target.memory_drawing import Pointee


class ComparedAnswers:
    """The answers of one call."""

    def __init__(self, call: AfterCall) -> None:
        self._call = call

    def _may_differ(self, path: str) -> bool:
        """Tell whether libraries may differ in a place, as the contract's `equivalence` says."""
        equivalence = self._call.drawer.boundary.contract.equivalence
        if equivalence is None:
            return False
        if equivalence.compare == "results" and not path.startswith("result"):
            return True
        # Under which condition, and how far values may be apart, is asked of what a run compares.
        places = (*equivalence.except_, *equivalence.alike)
        place, left_out = f"{self._call.function.name}.{path}", {each.text for each in places}
        return any(
            place == name or place.startswith((f"{name}.", f"{name}["))
            for name in left_out
            if "." in name or name == self._call.function.name
        )

    def _compared(self) -> str:
        """Return the condition under which the answers of a call are compared; empty for never."""
        equivalence = self._call.drawer.boundary.contract.equivalence
        if equivalence is None:
            return "1"
        left_out = {each.text for each in equivalence.except_}
        if equivalence.compare == "none" or self._call.function.name in left_out:
            return ""
        return "!abidance_sequence" if left_out & handles_of(self._call.function) else "1"

    def note_all(self) -> None:
        """Compile what is noted of the answers, to be compared with those of another library (ABD331)."""
        result, out = self._call.function.result, self._call.out
        compared = self._compared()
        if not compared:
            return
        with out.block(f"if (judges && abidance_answers_to >= 0 && {compared})"):
            match NothingShape() if self._may_differ("result") else result.shape:
                case ScalarShape():
                    self._note(result.shape, "result", "result")
                case AddressShape():
                    out("unsigned char there = ABIDANCE_LOAD(void *, result) != NULL;")
                    out(f'abidance_note(&there, 1, {words(self._call.function.name)}, "result");')
                    if isinstance(self._call.result, CNullable) and isinstance(
                        self._call.result.inner, CBytes
                    ):
                        inner = self._call.result.inner
                        name = words(self._call.function.name)
                        out(f'if (there) abidance_note({inner.pointer}, {inner.length}, {name}, "result");')
                case RecordShape() | ArrayShape():
                    self._note(result.shape, "result", "result")
            returns = self._call.function.promise.returns if self._call.function.promise else None
            if returns is not None and returns.errno is not None:
                out(
                    f'if (!success) abidance_note(&told, sizeof told, {words(self._call.function.name)}, "errno");'
                )
            for pointee in self._call.drawer.pointees:
                self._note_pointee(pointee)

    def _note_pointee(self, pointee: Pointee) -> None:
        shape, slot = pointee.shape, self._call.places.slots[pointee.path]
        if not shape.direction.written or slot.opaque or self._may_differ(pointee.name):
            return
        there = f" && !{slot.null}" if slot.null else ""
        with self._call.out.block(f"if ({self._call.left(pointee)}{there})"):
            if shape.what is What.ONE:
                self._note(shape.element, slot.block, pointee.name)
            elif shape.what in (What.BYTES, What.STRING):
                if shape.what is What.STRING or shape.length is not None:
                    name = words(pointee.name)
                    self._call.out(
                        f"abidance_note({slot.block}, {slot.count}, {words(self._call.function.name)}, {name});"
                    )
            elif shape.length is not None:
                index = self._call.out.fresh("i")
                with self._call.out.block(f"for (size_t {index} = 0; {index} < {slot.count}; {index}++)"):
                    self._note(
                        shape.element, f"({slot.block} + {index} * {shape.element.size})", pointee.name
                    )

    def _note(self, shape: Shape, at: str, path: str) -> None:
        out, function = self._call.out, words(self._call.function.name)
        equivalence = self._call.drawer.boundary.contract.equivalence
        if isinstance(shape, ScalarShape) and shape.kind == "float":
            if shape.format is None and (equivalence is None or equivalence.tolerance is None):
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
            if self._may_differ(f"{path}{each.path}"):
                continue
            end = f"{each.end - each.start}"
            if each.text:
                end = f"abidance_text_end({at} + {each.start}, {end})"
            inner = _scalar_at(shape, each)
            if inner is not None and inner.kind == "float":
                self._note(inner, f"({at} + {each.start})", f"{path}{each.path}")
            else:
                out(f"abidance_note({at} + {each.start}, {end}, {function}, {words(path + each.path)});")


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
