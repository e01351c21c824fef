"""An observation back to values: what each name of a contract stands for before and after a call."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from abidance.boundary.decode.call_decoder import CallDecoder
from abidance.boundary.decode.callback_invocations import called_in, calls_seen
from abidance.boundary.decode.ended_callbacks import is_to_end
from abidance.boundary.decode.followed_pointers import FollowedPointers
from abidance.boundary.decode.handle_numbers import known, number_of
from abidance.boundary.decode.handle_places import handle_given
from abidance.boundary.decode.late_numbers import given_late
from abidance.boundary.decode.window_uses import WindowUses
from abidance.boundary.decode.windows import contents_of, held
from abidance.boundary.decode.written_files import UNKNOWN, as_elements, file_of
from abidance.boundary.model.callbacks import EarlierCallbackShape
from abidance.boundary.model.status_place import TOLD
from abidance.boundary.model.traversal import root_of, windows_of
from abidance.boundary.model.types import RESULT_NAME, HandleShape, NumberHandle, PointerShape, UserDataShape
from abidance.boundary.model.values import ROOM, SOMEWHERE, Earlier, NewHandle, with_fields
from abidance.boundary.values.callback_writes import contents
from abidance.boundary.values.creation_numbers import created_with
from abidance.boundary.values.memory import shallow, unpack
from abidance.boundary.values.scope import as_seen
from abidance.contract.expression import EachAnswer, EvaluationError, Unavailable, spelling
from abidance.plan.plan import filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.decode.call_values import CallValues
    from abidance.boundary.encode.encoded_plan import Asked, Encoded, PlacedCall
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.plan.observation import Observation, PointerReadResult


def decode(
    boundary: Boundary,
    encoded: Encoded,
    observation: Observation,
    index: int,
    since: Mapping[int, bytes] = MappingProxyType({}),
    *,
    keeps: bool = True,
) -> CallValues:
    """Return what call `index` of the plan saw and left. The call must have run.

    `since` has the blocks that later calls have changed, as they are now: they are read as this call left them. Unless
    it `keeps`, its handles are seen without the callbacks that they were given before.
    Raises EvaluationError when a length has no value after a call that succeeded.
    """
    placed = encoded.calls[index]
    returned = observation.calls[index]
    memory = {**dict(zip(encoded.plan.calls[index].watched, returned.blocks, strict=True)), **since}
    called = called_in(boundary, encoded, observation, index)
    registers = placed.handles.items() if encoded.callbacks and keeps else ()
    kept = {name: _registered(boundary, encoded, observation, index, made) for name, made in registers}
    told = _last_error(boundary, encoded, observation, placed.told_by)
    observed = [
        _all_observed(boundary, encoded, observation, each)
        for each in (placed.observed, placed.observed_before)
    ]
    windows = WindowUses(
        placed, returned, memory, {path: held(encoded, observation, index, path) for path in placed.windows}
    )
    reader = CallDecoder(
        boundary,
        placed,
        returned,
        memory,
        called,
        calls_seen(called),
        kept,
        windows,
        told,
        known=partial(known, encoded, observation, index),
        asked=_asked(placed, observation),
        observed=observed[0],
        observed_before=observed[1],
        contents=partial(_contents, encoded, observation, index),
        addresses=observation.callbacks,
    )
    return reader.read(_before(boundary, encoded, observation, index))


def _contents(encoded: Encoded, observation: Observation, index: int, number: int) -> object:
    """Return what there is for a callback to read in all, or what the file holds that it writes; None of others."""
    callback = encoded.callbacks[number]
    written = callback.shape.writes_to_file
    if written is None:
        return contents(callback.shape, callback.script) if callback.shape.has_contents else None
    raw = file_of(encoded, observation, number, call=index) if callback.call <= index else None
    assert isinstance(written.shape, PointerShape)
    return UNKNOWN if raw is None else as_elements(written.shape, raw)


def _last_error(boundary: Boundary, encoded: Encoded, observation: Observation, teller: int | None) -> object:
    """Return what call `teller` has told of the one before it, Unavailable where it was not made."""
    if teller is None or teller >= len(observation.calls) or not observation.calls[teller].ran:
        return Unavailable("nothing tells why it failed")
    return decode(boundary, encoded, observation, teller).result


def _all_observed(
    boundary: Boundary, encoded: Encoded, observation: Observation, asked: Mapping[Asked, int]
) -> dict[str, object]:
    """Return what a postcondition sees of all that it asks, by text; of what depends on loops, each answer."""
    found: dict[str, object] = {}
    several: dict[str, dict[tuple[int, ...], object]] = {}
    for (text, variables), index in asked.items():
        told = _observed(boundary, encoded, observation, text, index)
        if variables:
            several.setdefault(text, {})[tuple(value for _, value in variables)] = told
        else:
            found[text] = told
    return found | {text: EachAnswer(answers) for text, answers in several.items()}


def _observed(
    boundary: Boundary, encoded: Encoded, observation: Observation, text: str, index: int
) -> object:
    """Return what a postcondition sees of call `index`, which it asks: Unavailable where that was not made."""
    if not observation.has_run(index):
        return Unavailable(f"`{text}` was not called")
    return answers(boundary, encoded, observation, text, index)


def answers(
    boundary: Boundary, encoded: Encoded, observation: Observation, text: str, index: int
) -> dict[str, object]:
    """Return what call `index` answers, which was made to be asked: its result, and what it left of its own accord."""
    placed = encoded.calls[index]
    try:
        seen = decode(boundary, encoded, observation, index)
    except EvaluationError:
        nobody = Unavailable(f"nobody knows whether `{text}` has succeeded")
        return {**{spelling(name): nobody for name in placed.places}, RESULT_NAME: nobody}
    left = {spelling(name): seen.after[spelling(name)] for name in placed.places if name != TOLD}
    if not seen.success:
        left = {name: Unavailable(f"`{text}` failed, and left no `{name}`") for name in left}
    if not (seen.success or placed.function.fails_with_answers):
        return {**left, RESULT_NAME: Unavailable(f"`{text}` failed, and what it returned tells nothing")}
    return {**left, RESULT_NAME: seen.result}


def _asked(placed: PlacedCall, observation: Observation) -> dict[str, PointerReadResult]:
    """Return what was read behind pointers, by path, once another function had told how much there is."""
    made = {
        path: observation.calls[asked[-1]]
        for path, asked in placed.asked.items()
        if asked[-1] < len(observation.calls)
    }
    return {path: returned.followed[0] for path, returned in made.items() if returned.ran}


def _before(boundary: Boundary, encoded: Encoded, observation: Observation, index: int) -> dict[str, object]:
    """Return the arguments as an expression sees them before the call."""
    placed = encoded.calls[index]
    values: dict[str, object] = {}
    for member in placed.function.members:
        value = placed.arguments[member.name]
        created: Mapping[str, object] = {}
        if isinstance(member.shape, HandleShape) and isinstance(value, NewHandle | Earlier):
            created = created_with(member.shape, value)
        values[member.name] = _without(as_seen(member.shape, value), created)
        if placed.tells is not None and values[member.name] is SOMEWHERE:
            values[member.name] = given_late(encoded, observation, index, member)
        origin = placed.origin(member.name) if isinstance(member.shape, NumberHandle) else None
        if origin is not None and values[member.name] is SOMEWHERE:
            number = number_of(encoded, observation, origin)
            values[member.name] = SOMEWHERE if number is None else number
        block = placed.storage.get(member.name)
        pointer = isinstance(member.shape, HandleShape) and not isinstance(member.shape, NumberHandle)
        if pointer and values[member.name] is SOMEWHERE and block is None:
            there = handle_given(encoded, observation, index, member.name)
            values[member.name] = values[member.name] if there is None else there
        if isinstance(member.shape, EarlierCallbackShape | UserDataShape):
            continue  # nothing is seen of a callback that an earlier call was given, nor of its user data
        if isinstance(value, Earlier) and not value.handle:
            values[member.name] = left(boundary, encoded, observation, value, index)
        elif block is not None and isinstance(value, NewHandle | Earlier):
            record = boundary.handles[value.handle].record
            assert record is not None
            fields = unpack(record, held_before(encoded, observation, index, block), member.name, shallow)
            assert isinstance(fields, dict)
            described = {
                m.name: as_seen(m.shape, value.state[m.name]) for m in record.members if m.name in value.state
            }
            values[member.name] = {
                **fields,
                **described,
                **_left_before(boundary.handles[value.handle], encoded, observation, index, block),
                **_going_on(encoded, observation, index, member.name),
            }
        if created:
            values[member.name] = with_fields(values[member.name], created)
    return values | _parameters_going_on(encoded, observation, index)


def _without(seen: object, fields: Mapping[str, object]) -> object:
    """Return what is seen of a handle without fields that it has whatever is left of it."""
    if not fields or not isinstance(seen, dict):
        return seen
    return {name: each for name, each in seen.items() if name not in fields} or SOMEWHERE


def _left_before(
    life: HandleLife, encoded: Encoded, observation: Observation, index: int, block: int
) -> dict[str, object]:
    """Return what the pointers that the library alone sets led to after the last call on a handle before a call."""
    for earlier in range(index - 1, -1, -1) if life.read_only else ():
        placed, returned = encoded.calls[earlier], observation.calls[earlier]
        watched = encoded.plan.calls[earlier].watched
        name = next((name for name, each in placed.storage.items() if each == block), None)
        if name is None or not returned.ran or block not in watched:
            continue
        raw, reader = returned.blocks[watched.index(block)], FollowedPointers(placed, returned, [])
        return {
            member.name: reader.value(
                member.shape, raw[member.offset : member.offset + 8], f"{name}.{member.name}", judged=False
            )
            for member in (life.record.members if life.record is not None else ())
            if member.name in life.read_only and isinstance(member.shape, PointerShape)
        }
    return {}


def _going_on(encoded: Encoded, observation: Observation, index: int, name: str) -> dict[str, object]:
    """Return the fields of a handle's windows that go on, as they are before the call."""
    found: dict[str, object] = {}
    for path, window in encoded.calls[index].windows.items():
        parameter, _, field = path.rpartition(".")
        if parameter != name or window.before is None or window.count is None:
            continue
        there = held(encoded, observation, index, path)
        found[window.count.name] = there.size // window.shape.unit
        found[field] = ROOM if there.contents is None else contents_of(window.shape, there.contents)
        if window.position is not None:
            found[window.position.name] = 0
    return found


