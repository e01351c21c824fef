"""A call that has come back: its values in C, whether it succeeded, and how much memory has a meaning."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.status_place import TOLD
from abidance.boundary.model.types import (
    AddressShape,
    Direction,
    HandleShape,
    NothingShape,
    NumberHandle,
    PointerShape,
    RecordHandle,
    ScalarShape,
    What,
)
from abidance.boundary.resolve.transfers import tells_success
from abidance.checks.evidence.expectation import Expectation
from abidance.contract.expression import spelling
from abidance.native.expressions.values import (
    CGuarded,
    CInt,
    CNull,
    CNullable,
    COpaque,
    CRecord,
)
from abidance.native.target.c_text import ending, load, words
from abidance.native.target.call_status import ask_status, status_asked, status_pointer, success_by_status
from abidance.native.target.domains import in_ranges
from abidance.native.target.looked_at_callbacks import with_kept
from abidance.native.target.moved_pointers import measure_behind, records_changed
from abidance.native.target.places import number
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.returned_pointers import pointer_result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction, Reject
    from abidance.boundary.model.questions import FollowUpArgument
    from abidance.contract.expression import Expression
    from abidance.native.expressions.values import CValue
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.input_format import Path
    from abidance.native.target.memory_drawing import Pointee


def when_left(function: BoundaryFunction, name: str) -> str:
    """Return the condition under which what a call left in a parameter has a meaning: mostly that it succeeded."""
    after = {succeeded: function.leaves(name, success=succeeded) for succeeded in (True, False)}
    if after[True] and after[False]:
        return "1"
    return "success" if after[True] else "!success" if after[False] else "0"


def _counting(values: dict[str, CValue], counts: Mapping[str, CRecord]) -> dict[str, CValue]:
    """Return values with what handles count as fields of theirs; a field of its own has that name first."""
    for name, counted in counts.items():
        match values.get(name):
            case COpaque(null):
                values[name] = CNullable(null, counted)
            case CRecord(fields):
                values[name] = CRecord({**counted.fields, **fields})
    return values


class AfterCall:
    """One call that has come back; `reject` is the clause that says that it is refused."""

    def __init__(
        self,
        drawer: ArgumentDrawer,
        reject: Reject | None,
        finds: Callable[[str, str, str], None] | None = None,
    ) -> None:
        """Take in what compiles findings, of a condition, a code and words; without it, one ends the process."""
        self.drawer = drawer
        self._finds = finds
        self.function: BoundaryFunction = drawer.function
        self.out = drawer.out
        self.clauses = drawer.clauses
        self.places = drawer.places
        self.reject = reject
        self.expectation = Expectation.of(reject) if reject is not None else Expectation()
        self.result: CValue | None = None
        self.returned_room = ""
        """How many elements of room for the caller lie behind it."""
        self.returned_elements = ""
        """How many elements lie behind the pointer that came back, where that is an array."""
        self.known = ("0", "0")
        self.past: list[tuple[Pointee, str]] = []
        self.texts: list[tuple[str, str]] = []
        self.why: CValue | None = None
        """What tells why the call failed, once that was asked."""
        self.observed: dict[str, CValue] = {}
        """What other functions have told of the call, by the calls of them in postconditions."""
        self.observed_before: dict[str, CValue] = {}
        self.counts: dict[str, CRecord] = {}
        """What handles have counted, by the parameters that they are given as, and the same before the call."""
        self.counts_before: dict[str, CRecord] = {}
        self.kept: dict[str, dict[Path, CRecord]] = {}
        """What the callbacks are that handles were given before, by the parameters that they are given as."""
        self.worked_out: dict[FollowUpArgument, str] = {}
        """The variables in C that hold what functions are asked with, where that is calculated."""
        self.other_answers: dict[str, tuple[str, str]] = {}
        """The texts and handles that functions answer, by questions: each in C, and the condition that it is there."""

    @property
    def is_traced(self) -> bool:
        """Tell whether a program makes the call that is traced, and nobody makes further ones for its sake."""
        return self._finds is not None

    def report(self, condition: str, code: str, what: str) -> None:
        """Compile one finding."""
        if self._finds is not None:
            self._finds(condition, code, what)
            return
        function = words(self.function.name)
        self.out(f'if (judges && ({condition})) abidance_report("{code}", {function}, {words(what)});')

    def values(self) -> None:
        """Compile the values after the call: the result, whether it is a success, how much memory has a meaning."""
        result, out = self.function.result, self.out
        self.places.called = self.places.follows = True
        self.places.kept = dict(self._kept())
        self.places.changed = records_changed(self.drawer)
        self.result = None
        match result.shape:
            case NothingShape():
                success = "1"
            case ScalarShape() as shape:
                self.result = number(shape, "result")
                success = "1"
                if result.bounds is not None:
                    success = self._holds(result.bounds.succeeds)
                elif result.ok:
                    success = in_ranges(load(shape, "result"), result.ok.each)
                elif shape.kind == "bool":
                    success = f"{load(shape, 'result')} != 0"
            case NumberHandle(number=told):
                self.result = number(told, "result")
                success = in_ranges(load(told, "result"), result.ok.each) if result.ok else "1"
            case AddressShape():
                success = "ABIDANCE_LOAD(void *, result) != NULL"
            case shape:
                record = (
                    self.drawer.boundary.handles[shape.handle].record
                    if isinstance(shape, RecordHandle)
                    else None
                )
                if record is not None:
                    self.places.records["result?",] = record
                self.result = self.places.seen(shape, "result", ("result?",))
                success = "1"
        if self.function.status is not None:
            ask_status(self, self.function.status)
            success = success_by_status(self, self.function.status, success)
        out(f"int success = {success}; (void)success;")
        if isinstance(result.shape, AddressShape):
            self.result = pointer_result(self)
        self.known = self._known()
        self.texts = []
        self._lengths()

    def _kept(self) -> Iterator[tuple[Path, frozenset[str]]]:
        """Yield the handles whose pointers the library keeps for itself, with the fields that it sets for others."""
        for member in self.function.members:
            if isinstance(member.shape, HandleShape) and not member.shape.made:
                life = self.drawer.boundary.handles[member.shape.handle]
                ends = life.destroy == self.function.name and self.reject is None
                yield (member.name,), frozenset() if ends else life.read_only

    def answers(self) -> str:
        """Return the condition that what was returned is an answer."""
        return "1" if self.function.fails_with_answers else "success"

    def allowed(self) -> str:
        """Return the condition that a result is one of those that the arguments allow; nothing where none depends."""
        bounds = self.function.result.bounds
        return "" if bounds is None else self._holds(bounds.allows)

    def _holds(self, condition: Expression) -> str:
        """Return a condition on the result and the arguments, which must be known."""
        told = self.clauses.promise(condition, self.now(), self.before())
        if told is None:
            raise NotCompiledError("its status depends on what is not known in C")
        return f"({told}) == 1"

    def _known(self) -> tuple[str, str]:
        """Return the conditions under which it is known that the call succeeded, and that it failed."""
        function = self.function
        shape = function.result.shape
        if (status := function.status) is not None and status.parameter is not None:
            there = f"{status_pointer(self, status)} != NULL"
            plain = replace(function, status=None)
            succeeded = there if not tells_success(plain) else "1"
            return f"({succeeded} && success)", f"({there} && !success)"
        failed = function.has_status or not isinstance(shape, ScalarShape | NothingShape)
        return ("success" if tells_success(function) else "0"), ("!success" if failed else "0")

    def now(self) -> dict[str, CValue]:
        now = self.places.values(self.function.members)
        for member in self.function.members:
            shape, name = member.shape, spelling(member.name)
            written = isinstance(shape, PointerShape) and shape.direction is Direction.OUT
            if written and name in now and not self.function.leaves(member.name, success=True):
                now[name] = _unless("success", now[name])
        own: dict[str, CValue] = {"errno": CInt("(abidance_int)told")}
        if self.why is not None:
            own["last_error"] = self.why
        status = self.function.status
        if status is not None and status.asked is not None:
            own[TOLD] = _unless("asked_status == NULL", status_asked(status))
        if self.result is not None:
            own["result"] = self.result
        elif isinstance(self.function.result.shape, NothingShape):
            own["result"] = COpaque("1")
        return with_kept(_counting({**now, **own, **self.observed}, self.counts), self.kept)

    def before(self) -> dict[str, CValue]:
        called, self.places.called = self.places.called, False
        before = self.places.values(self.function.members, old=True)
        self.places.called = called
        return _counting({**before, **self.observed_before}, self.counts_before)

    def _lengths(self) -> None:
        """Compile how many elements of written memory have a meaning: after a failure, or without a length, all."""
        now, before, out = self.now(), self.before(), self.out
        self.past = []
        for pointee in self.drawer.pointees:
            shape, slot = pointee.shape, self.places.slots[pointee.path]
            if shape.direction.written and isinstance(shape.element, PointerShape) and not pointee.path[1:]:
                measure_behind(self, pointee, shape.element, now, before)
            if not shape.direction.written or shape.what is What.ONE:
                continue
            count = out.fresh("length")
            room = f"({slot.room})"
            if shape.what is What.STRING:
                size = f"({pointee.size})"
                out(f"size_t {count} = strnlen((const char *){slot.block}, {size}); (void){count};")
                slot.count = count
                there = f"!{slot.null} && " if slot.null else ""
                ends = f"{size} > 0 && {count} == {size}"  # without room there is no place for a NUL
                self.texts.append((f"{there}{self.left(pointee)} && {ends}", pointee.name))
                continue
            out(f"abidance_int {count} = (abidance_int){room}; (void){count};")
            out(f"int past_{count} = 0; (void)past_{count};")
            if shape.length is not None and (shape.length.names & {*now} or not shape.length.names):
                told = out.fresh("told")
                try:
                    asked = self.clauses.number(shape.length, now, told, before, null=f"(abidance_int){room}")
                except NotCompiledError as error:
                    self.clauses.leave(str(error), shape.length)
                    slot.opaque = True
                    continue
                there = f" && !{slot.null}" if slot.null else ""
                out(f"abidance_int {told} = {count};")
                with out.block(f"if ({self.left(pointee)}{there})"):
                    out(f"if (({asked}) != 1) {told} = {count};")
                    past = f"({told} < 0 || {told} > {count})"
                    out(f"if {past} past_{count} = 1; else {count} = {told};")
                if self.reject is None:
                    self.past.append((pointee, f"past_{count}"))
            if shape.ended_by is not None:
                self._cut(pointee, count)
            slot.count = f"(size_t){count}"

    def _cut(self, pointee: Pointee, count: str) -> None:
        """Compile where an array ends that the call has left; that it has an end is judged with its values."""
        slot, end = self.places.slots[pointee.path], pointee.shape.ended_by
        assert end is not None
        there = f" && !{slot.null}" if slot.null else ""
        self.out(f"int endless_{count} = 0; (void)endless_{count};")
        with self.out.block(f"if ({self.left(pointee)}{there})"):
            self.out(f"size_t before = abidance_before_end({slot.block}, (size_t){count}, {ending(end)});")
            self.out(f"endless_{count} = before == (size_t){count}; {count} = (abidance_int)before;")
        self.texts.append((f"endless_{count}", pointee.name))

    def left(self, pointee: Pointee) -> str:
        """Return the condition under which what the call left in memory has a meaning."""
        return when_left(self.function, pointee.path[0])

    def when_left(self, name: str) -> str:
        """Return the condition under which what the call left in a parameter has a meaning."""
        return when_left(self.function, name)

    def on_failure(self, name: str) -> str:
        """Return what is said about an out parameter after a failure; a postcondition that names it may say more."""
        promise = self.function.promise
        param = promise.params.get(name) if promise else None
        said = param.after_failure if param else ""
        if said:
            return said
        asked = (
            e
            for e in self.function.ensures
            if spelling(name) in e.names and (self.reject is None or e.chooses)
        )
        return "unspecified" if next(asked, None) is not None else ""

    def top_level(self) -> Iterator[Pointee]:
        return (pointee for pointee in self.drawer.pointees if len(pointee.path) == 1)


def _unless(lost: str, value: CValue) -> CValue:
    """Return a value that cannot be looked at where a condition holds; whether it is NULL can be asked all the same."""
    match value:
        case CNull():
            return value
        case CNullable(null, inner):
            return CNullable(null, CGuarded(lost, inner))
    return CGuarded(lost, value)
