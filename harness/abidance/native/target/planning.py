"""Writes the arguments of a call down as steps: what is taken from the input for them, and in which order.

Numbers, and whether a pointer is NULL, come first, then contents, then memory that the library is to fill, whose size
may depend on either. So the last contents of an input are at its end, and grow and shrink with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import generated_by, has_pointers, single
from abidance.boundary.model.types import (
    AddressShape,
    ArrayShape,
    CallbackShape,
    Direction,
    HandleShape,
    NothingShape,
    OpaqueShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    UserDataShape,
    What,
)
from abidance.boundary.model.values import DESTROYED
from abidance.boundary.values.length_parameters import ties
from abidance.boundary.values.memory import is_byte
from abidance.contract.expression import declared, spelling
from abidance.generate import scalars
from abidance.generate.hints import Hints
from abidance.generate.parts import sizing
from abidance.generate.scope import LONG, ROOMY
from abidance.native.target.callbacks import refuse_callback
from abidance.native.target.input_format import (
    LARGEST,
    Alternative,
    Bound,
    BoundArgument,
    CallbackAnswers,
    Contents,
    Elements,
    Frame,
    HandleChoice,
    HandleStorage,
    Invariants,
    Lend,
    Length,
    Nullness,
    Number,
    Path,
    Raw,
    RealNumber,
    Room,
    Step,
    UserData,
    Written,
)
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.boundary import Boundary, BoundaryFunction
    from abidance.boundary.model.float_formats import Real
    from abidance.boundary.model.types import Member, Shape

_MISSING = object()
_MANY = 64
"""Elements that are made one by one are at most so many."""
_MOST_MENTIONED = 64
_TYPE_ENDS = (
    255,
    256,
    -129,
    127,
    128,
    65535,
    65536,
    32767,
    1 << 31,
    (1 << 31) - 1,
    (1 << 32) - 1,
    1 << 32,
    1 << 63,
)

Guards = tuple[tuple[Path, int], ...]


@dataclass(slots=True)
class _Sink:
    """The steps of one frame, by what they wait for."""

    first: list[Step] = field(default_factory=list)
    contents: list[Step] = field(default_factory=list)
    rooms: list[Step] = field(default_factory=list)
    numbers: set[Path] = field(default_factory=set)
    """Where there are integers by now."""
    of_handles: int = 0
    """So many of the first steps are about handles, which come before everything else."""

    def steps(self) -> tuple[Step, ...]:
        return (*self.first, *self.contents, *self.rooms)


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where members stand: their path, what the contract calls it, what is written out, in which alternatives."""

    path: Path
    prefix: str
    given: Mapping[str, object]
    guards: Guards
    names: frozenset[str]
    """What expressions can name here."""


