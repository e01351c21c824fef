"""What experiments have shown of a function, each with how often."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Way(StrEnum):
    """Which way data goes through a pointer."""

    IN = "in"
    OUT = "out"
    INOUT = "inout"


@dataclass(frozen=True, slots=True)
class AccessExtent:
    """How far memory is accessed: to the end of `expression` elements, as a contract writes it, or up to a NUL.

    `exact` is in how many calls the last element was touched and would have been missed, of `calls` that stayed within.
    """

    expression: str
    string: bool
    calls: int
    exact: int


@dataclass(frozen=True, slots=True)
class MemoryFacts:
    """What was seen of one memory. `followed` is in how many of `calls` it was accessed."""

    name: str
    calls: int
    followed: int
    way: Way | None = None
    read: AccessExtent | None = None
    written: AccessExtent | None = None
    length: str = ""
    """What tells, after the call, how many elements were written: a number's name, or ``result``."""
    length_calls: int = 0
    frees: int = 0
    """In how many calls it was given to `free`."""
    whole: bool = False
    """All of it was written, in each call that wrote at all."""
    terminated: bool = False
    """What was written always ended in a NUL."""
    strayed: str = ""
    """Where accesses went that nothing explains, for a person to look at."""


@dataclass(frozen=True, slots=True)
class NullFacts:
    """What NULL does. Exactly one of the numbers of calls is that of all that were made."""

    name: str
    followed: int = 0
    """The process crashed."""
    same: int = 0
    """Everything else was as with a pointer."""
    refused: int = 0
    """The function came back, and did not do its work."""
    answer: int | None = None
    """What it answered then, always."""
    only_if: str = ""
    """NULL is not followed when this holds, and is when not."""


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """What came back. `answers` are numbers with how often they came.

    Of pointers: how many were `null`, `new` blocks of the heap, `static`, in memory that is `older` than the call, or
    an `argument`'s, whose name is in `which`.
    """

    answers: Mapping[int, int] = field(default_factory=dict)
    null: int = 0
    new: int = 0
    static: int = 0
    older: int = 0
    argument: int = 0
    unknown: int = 0
    which: str = ""
    text: int = 0
    """How often it pointed at text that ends in a NUL."""
    freed_by: tuple[str, ...] = ()
    """Functions that free all of it, those of the library first."""
    frees: int = 0
    """In how many calls each of these did."""
    handle: str = ""
    """The handle with which the new memory goes."""
    through: str = ""
    """The parameter through which the pointer came, where it is not the result."""


@dataclass(frozen=True, slots=True)
class CallbackFacts:
    """How a function pointer was used in `calls` calls: `called` so often, each time with `user_data`.

    One that a handle keeps was called later, when that was given to another function: `kept` is the parameter that is
    the handle, and `later` the function.
    """

    name: str
    calls: int
    called: int
    user_data: str = ""
    kept: str = ""
    later: str = ""


@dataclass(frozen=True, slots=True)
class FunctionObservation:
    """All that was seen of a function in `calls` calls. One that was given up has `why`."""

    function: str
    calls: int
    memories: tuple[MemoryFacts, ...] = ()
    nulls: tuple[NullFacts, ...] = ()
    result: ResultFacts | None = None
    callbacks: tuple[CallbackFacts, ...] = ()
    destroys: str = ""
    """The handle that is gone after the call."""
    destroyed: int = 0
    why: str = ""
    harm: bool = False
    """It was about to change something outside of its process."""
    hung: bool = False
