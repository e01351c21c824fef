"""Writes the steps of a law as calls: what each is given, what brings its handles there, and what comes of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by, moves_handles
from abidance.boundary.encode.lawful_cases import first_objection
from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.laws import is_just
from abidance.boundary.model.traversal import (
    along,
    generated_by,
    record_of,
    single,
    windows_of,
)
from abidance.boundary.model.types import HandleShape, PointerShape, What
from abidance.boundary.model.values import CallOn, Case, Derived, Earlier, Script, Step, used_handle
from abidance.boundary.resolve.constant_arguments import contents_to_read, kind_refusing
from abidance.boundary.values.bytes_of_numbers import bytes_of_numbers
from abidance.boundary.values.callback_writes import reads_contents
from abidance.boundary.values.creation_numbers import with_created
from abidance.boundary.values.scope import members_seen
from abidance.boundary.values.windows import parameters_go_on, with_nothing
from abidance.contract.expression import EvaluationError, Expression, spelling
from abidance.generate.creation import maker_beside
from abidance.generate.cuts import alike_in_pieces, in_pieces
from abidance.generate.derived_arguments import (
    condition,
    derive,
    drawn_fields,
    fields_set,
    lengths_of,
    looked_at,
    with_derived,
)
from abidance.generate.drawing import Drawer
from abidance.generate.hints import Hints
from abidance.generate.scope import FilterLog, Scope
from abidance.generate.scripts import reading_these
from abidance.generate.sequences import with_history
from abidance.generate.small_alphabet import ALPHABETS, few, letters_of
from abidance.generate.state_paths import after_prepare, calls_of_prepare, calls_towards, first_state
from abidance.generate.steps_not_made import not_made
from abidance.generate.windows import goes_on, left_on

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.laws import BoundaryLaw, LawStep
    from abidance.boundary.model.types import Member
    from abidance.boundary.model.values import Value, Values
    from abidance.generate.cuts import Taken
    from abidance.generate.sequence_model import SequenceModel
    from abidance.generate.source import ChoiceSource

MOST_CUT = 24


class LawWriter:
    """The calls of one case so far. What `source` chooses decides on all that the law leaves open."""

    def __init__(
        self,
        boundary: Boundary,
        source: ChoiceSource,
        log: FilterLog,
        hints: Mapping[str, Hints],
        models: Mapping[str, SequenceModel],
    ) -> None:
        self._boundary = boundary
        self._source = source
        self._log = log
        self._hints = hints
        self._models = models
        self._steps: list[Step] = []
        self._named: dict[str, int] = {}
        """Where the steps of the law stand, by name."""
        self._library = ""
        """Whose functions are called now, in a law about several libraries."""
        self._used: set[tuple[int, str]] = set()
        """The handles that a step of the law was given, by the call that made each and its path."""
        self._beside: Mapping[str, object] = {}
        """What the call at hand is given so far, of which a new handle beside it may have to be."""
        self._making: frozenset[str] = frozenset()
        """The handles that are being made: the first of a kind has none of its own above it."""
        self._given: dict[str, Value] = {}
        """The handles that the law is given, by name."""
        self._unused: dict[tuple[int, str], str] = {}
        """The states of handles that are new, and that no call was given since."""
        self._taken: Taken = {}
        self._cuts = False

    def written(self, law: BoundaryLaw, own: Hints, fixed: Mapping[str, object]) -> tuple[list[Step], Values]:
        """Return the calls, after those that make the handles, and what is given; raises RefusedError.

        What is `fixed` of the given values is not generated.
        """
        drawer = Drawer(
            self._boundary,
            self._source,
            self._log,
            pick_handle=lambda path, shape: self._handle_of(law, path, shape),
        )
        self._log.tried += 1
        self._cuts = bool(law.split)
        given = drawer.scope(law.members, Scope("", None, own, {**self._worth_cutting(law, own), **fixed}))
        seen = self._boundary.scope(members_seen(law.members, given))
        for expression in law.requires:
            if not expression.holds(seen):
                raise self._log.unmet(expression)
        places: list[int] = []
        for step in law.steps:
            self._step(step, law, given, seen, places)
            if step.name:
                self._named[step.name] = places[-1]
        functions = (self._boundary.functions[step.function] for step in self._steps)
        moves = any(moves_handles(self._boundary, each) for each in functions)
        case = Case(law.name, {}, steps=tuple(self._steps))
        if moves and (objection := first_objection(self._boundary, case)) is not None:
            raise self._log.refuse(objection, law.span)
        if law.split:
            whole = tuple(self._steps)
            self._steps += in_pieces(self._boundary, law, whole, self._taken, given, self._source, self._log)
        return self._steps, given

    def unmade(self, law: BoundaryLaw, steps: Sequence[Step], places: list[int], given: Values) -> list[Step]:
        """Return the calls with the law's next step, which is never made."""
        self._steps = [*steps]
        self._named = {step.name: place for step, place in zip(law.steps, places, strict=False) if step.name}
        step = law.steps[len(places)]
        function = self._boundary.functions[step.function]
        self._hints = {function.name: Hints.of(self._boundary, function)}
        self._step(step, law, given, self._boundary.scope(members_seen(law.members, given)), places)
        made = self._steps[places[-1]]
        when = None if made.when is None else replace(made.when, value=0)
        repeated = None if made.repeated is None else replace(made.repeated, value=0)
        self._steps[places[-1]] = not_made(function, replace(made, when=when, repeated=repeated))
        return self._steps

    def _worth_cutting(self, law: BoundaryLaw, own: Hints) -> dict[str, object]:
        """Return inputs that may be cut made of characters that the code looks for: it is there that a cut matters."""
        found: dict[str, object] = {}
        for member in law.members:
            shape = member.shape
            if member.name not in law.split or not isinstance(shape, PointerShape) or generated_by(member):
                continue
            if (
                shape.what is What.BYTES
                and shape.like is None
                and shape.records is None
                and self._source.flag()
            ):
                letters = letters_of(own.vocabulary.numbers, text=False)
                most = shape.limit if shape.limit is not None else MOST_CUT
                found[member.name] = few(self._source, min(2, most), most, letters, weight=len(ALPHABETS))
        return found

    def _handle_of(
        self, law: BoundaryLaw, name: str, shape: HandleShape, waiting: frozenset[str] = frozenset()
    ) -> Value:
        """Make a handle that a law is given, after another one that it must be of; return how later calls name it."""
        if name not in self._given:
            other = self._belongs_to(law, name)
            beside: Value = None
            if other is not None and other.name not in waiting and isinstance(other.shape, HandleShape):
                beside = self._handle_of(law, other.name, other.shape, waiting | {name})
            self._library = law.makes(name)
            used = name in law.histories
            self._given[name] = self._used_handle(shape) if used else self._create(shape, beside)
        return self._given[name]

    def _belongs_to(self, law: BoundaryLaw, name: str) -> Member | None:
        """Return the other handle that a law is given and that this one must be of, as a step says which takes both."""
        for step in law.steps:
            for member in self._boundary.functions[step.function].members:
                parent = member.shape.parent if isinstance(member.shape, HandleShape) else ""
                bound = [step.bound.get(each) for each in (member.name, parent)]
                if bound[0] is None or bound[1] is None or not is_just(bound[0], name):
                    continue
                found = next((m for m in law.members if m.name != name and is_just(bound[1], m.name)), None)
                if found is not None:
                    return found
        return None

    def _used_handle(self, shape: HandleShape) -> Value:
        """Make a handle in any way that there is, and have calls made on it; return how later calls name it."""
        model = self._models[shape.handle]
        steps, held = with_history(self._boundary, model, self._source, self._log, self._steps)
        self._steps += [replace(each, library=self._library) for each in steps[len(self._steps) :]]
        if held.states:
            if len(held.states) > 1:
                raise self._log.refuse(f"in which state a `{shape.handle}` is, that was used", shape.span)
            self._unused[held.call, held.path] = next(iter(held.states))
        return self._known(Earlier(held.call, held.path, shape.handle))

    def _new_handle(self, _path: str, shape: HandleShape) -> Value:
        return self._create(shape, self._beside.get(shape.parent))

    def _create(self, shape: HandleShape, beside: object) -> Value:
        """Make a handle, of one that is `beside` it in a call, and prepare it; return how later calls name it."""
        handle = shape.handle
        life = self._boundary.handles[handle]
        if handle in self._making:
            raise self._log.refuse(
                f"a first `{handle}`, which `{life.create}` creates from another", life.span
            )
        create, fixed = maker_beside(self._boundary, life, beside, self._steps)
        outer = self._beside, self._making
        self._beside, self._making = fixed, self._making | {handle}
        drawer = Drawer(
            self._boundary, self._source, self._log, pick_handle=self._new_handle, created=self._making
        )
        arguments = drawer.arguments(create, Hints.of(self._boundary, create), fixed, lawful=True)
        self._beside, self._making = outer
        if self._cuts:
            arguments = {n: alike_in_pieces(each, cut=False) for n, each in arguments.items()}
        self._bring_all(create, arguments)
        index = len(self._steps)
        self._steps.append(Step(create.name, arguments, library=self._library))
        made = self._known(Earlier(index, _place(create, handle), handle))
        prepared = self._prepare(life, made)
        if life.machine is not None:
            first = first_state(self._boundary, life.machine, create, arguments)
            self._unused[made.call, made.path] = after_prepare(self._boundary, life.machine, first, prepared)
        return made

    def _known(self, left: Earlier) -> Earlier:
        """Return a handle that an earlier step left, with what is known of it."""
        return with_created(self._boundary, self._steps, left)

    def _prepare(self, life: HandleLife, made: Earlier) -> tuple[CallOn, ...]:
        calls = calls_of_prepare(self._drawer, self._boundary, life)
        for call in calls:
            self._call_on(life, made, call)
        return calls

    def _drawer(self) -> Drawer:
        return Drawer(self._boundary, self._source, self._log)

    def _call_on(self, life: HandleLife, made: Earlier, call: CallOn) -> None:
        """Append a call on a handle that the law's steps have not used yet."""
        arguments = dict(call.arguments)
        for member in self._boundary.functions[call.function].members:
            if isinstance(member.shape, HandleShape) and member.shape.handle == life.name:
                arguments[member.name] = replace(made, state=call.state) if call.state else made
        self._steps.append(Step(call.function, arguments, library=self._library))

    def _bring_all(self, function: BoundaryFunction, arguments: Values) -> None:
        """Bring the new handles that a call is given into states in which it may be, as single calls are."""
        for member in function.members:
            value = arguments.get(member.name)
            if (
                not isinstance(value, Earlier)
                or not value.handle
                or not isinstance(member.shape, HandleShape)
            ):
                continue
            begin, life = (
                self._unused.pop(value.origin, None),
                self._boundary.handles[value.handle],
            )
            if begin is None or life.machine is None:
                continue
            wanted = life.machine.lawful(function.name, member.name)
            if begin in wanted:
                continue
            on, made = (
                (self._drawer, self._boundary, life.machine),
                self._known(Earlier(value.call, value.path, value.handle)),
            )
            for call in calls_towards(*on, begin, wanted, self._log, making=True):
                self._call_on(life, made, call)

    def _step(
        self, step: LawStep, law: BoundaryLaw, given: Values, seen: Mapping[str, object], places: list[int]
    ) -> None:
        """Append a call of the law; `places` is where those before it stand, among the calls that make handles."""
        function = self._boundary.functions[step.function]
        self._library = step.library
        fixed: dict[str, object] = {}
        fields: dict[str, dict[str, object]] = {}
        taken: dict[str, str] = {}
        for name, argument in step.bound.items():
            plain = _plain(law, argument)
            if plain in law.split:
                taken[name] = plain
            if "." in name and not isinstance(argument, Earlier):
                parameter, _, field = name.partition(".")
                computed = derive(argument, self._named)
                value = computed or (given[plain] if plain else argument.evaluate(seen))
                value = self._memory(function, name, value)
                place = [*along(function.members, name.split("."), self._boundary.handles)][-1]
                fields.setdefault(parameter, {})[field] = self._answered(place, value, cut=bool(law.split))
            elif isinstance(argument, Earlier):
                left = self._known(replace(argument, call=places[argument.call]))
                most = None if left.handle else self._most(left)
                fixed[name] = replace(left, most=most)
                if not left.handle and most is None and _is_sized_by(function, name):
                    # How much memory there is to be must be known before it is made.
                    source = law.steps[argument.call].name
                    text = f"{source}.{spelling(argument.path) if argument.path != 'result' else 'result'}"
                    fixed[name] = Derived(text, ((source, left.call),))
            elif (derived := derive(argument, self._named)) is not None:
                fixed[name] = derived
            else:
                value = given[plain] if plain else argument.evaluate(seen)
                fixed[name] = self._memory(function, name, value)
        fields = {name: self._set_in(function, name, fixed, each) for name, each in fields.items()}
        fixed = {**lengths_of(function, fixed), **fixed}
        fixed |= self._answers(function, fixed, cut=bool(taken))
        function = looked_at(function, law, step, fixed)
        unseen = frozenset(
            spelling(name)
            for name, value in fixed.items()
            if isinstance(value, Derived) or (isinstance(value, Earlier) and not value.handle)
        )
        drawer = Drawer(self._boundary, self._source, self._log, pick_handle=self._new_handle, unseen=unseen)
        fixed |= {name: self._in_state(drawer, value, fields.get(name, {})) for name, value in fixed.items()}
        records = {name: each for name, each in fields.items() if name not in fixed}
        fixed |= {name: drawn_fields(each) for name, each in records.items()}
        drawer.unseen |= {spelling(name) for name, each in records.items() if len(fixed[name]) < len(each)}  # type: ignore[arg-type]
        self._beside = fixed
        arguments = drawer.arguments(function, self._hints[function.name], fixed, lawful=True)
        self._beside = {}
        for name, each in records.items():
            record = record_of(single(next(m.shape for m in function.members if m.name == name)))
            drawn = arguments[name]
            if record is not None and isinstance(drawn, dict):
                arguments[name] = with_derived(record.members, drawn, each)
        arguments = self._going_on(function, arguments, step.bound)
        if law.split:
            arguments = {n: alike_in_pieces(each, cut=bool(taken)) for n, each in arguments.items()}
        self._bring_all(function, arguments)
        places.append(len(self._steps))
        self._taken[places[-1]] = taken
        name = step.name or function.name
        when, repeated = (
            None if each is None else condition(each, self._named) for each in (step.when, step.times)
        )
        on = tuple(self._unsaid(function, arguments, step.bound)) if repeated is not None else ()
        said = tuple(sorted(fixed)) if function.rooms else ()
        made = Step(
            function.name, arguments, name, "", 1, repeated, when, step.library, goes_on=on, said=said
        )
        self._steps.append(made)
        for name, life in self._boundary.handles.items():
            if function.name in life.creates:
                self._prepare(life, self._known(Earlier(places[-1], _place(function, name), name)))

    def _set_in(
        self,
        function: BoundaryFunction,
        name: str,
        fixed: dict[str, object],
        fields: dict[str, object],
    ) -> dict[str, object]:
        """Return the fields that a step sets; of a record that it is given all of them, no longer `fixed`."""
        member = next(m for m in function.members if m.name == name)
        if name in fixed and fixed[name] is None:
            raise self._log.refuse(f"`{name}` is NULL, and has no field to set", member.promised)
        given, record = fixed.get(name), record_of(single(member.shape))
        if record is None or not isinstance(given, dict):
            return fields
        del fixed[name]
        return fields_set(record.members, given, fields)

    def _memory(self, function: BoundaryFunction, place: str, value: object) -> object:
        """Return what a step passes at a place, numbers in a list as bytes; raises RefusedError where they are none."""
        members = [*along(function.members, place.split("."), self._boundary.handles)]
        if not members:  # what is put into room that another function lends
            return value
        member = members[-1]
        passed = bytes_of_numbers(member.shape, value)
        kind, _ = kind_refusing(passed, member) if isinstance(passed, list) else ("", "")
        if kind == "memory":
            raise self._log.refuse(f"`{place}` is {kind}, and no list of such numbers", member.promised)
        return passed

    def _in_state(self, drawer: Drawer, value: object, fields: Mapping[str, object]) -> object:
        """Return a handle that the caller allocates with its fields set; windows of which nothing is said go on."""
        if not isinstance(value, Earlier) or not value.handle:
            return value
        life = self._boundary.handles[value.handle]
        if life.record is None:
            return value
        state = drawer.handles.state(
            value.handle, {n: v for n, v in fields.items() if not isinstance(v, Derived)}
        )
        state = with_derived(life.record.members, state, fields)
        mine = value.origin
        on: list[str] = []
        if mine in self._used:
            for window, count in goes_on(life):
                if window.name in state and not {window.name, count.name} & fields.keys():
                    on.append(window.name)
                    state |= with_nothing({n: state[n] for n in (window.name, count.name)}, (window, count))
        self._used.add(mine)
        return replace(value, state=state, goes_on=tuple(on))

    def _going_on(self, function: BoundaryFunction, arguments: Values, bound: Collection[str]) -> Values:
        """Return arguments whose windows go on of which the step says nothing, where an earlier one was given them."""
        handle, said = used_handle(arguments), {name.partition(".")[0] for name in bound}
        there = left_on(self._boundary, handle, self._steps) if handle is not None else ()
        free = {
            each.parameter
            for each in windows_of(function)
            if each.key in there and said.isdisjoint((each.parameter, each.counter))
        }
        return parameters_go_on(function.members, arguments, (), only=free) if free else arguments

    def _answers(
        self, function: BoundaryFunction, fixed: Mapping[str, object], *, cut: bool
    ) -> dict[str, Script]:
        """Return what callbacks answer for which the step says so; raises UnlawfulDrawError for what they never do."""
        return {
            member.name: answered
            for member in function.members
            if isinstance(answered := self._answered(member, fixed.get(member.name), cut=cut), Script)
        }

    def _answered(self, member: Member, value: object, *, cut: bool) -> object:
        """Return what a callback answers, of a list; anything else is what it is."""
        if not isinstance(member.shape, CallbackShape) or value is None or isinstance(value, Script):
            return value
        why, _ = kind_refusing(value, member)
        if why:
            raise self._log.refuse(f"`{member.name}` is {why}", member.promised)
        assert isinstance(value, bytes | list)
        if reads_contents(member.shape):
            if cut:
                text = f"`{member.name}` reads from the beginning, and begins anew with each piece"
                raise self._log.refuse(text, member.promised)
            contents = contents_to_read(member.shape, value)
            assert contents is not None
            return reading_these(member.shape, contents)
        assert isinstance(value, list)
        if member.shape.by:
            words = f"`{member.name}` answers by what it is given, and not in turn"
            raise self._log.refuse(words, member.promised)
        if cut and len({*value}) > 1:
            text = f"`{member.name}` answers differently in time, and begins anew with each piece"
            raise self._log.refuse(text, member.promised)
        return Script(tuple(int(each) if isinstance(each, bool) else each for each in value))

    def _unsaid(self, function: BoundaryFunction, arguments: Values, bound: Collection[str]) -> Iterator[str]:
        """Yield the windows of a step's call of which it says nothing: they go on when it is made once more."""
        for name, value in arguments.items():
            life = (
                self._boundary.handles[value.handle] if isinstance(value, Earlier) and value.handle else None
            )
            if life is None:
                continue
            assert isinstance(value, Earlier)
            for window, count in goes_on(life):
                if window.name in value.state and not {f"{name}.{window.name}", f"{name}.{count.name}"} & {
                    *bound
                }:
                    yield f"{name}.{window.name}"
        said = {name.partition(".")[0] for name in bound}
        for each in windows_of(function):
            if said.isdisjoint((each.parameter, each.counter)):
                yield each.parameter

    def _most(self, left: Earlier) -> int | None:
        """Return how much a number can be that tells a length which an earlier step left: all the room it had."""
        step = self._steps[left.call]
        members = self._boundary.functions[step.function].members
        around = self._boundary.scope(members_seen(members, step.arguments))
        for member in members:
            shape = member.shape
            if not isinstance(shape, PointerShape) or shape.capacity is None:
                continue
            if shape.length_name == left.path:
                with suppress(EvaluationError):
                    room = shape.capacity.evaluate(around)
                    return room if isinstance(room, int) else None
        return None


def _plain(law: BoundaryLaw, argument: Expression | Earlier) -> str:
    """Return the value that a law is given which an argument is, as it is; nothing where it is another."""
    if isinstance(argument, Earlier):
        return ""
    return next((m.name for m in law.members if is_just(argument, m.name)), "")


def _is_sized_by(function: BoundaryFunction, name: str) -> bool:
    """Tell whether a number says how much room there is in memory that is written."""
    rooms = (m.shape.capacity for m in function.members if isinstance(m.shape, PointerShape))
    return any(spelling(name) in room.names for room in rooms if room is not None)


def _place(function: BoundaryFunction, handle: str) -> str:
    """Return where a function leaves the handle that it makes."""
    return next((path for path, shape in left_by(function) if shape.handle == handle), "result")
