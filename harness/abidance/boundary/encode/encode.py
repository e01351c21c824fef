"""A test case to a call plan: values become blocks, pointers become relocations, handles become calls.

What a handle needs is put around the call under test: its create and prepare calls before, its destroy call
after, in reverse order. Argument memory has exactly the size that the contract gives it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.calls import Encoder
from abidance.boundary.encode.encoded_plan import Encoded, PlacedCallback
from abidance.boundary.encode.follow_ups import give_back
from abidance.boundary.encode.overlaps import overlap
from abidance.boundary.encode.repetition import again, is_repeatable
from abidance.boundary.encode.secret_fields import lives_ended, secret_fields
from abidance.boundary.model.traversal import windows_of
from abidance.boundary.model.types import RESULT_NAME
from abidance.boundary.model.values import SOMEWHERE, Earlier, Value, used_handle
from abidance.boundary.values.inner_pointers import BEHIND
from abidance.contract.expression import EvaluationError
from abidance.contract.model.places import TargetPromise
from abidance.plan import plan as p

if TYPE_CHECKING:
    from abidance.boundary.encode.call_state import AskedAlone, CallBuilder, PlanDraft
    from abidance.boundary.encode.encoded_plan import PlacedCall
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.values import Case


def encode(boundary: Boundary, case: Case, rejects: str = "", alone: AskedAlone | None = None) -> Encoded:
    """Return the plan for a case; `rejects` is the clause that the call under test breaks, as the contract writes it.

    With `alone`, of the questions that may change a handle no others are asked.
    Raises ValueTooWideError for a number that does not fit its C type, and EvaluationError for a length or
    capacity that has no value.
    """
    encoder = Encoder(boundary, case, _used_later(boundary, case))
    encoder.draft.alone = alone
    if case.steps:
        for step in case.steps:
            function = boundary.functions[step.function]
            if any(each.value is SOMEWHERE for each in step.derived):
                message = f"what `{step.function}` is given is known only when the calls before were made"
                raise EvaluationError(message, function.span)
            arguments, refused, apart = step.known, bool(step.rejects), 1
            if step.times > 1 and not is_repeatable(boundary, function):
                apart = step.times
            elif step.times > 1 and any(each.before for each in function.observers):
                # What is asked before a call is asked before the last of them, which is the one that is judged.
                apart = 2
            for number in range(1, apart):  # what these leave goes on: they are calls of their own
                first = encoder.call(
                    function, arguments, refused=refused, told=step.told, rejects=step.rejects
                )
                if apart < step.times and number == 1:
                    times = step.times - apart + 1
                    encoder.draft.calls[first] = replace(encoder.draft.calls[first], times=times)
                arguments = again(boundary, function, step)
            index = encoder.call(function, arguments, refused=refused, told=step.told, rejects=step.rejects)
            encoder.draft.steps.append(index)
            made = encoder.draft.calls[index]
            if step.times > 1 and apart == 1:
                encoder.draft.calls[index] = replace(made, times=step.times)
            elif step.times == 0:  # a slot that nothing fills
                needs = (*made.needs, encoder.draft.new_slot())
                encoder.draft.calls[index] = replace(made, needs=needs)
            if step.refuses:
                encoder.draft.calls[index] = replace(encoder.draft.calls[index], refuses=step.refuses)
        under_test = [n for n, step in zip(encoder.draft.steps, case.steps, strict=True) if step.times]
        subject = (under_test or encoder.draft.steps)[-1]
    else:
        function = boundary.functions[case.function]
        subject = encoder.call(
            function, case.arguments, refused=bool(rejects), told=case.told, rejects=rejects
        )
        if case.overlap is not None:
            overlap(encoder.draft, subject, *case.overlap, case.fill)
        if case.changed is not None:
            changed = _change(boundary, case, *case.changed)
            encoder.draft.calls[subject] = replace(encoder.draft.calls[subject], change=changed)
        if case.secrets:
            secrets = _secrets(boundary, encoder.draft.placed[subject])
            encoder.draft.calls[subject] = replace(encoder.draft.calls[subject], secrets=secrets)
        if case.refuses:
            encoder.draft.calls[subject] = replace(encoder.draft.calls[subject], refuses=case.refuses)
    encoder.finish()
    if case.secrets:
        _wipe(boundary, encoder.draft, subject)
    return Encoded(
        _plan(encoder.draft, case, subject),
        tuple(encoder.draft.placed),
        _callbacks(encoder.draft),
        tuple(encoder.draft.steps),
        case if case.steps else None,
    )


def encode_lanes(
    boundary: Boundary, case: Case, lanes: int, shared: str = "", around: Case | None = None
) -> Encoded:
    """Return the plan for a case whose function is called `lanes` times, with its arguments and those beside in turn.

    Every call has memory and handles of its own, but for the handle `shared`. The calls follow one another; the one
    under test is the first. With `around`, every other call is of that function. Raises what `encode` does.
    """
    encoder = Encoder(boundary, case, takes_back=False)
    function = boundary.functions[case.function]
    beside = case.arguments if case.beside is None else case.beside
    builders: list[CallBuilder] = []
    for number in range(lanes):
        live = next((u for d in builders for u in d.used if u.life.name == shared), None)
        if around is not None and number % 2:
            builders.append(encoder.builder(boundary.functions[around.function], around.arguments, live))
        else:
            given = beside if number % 2 else case.arguments
            builders.append(encoder.builder(function, given, live, told=case.told))
    for builder in builders:
        encoder.ask(builder)
    indexes = [encoder.append(builder) for builder in builders]
    for index, builder in zip(indexes, builders, strict=True):
        give_back(boundary, encoder.draft, builder, index)
    encoder.finish()
    return Encoded(
        _plan(encoder.draft, case, indexes[0]), tuple(encoder.draft.placed), _callbacks(encoder.draft)
    )


def _plan(draft: PlanDraft, case: Case, subject: int) -> p.Plan:
    return p.Plan(
        blocks=tuple(block for block in draft.blocks if block is not None),
        relocations=tuple(draft.relocations),
        # Nobody comes after the last call, so nothing need be taken away for them.
        calls=(*draft.calls[:-1], _at_the_end(draft.calls[-1])),
        subject=subject,
        flush=p.Flush(case.flush),
        fill=case.fill,
        slots=draft.slots,
        callbacks=tuple(callback for callback, _ in draft.callbacks),
        traced=case.changed is not None,
    )


def _change(boundary: Boundary, case: Case, name: str, at: int, value: Value) -> p.MemoryChange | None:
    """Return what becomes of a parameter's memory during the call; None where it is NULL then or has another size."""
    arguments = {**case.arguments, name: value}
    there, then = (
        encode(boundary, replace(case, arguments=each, changed=None)) for each in (case.arguments, arguments)
    )
    block, other = there.subject.places.get(name), then.subject.places.get(name)
    if block is None or other is None or then.plan.blocks[other].size != there.plan.blocks[block].size:
        return None
    return p.MemoryChange(block, at, then.plan.blocks[other].contents)


