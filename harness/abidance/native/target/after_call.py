"""A call that has come back: its values in C, whether it succeeded, and how much memory has a meaning."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from abidance.boundary.model.questions import THE_RESULT
from abidance.boundary.model.status_place import TOLD
from abidance.boundary.model.traversal import leads_to_number, pointer_behind, whole_number_of
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    Direction,
    HandleShape,
    NothingShape,
    NumberHandle,
    OpaqueShape,
    PointerShape,
    RecordHandle,
    RecordShape,
    ScalarShape,
    What,
    WithinShape,
)
from abidance.boundary.print_c.literals import bytes_text
from abidance.boundary.resolve.fields_given import record_around
from abidance.boundary.resolve.transfers import tells_success
from abidance.boundary.values.living_members import field_at
from abidance.checks.evidence.expectation import Expectation
from abidance.contract.expression import spelling
from abidance.native.expressions.values import (
    CBytes,
    CGuarded,
    CInt,
    CNull,
    CNullable,
    COpaque,
    CRecord,
    CUnavailable,
)
from abidance.native.target.c_text import ending, load, real, words
from abidance.native.target.domains import in_domain, in_ranges
from abidance.native.target.lent_room import judge_room
from abidance.native.target.moved_pointers import measure_behind, records_changed
from abidance.native.target.places import elements, lies_at, number
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from abidance.boundary.model.functions import BoundaryFunction, Reject
    from abidance.boundary.model.questions import FollowUpArgument
    from abidance.boundary.model.status_place import StatusPlace, StatusSource
    from abidance.boundary.model.types import Shape
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


def status_in_c(status: StatusPlace, at: str) -> str:
    """Return the condition that what lies behind a pointer, or in a result, tells of success."""
    if status.number is None:
        return f"ABIDANCE_LOAD(void *, {at} + {status.offset}) {'!=' if status.null_fails else '=='} NULL"
    return in_ranges(load(status.number, f"({at} + {status.offset})"), status.ok.each)


def _counting(values: dict[str, CValue], counts: Mapping[str, CRecord]) -> dict[str, CValue]:
    """Return values with what handles count as fields of theirs; a field of its own has that name first."""
    for name, counted in counts.items():
        match values.get(name):
            case COpaque(null):
                values[name] = CNullable(null, counted)
            case CRecord(fields):
                values[name] = CRecord({**counted.fields, **fields})
    return values


class PassedOn(NamedTuple):
    """What a call was given, or has left, that a function is asked with: its shape, and the address of it in C.

    It is `there` where that condition holds, empty for always.
    """

    shape: Shape
    at: str
    there: str = ""


def _in_record(given: FollowUpArgument, shape: Shape, at: str) -> PassedOn:
    """Return where a field lies of a record that is `at` a place, or behind the pointer there; or what lies there."""
    if not given.field:
        return PassedOn(shape, at)
    record = record_around(shape, given)
    found = None if record is None else field_at(record, given.field)
    if found is None:
        raise NotCompiledError(f"`{given.named}` has no such field in C")
    pointer = f"ABIDANCE_LOAD(unsigned char *, {at})" if isinstance(shape, PointerShape) else at
    return PassedOn(found[1], f"({pointer} + {found[0]})", f"{pointer} != NULL")


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
        self.worked_out: dict[FollowUpArgument, str] = {}
        """The variables in C that hold what functions are asked with, where that is calculated."""
        self.other_answers: dict[str, tuple[str, str]] = {}
        """The texts and handles that functions answer, by questions: each in C, and the condition that it is there."""

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
            self._ask_status(self.function.status)
            success = self._by_status(self.function.status, success)
        out(f"int success = {success}; (void)success;")
        if isinstance(result.shape, AddressShape):
            self.result = self._pointer_result()
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

    @property
    def tells_success(self) -> str:
        """Return the condition that a call succeeded as its status has it; of NULL, where that is left, nobody asks."""
        status = self.function.status
        if status is None or status.parameter is None:
            return "success"
        return f"{self._status_pointer(status)} != NULL && success"

    def _by_status(self, status: StatusPlace, otherwise: str) -> str:
        """Return the condition that a call succeeded by its status; `otherwise`, where nobody wants to know it."""
        if status.parameter is None:
            return status_in_c(status, "result")
        pointer = self._status_pointer(status)
        return f"{pointer} == NULL ? ({otherwise}) : ({status_in_c(status, pointer)})"

    def _ask_status(self, status: StatusPlace) -> None:
        """Compile what asks whether the call has succeeded, if that is asked; nobody wants to know it of NULL."""
        if status.asked is None:
            return
        untold = ", ".join(map(str, status.untold))
        self.out(f"_Alignas(8) unsigned char told_of[{status.width}] = {{{untold}}};")
        self.out("unsigned char *asked_status = told_of; (void)asked_status;")
        if status.asked.behind is not None:
            self._look_behind(status, status.asked)
            return
        if not status.asked.function:
            self.out("memcpy(told_of, &told, sizeof told);")
            return
        if self._finds is not None:  # a program is traced, which asks or does not
            self.out("asked_status = NULL;")
            return
        type_ = (
            "uintptr_t" if status.number is None else f"{'' if status.signed else 'u'}int{8 * status.width}_t"
        )
        asked = self.asked_call(status.asked.function, status.asked.arguments, type_)
        if asked is None:
            raise NotCompiledError(f"`{status.asked.text}` is asked by `run`")
        there = []
        for given, member in zip(
            status.asked.arguments,
            self.drawer.boundary.functions[status.asked.function].members,
            strict=True,
        ):
            if not given.parameter or isinstance(member.shape, ScalarShape | NumberHandle | RecordHandle):
                continue
            null = f"ABIDANCE_LOAD(void *, {self.passed_on(given, member.shape).at}) == NULL"
            if given.parameter == THE_RESULT:
                there.append(f"!({null})")
            else:
                self.out(f"if ({null}) asked_status = NULL;")
        with self.out.block(f"if ({' && '.join(('asked_status', *there))})"):
            self.out("long before_asked = abidance_asked;\nabidance_inside = 1;")
            self.out(f"{type_} answer = {asked};\nmemcpy(told_of, &answer, {status.width});")
            self.out("abidance_inside = 0;\nabidance_asked = before_asked;")

    def _look_behind(self, status: StatusPlace, asked: StatusSource) -> None:
        """Compile what takes it from behind a pointer that the call returns, or is given."""
        given = asked.arguments[0]
        at = "result"
        if given.parameter != THE_RESULT:
            index = [member.name for member in self.function.members].index(given.parameter)
            at = lies_at(self.function.members[index].shape, f"a{index}")
        self.out(f"const unsigned char *tells = ABIDANCE_LOAD(const unsigned char *, {at});")
        if given.parameter != THE_RESULT:
            self.out("if (tells == NULL) asked_status = NULL;")
        there = f"tells != NULL && abidance_readable(tells + {asked.behind}, {status.width})"
        self.out(f"if ({there}) memcpy(told_of, tells + {asked.behind}, {status.width});")

    @staticmethod
    def _answered(status: StatusPlace) -> CValue:
        """Return what was told of the call, as expressions see it."""
        if status.number is not None:
            return number(status.number, "told_of") or CUnavailable("it is read by `run`")
        return COpaque("(ABIDANCE_LOAD(void *, told_of) == NULL)")

    def _status_pointer(self, status: StatusPlace) -> str:
        if status.asked is not None:
            return "asked_status"
        index = [member.name for member in self.function.members].index(status.parameter or "")
        return f"ABIDANCE_LOAD(unsigned char *, a{index})"

    def strange_status(self) -> str:
        """Return the condition that what tells of success beside the result is no status; empty where none is."""
        status = self.function.status
        if status is None or status.number is None:
            return ""
        promised = self.reject.ensures if self.reject is not None else ()
        if any(status.path == path for each in promised for path, _ in each.paths):
            return ""  # what comes back is promised for this call alone
        at = "result" if status.parameter is None else self._status_pointer(status)
        allowed = in_domain(status.number, f"({at} + {status.offset})")
        there = "1" if status.parameter is None else f"{at} != NULL"
        return f"{there} && !({allowed})" if allowed else ""

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
            there = f"{self._status_pointer(status)} != NULL"
            plain = replace(function, status=None)
            succeeded = there if not tells_success(plain) else "1"
            return f"({succeeded} && success)", f"({there} && !success)"
        failed = function.has_status or not isinstance(shape, ScalarShape | NothingShape)
        return ("success" if tells_success(function) else "0"), ("!success" if failed else "0")

    def _pointer_result(self) -> CValue:
        """Return what is seen of a pointer that comes back; what the contract describes is read, as a caller would."""
        shape, out = self.function.result.shape, self.out
        null = "(ABIDANCE_LOAD(void *, result) == NULL)"
        if self.answers() != "1":
            null = f"(!({self.answers()}) || {null})"
        if isinstance(shape, WithinShape):
            return self.places.seen(shape, "result", ("result?",))
        status = self.function.status
        asked = status is not None and status.asked is not None
        if not isinstance(shape, PointerShape):
            handle = isinstance(shape, HandleShape) and not isinstance(shape, NumberHandle | RecordHandle)
            told_apart = handle or isinstance(shape, OpaqueShape)
            return COpaque(null, "ABIDANCE_LOAD(uintptr_t, result)" if told_apart else "")
        out(
            f"unsigned char *returned = {f'(!success || {null})' if asked else null} ? NULL : "
            "ABIDANCE_LOAD(unsigned char *, result); (void)returned;"
        )
        inner: CValue = COpaque()
        if shape.capacity is not None:
            judge_room(self, shape)
        elif shape.what is What.STRING:
            out("ptrdiff_t returned_size = returned ? abidance_text_size(returned) : 0;")
            self.report("returned_size == ABIDANCE_NO_TEXT", "ABD322", "result")
            out(
                "size_t returned_count = returned_size < 0 ? 0 : (size_t)returned_size; (void)returned_count;"
            )
            inner = CBytes("returned", "returned_count")
        elif shape.ended_by is not None:
            out("ptrdiff_t returned_count = 0;")
            out(f"if (returned) returned_count = abidance_up_to_end(returned, {ending(shape.ended_by)});")
            self.report("returned_count == ABIDANCE_NO_TEXT", "ABD322", "result")
            inner = CGuarded("returned_count < 0", self._elements(shape, "returned_count"))
        elif shape.what is What.ONE:
            inner = self.places.seen(shape.element, "returned", ("result?",))
        elif shape.length is not None:
            count = out.fresh("count")
            out(f"abidance_int {count} = 0;")
            length = next((each for each in self.function.asks if each.path == RESULT_NAME), None)
            if length is not None:
                told = self.asked_call(length.function, length.arguments)
                if told is None:
                    return CNullable(null, CUnavailable("nobody asks how much there is"))
                with out.block("if (returned != NULL && success)"):
                    out(f"long before_asked = abidance_asked;\nabidance_inside = 1;\n{count} = {told};")
                    out("abidance_inside = 0;\nabidance_asked = before_asked;")
                    out(f"if ({count} < 0 || {count} > (1 << 24) / {length.scale}) {count} = 0;")
                    out(f"{count} *= {length.scale};")
                inner = self._elements(shape, count)
                return CNullable(null, CGuarded("!success", inner) if asked else inner)
            try:
                told = self.clauses.number(shape.length, self.now(), count, self.before())
            except NotCompiledError as error:
                self.clauses.leave(str(error), shape.length)
                return CNullable(null, inner)
            out(f"if (({told}) != 1 || {count} < 0 || {count} > 1 << 24) {count} = 0;")
            inner = self._elements(shape, count)
        return CNullable(null, CGuarded("!success", inner) if asked else inner)

    def _elements(self, shape: PointerShape, count: str) -> CValue:
        """Return what is seen of so many elements behind a pointer that comes back."""
        if shape.records is not None:
            self.returned_elements = count
            readable = f"abidance_all_readable(returned, (uint64_t){count}, {max(shape.unit, 1)})"
            return CGuarded(f"!{readable}", self.places.packed(shape, "returned", count))
        if shape.what is What.BYTES:
            return CBytes("returned", f"(size_t){count}")
        self.returned_elements = count
        return elements(shape.element, "returned", f"(size_t){count}", whole=False, left=True)

    def asked_call(
        self,
        name: str,
        arguments: Sequence[FollowUpArgument],
        as_type: str = "abidance_int",
        rooms: Mapping[str, str] = MappingProxyType({}),
    ) -> str | None:
        """Return a call that is made beside this one, to tell of it, as a C expression; None where none can be made.

        What it tells is cast to `as_type`. `rooms` has the memory in which it leaves answers, by its parameters.
        """
        function, drawer = self.drawer.boundary.functions[name], self.drawer
        signature = function.signature
        if self._finds is not None:
            self.clauses.leave(f"`{function.name}` is not called by anybody but the program")
            return None
        if signature is None or drawer.symbols is None or drawer.types is None:
            self.clauses.leave(f"`{function.name}`, which is asked, needs a call stub")
            return None
        types = drawer.types
        listed = [types.name(each) for each in signature.parameters]
        given = []
        for of, member, argument in zip(listed, function.members, arguments, strict=True):
            if argument.room:
                given.append(f"({of}){rooms[member.name]}")
                continue
            if argument.contents is not None:
                given.append(f"({of}){bytes_text(argument.contents, whole=True)}")
                continue
            if not argument.parameter:
                constant = argument.constant
                told = str(constant) if isinstance(constant, int) else real(float(constant))
                told = self.worked_out.get(argument, told)
                if isinstance(member.shape, RecordHandle):
                    given.append(told)
                else:
                    given.append(f"({of})(uintptr_t){told}" if of.endswith("*") else f"({of}){told}")
                continue
            if argument.index is not None:
                self.clauses.leave(f"`{function.name}`, which is asked of one element after the other")
                return None
            shape, at, _ = self.passed_on(argument, member.shape)
            if isinstance(shape, RecordShape) or isinstance(member.shape, RecordShape):
                self.clauses.leave(
                    f"`{function.name}`, which is asked about a record that is passed by value"
                )
                return None
            if isinstance(shape, RecordHandle) and argument.parameter == THE_RESULT:
                by_value = isinstance(member.shape, RecordHandle)
                given.append(f"ABIDANCE_LOAD({of}, {at})" if by_value else f"({of}){at}")
                continue
            if isinstance(member.shape, RecordHandle):
                given.append(f"ABIDANCE_LOAD({of}, ABIDANCE_LOAD(void *, {at}))")
                continue
            if isinstance(shape, ScalarShape) and shape.format is None:
                given.append(f"({of}){load(shape, at)}")
            else:
                given.append(f"ABIDANCE_LOAD({of}, {at})")
        if not signature.stub:
            callee = drawer.symbols.function(function.declaration.symbol)
            told = types.call(signature, callee, given)
            return told if isinstance(function.result.shape, RecordHandle) else f"({as_type}){told}"
        try:
            stub = drawer.symbols.stub(function)
        except NotCompiledError as error:
            self.clauses.leave(f"`{function.name}`, which is asked: {error.reason}")
            return None
        # A macro, or a function of the header's own: its arguments are passed by their addresses.
        passed = enumerate(zip(listed, given, strict=True))
        copies = [f"_Alignas(16) {of} given{n} = {each};" for n, (of, each) in passed]
        addresses = ", ".join(f"(void *)&given{n}" for n in range(len(given))) or "NULL"
        made = stub.format(f"(void *[]){{{addresses}}}", "&answer")
        returns = types.name(signature.returns)
        by_value = isinstance(function.result.shape, RecordHandle)
        answer = "answer" if by_value else f"({as_type})answer"
        return f"__extension__({{ {' '.join(copies)} {returns} answer; {made}; {answer}; }})"

    def passed_on(self, given: FollowUpArgument, wanted: Shape) -> PassedOn:
        """Return what a function is given that is asked with a parameter, or with the result, where that lies in C.

        Where a number is `wanted` and the parameter leads to one, it is that.
        """
        if given.parameter == THE_RESULT:
            return _in_record(given, self.function.result.shape, RESULT_NAME)
        index = [member.name for member in self.function.members].index(given.parameter)
        shape, at = self.function.members[index].shape, f"a{index}"
        if given.field:
            return _in_record(given, shape, at)
        behind = whole_number_of(shape)
        if behind is not None and leads_to_number(shape) and isinstance(wanted, ScalarShape):
            pointer = f"ABIDANCE_LOAD(unsigned char *, {at})"
            return PassedOn(behind, pointer, f"{pointer} != NULL")
        further = pointer_behind(shape) if isinstance(wanted, PointerShape) else None
        if further is not None and pointer_behind(wanted) is None:
            pointer = f"ABIDANCE_LOAD(unsigned char *, {at})"
            return PassedOn(further, pointer, f"{pointer} != NULL")
        return PassedOn(shape, lies_at(shape, at))

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
            own[TOLD] = _unless("asked_status == NULL", self._answered(status))
        if self.result is not None:
            own["result"] = self.result
        elif isinstance(self.function.result.shape, NothingShape):
            own["result"] = COpaque("1")
        return _counting({**now, **own, **self.observed}, self.counts)

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
                self.texts.append((f"{there}{self.left(pointee)} && {count} == {size}", pointee.name))
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
