"""Compiles what is noted of a call's answers, to be compared with those of another library (ABD331)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.boundary.model.status_place import TOLD
from abidance.boundary.model.types import (
    AddressShape,
    ArrayShape,
    HandleShape,
    NothingShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
    WithinShape,
)
from abidance.boundary.values.significant_bytes import meaningful
from abidance.checks.agreement.known_differences import ExceptedPlace, never_compared
from abidance.checks.evidence.sameness import sameness
from abidance.native.expressions.values import CBytes, CNullable
from abidance.native.target.c_text import words
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from abidance.boundary.model.types import Shape
    from abidance.boundary.values.significant_bytes import Range
    from abidance.checks.evidence.sameness import Sameness
    from abidance.native.target.after_call import AfterCall
    from abidance.native.target.memory_drawing import Pointee

_INDEX = re.compile(r"\[\d*\]")
_BYTE = ScalarShape("int", 1, 1, False, "unsigned char", 0, 255)
_SIZES = (1, 2, 4, 8)


class ComparedAnswers:
    """The answers of one call."""

    def __init__(self, call: AfterCall) -> None:
        self._call = call
        self._equivalence = call.drawer.boundary.contract.equivalence
        self._sameness = sameness(self._equivalence, call.function.name)
        self._known: list[tuple[ExceptedPlace, str]] = []
        """Where the libraries may differ, each with the C variable that tells whether the condition for it holds."""
        self._unasked: list[ExceptedPlace] = []
        """Where they may, under conditions that cannot be asked in C."""

    def _how(self, path: str) -> Sameness:
        """Return what counts as the same at a path."""
        how, so_far = self._sameness, ""
        for part in _INDEX.sub("", path).split("."):
            so_far = f"{so_far}.{part}" if so_far else part
            how = how.at(so_far)
        return how

    def _may_differ(self, path: str) -> bool:
        """Tell whether libraries may differ in a place in every call, or nobody can tell in which."""
        if self._equivalence is None:
            return False
        if self._equivalence.compare == "results" and not path.startswith("result"):
            return True
        return self._how(path).like is not None or any(place.covers(path) for place in self._unasked)

    def _excused(self, path: str) -> str:
        """Return the condition under which the contract knows of a difference at a path."""
        return " || ".join(flag for place, flag in self._known if place.covers(path)) or "0"

    def _compared(self) -> str:
        """Return the condition under which the answers of a call are compared; empty for never."""
        between = self._between_libraries()
        drawer = self._call.drawer
        if not (drawer.overlap_way or drawer.refusal_way) or between == "1":
            return between
        return f"(abidance_tries{f' || {between}' if between else ''})"

    def _between_libraries(self) -> str:
        """Return the same for those of two libraries."""
        equivalence, function = self._equivalence, self._call.function
        if equivalence is None:
            return "1"
        if equivalence.compare == "none" or never_compared(equivalence, function, sequence=False):
            return ""
        return "!abidance_sequence" if never_compared(equivalence, function, sequence=True) else "1"

    def _ask(self) -> None:
        """Compile the conditions of differences that are known, over the values of this call."""
        call = self._call
        for name, known in self._equivalence.except_.items() if self._equivalence else ():
            function, _, path = name.text.partition(".")
            for each in known if function == call.function.name else ():
                place = ExceptedPlace(path, each)
                if each.when is None:
                    self._unasked.append(place)
                    continue
                try:
                    held = call.clauses.condition(each.when, call.now(), call.before())
                except NotCompiledError as error:
                    call.clauses.leave(str(error), each.when)
                    self._unasked.append(place)
                    continue
                flag = call.out.fresh("known")
                call.out(f"int {flag} = ({held}) == 1;")
                self._known.append((place, flag))

    def note_all(self) -> None:
        """Compile what is noted of the answers, to be compared with those of another library (ABD331)."""
        out, compared = self._call.out, self._compared()
        if not compared:
            return
        with out.block(f"if (judges && abidance_answers_to >= 0 && {compared})"):
            self._ask()
            failures = self._how("result").failures and not self._may_differ("result")
            if failures or self._call.answers() != "1":
                self._exactly("&success", "sizeof success", "result")
                with out.block("if (success)"):
                    self._note_result()
            else:
                self._note_result()
            status = self._call.function.status
            told = status is not None and status.asked is not None and status.number is not None
            if told and not self._may_differ(TOLD):
                self._exactly("told_of", "sizeof told_of", TOLD)
            returns = self._call.function.promise.returns if self._call.function.promise else None
            if returns is not None and returns.errno is not None and not self._may_differ("errno"):
                with out.block("if (!success)"):
                    self._exactly("&told", "sizeof told", "errno")
            for pointee in self._call.drawer.pointees:
                self._note_pointee(pointee)
            self._note_moved()

    def _note_result(self) -> None:
        result, out = self._call.function.result, self._call.out
        match NothingShape() if self._may_differ("result") else result.shape:
            case ScalarShape():
                self._note(result.shape, "result", "result")
            case AddressShape():
                out("unsigned char there = ABIDANCE_LOAD(void *, result) != NULL;")
                self._exactly("&there", "1", "result")
                if isinstance(self._call.result, CNullable) and isinstance(self._call.result.inner, CBytes):
                    inner = self._call.result.inner
                    with out.block("if (there)"):
                        self._elements(_BYTE, inner.pointer, inner.length, "result")
                if not (isinstance(result.shape, HandleShape) or self._how("result").anywhere):
                    self._note_target()
            case RecordShape() | ArrayShape():
                self._note(result.shape, "result", "result")

    def _note_target(self) -> None:
        """Note into which memory of the call's a pointer that comes back leads, and how far; 0 for none."""
        out, call = self._call.out, self._call
        out("uint64_t leads = 0;")
        for number, pointee in enumerate(call.drawer.pointees, 1):
            block = call.places.slots[pointee.path].block
            apart = f"(size_t)(ABIDANCE_LOAD(unsigned char *, result) - {block})"
            out(
                f"if (there && !leads && {apart} <= {pointee.size}) leads = ((uint64_t){number} << 48) + {apart};"
            )
        self._exactly("&leads", "sizeof leads", "result")

    def _note_moved(self) -> None:
        """Note how far the call has moved pointers behind its parameters, and what it has written in such memory."""
        call, out = self._call, self._call.out
        for each in call.drawer.moved:
            shape, slot = call.drawer.member((each.name,)).shape, call.places.slots[each.name,]
            if self._may_differ(each.name) or slot.never:
                continue
            place = shape if isinstance(shape, WithinShape) else None
            memory = call.places.slots[tuple(place.whose.split("."))] if place is not None else slot
            there = f" && !({slot.null})" if slot.null else ""
            with out.block(f"if ({call.when_left(each.name)}{there})"):
                out(f"ptrdiff_t far = ABIDANCE_LOAD(unsigned char *, {slot.at}) - {memory.block};")
                self._exactly("&far", "sizeof far", each.name)
                if isinstance(shape, PointerShape) and not shape.direction.read:
                    of = shape.element if shape.what is What.ARRAY else _BYTE
                    written = f"(far > 0 && (size_t)far <= {slot.size} ? (size_t)far / {shape.unit} : 0)"
                    self._elements(of, slot.block, written, each.name)

    def _note_pointee(self, pointee: Pointee) -> None:
        shape, slot = pointee.shape, self._call.places.slots[pointee.path]
        if not shape.direction.written or slot.opaque or self._may_differ(pointee.name):
            return
        if shape.records is not None:
            self._call.clauses.leave("records one behind the other are compared in Python")
            return
        out, there = self._call.out, f" && !{slot.null}" if slot.null else ""
        with out.block(f"if ({self._call.left(pointee)}{there})"):
            if shape.what is What.ONE:
                self._note(shape.element, slot.block, pointee.name)
            elif shape.what is What.STRING or shape.length is not None or shape.ended_by is not None:
                of = shape.element if shape.what is What.ARRAY else _BYTE
                self._elements(of, slot.block, slot.count, pointee.name)

    def _elements(self, of: Shape, at: str, count: str, path: str) -> None:
        """Note so many elements side by side: at once where each is a number, else one after the other."""
        out, how = self._call.out, self._how(path)
        whole = isinstance(of, ScalarShape) and not of.width and of.size in _SIZES
        if (
            isinstance(of, ScalarShape)
            and whole
            and (how.unordered or not _is_float(of) or (how.is_tolerant and _is_plain(of)))
        ):
            self._emit(at, f"({count}) * {of.size}", path, _as_c(how, of))
            return
        if how.unordered:
            self._call.clauses.leave("records without an order are compared in Python")
            return
        index = out.fresh("i")
        with out.block(""):
            out(f"size_t all_{index} = {count};")
            self._exactly(f"&all_{index}", f"sizeof all_{index}", path)
            with out.block(f"for (size_t {index} = 0; {index} < {count}; {index}++)"):
                self._note(of, f"({at} + {index} * {of.size})", path)

    def _note(self, shape: Shape, at: str, path: str) -> None:
        out = self._call.out
        if isinstance(shape, ScalarShape) and _is_float(shape):
            how = self._how(path)
            if not _is_plain(shape):
                if len(self._call.drawer.boundary.contract.libraries) > 1:
                    self._call.clauses.leave(
                        "numbers that are neither `float` nor `double` are compared in Python"
                    )
            elif how.is_tolerant:
                self._emit(at, f"{shape.size}", path, _as_c(how, shape))
            else:
                kind = "float" if shape.size == 4 else "double"
                with out.block(""):
                    out(
                        f'{kind} noted = ABIDANCE_LOAD({kind}, {at}); if (noted != noted) noted = __builtin_nan("");'
                    )
                    self._exactly("&noted", "sizeof noted", path)
            return
        if isinstance(shape, ScalarShape) and not shape.width:
            self._emit(at, f"{shape.size}", path, _as_c(self._how(path), shape))
            return
        for each in meaningful(shape, pointers=False):
            self._note_range(shape, each, at, f"{path}{each.path}")

    def _note_range(self, shape: Shape, each: Range, at: str, path: str) -> None:
        """Note some bytes of a record or an array that mean something."""
        if self._may_differ(path):
            return
        start, size = f"({at} + {each.start})", f"{each.end - each.start}"
        inner = _scalar_at(shape, each)
        if inner is not None and not each.text and (_is_float(inner) or not inner.width):
            self._note(inner, start, path)
            return
        if each.text:
            size = f"abidance_text_end({start}, {size})"
        self._emit(start, size, path, _as_c(self._how(path), _BYTE))

    def _exactly(self, at: str, size: str, path: str) -> None:
        self._emit(at, size, path, "")

    def _emit(self, at: str, size: str, path: str, how: str) -> None:
        """Compile one note; `how` is what counts as the same, as an initialiser, empty for the same bytes."""
        out, place = self._call.out, f"{words(self._call.function.name)}, {words(path)}"
        if not how:
            out(f"abidance_note({at}, {size}, {place}, NULL, {self._excused(path)});")
            return
        with out.block(""):
            out(f"static const abidance_sameness how = {how};")
            out(f"abidance_note({at}, {size}, {place}, &how, {self._excused(path)});")


def _as_c(how: Sameness, shape: ScalarShape) -> str:
    """Return what counts as the same number of a shape; empty where only the same bytes are."""
    near = how.is_tolerant and (_is_float(shape) or (how.integers and shape.kind == "int"))
    if not (how.unordered or near) or shape.size not in _SIZES:
        return ""
    kind = "f" if _is_float(shape) else "i" if shape.signed else "u"
    numbers = ", ".join(
        "-1" if each is None else repr(float(each)) for each in (how.relative, how.absolute, how.ulps)
    )
    return f"{{'{kind}', {shape.size}, {int(how.unordered)}, {numbers}}}"


def _is_float(shape: ScalarShape) -> bool:
    return shape.kind == "float"


def _is_plain(shape: ScalarShape) -> bool:
    """Tell whether a floating-point number is C's `float` or `double`."""
    return shape.format is None and shape.size in (4, 8)


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