def _parameters_going_on(encoded: Encoded, observation: Observation, index: int) -> dict[str, object]:
    """Return the parameters that are windows which go on, and those that count what is left of them, before a call."""
    placed = encoded.calls[index]
    found: dict[str, object] = {}
    for each in windows_of(placed.function):
        window = placed.windows.get(each.path)
        if window is None or window.before is None:
            continue
        there = held(encoded, observation, index, each.path)
        if "." in each.path:
            given = placed.arguments[each.parameter]
            seen = given if isinstance(given, dict) else {}
            found[each.parameter] = {**seen, **_going_on(encoded, observation, index, each.parameter)}
            continue
        found[each.counter] = there.size // window.shape.unit
        found[each.parameter] = ROOM if there.contents is None else contents_of(window.shape, there.contents)
    return found


def left(
    boundary: Boundary, encoded: Encoded, observation: Observation, what: Earlier, before: int
) -> object:
    """Return a value that an earlier step of a sequence left, as it is `before` a call: others may have changed it.

    Nothing when it was never made.
    """
    index = encoded.steps[what.call]
    if not observation.calls[index].ran:
        return None
    if what.path == "result":
        return decode(boundary, encoded, observation, index).result
    own = {*encoded.calls[index].places.values()}
    since: dict[int, bytes] = {}
    for later in range(index + 1, before):
        returned = observation.calls[later]
        if returned.ran:
            pairs = zip(encoded.plan.calls[later].watched, returned.blocks, strict=True)
            since |= {block: raw for block, raw in pairs if block in own}
    return decode(boundary, encoded, observation, index, since).after.get(spelling(what.path))


