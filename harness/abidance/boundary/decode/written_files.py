"""What a file holds that callbacks write: what it held at first, and what they have written at its positions since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.callback_reads import Reads
from abidance.boundary.model.types import PointerShape, ScalarShape, What
from abidance.boundary.values.callback_writes import contents, reading
from abidance.boundary.values.memory import unpack_scalar
from abidance.contract.expression import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.boundary.encode.encoded_plan import Encoded, PlacedCallback
    from abidance.boundary.model.values import Value
    from abidance.plan.callback_script import CallbackNumber, CallbackScript
    from abidance.plan.observation import Invocation, Observation

UNKNOWN = Unavailable("more was written at a time than is recorded")


def file_of(
    encoded: Encoded, observation: Observation, number: int, *, call: int, until: Invocation | None = None
) -> bytes | None:
    """Return what a callback's file holds after a call, or before an invocation; None where nobody knows."""
    script = encoded.plan.callbacks[number]
    use = script.file
    cursor = (
        use.cursor if use is not None else script.position.cursor if script.position is not None else None
    )
    held = bytearray(_at_first(encoded, cursor))
    for index, returned in enumerate(observation.calls[: call + 1]):
        if returned.unnoted:
            return None
        for each in returned.invocations:
            if each is until:
                return bytes(held)
            if each.callback is None or each.late or each.call != index:
                continue
            writer = encoded.plan.callbacks[each.callback]
            if writer.file is None or writer.file.data is None or writer.file.cursor != cursor:
                continue
            written = _written(encoded.callbacks[each.callback], writer, each)
            if written is None:
                return None
            begin = each.position * writer.file.size if written else 0
            held.extend(bytes(max(begin - len(held), 0)))
            held[begin : begin + len(written)] = written
    return bytes(held)


def as_elements(memory: PointerShape, raw: bytes) -> Value:
    """Return bytes of a file as expressions see them: as the elements that its callbacks read or write."""
    of = memory.element
    if memory.what is What.BYTES or not isinstance(of, ScalarShape):
        return raw
    return [unpack_scalar(of, raw[at : at + of.size]) for at in range(0, len(raw), of.size)]


def _at_first(encoded: Encoded, cursor: int | None) -> bytes:
    for script, placed in zip(encoded.plan.callbacks, encoded.callbacks, strict=True):
        if script.position is not None and script.position.cursor == cursor:
            return reading(placed.shape)[1].raw(contents(placed.shape, placed.script))
    return b""


def _written(placed: PlacedCallback, script: CallbackScript, invocation: Invocation) -> bytes | None:
    """Return what an invocation has written, None where that was not read."""
    use = script.file
    assert use is not None
    assert use.data is not None
    if not use.succeed[min(invocation.answer, len(use.succeed) - 1)]:
        return b""
    size = _product(use.scale, use.numbers, invocation)
    if size is None:
        return None
    if use.counted and script.most is not None:
        most = _product(script.most.scale, script.most.numbers, invocation)
        parts = int.from_bytes(invocation.result[:8], "little")
        if most is None:
            return None
        size = size // most * parts if most and parts <= most else 0
    elif invocation.result and invocation.result == use.failure != _answer(script, invocation):
        return b""  # there was no room for more
    name = placed.shape.members[use.data].name
    paths = Reads.of(placed.shape).paths
    raw = invocation.reads[paths.index(name)].contents if name in paths else b""
    return raw[:size] if len(raw) >= size else None


def _answer(script: CallbackScript, invocation: Invocation) -> bytes:
    return script.answers[min(invocation.answer, len(script.answers) - 1)]


def _product(scale: int, numbers: Sequence[CallbackNumber], invocation: Invocation) -> int | None:
    """Return a number times those that a callback was given; None where one lies behind a pointer.

    One below zero counts as zero.
    """
    for each in numbers:
        if each.behind:
            return None
        raw = invocation.arguments[each.argument][: each.width]
        scale *= max(int.from_bytes(raw, "little", signed=each.signed), 0)
    return scale
