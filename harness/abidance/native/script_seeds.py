"""Scripts of callbacks to the bytes of an input that stand for them, and what else writing inputs shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.values.callback_writes import counted_answer, written_by
from abidance.native.target import input_format as fmt
from abidance.native.target.memory_steps import bytes_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.boundary.model.values import Script, Values

RAW = 0xFF
"""What says that the bytes of a number, or of contents, follow."""
MISSING = object()
_ONE = fmt.Length(1, 1)


class NoInputError(Exception):
    """No input makes these choices."""


class ScriptWriter:
    """Writes what one callback does turn by turn. `element` writes the steps of a frame.

    With `rest`, what is written last is all that is left of the input.
    """

    def __init__(
        self,
        out: bytearray,
        element: Callable[[fmt.Frame, object], None],
        step: fmt.CallbackAnswers,
        rest: bool,
    ) -> None:
        self._out = out
        self._element = element
        self._step = step
        self._rest = rest

    def turns(self, script: Script) -> None:
        """Write all turns; raises NoInputError where they come to another end."""
        count = max(len(script.answers), len(script.written))
        turns = [
            (
                script.answers[n] if n < len(script.answers) else MISSING,
                script.written[n] if n < len(script.written) else {},
            )
            for n in range(count)
        ]
        if self._step.ending is None:
            turns = turns or [(MISSING, {})]
            while len(turns) > fmt.MOST_ANSWERS and turns[-1] == turns[-2]:
                turns.pop()
            if len(turns) > fmt.MOST_ANSWERS:
                raise NoInputError
            self._out.append(len(turns) - 1)
        else:
            fails = bool(turns) and self._fails(turns[-1])
            if turns and not fails and not self._ends(*turns.pop()):
                raise NoInputError
            if len(turns) >= fmt.MOST_ANSWERS:
                raise NoInputError
            self._out.append(len(turns) + (fmt.GOES_ON if fails else 0))
        for number, (answer, contents) in enumerate(turns):
            self._turn(answer, contents, rest=self._rest and number == len(turns) - 1)

    def _fails(self, turn: tuple[object, Values]) -> bool:
        return turn[0] in self._step.failures and not turn[1]

    def _ends(self, answer: object, contents: Values) -> bool:
        """Tell whether a turn is the one in which nothing is left to write."""
        if counted_answer(self._step.shape) and answer not in (b"", [], None):
            return False
        parts = tuple(
            each.raw(contents[each.member.name]) if each.member.name in contents else None
            for each in written_by(self._step.shape)
        )
        return self._step.ending is not None and parts == self._step.ending[1]

    def _turn(self, answer: object, contents: Values, *, rest: bool) -> None:
        if self._fails((answer, contents)):
            self._out += bytes((fmt.FAILS, self._step.failures.index(int(answer))))  # type: ignore[call-overload]
            return
        if self._step.failures:
            self._out.append(0)
        if self._step.frame is not None:
            self._element(self._step.frame, answer)
        if self._step.returns is not None:
            self._piece(self._step.returns, answer, rest=False)
        for number, memory in enumerate(self._step.written):
            ends = rest and number == len(self._step.written) - 1 and not memory.lent
            self._piece(memory, contents.get(memory.name, MISSING), rest=ends)

    def _piece(self, memory: fmt.TurnMemory, value: object, *, rest: bool) -> None:
        """Write what a callback writes in one turn, or what its answer points at."""
        if memory.nullable is not False:
            self._out.append(fmt.NULL if value is None else 0)
        if value is None and memory.nullable is not False:
            return
        if memory.frame is not None:
            items = [value] if memory.length == _ONE else value
            if not isinstance(items, list):
                raise NoInputError
            if memory.length != _ONE and memory.length.exactly is None:
                self._out.append(RAW)
                self._out += counted(len(items))
            for item in items:
                self._element(memory.frame, item)
            return
        raw = bytes_of(memory.shape, value)
        if raw is None:
            raise NoInputError
        if memory.length.exactly is None:
            if not memory.length.least <= len(raw) // memory.unit <= memory.length.most:
                raise NoInputError
            self._out.append(RAW)
            if not rest:
                self._out += counted(len(raw) // memory.unit)
        self._out += raw


def counted(count: int) -> bytes:
    """Return how many elements there are as the input has it."""
    if count < fmt.SHORT:
        return bytes((count,))
    if count < fmt.SHORT + fmt.LONG - fmt.MEDIUM:
        return bytes((fmt.MEDIUM + count - fmt.SHORT,))
    if count >> 16:
        raise NoInputError
    return bytes((fmt.LONG, *count.to_bytes(2, "little")))
