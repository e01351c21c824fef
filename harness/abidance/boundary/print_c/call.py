"""A test case as C source: the minimal failing call as a person would write it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from abidance.boundary.encode.encoded_plan import library_of
from abidance.boundary.encode.handle_places import left_by, place_in_array
from abidance.boundary.model.callbacks import CallbackShape, EarlierCallbackShape
from abidance.boundary.model.questions import THE_RESULT
from abidance.boundary.model.traversal import (
    array_filled,
    array_left,
    handle_arrays_left,
    handles_left_in,
    moved_behind,
    place_passed,
    record_of,
    root_of,
    windows_of,
)
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    Direction,
    EndShape,
    HandleShape,
    PointerHandle,
    PointerShape,
    RecordHandle,
    RecordShape,
    ScalarShape,
    UserDataShape,
    What,
)
from abidance.boundary.model.values import Earlier, Mark, NewHandle, Value
from abidance.boundary.print_c.callback import callback_text
from abidance.boundary.print_c.callback_outline import outline
from abidance.boundary.print_c.each_element import each_element
from abidance.boundary.print_c.literals import (
    USER_DATA,
    bytes_text,
    described,
    elements_text,
    fields_text,
    has_end,
    is_initialized,
    value_text,
)
from abidance.boundary.print_c.places import PrintedPlaces, place_text
from abidance.boundary.print_c.ranges import ranges_given
from abidance.boundary.print_c.remarks import derivation, going_on, placing, remarks
from abidance.boundary.print_c.variables import Variables, pointed
from abidance.boundary.values.inner_pointers import EACH, inner_path
from abidance.header.dialect import KEYWORDS
from abidance.ir import types as c
from abidance.plan.call_order import Order

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from abidance.boundary.encode.encoded_plan import Encoded, PlacedCall
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import Member, Shape
    from abidance.plan.plan import PointerRead


def call_text(
    boundary: Boundary,
    encoded: Encoded,
    outcome: str = "",
    at: int | None = None,
    skipped: Collection[int] = (),
    remarked: Mapping[int, str] = MappingProxyType({}),
) -> str:
    """Return the calls up to the one under test as C; `outcome` becomes a comment behind call `at`.

    What is `remarked` of others becomes comments behind them.

    Without `at` that is the call under test. Nothing comes after an earlier one, which ended the process. Of lanes, the
    first two are shown: the others make the same calls. Calls that were `skipped` are left out, and those by which
    preconditions are asked: who reads it knows that they hold. What is asked in loops is as many calls again.
    Buffers are shown as literals: the program that `emit` writes gives them exact sizes instead.
    """
    end = encoded.plan.subject if at is None else at
    # Of a leak all calls are under test, of which the last need not have been made.
    while end and end in skipped:
        end -= 1
    writer = _Writer(boundary, encoded, end)
    lanes, subject = encoded.plan.lanes, encoded.plan.subject
    if lanes is not None and end >= subject:
        for index in range(subject):
            writer.call(index, "")
        if lanes.order is Order.WITHIN:
            writer.call(subject, "calls back, which makes the next call")
            writer.call(subject + 1, "from the callback of the first")
            return writer.text()
        half = f"{lanes.count // 2} thread{'' if lanes.count == 2 else 's'}"
        writer.call(subject, f"over and over, on {half}")
        writer.call(subject + 1, f"on {half} more, at the same time")
        return writer.text()
    asked = {n for n in encoded.observing if encoded.calls[n].tells != subject}
    asked |= {n for each in encoded.calls for n in each.asked_first} | encoded.asked_in_loops
    left_out = {*encoded.skipped, *(({*skipped, *asked}) - {end})}
    for index in range(end + 1):
        # What a call that was left out would have left is not given back either.
        if index not in left_out and encoded.calls[index].frees not in left_out:
            writer.call(index, outcome if index == end else remarked.get(index, ""))
    return writer.text()


@dataclass(slots=True)
class _Writer:
    """Writes calls one after the other, in one block: every variable has a name of its own."""

    boundary: Boundary
    encoded: Encoded
    end: int
    """The last call that is shown."""
    lines: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    variables: Variables = field(init=False)
    results: dict[int, str] = field(default_factory=dict)
    """The variables of results that are given back, by the calls that returned them."""
    left: dict[tuple[int, str], str] = field(default_factory=dict)
    """The variables of what calls left, by the calls and the paths."""
    made: dict[tuple[int, str], str] = field(default_factory=dict)
    """The variables of handles, by the calls that made them and the paths at which these left them."""
    callbacks: dict[str, str] = field(default_factory=dict)
    """The functions that the call is given, by the path at which it is."""
    pointers: set[str] = field(default_factory=set)
    """The variables that lead to handles in memory of the library's, of kinds that may lie in the caller's."""
    ranges: dict[str, str] = field(default_factory=dict)
    """What stands for the beginnings and the ends of memory between two pointers in a record, by their paths."""

    def __post_init__(self) -> None:
        """Begin without a variable."""
        self.variables = Variables(self.boundary.declarations)

    def call(self, index: int, outcome: str) -> None:
        """Write one call and what it needs."""
        placed = self.encoded.calls[index]
        function, shape = placed.function, placed.function.result.shape
        self.callbacks = {path: self._callback(number) for path, number in placed.callbacks.items()}
        self.left |= {(index, path): name for path, name in self.callbacks.items()}
        given = self._arguments(index, placed)
        whose = library_of(self.boundary, self.encoded, index)
        call = f"{f'{whose}.' if whose else ''}{function.declaration.in_c}({', '.join(given)})"
        call = f"{self._kept(index, placed)}{call}"
        handles: list[str] = []
        for name, _, _ in handle_arrays_left(function):
            array = self.results.get(index) if name == RESULT_NAME else self.left.get((index, name))
            handles += self._used_of_array(index, name, array or name)
        self.lines += remarks(self.boundary, self.encoded, index)
        puts = next((f for f in self.encoded.plan.calls[index].follows if f.puts), None)
        if puts is not None and index < self.end and isinstance(shape, PointerShape):
            room = self.variables.new("room")
            self.lines.append(f"{self.variables.declared(function.declaration.returns, room)} = {call};")
            self.lines.append(_written_room(room, puts, may_be_null=shape.nullable is not False))
            return
        times = self.encoded.plan.calls[index].times
        again = (
            f"for (int n = 0; n < {times}; n++) "
            if times > 1
            else each_element(self.encoded, index, self.results, self.left)
        )
        self.lines.append(f"{again}{call};{f'        // {outcome}' if outcome else ''}")
        self.lines += [*handles, *self._asked(index, given)]

    def _arguments(self, index: int, placed: PlacedCall) -> list[str]:
        """Return the arguments of a call, those last that lead into memory of the others."""
        members = placed.function.members
        self.ranges = {}
        for member in members:
            self._begin_ranges(placed, member)
        given = [
            f"{self._argument(index, n)}{derivation(self.boundary, self.encoded, index, member)}"
            for n, member in enumerate(members)
        ]
        for n, member in enumerate(members):
            if isinstance(member.shape, EndShape):
                given[n] = self._end(placed, member.shape, given)
            elif (place := place_passed(member.shape)) is not None:
                given[n] = place_text(placed, member, place, given)
                if place is not member.shape:
                    places = PrintedPlaces(self.variables, partial(self._named, index))
                    self.lines += places.behind_pointer(placed, n, place, given)
        return given

    def _kept(self, index: int, placed: PlacedCall) -> str:
        """Return the beginning of a line that keeps what a call returns; empty where nobody asks for it later."""
        function, shape = placed.function, placed.function.result.shape
        if isinstance(shape, HandleShape) and (index != self.encoded.plan.subject or index < self.end):
            life = self.boundary.handles[shape.handle]
            # Where the call is not what makes such a handle, it is given back as any other result.
            variable = self.variables.new(_short(life.name))
            self.made[index, RESULT_NAME] = self.results[index] = variable
            return f"{self._declared(life, shape, variable, given=False)} = "
        asked = function.status.asked if function.status is not None else None
        if self._is_used_later(index) or (asked is not None and asked.function and asked.about_result):
            variable = self.left[index, RESULT_NAME] = self.variables.new("result")
        elif self._is_given_back(index, placed):
            variable = self.results[index] = self.variables.new("made")
        else:
            return ""
        return f"{self.variables.declared(function.declaration.returns, variable)} = "

    def _is_given_back(self, index: int, placed: PlacedCall) -> bool:
        """Tell whether a call returns an array of handles, or what a later call frees."""
        if array_left(placed.function, RESULT_NAME) in [s for _, s, _ in handle_arrays_left(placed.function)]:
            return True
        return any(
            (later.frees == index and RESULT_NAME in (*_needed_of(later, placed), *later.given.values()))
            or index in later.allocated.values()
            for later in self.encoded.calls
        )

    def _asked(self, index: int, given: Sequence[str]) -> Iterator[str]:
        """Yield the call that tells whether call `index` has succeeded, where one is made right after it."""
        function = self.encoded.calls[index].function
        if function.status is None or function.status.asked is None or not function.status.asked.function:
            return
        teller = self.boundary.functions[function.status.asked.function]
        names = [member.name for member in function.members]
        result = self.made.get((index, RESULT_NAME)) or self.left.get((index, RESULT_NAME), RESULT_NAME)
        listed = []
        for each in function.status.asked.arguments:
            if each.parameter and each.parameter != THE_RESULT:
                listed.append(given[names.index(each.parameter)])
            elif each.parameter:
                listed.append(result)
            else:
                listed.append("NULL" if each.null else str(each.constant))
        yield f"{teller.declaration.in_c}({', '.join(listed)});"

    def _declared(self, life: HandleLife, shape: HandleShape, variable: str, *, given: bool) -> str:
        """Return the declaration of a new handle; `given` says that the call was given memory for it.

        Of a kind that others make in memory of the caller's, what comes back is a pointer all the same.
        """
        if life.record is None or given or not isinstance(shape, PointerHandle):
            return life.declared(variable)
        self.pointers.add(variable)
        return f"{life.spelling} *{variable}"

    def _used_of_array(self, index: int, name: str, array: str) -> list[str]:
        """Return what keeps those handles of an array that later calls are given: it may be freed before them."""
        later = self.encoded.calls[index + 1 : self.end + 1]
        used = {placed.origin(path) for placed in later for path in placed.handles}
        found = []
        for path, shape in left_by(self.encoded.calls[index].function):
            if (index, path) in used and place_in_array(path)[0] == name != path:
                life = self.boundary.handles[shape.handle]
                variable = self.made[index, path] = self.variables.new(_short(life.name))
                declared = self._declared(life, shape, variable, given=False)
                found.append(f"{declared} = {array}[{place_in_array(path)[1]}];")
        return found

    def text(self) -> str:
        """Return what was written, behind the functions that are called back."""
        return "\n".join((*self.functions, *self.lines))

    def _callback(self, number: int) -> str:
        """Write the function that a callback is, and return its name."""
        callback = self.encoded.callbacks[number]
        plan = self.encoded.plan.callbacks[number]
        name = self.variables.new(callback.path.rpartition(".")[2])
        shape, script = callback.shape, callback.script
        text = callback_text(self.boundary.declarations, name, shape, script, plan)
        numbered = (
            len({each.file.cursor for each in self.encoded.plan.callbacks if each.file is not None}) > 1
        )
        shared = plan.file is not None or (plan.position is not None and plan.position.cursor is not None)
        # Of a file there would be half a dozen lines of C, which the program has that is printed on demand.
        if (shared or len(text) > _LONG) and (words := outline(shape, script, plan, numbered=numbered)):
            text = f"{text.partition(' { ')[0]};        // {words}"
        self.functions.append(text)
        return name

    def _argument(self, index: int, number: int) -> str:
        placed = self.encoded.calls[index]
        member = placed.function.members[number]
        value = placed.arguments[member.name]
        if isinstance(value, Earlier) and not value.handle:
            return self._earlier(value, member)
        origin = placed.origin(member.name)
        if value is Mark.SOMEWHERE and origin in self.made:
            return self.made[origin]
        if value is Mark.SOMEWHERE and placed.frees is not None:
            path = placed.given.get(member.name, placed.freed)
            root = root_of(path)
            left = self.results[placed.frees] if root == RESULT_NAME else self.left[placed.frees, root]
            text = left + path.removeprefix(root).replace(EACH, "[i]")
            times, more = placed.sized.get(member.name, (1, 0))
            text += f" * {times}" if times != 1 else ""
            return f"{text} + {more}" if more else text
        match member.shape:
            case CallbackShape() | EarlierCallbackShape() if member.name in placed.callbacks:
                return self.callbacks[member.name]
            case UserDataShape() if value is Mark.SOMEWHERE and self._recalls_callbacks:
                known = sum(text.startswith(USER_DATA) for text in self.left.values())
                self.left[index, member.name] = f'{USER_DATA} {known + 1}"'
                return self.left[index, member.name]
            case HandleShape(handle=handle, made=True) if isinstance(value, Earlier):
                self.made[index, member.name] = self.made[self.encoded.steps[value.call], value.path]
                if self.boundary.handles[handle].zeroed:
                    variable = self.made[index, member.name]
                    self.lines.append(f"memset(&{variable}, 0, sizeof {variable});")
                return self._used(placed, member, handle, value, (index, member.name))
            case HandleShape(handle=handle, made=True) as shape if value is not None:
                life = self.boundary.handles[handle]
                variable = self.variables.new(_short(handle))
                if index != self.encoded.plan.subject or index < self.end or life.record:
                    self.made[index, member.name] = variable
                cleared = " = {0}" if life.zeroed else _before(member.shape.initially, member.shape)
                given = self._given_to_new(placed, member, value) or cleared
                if life.size is None:
                    self.lines.append(
                        f"{self._declared(life, shape, variable, given=shape.level == 1)}{given};"
                    )
                    return f"&{variable}"
                block = self.encoded.plan.blocks[placed.storage[member.name]]
                self.lines.append(f"{life.declared(variable, block.size)}{cleared};")
                return f"(void *){variable}"
            case HandleShape(handle=handle) as shape if isinstance(value, NewHandle | Earlier):
                return f"{'&' if shape.behind_pointer else ''}{self._used(placed, member, handle, value)}"
            case PointerHandle(behind_pointer=True) if value is None:
                return "&(void *){NULL}"
            case ScalarShape() if value is Mark.SOMEWHERE and placed.tells is not None:
                asked_about = self.encoded.calls[placed.tells].function.name
                return f"/* what {asked_about} has left */"
            case PointerShape() if member.name in placed.allocated:
                return self._filled(placed, member, value)
            case PointerShape() as shape if placed.function.replaces(member.name):
                return self._replaced(index, number, shape, value)
            case PointerShape() as shape if value is not None:
                return f"{self._pointer(index, number, shape, value)}{placing(self.encoded, placed, member.name)}"
        return value_text(member.shape, value, member.name, self._sizes(placed))

    def _end(self, placed: PlacedCall, shape: EndShape, given: list[str]) -> str:
        """Return where the memory ends that an argument is the beginning of."""
        members = placed.function.members
        begin = next(n for n, member in enumerate(members) if member.name == shape.whose)
        moved = moved_behind(members[begin].shape)
        start = given[begin] if moved is None else given[begin].removeprefix("&")
        sizes, element = self._sizes(placed), moved or members[begin].shape
        size = sizes.get(shape.whose if moved is None else f"{shape.whose}[0]")
        if not isinstance(size, int) or not isinstance(element, PointerShape):
            return start  # NULL
        return f"{start} + {size // max(element.element.size, 1)}"

    @property
    def _recalls_callbacks(self) -> bool:
        """Tell whether a call is about a callback of an earlier one: which user data is which, is told then."""
        members = (member for placed in self.encoded.calls for member in placed.function.members)
        return any(isinstance(member.shape, EarlierCallbackShape) for member in members)

    def _is_used_later(self, index: int) -> bool:
        """Tell whether a later step is given the result of a call."""
        steps = self.encoded.case.steps if self.encoded.case else ()
        wanted = (value for step in steps for value in step.arguments.values() if isinstance(value, Earlier))
        return any(
            value.path == "result" and not value.handle and self.encoded.steps[value.call] == index
            for value in wanted
        )

    def _earlier(self, value: Earlier, member: Member) -> str:
        """Return the variable that an earlier step's value is in."""
        index = self.encoded.steps[value.call]
        name = self.left.get((index, value.path), value.path)
        function = self.encoded.calls[index].function
        there = next((m.shape for m in function.members if m.name == value.path), None)
        one = isinstance(there, PointerShape) and there.what is What.ONE
        one |= value.path == "result" and record_of(function.result.shape) is function.result.shape
        return f"&{name}" if one and isinstance(member.shape, PointerShape) else name

    def _used(
        self,
        placed: PlacedCall,
        member: Member,
        handle: str,
        value: NewHandle | Earlier,
        origin: tuple[int, str] | None = None,
    ) -> str:
        life = self.boundary.handles[handle]
        variable = self.made.get(origin or placed.origin(member.name) or _NOWHERE, _short(handle))
        if life.record is None or variable in self.pointers:
            return variable
        sizes = self._sizes(placed)
        field_of = f"{variable}." if life.size is None else f"(({life.spelling} *){variable})->"
        on = self._going_on(placed, member, variable, value)
        for field_ in life.record.members:
            if field_.name in value.state and field_.name not in on:
                text = value_text(
                    field_.shape, value.state[field_.name], f"{member.name}.{field_.name}", sizes
                )
                self.lines.append(f"{field_of}{field_.name} = {text};")
        if life.size is not None:
            return f"(void *){variable}"
        return variable if isinstance(member.shape, RecordHandle) else f"&{variable}"

    def _going_on(
        self, placed: PlacedCall, member: Member, variable: str, value: NewHandle | Earlier
    ) -> frozenset[str]:
        """Write which windows go on where the last call has ended; return the fields that are not set for that."""
        settled: set[str] = set()
        for name in value.goes_on if isinstance(value, Earlier) else ():
            window = placed.windows.get(f"{member.name}.{name}")
            if window is None or not window.moved or window.count is None:
                continue
            settled |= {name, window.count.name}
            self.lines.append(going_on(f"{variable}.{name}", window, value.state[name]))
        return frozenset(settled)

    def _named(self, index: int, parameter: str) -> str:
        """Return a variable for what a parameter of a call points at."""
        variable = self.left[index, parameter] = self.variables.new(parameter)
        return variable

    def _pointer(self, index: int, number: int, shape: PointerShape, value: Value) -> str:
        placed = self.encoded.calls[index]
        member, sizes = placed.function.members[number], self._sizes(placed)
        element = pointed(self.boundary.declarations, placed.function.declaration.parameters[number].type)
        if (counted := self._counted(index, member.name)) is not None:
            return counted
        if (window := moved_behind(shape)) is not None:
            return self._moved(index, member, window, value, element)
        longer = self._longer(element, shape.element)
        if longer:
            element = None
        match shape.what, value:
            case What.ONE, Mark.ROOM:
                name = self._named(index, member.name)
                before = _before(shape.initially, shape.element)
                self.lines.append(f"{self._of_described(element, shape.element, name)}{before};")
                return f"{longer}&{name}"
            case What.ONE, _ if is_initialized(shape.element):
                name = self._named(index, member.name)
                text = (
                    fields_text(shape.element, value, member.name, sizes)
                    if isinstance(shape.element, RecordShape) and isinstance(value, dict)
                    else value_text(shape.element, value)
                )
                self.lines.append(f"{self._of_described(element, shape.element, name)} = {text};")
                return f"{longer}&{name}"
            case _, Mark.ROOM:
                name = self._named(index, member.name)
                count = int(sizes.get(member.name, 0)) // max(shape.element.size, 1)
                if handles_left_in(shape) is not None:
                    self.made |= {(index, f"{member.name}[{n}]"): f"{name}[{n}]" for n in range(count)}
                self.lines.append(f"{self._of_described(element, shape.element, f'{name}[{count}]')};")
                return name
            case What.ARRAY, list():
                name = self._named(index, member.name)
                inner = elements_text(shape, value, member.name, sizes)
                count = len(value) + has_end(shape, value, member.name, sizes)
                declared = self._of_described(element, shape.element, f"{name}[{count}]")
                self.lines.append(f"{declared} = {inner};")
                return name
        return value_text(shape, value, member.name, sizes)

    def _longer(self, declared: c.Type | None, shape: Shape) -> str:
        """Return the conversion of a pointer to a record that is passed as one to its first member; or nothing."""
        declarations = self.boundary.declarations
        type_ = None if declared is None else declarations.resolve(declared)
        if not isinstance(type_, c.RecordRef) or not isinstance(shape, RecordShape):
            return ""
        first = declarations.records[type_.key].spelling
        return f"({first} *)" if first and first != shape.spelling else ""

    def _of_described(self, type_: c.Type | None, shape: Shape, name: str) -> str:
        """Return the declaration of a variable of a C type, or where there is none, of what the contract describes."""
        return described(shape, name) if type_ is None else self.variables.declared(type_, name)

    def _replaced(self, index: int, number: int, shape: PointerShape, value: Value) -> str:
        """Return the address of the variable in which the caller has memory that the call may replace."""
        placed = self.encoded.calls[index]
        member, name = (
            placed.function.members[number],
            self._named(index, placed.function.members[number].name),
        )
        type_ = pointed(self.boundary.declarations, placed.function.declaration.parameters[number].type)
        text = value_text(shape.element, value, f"{member.name}{inner_path(shape)}", self._sizes(placed))
        self.lines.append(f"{self.variables.declared(type_ or 'void *', name)} = {text};")
        return f"&{name}"

    def _counted(self, index: int, name: str) -> str | None:
        """Return the address of what counts what is left of windows that go on, or of a record that has them."""
        placed = self.encoded.calls[index]
        for each in windows_of(placed.function):
            there = placed.windows.get(each.path)
            if each.counter != name or there is None or there.before is None:
                continue
            earlier = self.left.get((there.before[0], name))
            if earlier is not None:
                self.left[index, name] = earlier
                value = placed.arguments[each.parameter]
                if isinstance(value, dict):
                    field_ = value.get(each.window.name)
                    self.lines.append(going_on(f"{earlier}.{each.window.name}", there, field_))
                return f"&{earlier}"
        return None

    def _moved(
        self, index: int, member: Member, window: PointerShape, value: Value, type_: c.Type | None
    ) -> str:
        """Return the address of a pointer that the call moves on: of a new one, or of one that an earlier call left."""
        placed = self.encoded.calls[index]
        there = placed.windows.get(f"{member.name}[0]")
        earlier = self.left.get((there.before[0], member.name)) if there and there.before else None
        if there is not None and earlier is not None:
            self.left[index, member.name] = earlier
            self.lines.append(going_on(earlier, there, value))
            return f"&{earlier}"
        text = value_text(window, value, f"{member.name}[0]", self._sizes(placed))
        name = self._named(index, member.name)
        self.lines.append(f"{self.variables.declared(type_ or 'void *', name)} = {text};")
        return f"&{name}"

    def _given_to_new(self, placed: PlacedCall, member: Member, value: Value) -> str:
        """Return how a handle that the caller allocates begins, where that gives it callbacks."""
        assert isinstance(member.shape, HandleShape)
        record = self.boundary.handles[member.shape.handle].record
        mine = [path for path in placed.callbacks if path.startswith(f"{member.name}.")]
        if record is None or not mine or not isinstance(value, dict):
            return ""
        return f" = {fields_text(record, value, member.name, self._sizes(placed))}"

    def _filled(self, placed: PlacedCall, member: Member, value: Value) -> str:
        """Return the variable of memory that a function of the library gave, filled by a line of its own."""
        variable = self.results[placed.allocated[member.name]]
        text = value_text(member.shape, value, member.name)
        (size,) = self.encoded.calls[placed.allocated[member.name]].arguments.values()
        self.lines.append(f"memcpy({variable}, {text}, {size!r});")
        return variable

    def _sizes(self, placed: PlacedCall) -> dict[str, int | str]:
        """Return how large memory is, and what functions and handles are called, by the paths of all."""
        sizes = {path: self.encoded.plan.blocks[block].size for path, block in placed.places.items()}
        origins = {path: placed.origin(path) or _NOWHERE for path in placed.handles}
        handles = {path: self.made[origin] for path, origin in origins.items() if origin in self.made}
        own = {path: f"&{name}" if path in placed.storage else name for path, name in handles.items()}
        return {**sizes, **own, **self.callbacks, **self.ranges}

    def _begin_ranges(self, placed: PlacedCall, member: Member) -> None:
        """Write variables for where memory begins of which another pointer tells the end."""
        for each in ranges_given(member.shape, placed.arguments[member.name], member.name):
            sizes = self._sizes(placed)
            size, element = int(sizes.get(each.path, 0)), each.shape.element
            name = self.variables.new(each.path.rpartition(".")[2])
            pointed = element.spelling if isinstance(element, ScalarShape | RecordShape) else "void *"
            if each.shape.direction is Direction.IN and not pointed.startswith("const "):
                pointed = f"const {pointed}"
            text = value_text(each.shape, each.value, each.path, sizes)
            self.lines.append(f"{pointed} *{name} = {text};")
            self.ranges |= {each.path: name, each.end: f"{name} + {size // max(element.size, 1)}"}


