"""The result of one case, as checks see it: promises, calls, observation, and the source places of each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from abidance.boundary.decode.decode import decode
from abidance.boundary.model.types import (
    ArrayShape,
    HandleShape,
    NothingShape,
    PointerShape,
    RecordShape,
    What,
    writes,
)
from abidance.boundary.print_c.call import in_words
from abidance.checks.evidence.expectation import NOTHING, Expectation
from abidance.contract.expression import declared, spelling
from abidance.core.diagnostic import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.decode.call_values import CallValues
    from abidance.boundary.encode.encoded_plan import Encoded, PlacedCall, PlacedCallback
    from abidance.boundary.model.boundary import Boundary, BoundaryFunction, BoundaryLaw
    from abidance.boundary.model.types import Member, Shape
    from abidance.boundary.python_hooks.model_function import Modelled
    from abidance.checks.evidence.costs import Costs
    from abidance.checks.evidence.reruns import Reruns
    from abidance.core.errors import HookError
    from abidance.plan.observation import Death, Invocation, Observation


@dataclass(frozen=True, slots=True)
class Threads:
    """Calls of one function on several threads at once, and the same calls on one thread.

    `pairs` are each thread's trial with that of the same call alone. `steady` tells that the answers alone do not
    depend on the order of the calls. `alone` is how they ended alone, when they did not come back.
    """

    count: int
    pairs: tuple[tuple[CaseResult, CaseResult], ...] = ()
    steady: bool = False
    alone: CaseResult | None = None


@dataclass(frozen=True)
class CaseResult:
    """A plan, its meaning and its observation. Not slotted: what is derived is kept."""

    boundary: Boundary
    encoded: Encoded
    observation: Observation
    phase: str
    expectation: Expectation = NOTHING
    other: CaseResult | None = None
    """The same case on the library that this one is compared with."""
    again: Reruns | None = None
    """The same case made again, where the first time gave reason to."""
    modelled: Modelled | HookError | None = None
    """What the contract's model says of the call, or why it says nothing."""
    threads: Threads | None = None
    """The same calls made on several threads at once, where they were."""
    costs: Costs | None = None
    """What the call was measured to cost, where it was."""
    alones: Mapping[int, CaseResult] = field(default_factory=dict)
    """Calls of a sequence as they answer without those on other handles, by their place in the plan."""
    sides: tuple[str, str] = ("", "")
    """What the two that are compared are called."""

    @cached_property
    def subject(self) -> PlacedCall:
        """Return the call under test."""
        return self.encoded.subject

    @cached_property
    def function(self) -> BoundaryFunction:
        """Return the function under test."""
        return self.subject.function

    @property
    def death(self) -> Death | None:
        """Return how the worker ended, if it did."""
        return self.observation.death

    @cached_property
    def is_sequence(self) -> bool:
        """Tell whether several calls are under test together."""
        return bool(self.encoded.steps)

    @property
    def actor(self) -> str:
        """Return who is to blame for what all calls together did."""
        return "this sequence" if self.is_sequence else f"`{self.function.name}`"

    def also(self, **shown: Reruns | Modelled | HookError) -> CaseResult:
        """Return the trial with what was found out about it since; its values are the same, and are kept."""
        made = replace(self, **shown)  # type: ignore[arg-type]
        if "seen" in self.__dict__:
            made.__dict__["seen"] = self.__dict__["seen"]
        return made

    def at(self, index: int) -> CaseResult:
        """Return the trial of one call of a sequence."""
        other = self.other and self.other.at(index)
        expectation = self._promised_of(index)
        return replace(self, encoded=self.encoded.at(index), other=other, expectation=expectation)

    def _promised_of(self, index: int) -> Expectation:
        """Return what the contract promises of one call of a sequence, where that is meant to be refused."""
        case, steps = self.encoded.case, self.encoded.steps
        step = case.steps[steps.index(index)] if case is not None and index in steps else None
        if step is None or not step.rejects:
            return NOTHING
        refusal = self.encoded.calls[index].function.refusal(step.rejects)
        assert refusal is not None
        return Expectation.of(refusal)

    @cached_property
    def each(self) -> tuple[CaseResult, ...]:
        """Return the trials of the calls that ran and came back: of a sequence, and of what ends its handles."""
        if not self.is_sequence:
            return (self,)
        steps, calls = {*self.encoded.steps}, self.encoded.calls
        return tuple(
            self.at(index)
            for index, returned in enumerate(self.observation.calls)
            if returned.ran and calls[index].frees is None and (index in steps or index > max(steps))
        )

    @property
    def refuses(self) -> bool:
        """Tell whether a call under test is one that the contract says is refused."""
        case = self.encoded.case
        return bool(self.expectation.rejects) or (case is not None and any(s.rejects for s in case.steps))

    @property
    def alone(self) -> CaseResult | None:
        """Return the call under test without those on other handles, where that was looked at."""
        return self.alones.get(self.encoded.plan.subject)

    @cached_property
    def whole(self) -> CaseResult:
        """Return the trial of all calls together: of a sequence, at its end."""
        if not self.is_sequence:
            return self
        return self.at(self.encoded.steps[-1] if self.law else len(self.encoded.calls) - 1)

    @property
    def law(self) -> BoundaryLaw | None:
        """Return the law that the calls of a sequence are those of."""
        case = self.encoded.case
        return self.boundary.laws.get(case.function) if case else None

    @property
    def running(self) -> BoundaryFunction:
        """Return the function that was running when the worker ended."""
        death = self.death
        index = self.encoded.plan.subject if death is None or death.call is None else death.call
        return self.encoded.calls[min(index, len(self.encoded.calls) - 1)].function

    @property
    def _interrupted(self) -> CaseResult:
        """Return the trial of that call of a sequence during which the worker ended, where it did."""
        call = self.death.call if self.death is not None and self.is_sequence else None
        return self if call is None or call >= len(self.encoded.calls) else self.at(call)

    @property
    def stopped_at(self) -> int | None:
        """Return the index of the call that ended the worker, or that called back too late; None when none did."""
        if self.death:
            return self.death.call
        return min((each.call for each in self.late if each.call > self.encoded.plan.subject), default=None)

    @cached_property
    def late(self) -> tuple[Invocation, ...]:
        """Return the invocations of callbacks whose time was over."""
        found = []
        for each in self.invocations:
            if each.callback is not None:
                end = self.last_call_of(self.encoded.callbacks[each.callback])
                if end is not None and (each.call > end or (each.call == end and each.late)):
                    found.append(each)
        return tuple(found)

    @cached_property
    def answered(self) -> bool:
        """Tell whether the call under test ran and came back, on both where two are compared."""
        index = self.encoded.plan.subject
        own = len(self.observation.calls) > index and self.observation.calls[index].ran
        return own and (self.other is None or self.other.answered or self.other.death is not None)

    @cached_property
    def seen(self) -> CallValues:
        """Return the values before and after the call under test, which must have answered."""
        return decode(self.boundary, self.encoded, self.observation, self.encoded.plan.subject)

    @cached_property
    def invocations(self) -> tuple[Invocation, ...]:
        """Return every time that the library called back while the plan ran, in order."""
        found = [each for call in self.observation.calls for each in call.invocations]
        return (*found, *self.observation.trailing)

    @property
    def given(self) -> Mapping[str, Any]:
        """Return what has a value before the call under test and keeps it: what the library does not write."""
        constants, subject = self.boundary.constants, self.subject
        kept = {m.name for m in subject.function.members if not writes(m.shape)}
        return {**constants, **{spelling(name): subject.arguments[name] for name in kept}}

    def beside(self, path: str) -> Mapping[str, Any]:
        """Return what an expression at a path sees after the call under test: the fields beside it come first."""
        holders: list[Mapping[str, Any]] = []
        value: Any = self.seen.after
        for part in path.split(".")[:-1]:
            value = value.get(spelling(part) if not holders else part)
            if not isinstance(value, dict):
                break
            holders.insert(0, value)
        return self.boundary.scope(*holders, outer=self.seen.after) if holders else self.seen.after

    def handle_of(self, call: int, name: str) -> int | None:
        """Return the call that made the handle of a type that a call uses or makes; None when there is none."""
        placed = self.encoded.calls[call]
        for member in placed.function.members:
            if isinstance(member.shape, HandleShape) and member.shape.handle == name:
                return call if member.shape.made else placed.handles.get(member.name)
        result = placed.function.result.shape
        return call if isinstance(result, HandleShape) and result.handle == name else None

    def _time_of(self, call: int) -> str:
        """Return how long an allocator is there that a call is given: as long as the handle that it makes, or uses."""
        function = self.encoded.calls[call].function
        result = function.result.shape
        shapes = [result, *(member.shape for member in function.members)]
        handles = [shape for shape in shapes if isinstance(shape, HandleShape)]
        handles.sort(key=lambda shape: not shape.made)
        return f"handle({handles[0].handle})" if handles else "call"

    def last_call_of(self, callback: PlacedCallback) -> int | None:
        """Return the last call during which a callback may be called; None where there is no such end."""
        lifetime = callback.shape.lifetime or self._time_of(callback.call)
        if lifetime == "call":
            return callback.call
        name = lifetime.removeprefix("handle(").removesuffix(")")
        life = self.boundary.handles.get(name)
        mine = self.handle_of(callback.call, name)
        for index, call in enumerate(self.encoded.calls):
            ends = index >= callback.call and life is not None and call.function.name == life.destroy
            if ends and (mine is None or mine in call.handles.values()):
                return index
        return None

    @property
    def is_judgeable(self) -> bool:
        """Tell whether there is something to judge: of a sequence, more than that no handle came into being."""
        if not self.is_sequence:
            return self.answered
        ran = self.observation.calls
        used = (i for i in self.encoded.steps if self.encoded.plan.calls[i].needs)
        return any(ran[index].ran for index in used if index < len(ran)) or not any(
            self.encoded.plan.calls[i].needs for i in self.encoded.steps
        )

    @property
    def instead(self) -> str:
        """Return what the contract promises in place of a violent end, for rejected calls."""
        at = self._interrupted
        promised = at.expectation
        if not promised.rejects or at.running is not at.function:
            return ""
        answer = ", ".join(
            in_words(shape, value) if (shape := at.shape_of(name)) else repr(value)
            for name, value in promised.values.items()
        )
        return f", where the contract promises {answer} for {promised.rejects}"

    def result_text(self) -> str:
        """Return words such as `` returned true`` for the call under test, or nothing for a void function."""
        shape = self.function.result.shape
        return "" if isinstance(shape, NothingShape) else f" returned {in_words(shape, self.seen.result)}"

    def having_returned(self) -> str:
        """Return words such as `` returned true and``, for a sentence to go on; nothing for a void function."""
        words = self.result_text()
        return f"{words} and" if words else ""

    def shape_of(self, name: str) -> Shape | None:
        """Return the shape of ``result`` or of what a parameter holds or points at one of."""
        if name == "result":
            return self.function.result.shape
        member = self.member(self.function, declared(name))
        shape = member.shape if member else None
        return shape.element if isinstance(shape, PointerShape) and shape.what is What.ONE else shape

    def promise_of(self, function: BoundaryFunction) -> tuple[Label, ...]:
        """Return the places of a whole call: the rejected or example line when there is one, and the header."""
        at = self._interrupted
        span = at.expectation.span
        if span is None or function is not at.function:
            return self.declared(function)
        return (Label(span, "this call"), Label(function.declaration.span))

    def owner(self, block: int) -> tuple[PlacedCall, str]:
        """Return the call and the path (``request.route``) that a block belongs to."""
        for placed in (self.subject, *self.encoded.calls):
            for path, index in (*placed.places.items(), *placed.storage.items()):
                if index == block:
                    return placed, path
        return self.subject, ""

    def member(self, function: BoundaryFunction, path: str) -> Member | None:
        """Return the parameter or field that a path names."""
        members, found = function.members, None
        for part in path.split("."):
            name = part.partition("[")[0]
            found = next((m for m in members if m.name == name), None)
            if found is None:
                return None
            members = self._members(found.shape)
        return found

    def _members(self, shape: Shape) -> tuple[Member, ...]:
        """Return the fields of what a member is or leads to."""
        while isinstance(shape, PointerShape | ArrayShape):
            shape = shape.element if isinstance(shape, PointerShape) else shape.of
        if isinstance(shape, HandleShape):
            record = self.boundary.handles[shape.handle].record
            return record.members if record else ()
        return shape.members if isinstance(shape, RecordShape) else ()

    def size_text(self, block: int, path: str, function: BoundaryFunction) -> str:
        """Return words such as ``6 bytes here (route_len = 6)`` for a block's room."""
        size = self.encoded.plan.blocks[block].size
        words = f"{size} byte{'' if size == 1 else 's'} here"
        member = self.member(function, path)
        if member is None or not isinstance(member.shape, PointerShape):
            return words
        clause = member.shape.capacity or member.shape.length
        if clause is None or clause.text.isdigit():
            return words
        return f"{words} ({clause.text} = {size // max(member.shape.element.size, 1)})"

    def places(
        self, function: BoundaryFunction, path: str, promised: str, declared: str = ""
    ) -> tuple[Label, ...]:
        """Return the contract's line and the header's line for a parameter or field."""
        member = self.member(function, path) if path else None
        if member is None:
            return self.declared(function, promised, declared)
        if member.span is None or member.span == member.declared:
            return (Label(member.declared, promised or declared),)
        return (Label(member.span, promised), Label(member.declared, declared))

    def declared(
        self, function: BoundaryFunction, promised: str = "", declared: str = ""
    ) -> tuple[Label, ...]:
        """Return the contract's line and the header's line for a whole function."""
        if function.promise is None:
            return (Label(function.declaration.span, promised or declared),)
        return (Label(function.promise.span, promised), Label(function.declaration.span, declared))
