"""C statements of one expression while it is compiled: temporaries, blocks, and the way out where there is no value."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NONE = "abidance_none"
"""The label at the end, where an expression without a value jumps to."""


class NotCompiledError(Exception):
    """An expression, or a value that it looks at, is not compiled: `reason` says why it stays with Python."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoValueError(Exception):
    """What is compiled never has a value, whatever the values of the call; nothing behind it is reached."""


Lines = list["str | Lines"]


class Emitter:
    """Collects statements. All temporaries are declared before the first one, so that a jump passes no declaration."""

    def __init__(self) -> None:
        self._lines: Lines = []
        self._depth = 1
        self._temporaries: list[str] = []
        self._tables: list[str] = []
        self._labels = [NONE]
        self.unseen: list[str] = []
        """Why values that the expression looks at cannot be looked at."""
        self.of_two_plays = False
        """Whether two values are compared of calls that were made twice: a pointer that nobody follows is somewhere."""
        self._counts_steps = False
        self._allocates = False

    def __call__(self, text: str) -> None:
        """Add a statement."""
        self._lines.append("    " * self._depth + text)

    def temporary(self, of: str, text: str = "") -> str:
        """Return the name of a new variable of the type `of`, set to `text` here."""
        star = "" if of.endswith("*") else " "
        name = f"abidance_t{len(self._temporaries)}"
        self._temporaries.append(f"{of}{star}{name};")
        if text:
            self(f"{name} = {text};")
        return name

    def table(self, of: str, numbers: Sequence[int]) -> str:
        """Return the name of a constant array."""
        name = f"abidance_a{len(self._tables)}"
        self._tables.append(f"static const {of} {name}[] = {{{', '.join(map(str, numbers))}}};")
        return name

    def whole(self, text: str) -> str:
        """Return a new variable with a whole number."""
        return self.temporary("abidance_int", text)

    def flag(self, text: str) -> str:
        """Return a new variable with 0 or 1."""
        return self.temporary("int", text)

    def checked(self, of: str, call: str) -> str:
        """Return a new variable that `call` sets through its last parameter; there is no value where it refuses."""
        name = self.temporary(of)
        self.refuse_if(f"{call}, &{name})")
        return name

    def refuse_if(self, condition: str) -> None:
        """Let the expression have no value where `condition` holds."""
        self(f"if ({condition}) goto {NONE};")

    def spend(self, steps: str) -> None:
        """Count elements that are looked at."""
        self._counts_steps = True
        self.refuse_if(f"abidance_spend(&abidance_left, {steps})")

    def label(self) -> str:
        """Return the name of a new place to jump to."""
        self._labels.append(f"abidance_l{len(self._labels)}")
        return self._labels[-1]

    def allocate(self, of: str, count: str) -> str:
        """Return a new variable that points at room for `count` elements of the type `of`."""
        self._allocates = True
        name = self.temporary(f"{of} *", f"abidance_scratch_take((size_t)({count}) * sizeof({of}))")
        self.refuse_if(f"!{name}")
        return name

    def grow(self, array: str, room: str, count: str, of: str) -> None:
        """Make room for one more element."""
        self._allocates = True
        self.refuse_if(f"abidance_scratch_grow((void **)&{array}, &{room}, {count}, sizeof({of}))")

    @contextlib.contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Put what is added meanwhile into a block. What never has a value ends it, and only it."""
        self(f"{head} {{")
        self._depth += 1
        try:
            yield
        except NoValueError:
            self(f"goto {NONE};")
        finally:
            self._depth -= 1
            self("}")

    @contextlib.contextmanager
    def earlier(self, place: Lines) -> Iterator[None]:
        """Put what is added meanwhile to where `place` was asked for."""
        lines, self._lines = self._lines, place
        try:
            yield
        finally:
            self._lines = lines

    def detached(self) -> Lines:
        """Return a place that is nowhere yet, for statements that may not be needed."""
        return []

    def attach(self, place: Lines) -> None:
        """Put the statements of a place here."""
        self._lines.append(place)

    def place(self) -> Lines:
        """Return a place here for statements that are known later."""
        place: Lines = []
        self._lines.append(place)
        return place

    def expression(self) -> str:
        """Return all as one C expression of type `int`: what `abidance_r` is set to, or -1 for no value."""
        head = [
            f"__label__ {', '.join(self._labels)};",
            "int abidance_r = ABIDANCE_NO_VALUE;",
            *self._tables,
            *self._temporaries,
            *(["int64_t abidance_left = ABIDANCE_MAX_STEPS;"] if self._counts_steps else []),
            *(["abidance_scratch_used = 0;"] if self._allocates else []),
        ]
        lines = [
            *("    " + line for line in head),
            *_flat(self._lines),
            f"    {NONE}: __attribute__((unused));",
            "    abidance_r;",
        ]
        return "\n".join(["({", *lines, "})"])


def _flat(lines: Lines) -> Iterator[str]:
    for line in lines:
        if isinstance(line, str):
            yield line
        else:
            yield from _flat(line)
