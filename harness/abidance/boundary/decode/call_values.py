"""The values of one call as a contract names them, before it and after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.decode.callback_invocations import CallbackInvocation
    from abidance.boundary.model.float_formats import Real
    from abidance.boundary.model.types import HandleShape, PointerShape, ScalarShape, WithinShape
    from abidance.boundary.model.values import Value
    from abidance.boundary.values.packed_records import BrokenRun


@dataclass(frozen=True, slots=True)
class Overrun:
    """A length that the library reported and that the memory cannot have; both in elements."""

    path: str
    shape: PointerShape
    reported_length: int
    room: int


@dataclass(frozen=True, slots=True)
class WindowUse:
    """What a call has made of a window: how many elements there were and are left, and by how many bytes it moved.

    `moved` is None where the pointer is NULL now. `changed` is the path of what has changed beside the position of a
    window that has one: of the pointer, or of the number that says how much there is.
    """

    path: str
    shape: PointerShape
    before: int
    after: int
    moved: int | None
    changed: str = ""


@dataclass(frozen=True, slots=True)
class CallValues:
    """One call's values. `before` and `after` are environments for expressions, constants included.

    `unterminated` are the paths of strings without a NUL; `unreadable` of pointers that came back and point
    at nothing that can be read; `scalars` the numbers that the library wrote, by path, with their shapes.
    """

    before: Mapping[str, object]
    after: Mapping[str, object]
    result: Value
    success: bool
    overruns: tuple[Overrun, ...] = ()
    unterminated: tuple[str, ...] = ()
    unreadable: Mapping[str, int] = field(default_factory=dict)
    """Those paths, each with how many bytes can be read there."""
    nulls: tuple[tuple[str, PointerShape], ...] = ()
    """Pointers that came back as NULL behind others and in records, where that is not always valid."""
    misaligned: tuple[tuple[str, int, int], ...] = ()
    """Pointers that are not aligned as the contract says, each with its alignment and how far it is past that."""
    astray: tuple[tuple[str, WithinShape, int], ...] = ()
    """Pointers that are to point into the caller's memory and do not, each with how many bytes from its start."""
    no_ranges: tuple[tuple[str, PointerShape], ...] = ()
    """Pointers that make no range with the field beside them, which is to be their end."""
    broken_runs: tuple[BrokenRun, ...] = ()
    """Records one behind the other of which one does not end where it can."""
    no_handles: tuple[tuple[str, HandleShape, str], ...] = ()
    """Elements of arrays of handles that are none, or the same as another, with what they are in words."""
    scalars: tuple[tuple[str, ScalarShape, Real], ...] = ()
    outside: tuple[tuple[str, ScalarShape, Real], ...] = ()
    """Numbers behind pointers of the library that the contract, or C, does not allow there."""
    errno: int = 0
    last_error: object = None
    """What tells why the call failed; Unavailable where nothing does."""
    called: tuple[CallbackInvocation, ...] = ()
    """How the library called back while the call ran, in order."""
    windows: tuple[WindowUse, ...] = ()