def _registered(
    boundary: Boundary, encoded: Encoded, observation: Observation, index: int, made: int
) -> dict[str, int | None]:
    """Return the callbacks that the handle of call `made` keeps before call `index`, the last ones by name.

    A call that is refused keeps none. It is None where the call has failed that gave the last one: nobody knows whether
    that one is kept, or what was there before.
    """
    found: dict[str, list[int]] = {}
    for earlier in range(made, index):
        placed = encoded.calls[earlier]
        if observation.has_run(earlier) and (earlier == made or made in placed.handles.values()):
            own = {m.name for m in placed.function.members if isinstance(m.shape, HandleShape)}
            for path, numbers in found.items():
                over = (n for n in numbers if is_to_end(encoded, earlier, encoded.callbacks[n], on_it=True))
                found[path] = [each for each in numbers if each not in {*over}]
            for path, number in placed.callbacks.items():
                lasts = encoded.callbacks[number].shape.lifetime != "call" and not placed.refused
                if lasts and root_of(path) not in own:
                    found.setdefault(path, []).append(number)
    last = {path: numbers[-1] for path, numbers in found.items() if numbers}
    failed = {
        number: _has_failed(boundary, encoded, observation, encoded.callbacks[number].call)
        for number in last.values()
    }
    return {path: None if failed[number] else number for path, number in last.items()}


def _has_failed(boundary: Boundary, encoded: Encoded, observation: Observation, index: int) -> bool:
    """Tell whether a call has failed, or nobody knows."""
    if not encoded.calls[index].function.has_status:
        return False
    try:
        # Its own success does not depend on what its handles keep.
        return not decode(boundary, encoded, observation, index, keeps=False).success
    except EvaluationError:
        return True


def held_before(encoded: Encoded, observation: Observation, index: int, block: int) -> bytes:
    """Return what a block held before a call: what the last call that had it left there, or what it was given."""
    for earlier in range(min(index, len(observation.calls)) - 1, -1, -1):
        call, returned = encoded.plan.calls[earlier], observation.calls[earlier]
        if block in call.watched and returned.ran:
            return returned.blocks[call.watched.index(block)]
        if block == call.result_to and returned.ran:
            return returned.result
    given = encoded.plan.blocks[block]
    return given.contents + filled(encoded.plan.fill, given.size)[len(given.contents) :]
