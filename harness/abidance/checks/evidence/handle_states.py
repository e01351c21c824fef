"""The states that the handles of a plan were in, as the contract says of what each call has left."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import handles_in
from abidance.boundary.model.types import RESULT_NAME, HandleShape
from abidance.contract.expression import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.encode.encoded_plan import PlacedCall
    from abidance.boundary.model.states import StateMachine, Transition
    from abidance.checks.evidence.case_run import CaseRun

_Handle = tuple[int, str]
"""A handle of a plan: the call that made it, and where that left it."""


@dataclass(frozen=True, slots=True)
class Passage:
    """The state that a handle was in before a call, and after it: None where nothing in the contract says which.

    `parameter` is that which the handle was given to.
    """

    machine: StateMachine
    parameter: str
    before: str
    after: str | None
    transition: Transition | None


def passages(run: CaseRun) -> dict[int, tuple[Passage, ...]]:
    """Return what each call of a plan had to do with the states of its handles, by its index; of those that ran.

    Once it is not known which state a handle is in, nothing is said of it any more.
    """
    machines = {n: life.machine for n, life in run.boundary.handles.items() if life.machine is not None}
    if not machines or run.encoded.plan.lanes is not None:
        return {}
    current: dict[_Handle, str | None] = {}
    found: dict[int, tuple[Passage, ...]] = {}
    for index, placed in enumerate(run.encoded.calls[: len(run.observation.calls)]):
        if not run.observation.calls[index].ran or placed.frees is not None:
            continue
        made, were = [], {**current}
        for parameter, kind, handle in _concerned(run, placed):
            machine = machines.get(kind)
            before = current.get(handle) if handle is not None else None
            if machine is None or handle is None or before is None:
                continue
            named = machine.transition(placed.function.name, parameter)
            to = placed.leads_to if "." not in parameter else ""
            copied = named.copies if named is not None and named.copies in placed.handles else ""
            whose = placed.origin(copied) if copied else handle
            original = were.get(whose) if whose is not None else None
            if original is None:
                current[handle] = None  # it may be where nobody knows of what is copied
                continue
            after = _after(run, index, named, before, original if copied else "")
            after = machine.alike(to, before) if machine.called(to) else after
            current[handle] = after
            made.append(Passage(machine, parameter, before, after, named))
        for path, kind in _new_handles(placed):
            if (machine := machines.get(kind)) is not None:
                given = run.at(index).values.before if machine.asked_of(placed.function.name) else {}
                original = machine.copies.get(placed.function.name, "")
                handle = placed.origin(original) if original in placed.handles else None
                current[index, path] = (
                    machine.first(placed.function.name, given) if handle is None else current.get(handle)
                )
        found[index] = tuple(made)
    return found


def _used(placed: PlacedCall) -> Iterator[tuple[str, str]]:
    for member in placed.function.members:
        for shape in handles_in(member.shape):
            for path in placed.handles:
                if path == member.name or path.startswith(f"{member.name}["):
                    yield path, shape.handle


def _concerned(run: CaseRun, placed: PlacedCall) -> Iterator[tuple[str, str, _Handle | None]]:
    """Yield the handles that a call is given, and those that they were made from, each as transitions name it."""
    for path, kind in _used(placed):
        handle, parameter = placed.origin(path), path.partition("[")[0]
        yield parameter, kind, handle
        maker = run.encoded.calls[handle[0]] if handle is not None else None
        for name, given in _used(maker) if maker is not None else ():
            yield f"{parameter}.{name.partition('[')[0]}", given, maker.origin(name) if maker else None


def _new_handles(placed: PlacedCall) -> Iterator[tuple[str, str]]:
    result = placed.function.result
    if isinstance(result.shape, HandleShape) and result.owned and not result.shape.may_be_another:
        yield RESULT_NAME, result.shape.handle
    for member in placed.function.members:
        if isinstance(member.shape, HandleShape) and member.shape.made and not member.shape.may_be_another:
            yield member.name, member.shape.handle


def _after(run: CaseRun, index: int, transition: Transition | None, before: str, original: str) -> str | None:
    """Return the state that a call led to; None where it succeeded and no condition holds.

    `original` is the state in which what it copies was, empty where that is nothing.
    """
    all_targets = transition.targets_from(before) if transition is not None else ()
    targets = [each for each in all_targets if each.original in ("", original)]
    if not targets or run.encoded.calls[index].refused:
        return before
    values = run.at(index).values
    for target in targets:
        if target.condition is None:
            if values.success:
                return target.state
            continue
        with suppress(EvaluationError):
            if target.condition.holds(values.after, values.before):
                return target.state
    conditional = any(target.condition is not None for target in targets)
    return None if conditional and values.success else before
