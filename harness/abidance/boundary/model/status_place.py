"""Success that a call tells in memory behind a parameter, or in a field of the record that it returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.questions import THE_RESULT
from abidance.boundary.model.types import NumberHandle, ScalarShape
from abidance.plan.plan import NumberTest, ValuePlace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.questions import FollowUpArgument
    from abidance.boundary.model.ranges import Ranges
    from abidance.boundary.model.types import Shape
    from abidance.core.span import Span

POINTER = 8
"""The bytes that a pointer has."""


TOLD = "last_error"
"""What expressions call a status that is asked, and the memory of nobody's that it is put in."""


@dataclass(frozen=True, slots=True)
class StatusSource:
    """What tells whether a call has succeeded and is asked for it: a function, or `errno` where there is none.

    Or it is a number behind a pointer that the call returns, or is given, its one argument: so many bytes `behind`.
    """

    text: str
    function: str = ""
    arguments: tuple[FollowUpArgument, ...] = ()
    behind: int | None = None

    @property
    def about_result(self) -> bool:
        """Tell whether it is asked about what the call returns."""
        return any(each.parameter == THE_RESULT for each in self.arguments)


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Where a call tells whether it has succeeded, `offset` bytes into what `parameter` points to.

    That is a number of a `shape` with all that it may be, or a pointer, of which NULL is `ok`. Of a field of what the
    function returns there is no parameter. `path` is as expressions spell it.
    """

    path: str
    parameter: str | None
    offset: int
    shape: Shape
    ok: Ranges
    span: Span
    asked: StatusSource | None = None
    """What is asked for it: the answer then lies in memory of its own, which stands for a `parameter`, `TOLD`."""

    @property
    def untold(self) -> bytes:
        """Return what lies there of a call that nobody could ask about: no success."""
        bits = 8 * self.width
        low, high = (-1 << (bits - 1), (1 << (bits - 1)) - 1) if self.signed else (0, (1 << bits) - 1)
        failed = next((n for n in (*range(1, 127), low, high) if n not in self.ok), 0)
        return failed.to_bytes(self.width, "little", signed=self.signed)

    @property
    def number(self) -> ScalarShape | None:
        """Return the number that tells; None where it is a pointer."""
        shape = self.shape.number if isinstance(self.shape, NumberHandle) else self.shape
        return shape if isinstance(shape, ScalarShape) else None

    @property
    def null_fails(self) -> bool:
        """Tell whether it is a pointer that tells of a failure by being NULL."""
        return self.number is None and 0 not in self.ok

    @property
    def width(self) -> int:
        """Return how many bytes it has."""
        return POINTER if self.number is None else self.number.size

    @property
    def signed(self) -> bool:
        """Tell whether the number may be below 0."""
        return self.number is not None and self.number.signed

    def place(self, blocks: Mapping[str, int]) -> ValuePlace:
        """Return where it lies, by the blocks that the parameters of a call point to."""
        block = None if self.parameter is None else blocks[self.parameter]
        return ValuePlace(block, self.offset, self.width)

    def test(self, blocks: Mapping[str, int]) -> NumberTest:
        """Return the test that a call has succeeded, by the blocks that its parameters point to."""
        return NumberTest(self.place(blocks), self.ok.each, self.signed)

    def number_of(self, raw: bytes) -> int:
        """Return the number that bytes at this place are."""
        return int.from_bytes(raw, "little", signed=self.signed)

    def is_success(self, memory: bytes) -> bool:
        """Tell whether a call has succeeded that has left this behind the parameter, or returned it."""
        return self.number_of(memory[self.offset : self.offset + self.width]) in self.ok

    def is_allowed(self, value: int) -> bool:
        """Tell whether a call may leave a number there."""
        return self.number is None or self.number.has(value)
