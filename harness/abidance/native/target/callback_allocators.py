"""Compiles callbacks that are allocators: the memory that they give is the heap's, so that its misuse is seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.types import ScalarShape
from abidance.native.target.c_text import words
from abidance.native.target.callbacks import spelled
from abidance.native.target.user_data import changed_data, lasts_for_good

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.contract.expression import Expression
    from abidance.native.target.c_text import Lines
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.clauses import ClauseCompiler


@dataclass(frozen=True, slots=True)
class CallbackAllocator:
    """The body of a callback that gives memory, or takes it back: the heap's, so that misuse is seen (ABD377, ABD378).

    `number` is that of the allocator: several callbacks are one. What it finds goes to `report`.
    """

    boundary: Boundary
    clauses: ClauseCompiler
    out: Lines
    made: CompiledCallback
    number: int
    path: str
    report: Callable[[str, str, str], None]

    def compile(self, types: Sequence[str], returns: str) -> None:
        """Write the body, whose parameters are `x0` and so on, of these types."""
        shape = self.made.shape
        for number in range(len(types)):
            self.out(f"(void)x{number};")
        if wrong := changed_data(self.made, f"&x{shape.given_back}"):
            self.report("ABD342", wrong, self.path)
        if shape.allocates is None:
            self._take_back(returns)
        else:
            self._give(shape.allocates, types)

    @property
    def _whose(self) -> str:
        return f"{self.number}, {words(self.clauses.subject)}, {words(self.path)}"

    @property
    def _block(self) -> str:
        """Return the block that it is given."""
        return f"(void *)x{self.made.shape.frees}"

    def _take_back(self, returns: str) -> None:
        name, out = self.made.name, self.out
        out(f"abidance_free_allotted({self._block}, {self._whose});")
        if isinstance(self.made.shape.result, ScalarShape):
            out(f"unsigned turn = {name}.turn < {name}.turns ? {name}.turn : {name}.turns - 1;")
            out(f"{name}.turn++;\nreturn ABIDANCE_LOAD({returns}, {name}.answers[turn]);")
        elif returns != "void":
            out("return NULL;")

    def _give(self, size: Expression, types: Sequence[str]) -> None:
        shape, name, out = self.made.shape, self.made.name, self.out
        call = f"{name}.calls[0]"
        for number, of in enumerate(types):
            out(f"{{ {of} given = x{number}; memcpy({call}.p{number}, &given, sizeof given); }}")
        out("abidance_int size = 0;")
        told = self.clauses.number(size, spelled(self.made.arguments(call, answered=False)), "size")
        out(f"int known = ({told}) == 1 && size >= 0 && size <= 1 << 26;")
        if shape.frees is not None:  # no bytes are wanted in the place of a block that is given back
            out("if (known && size == 0) {")
            out(f"abidance_free_allotted({self._block}, {self._whose}); return NULL; }}")
        out(f"unsigned turn = {name}.turn++;")
        out(f"if (turn == {name}.turns || ({name}.more && turn > {name}.turns) || !known) return NULL;")
        old = self._block if shape.frees is not None else "NULL"
        for_good = int(lasts_for_good(self.boundary, shape))
        out(f"return abidance_allot({old}, (size_t)size, {int(shape.zeroed)}, {for_good}, {self._whose});")