def _before(initially: bytes, there: Shape) -> str:
    """Return what a place is set to that the call writes, where its caller has to set it."""
    if not initially:
        return ""
    if isinstance(there, RecordShape):
        return " = {0}"
    return " = NULL" if isinstance(there, AddressShape) else f" = {int.from_bytes(initially, 'little')}"


def _needed_of(freeing: PlacedCall, placed: PlacedCall) -> tuple[str, ...]:
    """Return what of a call is used by one that frees what it left: that, and how many elements there are."""
    name, each, _ = freeing.freed.partition(EACH)
    shape = array_filled(placed.function, name) if each and name == root_of(name) else None
    return (root_of(name), *(shape.length.names if shape is not None and shape.length is not None else ()))


_LONG = 160
_NOWHERE = (-1, "")


def _short(handle: str) -> str:
    last = handle.rsplit("_", 1)[-1] or handle
    return f"{last}_" if last in KEYWORDS else last


def _written_room(room: str, read: PointerRead, *, may_be_null: bool) -> str:
    """Return the statement that fills room as the worker does."""
    count = len(read.puts)
    if count == 1:
        written = f"memset({room}, 0x{read.puts[0]:02x}, {read.limit});"
    else:
        written = f"memcpy({room}, {bytes_text(read.puts)}, {count});"
    return f"if ({room}) {written}" if may_be_null else written