@dataclass(frozen=True, slots=True)
class Planner:
    """Makes the frames of one call. With `free`, what is written out makes the call invalid."""

    boundary: Boundary
    hints: Hints
    free: bool = False

    def arguments(self, members: tuple[Member, ...], given: Mapping[str, object]) -> Frame:
        """Return the frame of a call's arguments; raises NotCompiledError for what has no meaning in C."""
        return _with_last(self._frame(members, "", given, frozenset(self.boundary.constants)))

    def state(self, members: tuple[Member, ...], path: Path, given: Mapping[str, object]) -> tuple[Step, ...]:
        """Return the steps of the described fields of a handle that the caller allocates."""
        sink = _Sink()
        planner = replace(self, hints=Hints())
        names = frozenset(self.boundary.constants) | {spelling(m.name) for m in members}
        planner._members(members, _Scope(path, f"{path[-1]}.", given, (), names), sink)  # noqa: SLF001 - its own
        return sink.steps()

    def _frame(
        self, members: tuple[Member, ...], prefix: str, given: Mapping[str, object], names: frozenset[str]
    ) -> Frame:
        sink = _Sink()
        names = names | {spelling(m.name) for m in members}
        self._members(members, _Scope((), prefix, given, (), names), sink)
        return Frame(members, sink.steps())

    def _members(self, members: tuple[Member, ...], scope: _Scope, sink: _Sink) -> None:
        members, guards = self._alternatives(members, scope, sink)
        tied = ties(members)
        # A pointer that is given as NULL does not say its length, which is a number like any other then.
        of_buffers = {
            name: tuple(m for m in group if scope.given.get(m.name, _MISSING) is _MISSING)
            for name, group in tied.items()
            if name not in scope.given
        }
        of_buffers = {name: group for name, group in of_buffers.items() if group}
        caps = sizing(members)
        for name in self.hints.sizes if not scope.prefix else ():
            caps[name] = min(caps.get(name, LONG), LONG)
        first = {group[0].name: name for name, group in of_buffers.items()}
        others = {m.name: group[0].name for group in of_buffers.values() for m in group[1:]}
        for member in members:
            if member.name in of_buffers:
                continue
            there = replace(scope, guards=(*scope.guards, *guards[member.name]))
            self._nullness(member, there, sink)
            if isinstance(single(member.shape), ScalarShape):
                least = self._least(member, tied, scope)
                self._number_member(member, there, sink, caps.get(member.name), least)
        for member in members:
            if member.name in of_buffers or isinstance(single(member.shape), ScalarShape):
                continue
            there = replace(scope, guards=(*scope.guards, *guards[member.name]))
            if member.name in first:
                length = self._tied(members, first[member.name], of_buffers, there)
                self._buffer(member, there, sink, length)
            elif member.name in others:
                self._buffer(member, there, sink, Length(like=(*scope.path, others[member.name])))
            else:
                self._member(member, there, sink)

    def _alternatives(
        self, members: tuple[Member, ...], scope: _Scope, sink: _Sink
    ) -> tuple[tuple[Member, ...], dict[str, Guards]]:
        """Add a choice for each union; return the members with the alternatives that each stands in."""
        guards: dict[str, Guards] = {member.name: () for member in members}
        done: dict[tuple[tuple[str, int], ...], Path] = {}
        for member in members:
            around: Guards = ()
            for depth, (union, which) in enumerate(member.within):
                outer = member.within[:depth]
                key = (*outer, (union, -1))
                if key not in done:
                    path = (*scope.path, f"{union}?" + "".join(f"{u}{w}" for u, w in outer))
                    inside = [
                        m for m in members if (union,) == tuple(u for u, _ in m.within[depth : depth + 1])
                    ]
                    inside = [m for m in inside if m.within[:depth] == outer]
                    options = tuple(sorted({m.within[depth][1] for m in inside}))
                    names = tuple(
                        tuple(m.name for m in inside if m.within[depth][1] == option) for option in options
                    )
                    named = [
                        o for o, each in zip(options, names, strict=True) if scope.given.keys() & {*each}
                    ]
                    kept = tuple(named[:1]) or options
                    chosen = tuple(each for o, each in zip(options, names, strict=True) if o in kept)
                    sink.first.append(Alternative(path, kept, chosen, guards=(*scope.guards, *around)))
                    done[key] = path
                around = (*around, (done[key], which))
            guards[member.name] = around
        return members, guards

    def _least(self, member: Member, tied: Mapping[str, tuple[Member, ...]], scope: _Scope) -> int | None:
        """Return at least how large the length of a buffer is that is NULL, and makes the call invalid thereby.

        There must be something to point at.
        """
        group = tied.get(member.name, ())
        nulls = [m for m in group if scope.given.get(m.name, _MISSING) is None]
        return (
            1 if self.free and any(getattr(m.shape, "nullable", False) is not False for m in nulls) else None
        )

    # ------------------------------------------------------------------ numbers

    def _nullness(self, member: Member, scope: _Scope, sink: _Sink) -> None:
        shape = member.shape
        if not isinstance(shape, PointerShape | HandleShape | UserDataShape | CallbackShape):
            return
        if isinstance(shape, CallbackShape) and not self._calls_back(shape):
            return
        if member.name in scope.given or shape.nullable is False:
            return
        if isinstance(shape, HandleShape) and shape.made:
            return
        condition = None if shape.nullable is True else shape.nullable
        step = Nullness((*scope.path, member.name), condition, guards=scope.guards)
        if isinstance(shape, HandleShape):
            if condition is not None:
                raise NotCompiledError(f"`{member.name}` is a handle that may be NULL on a condition")
            if self.boundary.handles[shape.handle].record is None:
                sink.first.insert(sink.of_handles, step)
                sink.of_handles += 1
        else:
            sink.first.append(step)

    def _number_member(
        self, member: Member, scope: _Scope, sink: _Sink, most: int | None, least: int | None
    ) -> None:
        path, shape = (*scope.path, member.name), member.shape
        number = single(shape)
        assert isinstance(number, ScalarShape)
        if isinstance(shape, PointerShape):
            fixed = scope.given.get(member.name, _MISSING)
            self._lend(path, shape, scope, sink)
            if fixed is None:
                sink.first.append(Written(path, None, guards=scope.guards))
                return
            if not shape.direction.read:
                return
        self._refuse_generated(member)
        self.number(number, path, scope, sink, member.bits, most, least)

    def number(
        self,
        shape: ScalarShape,
        path: Path,
        scope: _Scope,
        sink: _Sink,
        bits: tuple[int, int] | None = None,
        most: int | None = None,
        least: int | None = None,
    ) -> None:
        """Add the step of a number, or the value that is written out for it."""
        fixed = scope.given.get(path[-1], _MISSING) if path else _MISSING
        name = f"{scope.prefix}{path[-1]}" if path else scope.prefix
        guards, bounds, mentioned = scope.guards, self.hints.bounds(name), self.hints.numbers(name)
        if isinstance(fixed, ScalarShape):
            shape, bounds, most, least = fixed, type(bounds)(), None, None
        elif isinstance(fixed, BoundArgument):
            sink.first.append(Bound(path, fixed, guards=guards))
            return
        elif fixed is not _MISSING:
            sink.first.append(Written(path, fixed, guards=guards))
            return
        if shape.generate is not None:
            raise NotCompiledError(f"`generate` makes values of `{shape.spelling}` in Python")
        if shape.kind == "float":
            sink.first.append(self._real(shape, path, mentioned, bounds, guards))
            return
        if shape.size > 8 or shape.width > 64:
            raise NotCompiledError(f"`{shape.spelling}` has more than 64 bits")
        width = bits[1] if bits else shape.width or 8 * shape.size
        if shape.kind == "bool":
            width = min(width, 8)
        sink.numbers.add(path)
        listed = [int(m) for m in shape.listed if bounds.allows(m)]
        if not shape.listed and bounds.members is not None:
            within = (m for m in bounds.members if shape.lowest <= m <= shape.highest and bounds.allows(m))
            listed = sorted(int(m) for m in within)
        if shape.listed or bounds.members is not None:
            if not listed:
                raise NotCompiledError(f"`{name}` has no valid value")
            step = Number(
                path, shape, width, listed[0], listed[-1], tuple(listed), listed=True, guards=guards
            )
            sink.first.append(step)
            return
        low, high = bounds.narrow(int(shape.lowest), int(shape.highest))
        if most is not None and high > most >= low:
            high = most
        if least is not None and low < least <= high:
            low = least
        if low > high:
            raise NotCompiledError(f"`{name}` has no valid value")
        relations = tuple(self._relations(name, path, sink))
        numbers = _mentioned(low, high, (*mentioned, *shape.members))
        sink.first.append(Number(path, shape, width, low, high, numbers, relations=relations, guards=guards))

    def _relations(self, name: str, path: Path, sink: _Sink) -> list[tuple[str, Path]]:
        """Return how a number compares with others that were made before it: an operator, and where the other is."""
        found = []
        for left, operator, right in self.hints.relations:
            for own, sign, other in ((left, operator, right), (right, _MIRRORED.get(operator, ""), left)):
                there = tuple(other.split("."))
                if own == name and sign and there in sink.numbers and path == tuple(name.split(".")):
                    found.append((sign, there))
        return found

    def _real(
        self, shape: ScalarShape, path: Path, mentioned: tuple[float, ...], bounds: object, guards: Guards
    ) -> RealNumber:
        if shape.format is not None and "long double" not in (shape.basic, shape.spelling):
            raise NotCompiledError(f"`{shape.spelling}` is no `float`, `double` or `long double`")
        if shape.members:
            raise NotCompiledError("a floating-point number of a list")
        low, high = scalars.real_range(shape, bounds)  # type: ignore[arg-type]
        edges = scalars.edge_reals(shape, low, high, tuple(mentioned))
        if low > high or not edges:
            raise NotCompiledError(f"`{path[-1]}` has no valid value")
        # Of a `long double`, only what a `double` holds is made.
        ends = tuple(_double(end) for end in (low, high))
        if any(math.isfinite(end) and end != exact for end, exact in zip(ends, (low, high), strict=True)):
            raise NotCompiledError(f"`{path[-1]}` has ends that no `double` holds")
        worth = tuple(number for edge in edges if (number := _double(edge)) == edge or number != number)  # noqa: PLR0124 - NaN
        return RealNumber(path, shape, ends[0], ends[1], worth, guards=guards)

    # ------------------------------------------------------------------ memory

    def _lend(self, path: Path, shape: PointerShape, scope: _Scope, sink: _Sink) -> None:
        _refuse_ownership(shape)
        sink.first.append(Lend(path, shape, guards=scope.guards))

    def _tied(
        self,
        members: tuple[Member, ...],
        name: str,
        groups: Mapping[str, tuple[Member, ...]],
        scope: _Scope,
    ) -> Length:
        """Return the length of the buffers that one number is the length of."""
        number = next(m for m in members if m.name == name).shape
        assert isinstance(number, ScalarShape)
        if number.kind == "float" or number.size > 8:
            raise NotCompiledError(f"`{name}` is no length that C can hold")
        path = f"{scope.prefix}{name}"
        low, high = self.hints.bounds(path).narrow(int(number.lowest), int(number.highest))
        low, roof = max(low, 0), LARGEST
        for member in groups[name]:
            shape = member.shape
            assert isinstance(shape, PointerShape)
            inner = f"{scope.prefix}{member.name}"
            low, high = self.hints.bounds(f"len({inner})").narrow(low, high)
            if only := self.hints.only(inner):
                low, high = max(low, min(map(len, only))), min(high, max(map(len, only)))
            if shape.limit is not None:
                roof = min(roof, shape.limit)
            else:
                roof = min(roof, ROOMY if is_byte(shape.element) else max(ROOMY // max(_unit(shape), 1), 64))
            if not _is_plain(shape):
                roof = min(roof, _MANY)
        most = max(min(high, roof), low)
        if low > high:
            raise NotCompiledError(f"`{path}` has no valid value")
        return Length(low, most, tied=(*scope.path, name))

    def _own_length(self, member: Member, shape: PointerShape, scope: _Scope) -> Length:
        """Return the length of a buffer that no number beside it is tied to."""
        name = f"{scope.prefix}{member.name}"
        clause = shape.length
        if clause is not None and shape.what is not What.STRING:
            told = shape.length_name
            if told in scope.given and not isinstance(scope.given[told], ScalarShape):
                number = scope.given[told]
                # No memory is as long as an invalid length may be; what is there has nothing in it then.
                return Length(
                    exactly=int(number) if isinstance(number, int) and 0 <= number <= LARGEST else 0
                )
            if clause.names <= scope.names:
                return Length(exactly=clause)
        roof = shape.limit if shape.limit is not None else LONG if shape.what is What.STRING else ROOMY
        if not _is_plain(shape):
            roof = min(roof, _MANY)
        low, high = self.hints.bounds(f"len({name})").narrow(0, roof)
        return Length(low, max(low, high))

    def _buffer(self, member: Member, scope: _Scope, sink: _Sink, length: Length) -> None:
        """Add what a pointer to several elements, or to text, points at."""
        shape, name = member.shape, f"{scope.prefix}{member.name}"
        assert isinstance(shape, PointerShape)
        _refuse_ownership(shape)
        path = (*scope.path, member.name)
        if _is_plain(shape):
            only = tuple(raw for raw in self.hints.only(name))
            step: Step = Contents(
                path, shape, _unit(shape), length, self.hints.contents(name), only, guards=scope.guards
            )
        else:
            step = Elements(
                path, shape, length, self._element(shape.element, scope, name), guards=scope.guards
            )
        sink.contents.append(step)

    def _element(self, shape: Shape, scope: _Scope, name: str) -> Frame:
        """Return the frame of one element, which is a member without a name."""
        sink = _Sink()
        inner = _Scope((), f"{name}[]", {}, (), scope.names)
        self._in_place(shape, (), inner, sink)
        return Frame((), sink.steps())

    def _in_place(self, shape: Shape, path: Path, scope: _Scope, sink: _Sink) -> None:
        """Add what lies where it is: a number, a record, an array."""
        match shape:
            case ScalarShape():
                self.number(shape, path, scope, sink)
            case RecordShape(members=members, invariants=invariants):
                if shape.generate is not None:
                    raise NotCompiledError(f"`generate` makes values of `{shape.spelling}` in Python")
                names = scope.names | {spelling(m.name) for m in members}
                self._members(
                    members, replace(scope, path=path, prefix=f"{scope.prefix}.", names=names), sink
                )
                asked = [e for e in invariants if not (self.free and e.names & {*map(spelling, scope.given)})]
                if asked:
                    sink.rooms.append(Invariants(path, shape, tuple(asked), guards=scope.guards))
            case ArrayShape(of=of) if _takes_any_bytes(of):
                sink.contents.append(Raw(path, shape, guards=scope.guards))
            case ArrayShape(of=of, count=count):
                frame = self._element(of, scope, scope.prefix)
                sink.contents.append(Elements(path, shape, Length(exactly=count), frame, guards=scope.guards))
            case _:
                raise NotCompiledError("an array of pointers")

    # ------------------------------------------------------------------ everything else

    def _member(self, member: Member, scope: _Scope, sink: _Sink) -> None:
        shape, path = member.shape, (*scope.path, member.name)
        fixed = scope.given.get(member.name, _MISSING)
        if isinstance(fixed, BoundArgument) and not isinstance(shape, PointerShape | HandleShape):
            raise NotCompiledError(f"`{member.name}` is bound, and is neither a number nor memory")
        inside = fixed if isinstance(fixed, dict) else {}
        if fixed is _MISSING:
            self._refuse_generated(member)
        match shape:
            case PointerShape():
                self._pointer(member, shape, scope, sink, fixed, inside)
            case HandleShape():
                self._handle(member, shape, scope, sink, fixed, inside)
            case UserDataShape():
                sink.first.append(
                    Written(path, None, guards=scope.guards)
                    if fixed is None
                    else UserData(path, guards=scope.guards)
                )
            case CallbackShape():
                self._callback(member, shape, scope, sink, fixed)
            case OpaqueShape():
                if fixed not in (_MISSING, None):
                    raise NotCompiledError(f"`{member.name}` is a pointer of which nothing is known")
                sink.first.append(Written(path, None, guards=scope.guards))
            case RecordShape() | ArrayShape():
                if fixed is not _MISSING and not isinstance(fixed, dict):
                    sink.first.append(Written(path, fixed, guards=scope.guards))
                    return
                inner = replace(scope, prefix=f"{scope.prefix}{member.name}", given=inside)
                self._in_place(shape, path, inner, sink)
            case NothingShape():
                pass

    def _pointer(
        self,
        member: Member,
        shape: PointerShape,
        scope: _Scope,
        sink: _Sink,
        fixed: object,
        inside: Mapping[str, object],
    ) -> None:
        path = (*scope.path, member.name)
        if fixed is None:
            sink.first.append(Written(path, None, guards=scope.guards))
            return
        if isinstance(fixed, BoundArgument):
            if shape.capacity is not None and shape.direction.written:
                raise NotCompiledError(f"`{member.name}` is bound, and has room for more than it holds")
            sink.contents.append(Bound(path, fixed, self._told_length(shape, scope), guards=scope.guards))
            return
        if fixed is not _MISSING and not isinstance(fixed, dict):
            if not isinstance(fixed, bytes) or not _is_plain(shape):
                raise NotCompiledError(f"what is written out for `{member.name}`")
            length = Length(len(fixed), len(fixed), tied=self._told_length(shape, scope))
            sink.contents.append(
                Contents(path, shape, _unit(shape), length, only=(fixed,), guards=scope.guards)
            )
            return
        if shape.what is What.ONE:
            self._lend(path, shape, scope, sink)
            if shape.direction.read:
                inner = replace(scope, prefix=f"{scope.prefix}{member.name}", given=inside)
                self._in_place(shape.element, path, inner, sink)
        elif shape.direction is Direction.OUT:
            _refuse_ownership(shape)
            if shape.capacity is None and shape.length is None and shape.limit is None:
                raise NotCompiledError(f"`{member.name}` has no capacity")
            sink.rooms.append(Room(path, shape, guards=scope.guards))
        else:
            self._buffer(member, scope, sink, self._own_length(member, shape, scope))

    def _told_length(self, shape: PointerShape, scope: _Scope) -> Path | None:
        """Return the number that is the length of a buffer whose contents are written out; None for no such one."""
        name = shape.length_name
        return (
            (*scope.path, name)
            if name and name not in scope.given and shape.what is not What.STRING
            else None
        )

    def _handle(
        self,
        member: Member,
        shape: HandleShape,
        scope: _Scope,
        sink: _Sink,
        fixed: object,
        inside: Mapping[str, object],
    ) -> None:
        path = (*scope.path, member.name)
        if scope.path:
            raise NotCompiledError(f"`{member.name}` is a handle in a record")
        if fixed is None:
            sink.first.append(Written(path, None, guards=scope.guards))
        elif shape.made:
            sink.first.append(HandleStorage(path, shape, guards=scope.guards))
            self._state(shape, path, scope, sink, inside, new=True)
        else:
            # Before everything else: what it is made from comes first in the input.
            bound = fixed.name if isinstance(fixed, BoundArgument) else ""
            destroyed = fixed is DESTROYED
            choice = HandleChoice(path, shape, destroyed=destroyed, bound=bound, guards=scope.guards)
            sink.first.insert(sink.of_handles, choice)
            sink.of_handles += 1
            self._state(shape, path, scope, sink, inside, new=False)

    def _state(
        self,
        shape: HandleShape,
        path: Path,
        scope: _Scope,
        sink: _Sink,
        given: Mapping[str, object],
        *,
        new: bool,
    ) -> None:
        life = self.boundary.handles[shape.handle]
        if not life.record or shape.level != 1:
            return
        wanted = life.described if new else life.renewed
        described = tuple(m for m in life.record.members if m.name in wanted)
        names = scope.names | {spelling(m.name) for m in described}
        planner = replace(self, hints=Hints())
        inner = _Scope(path, f"{shape.handle}.", given, scope.guards, names)
        planner._members(described, inner, sink)  # noqa: SLF001 - its own

    def _callback(
        self, member: Member, shape: CallbackShape, scope: _Scope, sink: _Sink, fixed: object
    ) -> None:
        path = (*scope.path, member.name)
        if fixed is None or (fixed is _MISSING and shape.nullable is True and not self._calls_back(shape)):
            sink.first.append(Written(path, None, guards=scope.guards))
            return
        if fixed is not _MISSING:
            raise NotCompiledError(f"what is written out for `{member.name}`")
        refuse_callback(self.boundary, shape)
        frame = None
        if isinstance(shape.result, ScalarShape):
            frame = self._element(shape.result, scope, f"{scope.prefix}{member.name}.result")
        sink.first.append(CallbackAnswers(path, shape, frame, guards=scope.guards))

    def _calls_back(self, shape: CallbackShape) -> bool:
        try:
            refuse_callback(self.boundary, shape)
        except NotCompiledError:
            return False
        return True

    def _refuse_generated(self, member: Member) -> None:
        if generated_by(member) is not None:
            raise NotCompiledError(f"`generate` makes values of `{member.name}` in Python")


_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def plan(boundary: Boundary, function: BoundaryFunction, given: Mapping[str, object], *, free: bool) -> Frame:
    """Return the steps of a function's arguments, of which some may be written out.

    With `free`, what is written out may be what the contract forbids. Raises NotCompiledError.
    """
    return Planner(boundary, Hints.of(boundary, function), free).arguments(function.members, given)


def _mentioned(low: int, high: int, mentioned: tuple[float, ...]) -> tuple[int, ...]:
    """Return the numbers that are worth trying: those of the contract, the ends, and where types end."""
    found = dict.fromkeys(
        close + step
        for close in scalars.close_to(mentioned, low)[: _MOST_MENTIONED // 4]
        for step in (0, -1, 1)
        if low <= close + step <= high
    )
    ends = (low, high, low + 1, high - 1, 0, 1, -1, 2, *_TYPE_ENDS)
    found |= dict.fromkeys(end for end in ends if low <= end <= high)
    found |= dict.fromkeys(scalars.interesting(low, high))
    return tuple(found)[:_MOST_MENTIONED]


def _double(number: Real) -> float:
    """Return a number as a `double`; one beyond them all is infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _unit(shape: PointerShape) -> int:
    return shape.element.size if shape.what is What.ARRAY else 1


def _takes_any_bytes(shape: Shape) -> bool:
    """Tell whether every pattern of bytes is a valid element."""
    if (
        not isinstance(shape, ScalarShape)
        or shape.generate is not None
        or shape.width
        or shape.format is not None
    ):
        return False
    if shape.kind == "float":
        return shape.lowest == -math.inf and shape.highest == math.inf
    if shape.kind != "int" or shape.listed or shape.size > 8:
        return False
    bits = 8 * shape.size
    least = -(1 << (bits - 1)) if shape.signed else 0
    return shape.lowest <= least and shape.highest >= least + (1 << bits) - 1


def _is_plain(shape: PointerShape) -> bool:
    """Tell whether what a pointer points at is bytes that may be any."""
    return shape.what in (What.BYTES, What.STRING) or _takes_any_bytes(shape.element)


def _refuse_ownership(shape: PointerShape) -> None:
    if shape.handed and (has_pointers(shape.element) or shape.direction.written):
        raise NotCompiledError("memory with pointers that the library takes over")
    if isinstance(shape.element, AddressShape) and (shape.direction.read or shape.what is not What.ONE):
        raise NotCompiledError("a pointer to pointers")


def _with_last(frame: Frame) -> Frame:
    """Return the frame with its last contents marked, where nothing of the input comes after them."""
    takes = [n for n, step in enumerate(frame.steps) if not isinstance(step, _FREE)]
    last = frame.steps[takes[-1]] if takes else None
    if not isinstance(last, Contents) or last.only or last.length.exactly is not None or last.length.like:
        return frame
    steps = list(frame.steps)
    steps[takes[-1]] = replace(last, last=True)
    return replace(frame, steps=tuple(steps))


_FREE = (Written, Lend, Room, Invariants, HandleStorage, UserData)
"""Steps that take nothing of the input."""


def named_numbers(frame: Frame) -> frozenset[str]:
    """Return the names of top-level numbers that a frame makes."""
    return frozenset(declared(s.path[-1]) for s in frame.steps if isinstance(s, Number) and len(s.path) == 1)
