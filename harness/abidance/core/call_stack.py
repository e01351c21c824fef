"""Room on Python's stack for nested calls, taken from the system once.

CPython has its frames in chunks of 16 KiB, and returns each to the system with the last frame in it: where the calls of
a loop happen to cross the end of one, every call maps memory and unmaps it again. A function whose own frame is larger
than that is given a chunk of a power of two, and what it calls has the rest of it.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FunctionType

SLOTS = 40_000
"""The frame's size in pointers: just over half of a chunk of 512 KiB, of which nothing is touched."""

Given = ParamSpec("Given")
Result = TypeVar("Result")


def with_room(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Have what a function calls find room on the stack, some hundred calls deep."""

    @wraps(function)
    def called(*given: Given.args, **named: Given.kwargs) -> Result:
        return function(*given, **named)

    frame = cast("FunctionType", called)
    frame.__code__ = frame.__code__.replace(co_stacksize=SLOTS)
    return called