def _secrets(boundary: Boundary, placed: PlacedCall) -> p.Secrets | None:
    """Return where a call has what the contract says is `secret`; None where all is NULL."""
    promise = placed.function.promise
    params = promise.params if promise is not None else {}
    # Of a pointer to a pointer, the secret is what the second one leads to.
    behind = {
        name for name, each in params.items() if isinstance(each.out or each.in_ or each.inout, TargetPromise)
    }
    paths = {f"{n}{BEHIND}" if n in behind else n: param for n, param in params.items() if param.secret}
    there = {path: placed.places[path] for path in paths if path in placed.places}
    given = tuple(block for path, block in there.items() if not paths[path].out)
    made = tuple(block for path, block in there.items() if not paths[path].in_ and not path.endswith(BEHIND))
    returns = promise.returns if promise is not None else None
    left = {path for path in paths if path.endswith(BEHIND)}
    left |= {RESULT_NAME} if returns is not None and returns.secret else set()
    read = tuple(n for n, path in enumerate(placed.follows) if path in left)
    parts = tuple(part for _, part in secret_fields(boundary, placed))
    return p.Secrets(given, made, read, parts) if there or read or parts else None


def _wipe(boundary: Boundary, draft: PlanDraft, subject: int) -> None:
    """Have the handles of the caller's looked at when they were destroyed that a call has given its secrets."""
    if draft.calls[subject].secrets is None:
        return
    mine = {*draft.placed[subject].storage.values()}
    for index in range(subject, len(draft.calls)):
        placed = draft.placed[index]
        ended = tuple(
            placed.storage[path]
            for path, life in lives_ended(boundary, placed)
            if life.record is not None and placed.storage.get(path) in mine
        )
        if ended:
            secrets = draft.calls[index].secrets or p.Secrets()
            draft.calls[index] = replace(draft.calls[index], secrets=replace(secrets, wiped=ended))


def _at_the_end(call: p.Call) -> p.Call:
    return replace(call, retires=()) if call.retires else call


def _callbacks(draft: PlanDraft) -> tuple[PlacedCallback, ...]:
    return tuple(placed for _, placed in draft.callbacks)


def _used_later(boundary: Boundary, case: Case) -> frozenset[tuple[int, str]]:
    """Return the parameters of a sequence's calls that later ones are given again, or go on in."""
    found = {
        value.origin
        for step in case.steps
        for value in step.arguments.values()
        if isinstance(value, Earlier) and not value.handle
    }
    last: dict[tuple[int, str, str], int] = {}
    for number, step in enumerate(case.steps):
        there = windows_of(boundary.functions[step.function])
        handle = used_handle(step.arguments) if there else None
        if handle is None:
            continue
        for each in there:
            window = (handle.call, handle.path, each.key)
            if step.times > 1 and each.parameter in step.goes_on:
                found |= {(number, name) for name in (each.parameter, each.counter, each.path)}
            if each.key in handle.goes_on and window in last:
                found |= {(last[window], name) for name in (each.parameter, each.counter, each.path)}
            last[window] = number
    return frozenset(found)
