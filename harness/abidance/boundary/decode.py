"""An observation back to values: what each name of a contract stands for before and after a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abidance.boundary.invocations import called_in, calls_seen
from abidance.boundary.memory import shallow, unpack
from abidance.boundary.reading import Reading
from abidance.boundary.values import Earlier, NewHandle
from abidance.boundary.views import as_seen
from abidance.contract.expression import spelling

if TYPE_CHECKING:
    from abidance.boundary.model import Boundary
    from abidance.boundary.placed import Encoded
    from abidance.boundary.seen import Seen
    from abidance.plan.observation import Observation


def decode(boundary: Boundary, encoded: Encoded, observation: Observation, index: int) -> Seen:
    """Return what call `index` of the plan saw and left. The call must have run.

    Raises EvaluationError when a length has no value after a call that succeeded.
    """
    placed = encoded.calls[index]
    returned = observation.calls[index]
    memory = dict(zip(encoded.plan.calls[index].watched, returned.blocks, strict=True))
    called = called_in(boundary, encoded, observation, index)
    kept = {name: _registered(encoded, index, made) for name, made in placed.handles.items()}
    reader = Reading(boundary, placed, returned, memory, called, calls_seen(called), kept)
    return reader.read(_before(boundary, encoded, observation, index))


def _before(boundary: Boundary, encoded: Encoded, observation: Observation, index: int) -> dict[str, Any]:
    """Return the arguments as an expression sees them before the call."""
    placed = encoded.calls[index]
    values: dict[str, Any] = {}
    for member in placed.function.members:
        value = placed.arguments[member.name]
        values[member.name] = as_seen(member.shape, value)
        block = placed.storage.get(member.name)
        if isinstance(value, Earlier) and not value.handle:
            values[member.name] = left(boundary, encoded, observation, value)
        elif block is not None and isinstance(value, NewHandle | Earlier):
            record = boundary.handles[value.handle].record
            assert record is not None
            fields = unpack(record, _earlier(encoded, observation, index, block), member.name, shallow)
            assert isinstance(fields, dict)
            described = {
                m.name: as_seen(m.shape, value.state[m.name]) for m in record.members if m.name in value.state
            }
            values[member.name] = {**fields, **described}
    return values


def left(boundary: Boundary, encoded: Encoded, observation: Observation, what: Earlier) -> Any:
    """Return a value that an earlier step of a sequence left; nothing when that was never made."""
    index = encoded.steps[what.call]
    if not observation.calls[index].ran:
        return None
    seen = decode(boundary, encoded, observation, index)
    return seen.result if what.path == "result" else seen.after.get(spelling(what.path))


def _registered(encoded: Encoded, index: int, made: int) -> dict[str, int]:
    """Return the callbacks that the handle of call `made` was given before call `index`, the last ones by name."""
    found: dict[str, int] = {}
    for earlier in range(made, index):
        placed = encoded.calls[earlier]
        if earlier == made or made in placed.handles.values():
            found |= {path: number for path, number in placed.callbacks.items() if "." not in path}
    return found


def _earlier(encoded: Encoded, observation: Observation, index: int, block: int) -> bytes:
    """Return what a block held before a call: what the last call that had it left there."""
    for earlier in range(index - 1, -1, -1):
        call, returned = encoded.plan.calls[earlier], observation.calls[earlier]
        if block in call.watched and returned.ran:
            return returned.blocks[call.watched.index(block)]
    return encoded.plan.blocks[block].contents
